import Attune
import Protocol
import SystemIO
import Vocabulary

/// Does what takes long, one job after another, on a thread and an engine of its own.
///
/// The thread lives while there is something to do. The server finds what a job changed by the store's counters.
///
/// A job may leave something to be done after its answer (``Engine/finish()``), which comes before any other job; but
/// erasures and what else ends with a search of the files may follow each other, and share one.
final class Worker: Sendable {
  typealias Job = @Sendable (Engine) throws -> Outcome

  /// What a job gives.
  enum Outcome {
    case answer([UInt8])
    /// The answer is had once what was left to be done is.
    case afterFinishing((Engine.FinishedErasures) throws -> [UInt8])
  }

  /// A job in the queue.
  private struct Order {
    var ticket: Int
    var isExclusive: Bool
    var sharesSearch: Bool
    var job: Job
  }

  /// A job that has ended.
  struct Finished: Sendable {
    /// What the job was submitted under.
    var ticket: Int
    var result: Result<[UInt8], CallError>
  }

  private final class State: @unchecked Sendable {  // unchecked: every field is touched under `lock` only
    var queue: [Order] = []
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
    var fileSearches = 0
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

  /// How often the files were searched for what was erased.
  var fileSearches: Int { lock.locked { state.fileSearches } }

  /// Whether a job is under way or waiting that keeps others from writing to the store.
  var keepsWritersOut: Bool {
    lock.locked { state.isExclusive || state.queue.contains { $0.isExclusive } }
  }

  /// - Parameters:
  ///   - isExclusive: The job holds the store's write lock for long.
  ///   - sharesSearch: Whether it may be begun before what earlier ones have left is done.
  func submit(_ ticket: Int, isExclusive: Bool, sharesSearch: Bool = false, _ job: @escaping Job) {
    lock.locked {
      state.queue.append(Order(ticket: ticket, isExclusive: isExclusive, sharesSearch: sharesSearch, job: job))
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

  private static let notSearched = Failure(
    .system, "it is erased, and the files could not be searched, because another erasure failed",
    remedy: "Call verify, or erase again: what is left is wiped with the next erasure or sweep")

  /// What the thread does next.
  private enum Step {
    case job(Order)
    case finish
  }

  private func nextStep(_ engine: Engine?) -> Step? {
    lock.locked {
      state.isBusy = true
      let isUnfinished = engine?.isUnfinished ?? false
      if isUnfinished, state.queue.first?.sharesSearch != true || engine?.mayBeginMore != true { return .finish }
      guard !state.queue.isEmpty else {
        state.isBusy = false
        return nil
      }
      let next = state.queue.removeFirst()
      state.isExclusive = next.isExclusive
      return .job(next)
    }
  }

  private func tell(_ ticket: Int, _ result: Result<[UInt8], CallError>) {
    lock.locked {
      state.finished.append(Finished(ticket: ticket, result: result))
      state.isExclusive = false
      waker.wakeUp()
    }
  }

  private func run() {
    var engine: Engine?
    /// Those who are answered when the files have been searched.
    var waiting: [(ticket: Int, answer: (Engine.FinishedErasures) throws -> [UInt8])] = []
    while let step = nextStep(engine) {
      var searchesBefore = engine?.fileSearches
      // What they are answered from; one that fails after they were begun takes the search along.
      var searched: Result<Engine.FinishedErasures, any Error> = .failure(Worker.notSearched)
      switch step {
      case .finish:
        guard let engine else { preconditionFailure("nobody began what is to be finished") }
        searched = Result { try engine.finish() }
        if case .failure(let error) = searched {
          Journal.note("unfinished", [("what", (error as? Failure)?.what ?? "unexpected")])
        }
      case .job(let next):
        do {
          let known = try engine ?? open()
          engine = known
          searchesBefore = searchesBefore ?? known.fileSearches
          switch try next.job(known) {
          case .answer(let bytes): tell(next.ticket, .success(bytes))
          case .afterFinishing(let answer): waiting.append((next.ticket, answer))
          }
        } catch {
          tell(next.ticket, .failure(CallError.of(error)))
        }
      }
      if engine?.isUnfinished != true {
        for (ticket, answer) in waiting {
          tell(ticket, Result { try answer(searched.get()) }.mapError { CallError.of($0) })
        }
        waiting = []
      }
      lock.locked {
        if let engine { state.fileSearches += engine.fileSearches - (searchesBefore ?? 0) }
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
