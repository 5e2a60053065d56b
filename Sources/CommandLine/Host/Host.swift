import Glibc
import Synchronization

/// What the commands need of the process they run in.
enum Host {
  /// The value of an environment variable; `nil` where it is unset or empty.
  static func environment(_ name: String) -> String? {
    guard let text = unsafe getenv(name), unsafe text.pointee != 0 else { return nil }
    return unsafe String(cString: text)
  }

  /// Makes a write to a closed pipe an error that can be handled, instead of the end of the process.
  static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

  /// From now on an interrupt (Ctrl-C) or a termination request only sets ``wasAskedToStop``.
  static func catchStopSignals() {
    for number in [SIGINT, SIGTERM] { signal(number) { _ in Host.stopFlag.store(true, ordering: .relaxed) } }
  }

  /// Whether a caught signal asked for the end.
  static var wasAskedToStop: Bool { stopFlag.load(ordering: .relaxed) }

  static func exit(_ code: Int32) -> Never { Glibc.exit(code) }

  private static let stopFlag = Atomic<Bool>(false)
}
