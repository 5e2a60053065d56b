import CSystem
import Glibc
import Synchronization

/// Makes the n-th system call that changes a file fail, for tests; inert otherwise.
///
/// Compiled in always so that what is tested is what runs: one relaxed load a call.
package enum FaultInjection {
  private static let countdown = Atomic<Int>(0)
  private static let errorNumber = Atomic<Int32>(0)

  /// Lets `calls` calls pass and fails the one after with `errno`; 0 passes none.
  package static func fail(after calls: Int, errno: Int32) {
    errorNumber.store(errno, ordering: .relaxed)
    countdown.store(calls + 1, ordering: .releasing)
  }

  /// Stops injecting; true where the fault had struck.
  @discardableResult
  package static func disarm() -> Bool {
    let rest = countdown.exchange(0, ordering: .acquiringAndReleasing)
    return rest < 0
  }

  /// The error to fail this call with, or `nil` to let it run.
  static func strike() -> Int32? {
    if countdown.load(ordering: .relaxed) <= 0 { return nil }
    let before = countdown.subtract(1, ordering: .acquiringAndReleasing).oldValue
    if before != 1 { return nil }
    countdown.store(-1, ordering: .releasing)
    return errorNumber.load(ordering: .relaxed)
  }
}
