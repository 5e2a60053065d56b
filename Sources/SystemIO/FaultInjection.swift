import CSystem
import Glibc
import Synchronization

/// Makes the n-th system call that changes a file fail, for tests; inert otherwise.
///
/// Compiled in always so that what is tested is what runs: one relaxed load a call. A fault belongs to a folder and
/// counts the calls under it, so that tests running beside each other do not take or replace each other's.
package enum FaultInjection {
  private static let isArmed = Atomic<Bool>(false)
  private static let state = State()

  /// Lets `calls` calls on paths that begin with `folder` pass and fails the one after with `errno`.
  package static func fail(after calls: Int, errno: Int32, under folder: String) {
    state.condition.locked {
      state.faults.removeAll { $0.folder == folder }
      state.faults.append(Fault(folder: folder, left: calls, errorNumber: errno))
      isArmed.store(true, ordering: .releasing)
    }
  }

  /// Takes the fault of `folder` away; true where it had struck.
  @discardableResult
  package static func disarm(under folder: String) -> Bool {
    state.condition.locked {
      let hasStruck = state.faults.contains { $0.folder == folder && $0.hasStruck }
      state.faults.removeAll { $0.folder == folder }
      isArmed.store(!state.faults.isEmpty, ordering: .releasing)
      return hasStruck
    }
  }

  /// The error to fail this call with, or `nil` to let it run.
  static func strike(_ path: String) -> Int32? {
    guard isArmed.load(ordering: .relaxed) else { return nil }
    return state.condition.locked {
      guard let place = state.faults.firstIndex(where: { !$0.hasStruck && path.hasPrefix($0.folder) }) else {
        return nil
      }
      if state.faults[place].left > 0 {
        state.faults[place].left -= 1
        return nil
      }
      state.faults[place].hasStruck = true
      return state.faults[place].errorNumber
    }
  }

  private struct Fault {
    let folder: String
    var left: Int
    let errorNumber: Int32
    var hasStruck = false
  }

  private final class State: @unchecked Sendable {  // unchecked: the field is touched under `condition` only
    let condition = Condition()
    var faults: [Fault] = []
  }
}
