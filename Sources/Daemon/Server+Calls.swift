import Attune
import Protocol
import SystemIO
import Vocabulary

/// A call on its way to its answer.
struct Call {
  var connection: Connection
  /// `nil` for a notification.
  var id: JSONValue?
  var reply: Reply
  var method: String
  var start: UInt64
}

/// Collects the answers of one line.
final class Reply {
  let isBatch: Bool
  /// How many calls of the line are not answered yet.
  var open: Int
  var answers: [[UInt8]] = []

  init(isBatch: Bool, calls: Int) {
    self.isBatch = isBatch
    open = calls
  }
}

/// What a turn has to answer once it has committed.
struct Turn {
  enum Outcome {
    case known(Result<Method.Answer, CallError>)
    /// Events, by their place among the turn's records.
    case record(Int)
  }

  var calls: [(call: Call, outcome: Outcome)] = []
  var records: [[UInt8]] = []
  private var touched: Set<Int32> = []

  mutating func touch(_ connection: Connection) { touched.insert(connection.socket.number) }

  /// The connections that something was answered to.
  mutating func takeTouched() -> Set<Int32> {
    defer { touched.removeAll(keepingCapacity: true) }
    return touched
  }
}

extension Server {
  func answer(_ incoming: Incoming, _ connection: Connection) {
    let calls: [Result<Request, Incoming.Refused>]
    var isBatch = false
    switch incoming {
    case .single(let call): calls = [call]
    case .batch(let all): (calls, isBatch) = (all, true)
    }
    let reply = Reply(isBatch: isBatch, calls: calls.count)
    connection.openCalls += calls.count
    let start = Clock.monotonicNanoseconds()
    for call in calls {
      switch call {
      case .failure(let refused):
        settle(
          Call(connection: connection, id: refused.id, reply: reply, method: "invalid", start: start),
          .failure(refused.error))
      case .success(let request):
        let method = Method.all[request.method]
        let audience = method?.audience ?? Method.own[request.method]
        let call = Call(
          connection: connection, id: request.id, reply: reply,
          method: audience == nil ? "unknown" : request.method, start: start)
        perform(request, method, audience, call)
      }
    }
  }

  /// - Parameters:
  ///   - method: `nil` for one of the server's own.
  ///   - audience: `nil` for a name that no method has.
  private func perform(_ request: Request, _ method: Method?, _ audience: Audience?, _ call: Call) {
    do {
      guard let audience else {
        throw CallError(
          CallError.methodNotFound, "no method has this name", at: "method",
          expected: (Array(Method.all.keys) + Method.own.keys).sorted().joined(separator: ", "))
      }
      let role = call.connection.role
      guard audience.includes(role) else {
        Journal.note("refused", [("method", request.method), ("role", role.name)])
        throw Failure(
          .refused, "this caller may not do this", at: "method",
          expected: audience.needed,
          remedy: role == .nobody ? "Present a token with authenticate" : "Ask whoever runs the daemon")
      }
      var restriction: String?
      if case .subject(let subject) = role { restriction = subject }
      try perform(request, method, Parameters(request.params, restriction: restriction), call)
    } catch {
      fail(call, error)
    }
  }

  private func perform(_ request: Request, _ method: Method?, _ parameters: Parameters, _ call: Call) throws {
    var parameters = parameters
    switch request.method {
    case "health":
      try parameters.finish()
      settle(call, .success(Method.Answer(json: Array("{\"ok\":true}".utf8))))
    case "metrics":
      try parameters.finish()
      settle(call, .success(Method.Answer(json: JSONValue.string(try metricsText()).bytes)))
    case "authenticate":
      let token = try parameters.requiredText("token")
      try parameters.finish()
      guard let subject = engine.subject(ofToken: token) else {
        throw Failure(
          .refused, "the token is not good", at: "token", expected: "a token of this store that has not expired",
          remedy: "Have a new one issued with the method token")
      }
      // Whoever speaks for a person has no other rights from then on.
      call.connection.role = .subject(subject)
      settle(call, .success(Method.Answer(json: Array("{\"ok\":true}".utf8))))
    case "record":
      let lines = try parameters.lines("events") { event in
        // An event without a time happened now.
        event["time"] == nil ? [JSONValue.Member("time", .integer(Clock.now().milliseconds))] : []
      }
      try parameters.finish()
      record(lines, call)
    default:
      guard let method else { preconditionFailure("a method without a home") }
      let isJob = method.lane == .job || method.lane == .exclusiveJob || method.needsWorker(request.params)
      let caller = Engine.Caller(role: call.connection.role.name, account: call.connection.peer.user)
      let job: Worker.Job = { [parameters] engine in
        var parameters = parameters
        engine.caller = caller
        let answer = try method.run(engine, &parameters)
        return answer.afterFinishing.map { .afterFinishing($0) } ?? .answer(answer.json)
      }
      if isJob || method.lane == .write && worker.keepsWritersOut {
        return submit(
          call, isExclusive: method.lane == .exclusiveJob, sharesSearch: method.sharesSearch, job)
      }
      engine.caller = caller
      do {
        var answer = try method.run(engine, &parameters)
        // Who looked at something is on record before they see it.
        if method.lane == .answer { answer.isRecorded = true }
        settle(call, .success(answer))
      } catch let failure as Failure {
        guard failure.code == .busy, method.lane == .write else { throw failure }
        // Another process writes for long: the worker waits for it, and later writers behind the worker.
        submit(call, isExclusive: true, job)
      }
      // What was changed holds for every call that is answered after it.
      if method.lane == .write { engine.beginTurn() }
    }
  }

  private func record(_ lines: [UInt8], _ call: Call) {
    // The caller's next line waits, so that it sees the event.
    call.connection.isWaiting = true
    if worker.keepsWritersOut {
      return submit(call, isExclusive: false, Server.recording(lines))
    }
    turn.calls.append((call, .record(turn.records.count)))
    turn.records.append(lines)
  }

  private static func recording(_ lines: [UInt8]) -> Worker.Job {
    { engine in .answer(try engine.record([lines])[0].get().json) }
  }

  // MARK: Answers

  private func settle(_ call: Call, _ result: Result<Method.Answer, CallError>) {
    turn.calls.append((call, .known(result)))
  }

  private func fail(_ call: Call, _ error: any Error) {
    let failure = error as? Failure
    if failure?.code == .badStore || failure?.code == .system || failure == nil && !(error is CallError) {
      Journal.note("failed", [("method", call.method), ("what", failure?.what ?? "unexpected")])
    }
    settle(call, .failure(CallError.of(error)))
  }

  /// Commits what the turn's callers recorded and what was decided for them, and only then answers.
  func commitTurn() {
    var decisionsFailed: CallError?
    do { try engine.commitTurn() } catch {
      Journal.note("failed", [("method", "decisions"), ("what", (error as? Failure)?.what ?? "unexpected")])
      decisionsFailed = CallError.of(error)
    }
    if turn.calls.isEmpty { return }
    let (calls, records) = (turn.calls, turn.records)
    turn.calls.removeAll(keepingCapacity: true)
    turn.records.removeAll(keepingCapacity: true)
    let reports = recordReports(records)
    for (call, outcome) in calls {
      switch outcome {
      case .record(let index):
        guard let reports else {
          // Another process writes for long.
          submit(call, isExclusive: true, Server.recording(records[index]))
          continue
        }
        call.connection.isWaiting = false
        deliver(call, reports[index].map { Method.Answer(json: $0.json) }.mapError { CallError($0) })
      case .known(.success(let answer)) where answer.isRecorded && decisionsFailed != nil:
        deliver(call, .failure(decisionsFailed ?? CallError(CallError.internal, "")))
      case .known(let result): deliver(call, result)
      }
    }
  }

  /// What became of each record; `nil` where another process keeps writers out.
  private func recordReports(_ records: [[UInt8]]) -> [Result<RecordReport, Failure>]? {
    if records.isEmpty { return [] }
    do { return try engine.record(records) } catch {
      let failure = error as? Failure ?? Failure(.system, "an unexpected failure")
      if failure.code == .busy { return nil }
      Journal.note("failed", [("method", "record"), ("what", failure.what)])
      return records.map { _ in .failure(failure) }
    }
  }

  private func deliver(_ call: Call, _ result: Result<Method.Answer, CallError>) {
    let outcome: String
    let bytes: Result<[UInt8], CallError>
    switch result {
    case .success(let answer): (outcome, bytes) = (answer.outcome, .success(answer.json))
    case .failure(let error): (outcome, bytes) = ("\(error.code)", .failure(error))
    }
    metrics.note(call.method, outcome: outcome, nanoseconds: Clock.monotonicNanoseconds() - call.start)
    call.connection.openCalls -= 1
    turn.touch(call.connection)
    let reply = call.reply
    reply.open -= 1
    if let id = call.id { reply.answers.append(Outgoing.answer(to: id, bytes)) }
    guard reply.open == 0 else { return }
    if reply.isBatch {
      if let line = Outgoing.batch(reply.answers) { call.connection.send(line) }
    } else if let line = reply.answers.first {
      call.connection.send(line)
    }
  }

  // MARK: Long calls

  private func submit(
    _ call: Call, isExclusive: Bool, sharesSearch: Bool = false, _ job: @escaping Worker.Job
  ) {
    lastTicket += 1
    jobs[lastTicket] = call
    worker.submit(lastTicket, isExclusive: isExclusive, sharesSearch: sharesSearch, job)
  }

  func finishJob(_ finished: Worker.Finished) {
    guard let call = jobs.removeValue(forKey: finished.ticket) else { return }
    call.connection.isWaiting = false
    turn.calls.append((call, .known(finished.result.map { Method.Answer(json: $0) })))
  }

  private func metricsText() throws -> String {
    let trained = try engine.status().trained
    return metrics.text(
      connections: connections.count, jobs: worker.depth, people: engine.cachedPeople,
      training: worker.peopleInTraining, searches: worker.fileSearches,
      modelAge: trained.map { Int(max(0, (Clock.now().milliseconds - $0.milliseconds) / 1000)) },
      resident: Memory.residentBytes())
  }
}
