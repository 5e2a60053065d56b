import Glibc
import Protocol
import SystemIO
import Vocabulary

/// `attuned` in a process of its own, under load from this one.
enum DaemonLoad {
  static func run(_ options: BenchOptions) throws {
    let store = try options.value("store")
    let socket = store + "/bench.sock"
    let daemon = try ChildProcess([try options.value("attuned"), "--store", store, "--socket", socket])
    for _ in 0..<1000 where !Files.exists(socket) { usleep(10_000) }
    let subjects = try Subjects.sample(
      in: try options.value("events"), column: try options.value("subject-column"), limit: 4000)
    print("  \(subjects.count) people out of the log")

    var load = Load(socket: socket, subjects: subjects)
    try load.recommend(connections: 1, calls: 4000, report: false)
    let before = Memory.residentBytes(of: daemon.id) ?? 0
    for _ in 0..<options.runs { try load.recommend(connections: 1, calls: 4000, report: true) }
    load.summary("recommend, 1 connection")
    for _ in 0..<options.runs { try load.recommend(connections: 16, calls: 40_000, report: true) }
    load.summary("recommend, 16 connections")

    if options.value("only", default: "") != "recommend" {
      try idle(socket: socket, daemon: daemon, before: before, &load, runs: options.runs)
      try record(&load, folder: store, runs: options.runs)
    }
    print("resident memory at the end, MB: \((Memory.residentBytes(of: daemon.id) ?? 0) >> 20)")
    daemon.terminate()
    try daemon.wait()
  }

  private static func idle(
    socket: String, daemon: ChildProcess, before: Int64, _ load: inout Load, runs: Int
  ) throws {
    let memory = Memory.residentBytes(of: daemon.id) ?? 0
    var idlers: [UnixSocket] = []
    for _ in 0..<1000 { idlers.append(try UnixSocket(connectingTo: socket)) }
    for _ in 0..<runs { try load.recommend(connections: 1, calls: 4000, report: true) }
    load.summary("recommend, 1 connection beside 1000 idle ones")
    let more = (Memory.residentBytes(of: daemon.id) ?? 0) - memory
    print("1000 idle connections, MB more: \(rounded(Double(more) / 1_048_576)) (\(before >> 20) before all)")
    withExtendedLifetime(idlers) {}
  }

  private static func record(_ load: inout Load, folder: String, runs: Int) throws {
    let single = try fsyncsPerSecond(folder)
    print("single fsyncs of this machine, a second: \(Spread(single))")
    for _ in 0..<runs { try load.record(connections: 64, calls: 20_000) }
    load.summary("record, 64 connections")
    for _ in 0..<runs { try load.record(connections: 1, calls: 500) }
    load.summary("record, 1 connection")
  }

  /// How often a second a page can be appended and made durable, one after another.
  static func fsyncsPerSecond(_ folder: String) throws -> [Double] {
    let path = folder + "/bench.fsync"
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer {
      close(file)
      unsafe unlink(path)
    }
    let page = [UInt8](repeating: 7, count: 4096)
    return try (0..<5).map { _ in
      let time = try nanoseconds {
        for _ in 0..<200 {
          _ = try writeAll(file, page)
          fdatasync(file)
        }
      }
      return 200 / (Double(time) / 1e9)
    }
  }
}

/// Callers of one thread, each with one call on its way at a time.
struct Load {
  let socket: String
  let subjects: [String]
  private var next = 0
  private var events = 0
  private var medians: [Double] = []
  private var tails: [Double] = []
  private var rates: [Double] = []

  init(socket: String, subjects: [String]) {
    self.socket = socket
    self.subjects = subjects
  }

  mutating func summary(_ what: String) {
    print("\(what): p50, µs: \(Spread(medians))")
    print("\(what): p99, µs: \(Spread(tails))")
    print("\(what): a second: \(Spread(rates))")
    (medians, tails, rates) = ([], [], [])
  }

  mutating func recommend(connections: Int, calls: Int, report: Bool) throws {
    let subjects = self.subjects
    var next = self.next
    try drive(connections: connections, calls: calls, report: report) { id in
      next += 1
      return Array(
        ("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"method\":\"recommend\",\"params\":{\"subject\":\""
          + "\(subjects[next % subjects.count])\",\"n\":10}}\n").utf8)
    }
    self.next = next
  }

  mutating func record(connections: Int, calls: Int) throws {
    let subjects = self.subjects
    var events = self.events
    try drive(connections: connections, calls: calls, report: true) { id in
      events += 1
      return Array(
        ("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"method\":\"record\",\"params\":{\"events\":{\"subject\":\""
          + "\(subjects[events * 7 % subjects.count])\",\"item\":\"b\(events % 500)\",\"kind\":\"view\"}}}\n").utf8)
    }
    self.events = events
  }

  /// - Parameter call: A call's line by its id.
  private mutating func drive(
    connections count: Int, calls: Int, report: Bool, _ call: (Int) -> [UInt8]
  ) throws {
    let poller = try Poller()
    var callers: [Int32: Caller] = [:]
    for _ in 0..<count {
      let caller = Caller(try UnixSocket(connectingTo: socket))
      callers[caller.socket.number] = caller
      if count > 1 { try poller.add(caller.socket.number, .reading) }
    }
    var sent = 0
    var times: [Double] = []
    times.reserveCapacity(calls)
    let start = Clock.monotonicNanoseconds()
    for caller in callers.values where sent < calls {
      try caller.send(call(sent))
      sent += 1
    }
    while times.count < calls {
      // One caller alone waits in its read, as a simple client does.
      let readable = count > 1 ? try poller.wait(-1).map(\.number) : Array(callers.keys)
      for number in readable {
        guard let caller = callers[number], let time = try caller.receive() else { continue }
        times.append(Double(time) / 1000)
        if sent < calls {
          try caller.send(call(sent))
          sent += 1
        }
      }
    }
    let seconds = Double(Clock.monotonicNanoseconds() - start) / 1e9
    guard report else { return }
    let spread = Spread(times)
    medians.append(spread.quantile(0.5))
    tails.append(spread.quantile(0.99))
    rates.append(Double(calls) / seconds)
  }

  /// One connection.
  private final class Caller {
    let socket: UnixSocket
    private var sent: UInt64 = 0
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    private var isFirst = true

    init(_ socket: UnixSocket) { self.socket = socket }

    func send(_ line: [UInt8]) throws {
      sent = Clock.monotonicNanoseconds()
      isFirst = true
      guard try unsafe line.withUnsafeBytes({ try unsafe socket.write($0) }) == line.count else {
        throw Failure(.system, "the daemon does not take a line")
      }
    }

    /// Whether a line begins as an answer does, and not as an error.
    private func isResult(_ line: ArraySlice<UInt8>) -> Bool {
      let head = Array("{\"jsonrpc\":\"2.0\",\"id\":".utf8)
      guard line.starts(with: head) else { return false }
      let rest = line.dropFirst(head.count).drop { (48...57).contains($0) }
      return rest.starts(with: Array(",\"result\":".utf8))
    }

    /// Nanoseconds since the call was sent, once its answer is whole.
    func receive() throws -> UInt64? {
      let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe socket.read(into: $0) } ?? 0
      guard count > 0 else { throw Failure(.system, "the daemon has gone") }
      if isFirst, !isResult(buffer[..<count]) {
        throw Failure(
          .system, "the daemon refused a call: " + String(decoding: buffer[..<min(count - 1, 300)], as: UTF8.self),
          remedy: "Mend the store (`attune status`); only answers are measured")
      }
      isFirst = false
      return buffer[count - 1] == 10 ? Clock.monotonicNanoseconds() - sent : nil
    }
  }
}
