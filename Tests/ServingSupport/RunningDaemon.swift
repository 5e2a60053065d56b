package import Daemon
import Glibc
import Synchronization
import SystemIO
import Vocabulary

/// A daemon over an existing store, on a thread of this process; it ends with ``end()``, or when it is let go.
package final class RunningDaemon: Sendable {
  // What the thread shares with the test. It holds nothing else, so that letting go of the daemon ends it.
  private final class State: Sendable {
    let stop = Atomic<Bool>(false)
    let reload = Atomic<Bool>(false)
    let ended = Atomic<Bool>(false)
    let failure = Mutex<Failure?>(nil)
    let waker = Mutex<Poller.Waker?>(nil)
  }

  private let state = State()
  package let socket: String

  /// Starts to serve; callers may connect when this returns.
  package convenience init(store: String, socket: String? = nil) throws {
    var options = Server.Options(store: store)
    if let socket { options.socket = socket }
    try self.init(options)
  }

  package init(_ options: Server.Options) throws {
    socket = options.socket
    Threads.start { [state, options] in
      do {
        let server = try Server(
          options,
          Server.Signals(
            shouldStop: { state.stop.load(ordering: .relaxed) },
            shouldReload: { state.reload.exchange(false, ordering: .sequentiallyConsistent) }))
        state.waker.withLock { $0 = server.waker }
        try server.run()
        state.waker.withLock { $0 = nil }
      } catch let error {
        state.failure.withLock { $0 = error as? Failure ?? Failure(.system, "the daemon failed") }
      }
      state.ended.store(true, ordering: .sequentiallyConsistent)
    }
    for _ in 0..<500 {
      if (try? UnixSocket(connectingTo: socket)) != nil { return }
      if let failure = state.failure.withLock({ $0 }) { throw failure }
      usleep(10_000)
    }
    throw Failure(.system, "the daemon did not come up")
  }

  deinit { try? end() }

  /// Reads the configuration again, as at SIGHUP; done when this returns.
  package func reload() {
    state.reload.store(true, ordering: .sequentiallyConsistent)
    state.waker.withLock { $0?.wakeUp() }
    while state.reload.load(ordering: .sequentiallyConsistent) { usleep(1000) }
  }

  /// Stops to serve, as at SIGTERM.
  package func end() throws {
    state.stop.store(true, ordering: .relaxed)
    state.waker.withLock { $0?.wakeUp() }
    for _ in 0..<6000 {
      if state.ended.load(ordering: .sequentiallyConsistent) {
        if let failure = state.failure.withLock({ $0 }) { throw failure }
        return
      }
      usleep(10_000)
    }
    throw Failure(.system, "the daemon did not end")
  }
}
