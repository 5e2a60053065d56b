import CSystem
import Glibc

/// A mutex with a condition, on pthreads.
///
/// `Synchronization.Mutex` is reported falsely by the thread sanitizer, and has no condition to wait for.
@safe package final class Condition: @unchecked Sendable {  // unchecked: the two pthread objects are made for sharing
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>

  package init() {
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  package func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// Waits for ``broadcast()``; call inside ``locked(_:)``.
  package func wait() { unsafe pthread_cond_wait(condition, mutex) }

  package func broadcast() { unsafe pthread_cond_broadcast(condition) }
}

/// Threads for long work beside a server.
package enum Threads {
  /// Runs `body` on a thread of its own, which ends with it or with the process.
  package static func start(_ body: @escaping @Sendable () -> Void) { Thread.start(body) }
}

/// Threads without a run loop.
enum Thread {
  /// Runs `body` on a thread of its own.
  static func start(_ body: @escaping () -> Void) {
    final class Box { let body: () -> Void; init(_ body: @escaping () -> Void) { self.body = body } }
    let box = unsafe Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    let started = unsafe pthread_create(
      &thread, nil,
      { argument in
        if let argument = unsafe argument { unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, box.toOpaque())
    precondition(started == 0, "the system gives no thread")
    pthread_detach(thread)
  }
}
