import Attune
import Protocol
import SystemIO
import Vocabulary

/// Does what takes long, one job after another, on a thread and an engine of its own.
///
/// The thread lives while there is something to do. The server finds what a job changed by the store's counters.
final class Worker: Sendable {
  typealias Job = @Sendable (Engine) throws -> [UInt8]

  /// A job that has ended.
  struct Finished: Sendable {
    /// What the job was submitted under.
    var ticket: Int
    var result: Result<[UInt8], CallError>
  }

  private final class State: @unchecked Sendable {  // unchecked: every field is touched under `lock` only
    var queue: [(ticket: Int, isExclusive: Bool, job: Job)] = []
    var finished: [Finished] = []
    /// The thread lives.
    var isRunning = false
    /// A job is under way.
    var isBusy = false
    var isExclusive = false
    /// Idle, while no thread lives; the next takes it over.
    var engine: Engine?
    /// People whose timelines are kept in memory since the last job ended.
    var peopleInTraining = 0
  }

  /// Another process may be importing for long.
  private static var opening: Engine.Options {
    var options = Engine.Options()
    options.patience = 600_000
    return options
  }

  private let state = State()
  private let lock = Condition()
  private let store: String
  private let waker: Poller.Waker

  /// - Parameter waker: Told whenever a job has ended.
  init(store: String, waker: Poller.Waker) {
    self.store = store
    self.waker = waker
  }

  /// Jobs that are not finished.
  var depth: Int { lock.locked { state.queue.count + (state.isBusy ? 1 : 0) } }

  /// People whose timelines are in memory for the next to leave.
  var peopleInTraining: Int { lock.locked { state.peopleInTraining } }

  /// Whether a job is under way or waiting that keeps others from writing to the store.
  var keepsWritersOut: Bool {
    lock.locked { state.isExclusive || state.queue.contains { $0.isExclusive } }
  }

  /// - Parameter isExclusive: The job holds the store's write lock for long.
  func submit(_ ticket: Int, isExclusive: Bool, _ job: @escaping Job) {
    lock.locked {
      state.queue.append((ticket, isExclusive, job))
      if state.isRunning { return }
      state.isRunning = true
      Threads.start { [self] in run() }
    }
  }

  /// What has ended since this was last asked.
  func takeFinished() -> [Finished] {
    lock.locked {
      defer { state.finished = [] }
      return state.finished
    }
  }

  /// Lets go what is kept in memory of the last training, unless a job is at work with it; true where there was any.
  func forgetTraining() -> Bool {
    lock.locked {
      guard state.engine?.training != nil else { return false }
      (state.engine, state.peopleInTraining) = (nil, 0)
      return true
    }
  }

  /// Lets go what has not begun, as finished with a word; what is under way goes on.
  func cancelWaiting() {
    lock.locked {
      let error = CallError(Failure(.busy, "the daemon is stopping", remedy: "Call again when it is back"))
      state.finished += state.queue.map { Finished(ticket: $0.ticket, result: .failure(error)) }
      state.queue = []
    }
  }

  /// Waits until no job is under way and closes everything; for the end of the process.
  func join() {
    lock.locked {
      while state.isRunning { lock.wait() }
      state.engine = nil
    }
  }

  private func open() throws -> Engine {
    let idle = lock.locked {
      defer { state.engine = nil }
      return state.engine
    }
    if let idle { return idle }
    let engine = try Engine.open(store, options: Worker.opening)
    engine.keepsTraining = true
    return engine
  }

  /// Does what a job has left for after its answer, before anything else is done.
  private func finish(_ engine: Engine) {
    do { try engine.finish() } catch {
      Journal.note("unfinished", [("what", (error as? Failure)?.what ?? "unexpected")])
    }
  }

  private func run() {
    var engine: Engine?
    while true {
      let next: (ticket: Int, isExclusive: Bool, job: Job)? = lock.locked {
        guard !state.queue.isEmpty else { return nil }
        let next = state.queue.removeFirst()
        (state.isBusy, state.isExclusive) = (true, next.isExclusive)
        return next
      }
      guard let next else { break }
      let result: Result<[UInt8], CallError>
      do {
        let known = try engine ?? open()
        engine = known
        result = .success(try next.job(known))
      } catch {
        result = .failure(CallError.of(error))
      }
      lock.locked {
        state.finished.append(Finished(ticket: next.ticket, result: result))
        state.isExclusive = false
        waker.wakeUp()
      }
      if let engine { finish(engine) }
      lock.locked {
        state.isBusy = false
        state.peopleInTraining = engine?.training?.peopleCount ?? 0
      }
    }
    engine?.rest()
    lock.locked {
      // Whoever hears that the thread has ended finds the engine here and nowhere else.
      (state.engine, engine) = (engine, nil)
      if state.queue.isEmpty {
        state.isRunning = false
        lock.broadcast()
      } else {
        Threads.start { [self] in run() }
      }
    }
  }
}

extension CallError {
  /// The error as a caller sees it; what is not known is not shown.
  static func of(_ error: any Error) -> CallError {
    switch error {
    case let error as CallError: error
    case let failure as Failure: CallError(failure)
    default: CallError(CallError.internal, "an unexpected failure")
    }
  }
}
