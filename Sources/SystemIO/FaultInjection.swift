import CSystem
import Glibc
import Synchronization

/// Makes the n-th system call that changes a file fail, for tests; inert otherwise.
///
/// Compiled in always so that what is tested is what runs: one relaxed load a call. Only calls under one folder are
/// counted, so that tests running beside each other are left alone.
package enum FaultInjection {
  private static let isArmed = Atomic<Bool>(false)
  private static let state = State()

  /// Lets `calls` calls on paths under `folder` pass and fails the one after with `errno`.
  package static func fail(after calls: Int, errno: Int32, under folder: String) {
    state.condition.locked {
      state.left = calls
      state.errorNumber = errno
      state.folder = folder
      state.hasStruck = false
    }
    isArmed.store(true, ordering: .releasing)
  }

  /// Stops injecting; true where the fault had struck.
  @discardableResult
  package static func disarm() -> Bool {
    isArmed.store(false, ordering: .releasing)
    return state.condition.locked { state.hasStruck }
  }

  /// The error to fail this call with, or `nil` to let it run.
  static func strike(_ path: String) -> Int32? {
    guard isArmed.load(ordering: .relaxed) else { return nil }
    return state.condition.locked {
      guard !state.hasStruck, path.hasPrefix(state.folder) else { return nil }
      if state.left > 0 {
        state.left -= 1
        return nil
      }
      state.hasStruck = true
      return state.errorNumber
    }
  }

  private final class State: @unchecked Sendable {  // unchecked: every field is touched under `condition` only
    let condition = Condition()
    var left = 0
    var errorNumber: Int32 = 0
    var folder = ""
    var hasStruck = false
  }
}
