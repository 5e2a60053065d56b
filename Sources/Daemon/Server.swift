import Attune
import Protocol
package import SystemIO
import Vocabulary

/// Serves one engine to many callers over a socket of this machine: JSON-RPC 2.0, one object a line.
///
/// One thread does everything in turns: read what has come, answer it, commit what was recorded in the turn for all
/// callers at once, send. So the engine needs no locks, and a slow or stuck caller keeps nobody waiting.
package final class Server {
  /// How to serve.
  package struct Options {
    package var store: String
    package var socket: String
    /// Who may connect, as permissions of the socket's file.
    package var mode: UInt32 = 0o600
    /// More connections wait to be accepted.
    package var maxConnections = 4000

    package init(store: String) {
      self.store = store
      socket = store + "/attuned.sock"
    }
  }

  private let engine: Engine
  private let listener: UnixListener
  private let poller: Poller
  private let options: Options
  private let shouldStop: () -> Bool
  private var connections: [Int32: Connection] = [:]
  /// Connections that may have whole lines left.
  private var ready: Set<Int32> = []
  private var isListening = true
  private var metrics = Metrics()
  private var recorded: [Recorded] = []
  private let buffer = Chunk()

  /// Lines of one connection in one turn.
  private static let share = 32
  /// How long a stopping server waits for callers to take their answers, in seconds.
  private static let patience: UInt64 = 5

  /// One call of `record` that waits for the turn's commit.
  private struct Recorded {
    var connection: Connection
    var id: JSONValue?
    var reply: Reply
    var lines: [UInt8]
    var start: UInt64
  }

  /// The memory that everything is read into.
  @safe private final class Chunk {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    deinit { unsafe bytes.deallocate() }
  }

  /// - Parameter shouldStop: Asked in every turn; true drains and ends.
  /// - Throws: ``Failure`` where the store does not open, or somebody is serving on the socket.
  package init(_ options: Options, shouldStop: @escaping () -> Bool) throws {
    self.options = options
    self.shouldStop = shouldStop
    engine = try Engine.open(options.store)
    listener = try UnixListener(path: options.socket, mode: options.mode)
    poller = try Poller()
    try poller.add(listener.number, .reading)
  }

  /// Ends a wait, so that ``run()`` asks whether to stop; may be called from a signal handler.
  package var waker: Poller.Waker { poller.waker }

  /// Serves until asked to stop; every call read by then is answered.
  package func run() throws {
    while !shouldStop() {
      // Nothing is left undone while waiting: unread lines end the wait at once.
      try turn(waiting: ready.isEmpty ? -1 : 0)
    }
    isListening = false
    poller.remove(listener.number)
    listener.close()
    let deadline = Clock.monotonicNanoseconds() + Server.patience * 1_000_000_000
    try turn(waiting: 0)
    while !ready.isEmpty || connections.values.contains(where: \.hasOutput), Clock.monotonicNanoseconds() < deadline {
      try turn(waiting: ready.isEmpty ? 50 : 0)
    }
  }

  // MARK: A turn

  private func turn(waiting milliseconds: Int32) throws {
    for event in try poller.wait(milliseconds) {
      if event.number == listener.number {
        if isListening { try accept() }
      } else if let connection = connections[event.number] {
        if event.canRead { receive(connection) }
      }
    }
    var touched: Set<Int32> = []
    for number in ready.sorted() {
      guard let connection = connections[number] else { continue }
      touched.insert(number)
      answerLines(of: connection)
    }
    commitRecorded()
    for number in touched.union(connections.filter { $0.value.hasOutput }.keys) {
      if let connection = connections[number] { settle(connection) }
    }
  }

  private func accept() throws {
    while connections.count < options.maxConnections {
      let socket: UnixSocket?
      do { socket = try listener.accept() } catch let failure as Failure {
        // Too many open files: those who wait are taken when somebody leaves.
        Journal.note("accept failed", [("what", failure.what)])
        return
      }
      guard let socket else { return }
      let peer = try socket.peer()
      let isOwner = peer.user == 0 || peer.user == Processes.userID
      connections[socket.number] = Connection(socket, role: isOwner ? .officer : .serve)
      try poller.add(socket.number, .reading)
    }
  }

  private func receive(_ connection: Connection) {
    do {
      try unsafe connection.receive(buffer.bytes)
      ready.insert(connection.socket.number)
    } catch {
      drop(connection)
    }
  }

  private func answerLines(of connection: Connection) {
    for _ in 0..<Server.share where connection.canAnswer {
      guard let line = connection.nextLine() else {
        if connection.isOverlong {
          let error = CallError(
            CallError.invalidRequest, "a line that is too long", expected: "at most \(Connection.lineLimit) bytes")
          connection.send(Outgoing.answer(to: .null, .failure(error)))
          connection.isClosing = true
        }
        return
      }
      if line.allSatisfy({ $0 == 32 || $0 == 9 }) { continue }
      answer(Incoming(line: line), connection)
    }
  }

  private func settle(_ connection: Connection) {
    let number = connection.socket.number
    do {
      guard try connection.flush() else { return drop(connection) }
      let isDone = connection.isClosing || connection.hasEnded && !connection.mayHaveLine
      if isDone, !connection.hasOutput { return drop(connection) }
      var interest: Poller.Interest = connection.wantsReading ? .reading : []
      if connection.hasOutput { interest.insert(.writing) }
      try poller.change(number, interest)
      if connection.canAnswer { ready.insert(number) } else { ready.remove(number) }
    } catch {
      drop(connection)
    }
  }

  private func drop(_ connection: Connection) {
    let number = connection.socket.number
    poller.remove(number)
    connections[number] = nil
    ready.remove(number)
  }

  // MARK: Calls

  /// Collects the answers of one line.
  private final class Reply {
    let isBatch: Bool
    /// How many calls of the line are not answered yet.
    var open: Int
    var answers: [[UInt8]] = []

    init(isBatch: Bool, calls: Int) {
      self.isBatch = isBatch
      open = calls
    }
  }

  private func answer(_ incoming: Incoming, _ connection: Connection) {
    let calls: [Result<Request, Incoming.Refused>]
    switch incoming {
    case .single(let call): calls = [call]
    case .batch(let all): calls = all
    }
    var isBatch = false
    if case .batch = incoming { isBatch = true }
    let reply = Reply(isBatch: isBatch, calls: calls.count)
    for call in calls {
      switch call {
      case .failure(let refused):
        metrics.note("invalid", outcome: "\(refused.error.code)", nanoseconds: 0)
        finish(reply, connection, id: refused.id, .failure(refused.error))
      case .success(let request): perform(request, reply, connection)
      }
    }
  }

  private func perform(_ request: Request, _ reply: Reply, _ connection: Connection) {
    let start = Clock.monotonicNanoseconds()
    if request.method == "record" {
      do {
        let lines = try Server.lines(of: request)
        connection.isWaiting = true
        recorded.append(
          Recorded(connection: connection, id: request.id, reply: reply, lines: lines, start: start))
      } catch {
        note("record", start, "\(error.code)")
        finish(reply, connection, id: request.id, .failure(error))
      }
      return
    }
    let isKnown = Method.all[request.method] != nil || ["health", "metrics"].contains(request.method)
    do {
      let answer = try self.answer(to: request, connection.role)
      note(request.method, start, answer.outcome)
      finish(reply, connection, id: request.id, .success(answer.json))
    } catch {
      note(isKnown ? request.method : "unknown", start, "\(error.code)")
      finish(reply, connection, id: request.id, .failure(error))
    }
  }

  private func answer(to request: Request, _ role: Role) throws(CallError) -> Method.Answer {
    do throws(any Error) {
      var parameters = Parameters(request.params)
      switch request.method {
      case "health":
        try parameters.finish()
        return Method.Answer(json: Array("{\"ok\":true}".utf8))
      case "metrics":
        try parameters.finish()
        let trained = try engine.status().trained
        let age = trained.map { Int(max(0, (Clock.now().milliseconds - $0.milliseconds) / 1000)) }
        return Method.Answer(json: JSONValue.string(metrics.text(connections: connections.count, modelAge: age)).bytes)
      default:
        guard let method = Method.all[request.method] else {
          throw CallError(
            CallError.methodNotFound, "no method has this name", at: "method",
            expected: (Method.all.keys + ["record", "health", "metrics"]).sorted().joined(separator: ", "))
        }
        guard role >= method.role else {
          Journal.note("refused", [("method", method.name)])
          throw Failure(.refused, "this caller may not do this", at: "method", expected: "the role officer")
        }
        return try method.run(engine, &parameters)
      }
    } catch let error as CallError {
      throw error
    } catch let failure as Failure {
      if failure.code == .badStore || failure.code == .system {
        Journal.note("failed", [("method", request.method), ("what", failure.what)])
      }
      throw CallError(failure)
    } catch {
      Journal.note("failed", [("method", request.method), ("what", "unexpected")])
      throw CallError(CallError.internal, "an unexpected failure")
    }
  }

  private func finish(
    _ reply: Reply, _ connection: Connection, id: JSONValue?, _ result: Result<[UInt8], CallError>
  ) {
    reply.open -= 1
    if let id { reply.answers.append(Outgoing.answer(to: id, result)) }
    guard reply.open == 0 else { return }
    if reply.isBatch {
      if let line = Outgoing.batch(reply.answers) { connection.send(line) }
    } else if let line = reply.answers.first {
      connection.send(line)
    }
  }

  private func note(_ method: String, _ start: UInt64, _ outcome: String) {
    metrics.note(method, outcome: outcome, nanoseconds: Clock.monotonicNanoseconds() - start)
  }

  // MARK: Recording

  /// The events of a call as lines for the reader; an event without a time happened now.
  private static func lines(of request: Request) throws(CallError) -> [UInt8] {
    var parameters = Parameters(request.params)
    guard let events = try parameters.objects("events") else {
      throw CallError(
        CallError.invalidParams, "the parameter 'events' is missing", at: "events",
        expected: "one event or a list of them")
    }
    try parameters.finish()
    if events.count > 10_000 {
      throw CallError(CallError.invalidParams, "\(events.count) events", at: "events", expected: "at most 10000")
    }
    var lines: [UInt8] = []
    for event in events {
      guard case .object(var members) = event else { continue }
      if event["time"] == nil { members.append(JSONValue.Member("time", .integer(Clock.now().milliseconds))) }
      JSONValue.object(members).write(to: &lines)
      lines.append(10)
    }
    return lines
  }

  /// Commits what the turn's callers recorded, once for all of them, and then answers them.
  private func commitRecorded() {
    if recorded.isEmpty { return }
    let calls = recorded
    recorded = []
    var results: [Result<RecordReport, Failure>]
    do {
      results = try engine.record(calls.map(\.lines))
    } catch {
      let failure = error as? Failure ?? Failure(.system, "an unexpected failure")
      Journal.note("failed", [("method", "record"), ("what", failure.what)])
      results = calls.map { _ in .failure(failure) }
    }
    for (index, call) in calls.enumerated() {
      call.connection.isWaiting = false
      switch results[index] {
      case .success(let report):
        note("record", call.start, "ok")
        finish(call.reply, call.connection, id: call.id, .success(report.json))
      case .failure(let failure):
        let error = CallError(failure)
        note("record", call.start, "\(error.code)")
        finish(call.reply, call.connection, id: call.id, .failure(error))
      }
    }
  }
}
