import CSystem
import Glibc
import Synchronization

/// Interrupts (Ctrl-C), requests to end (SIGTERM) and to reload (SIGHUP), as flags instead of the end of the process.
package enum StopSignals {
  private static let flag = Atomic<Bool>(false)
  private static let reload = Atomic<Bool>(false)
  private static let waker = Atomic<Int32>(-1)

  /// From now on the signals only set ``wasAsked``, and end the wait of a poller.
  package static func catchAll(waking poller: Poller.Waker? = nil) {
    waker.store(poller?.number ?? -1, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] { signal(number) { _ in StopSignals.ask() } }
  }

  /// From now on SIGHUP only sets what ``takeReload()`` returns, and ends the wait of a poller.
  package static func catchReload() {
    signal(SIGHUP) { _ in
      StopSignals.reload.store(true, ordering: .relaxed)
      StopSignals.wake()
    }
  }

  /// Whether SIGHUP has come since this was last asked.
  package static func takeReload() -> Bool { reload.exchange(false, ordering: .relaxed) }

  /// Whether a caught signal asked for the end.
  package static var wasAsked: Bool { flag.load(ordering: .relaxed) }

  /// Makes a write to a closed pipe an error that can be handled, instead of the end of the process.
  package static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

  // Only what a signal handler may do: a flag and a write.
  private static func ask() {
    flag.store(true, ordering: .relaxed)
    wake()
  }

  private static func wake() {
    let number = waker.load(ordering: .relaxed)
    if number >= 0 { Poller.Waker(number: number).wakeUp() }
  }
}
