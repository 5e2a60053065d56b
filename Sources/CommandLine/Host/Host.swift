import Glibc

/// What the commands need of the process they run in.
enum Host {
  /// The value of an environment variable; `nil` where it is unset or empty.
  static func environment(_ name: String) -> String? {
    guard let text = unsafe getenv(name), unsafe text.pointee != 0 else { return nil }
    return unsafe String(cString: text)
  }

  static func exit(_ code: Int32) -> Never { Glibc.exit(code) }
}
