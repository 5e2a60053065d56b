import Daemon
import Glibc
import Synchronization
import SystemIO
import Vocabulary

/// A daemon over an existing store, on a thread of this process.
package final class RunningDaemon: Sendable {
  private let options: (store: String, socket: String)
  private let stop = Atomic<Bool>(false)
  private let ended = Atomic<Bool>(false)
  private let failure = Mutex<Failure?>(nil)
  private let waker = Mutex<Poller.Waker?>(nil)

  package var socket: String { options.socket }

  /// Starts to serve; callers may connect when this returns.
  package init(store: String, socket: String? = nil) throws {
    options = (store, socket ?? Server.Options(store: store).socket)
    Threads.start { [self] in
      do {
        var served = Server.Options(store: options.store)
        served.socket = options.socket
        let server = try Server(served, Server.Signals { [self] in stop.load(ordering: .relaxed) })
        waker.withLock { $0 = server.waker }
        try server.run()
        waker.withLock { $0 = nil }
      } catch let error {
        failure.withLock { $0 = error as? Failure ?? Failure(.system, "the daemon failed") }
      }
      ended.store(true, ordering: .sequentiallyConsistent)
    }
    for _ in 0..<500 {
      if (try? UnixSocket(connectingTo: options.socket)) != nil { return }
      if let failure = failure.withLock({ $0 }) { throw failure }
      usleep(10_000)
    }
    throw Failure(.system, "the daemon did not come up")
  }

  /// Stops to serve, as at SIGTERM.
  package func end() throws {
    stop.store(true, ordering: .relaxed)
    waker.withLock { $0?.wakeUp() }
    for _ in 0..<1000 {
      if ended.load(ordering: .sequentiallyConsistent) { return }
      usleep(10_000)
    }
    throw Failure(.system, "the daemon did not end")
  }
}
