import Attune
import Protocol
package import SystemIO
import Vocabulary

/// Serves one engine to many callers over a socket of this machine: JSON-RPC 2.0, one object a line.
///
/// One thread does everything in turns: read what has come, answer it, commit what the turn recorded and decided for
/// all callers at once, send. So the engine needs no locks, and a slow or stuck caller keeps nobody waiting. What takes
/// long is done beside it by a ``Worker``.
package final class Server {
  /// How to serve.
  package struct Options {
    package var store: String
    package var socket: String
    /// Who may connect, as permissions of the socket's file.
    package var mode: UInt32 = 0o600
    /// Read at the start and whenever ``Server`` is asked to reload.
    package var configuration: String?
    /// Seconds from one training to the next, whatever the configuration says.
    package var trainEvery: Int?
    /// A socket that listens already, in place of ``socket``.
    package var inherited: Int32?

    package init(store: String) {
      self.store = store
      socket = store + "/attuned.sock"
    }
  }

  /// What a server is asked from outside, in every turn.
  package struct Signals {
    /// True drains and ends.
    package var shouldStop: () -> Bool
    /// True reads the configuration again.
    package var shouldReload: () -> Bool

    package init(shouldStop: @escaping () -> Bool, shouldReload: @escaping () -> Bool = { false }) {
      self.shouldStop = shouldStop
      self.shouldReload = shouldReload
    }
  }

  let engine: Engine
  let worker: Worker
  var metrics = Metrics()
  var configuration: Configuration
  var connections: [Int32: Connection] = [:]
  /// The turn's answers, in the order of the calls.
  var turn = Turn()
  /// Calls that the worker has, by ticket.
  var jobs: [Int: Call] = [:]
  var lastTicket = 0
  private let listener: UnixListener
  private let poller: Poller
  private let options: Options
  private let signals: Signals
  /// Connections that may have whole lines left, and those that have something to send.
  private var ready: Set<Int32> = []
  private var unsent: Set<Int32> = []
  private var isAccepting = false
  private var nextTraining: UInt64?
  private var nextSweep: UInt64?
  private var nextLook: UInt64 = 0
  private let buffer = Chunk()

  /// Lines of one connection in one turn.
  private static let share = 32
  /// How long a stopping server waits for callers to take their answers, in seconds.
  private static let patience: UInt64 = 5
  /// How long a turn waits for another process that writes, in milliseconds; a worker waits longer.
  private static let moment: Int32 = 20
  private static let second: UInt64 = 1_000_000_000

  /// The memory that everything is read into.
  @safe private final class Chunk {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    deinit { unsafe bytes.deallocate() }
  }

  /// - Throws: ``Failure`` where the store does not open, the configuration does not read, or somebody is serving on
  ///   the socket.
  package init(_ options: Options, _ signals: Signals) throws {
    self.options = options
    self.signals = signals
    configuration = try options.configuration.map { try Configuration(file: $0) } ?? Configuration()
    var opening = Engine.Options()
    opening.patience = Server.moment
    opening.pageCache = 8
    engine = try Engine.open(options.store, options: opening)
    listener =
      try options.inherited.map { try UnixListener(inherited: $0) }
      ?? UnixListener(path: options.socket, mode: options.mode)
    poller = try Poller()
    worker = Worker(store: options.store, waker: poller.waker)
    // Nobody should have to know that a new program wants the model anew.
    if try engine.needsTraining() { train() }
    try applyConfiguration()
  }

  /// Ends a wait, so that ``run()`` asks its signals; may be called from a signal handler.
  package var waker: Poller.Waker { poller.waker }

  /// Serves until asked to stop; every call read by then is answered.
  package func run() throws {
    // The worker wakes the poller, which lives no longer than this.
    defer { worker.join() }
    while !signals.shouldStop() {
      if signals.shouldReload() { reload() }
      try takeTurn(waiting: timeToWait())
      lookAfter()
    }
    try drain()
  }

  private func drain() throws {
    try? ServiceManager.notify("STOPPING=1")
    setAccepting(false)
    listener.close()
    try takeTurn(waiting: 0)
    worker.cancelWaiting()
    while worker.depth > 0 { try takeTurn(waiting: 50) }
    let deadline = Clock.monotonicNanoseconds() + Server.patience * Server.second
    repeat {
      try takeTurn(waiting: ready.isEmpty && !unsent.isEmpty ? 50 : 0)
    } while (!ready.isEmpty || !unsent.isEmpty) && Clock.monotonicNanoseconds() < deadline
  }

  // MARK: Now and then

  /// In milliseconds; −1 for as long as nothing happens.
  private func timeToWait() -> Int32 {
    // Nothing is left undone while waiting: unread lines end the wait at once.
    if !ready.isEmpty { return 0 }
    guard let next = [nextTraining, nextSweep].compactMap(\.self).min() else {
      return configuration.maxMemoryMiB == nil ? -1 : 1000
    }
    let now = Clock.monotonicNanoseconds()
    // A clock of the machine that was asleep is looked at now and then; memory every second.
    let longest = Server.second * (configuration.maxMemoryMiB == nil && nextTraining == nil ? 60 : 1)
    return next <= now ? 0 : Int32(clamping: min(next - now, longest) / 1_000_000 + 1)
  }

  private func lookAfter() {
    if nextTraining == nil, nextSweep == nil, configuration.maxMemoryMiB == nil { return }
    let now = Clock.monotonicNanoseconds()
    if let next = nextSweep, next <= now {
      sweep()
      scheduleSweep()
    }
    if let next = nextTraining, next <= now {
      train()
      scheduleTraining()
    }
    guard now >= nextLook, let limit = configuration.maxMemoryMiB else { return }
    nextLook = now + Server.second
    if let resident = Memory.residentBytes(), resident > Int64(limit) << 20 {
      let hadTraining = worker.forgetTraining()
      if engine.cachedPeople == 0, !hadTraining { return }
      let noted = [("peopleForgotten", "\(engine.cachedPeople)"), ("trainingForgotten", "\(hadTraining)")]
      Journal.note("memory limit reached", noted)
      engine.forgetCached()
    }
  }

  private func train() {
    // One that takes longer than the interval is not started twice.
    guard worker.depth == 0 else { return }
    worker.submit(0, isExclusive: false) { engine in
      do {
        let report = try engine.train()
        Journal.note("trained", [("digest", report.digest), ("seconds", "\(report.seconds)")])
      } catch {
        // The model that is served stays.
        Journal.note("training failed", [("what", (error as? Failure)?.what ?? "unexpected")])
      }
      return .answer([])
    }
  }

  private func sweep() {
    // Whoever waits for the worker is not made to wait for this as well; the next turn of the schedule is soon.
    guard worker.depth == 0 else { return }
    worker.submit(0, isExclusive: true) { engine in
      do {
        // What a full disk, say, had interrupted goes now and not when somebody starts the daemon anew.
        try engine.finishInterrupted()
        let report = try engine.sweep()
        if report.events + report.decisions + report.withdrawn > 0 {
          Journal.note(
            "swept",
            [
              ("events", "\(report.events)"), ("decisions", "\(report.decisions)"),
              ("withdrawn", "\(report.withdrawn)"), ("seconds", "\(report.seconds)"),
            ])
        }
      } catch {
        Journal.note("sweep failed", [("what", (error as? Failure)?.what ?? "unexpected")])
      }
      return .answer([])
    }
  }

  /// Reads what the model was learned from into memory where the configuration wants it there.
  private func readTraining() {
    guard configuration.keepTraining else { return }
    worker.submit(0, isExclusive: false) { engine in
      do { try engine.readTraining() } catch {
        // The first erasure reads it instead.
        Journal.note("training not read", [("what", (error as? Failure)?.what ?? "unexpected")])
      }
      return .answer([])
    }
  }

  private func scheduleSweep() {
    let seconds = configuration.sweepEvery
    nextSweep = seconds == 0 ? nil : Clock.monotonicNanoseconds() + UInt64(seconds) * Server.second
  }

  private func scheduleTraining() {
    let seconds = options.trainEvery ?? configuration.trainEvery
    nextTraining = seconds.map { Clock.monotonicNanoseconds() + UInt64($0) * Server.second }
  }

  private func reload() {
    guard let path = options.configuration else { return Journal.note("nothing to reload") }
    do {
      try? ServiceManager.notify("RELOADING=1")
      configuration = try Configuration(file: path)
      try applyConfiguration()
      for connection in connections.values {
        // Whoever speaks for one person goes on doing so, and gets no other rights back.
        if case .subject = connection.role { continue }
        connection.role = configuration.access.role(of: connection.peer)
      }
      Journal.note("reloaded")
    } catch {
      // What was in force stays in force.
      Journal.note("reload failed", [("what", (error as? Failure).map { "\($0)" } ?? "unexpected")])
    }
    try? ServiceManager.notify("READY=1")
  }

  private func applyConfiguration() throws {
    engine.cachedPeopleLimit = configuration.maxPeople
    setAccepting(connections.count < configuration.maxConnections)
    scheduleTraining()
    scheduleSweep()
    readTraining()
  }

  // MARK: A turn

  private func takeTurn(waiting milliseconds: Int32) throws {
    for event in try poller.wait(milliseconds) {
      if event.number == listener.number {
        accept()
      } else if event.canRead, let connection = connections[event.number] {
        receive(connection)
      }
    }
    for finished in worker.takeFinished() { finishJob(finished) }
    engine.beginTurn()
    var touched = unsent
    for number in ready {
      guard let connection = connections[number] else { continue }
      touched.insert(number)
      answerLines(of: connection)
    }
    commitTurn()
    touched.formUnion(turn.takeTouched())
    for number in touched {
      if let connection = connections[number] { settle(connection) }
    }
  }

  private func setAccepting(_ accepts: Bool) {
    if accepts == isAccepting { return }
    isAccepting = accepts
    if accepts { try? poller.add(listener.number, .reading) } else { poller.remove(listener.number) }
  }

  private func accept() {
    while connections.count < configuration.maxConnections {
      let socket: UnixSocket?
      do { socket = try listener.accept() } catch {
        // Too many open files: those who wait are taken when somebody leaves.
        Journal.note("accept failed", [("what", (error as? Failure)?.what ?? "unexpected")])
        if !connections.isEmpty { setAccepting(false) }
        return
      }
      guard let socket else { return }
      do {
        let peer = try socket.peer()
        try poller.add(socket.number, .reading)
        connections[socket.number] = Connection(socket, peer: peer, role: configuration.access.role(of: peer))
      } catch {
        // One caller less; the others are none the worse.
        Journal.note("caller not taken", [("what", (error as? Failure)?.what ?? "unexpected")])
      }
    }
    // The others wait in the listener's queue.
    setAccepting(false)
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
      let isDone =
        connection.isClosing || connection.hasEnded && !connection.mayHaveLine && connection.openCalls == 0
      if isDone, !connection.hasOutput { return drop(connection) }
      var interest: Poller.Interest = connection.wantsReading ? .reading : []
      if connection.hasOutput {
        interest.insert(.writing)
        unsent.insert(number)
      } else {
        unsent.remove(number)
      }
      if interest != connection.interest {
        try poller.change(number, interest)
        connection.interest = interest
      }
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
    unsent.remove(number)
    connection.isClosing = true
    setAccepting(connections.count < configuration.maxConnections)
  }
}
