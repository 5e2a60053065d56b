import AttuneClient
import CSQLite
import Glibc
import Protocol
import SystemIO
import Vocabulary

/// Erasures and consent changes through `attuned` in a process of its own; the store is used up.
struct Erasing {
  private let client: AttuneClient
  private var receipt = JSONValue.null

  static func run(_ options: BenchOptions) throws {
    let store = try options.value("store")
    let socket = store + "/bench.sock"
    let daemon = try ChildProcess([try options.value("attuned"), "--store", store, "--socket", socket])
    for _ in 0..<1000 where !Files.exists(socket) { usleep(10_000) }
    var bench = Erasing(client: try AttuneClient(socket: socket))
    let (events, column) = (try options.value("events"), try options.value("subject-column"))
    let wanted = Int(options.value("history", default: "100")) ?? 100
    let alike = try Subjects.withHistory(near: wanted, in: events, column: column, limit: 3 * options.runs + 1)
    print("  \(alike.count) people with about \(wanted) events each")
    try bench.consent(of: Array(alike.suffix(options.runs)), folder: store)

    // Before anything is in memory the store is read.
    let first = try bench.erase([alike[0]], waits: false)
    print("the first erasure, to the answer, ms: \(rounded(first))")
    let (one, other) = (alike.dropFirst().prefix(options.runs), alike.dropFirst(1 + options.runs).prefix(options.runs))
    let answered = try one.map { subject in
      // What the one before has left to be done is done.
      _ = try bench.verify()
      return try bench.erase([subject], waits: false)
    }
    print("one erased, to the answer, ms: \(Spread(answered))")
    print("one erased, verified, ms: \(Spread(try other.map { try bench.erase([$0], waits: true) }))")
    for heavy in options.value("heavy", default: "").split(separator: ",") {
      print("one with a long history erased, verified, ms: \(rounded(try bench.erase([String(heavy)], waits: true)))")
    }
    let many = try Subjects.sample(in: events, column: column, limit: 1000).prefix(1000)
    let time = try bench.erase(Array(many), waits: true)
    print("\(many.count) erased in one call, verified, ms: \(rounded(time))")
    print("verify of that receipt, ms: \(rounded(try bench.verify()))")
    print("resident memory of the daemon, MB: \((Memory.residentBytes(of: daemon.id) ?? 0) >> 20)")
    // The same people are left, and no event has come since: a training gives the model without those who went.
    let digest = try bench.client.call("status")["digest"]
    let trained = try bench.client.call("train")["digest"]
    print("digest: \(digest == trained ? "equal to" : "DIFFERENT from") training without them")
    daemon.terminate()
    try daemon.wait()
  }

  private init(client: AttuneClient) { self.client = client }

  private func milliseconds(_ body: () throws -> Void) rethrows -> Double { Double(try nanoseconds(body)) / 1e6 }

  private mutating func erase(_ subjects: [String], waits: Bool) throws -> Double {
    var answer = JSONValue.null
    let time = try milliseconds {
      answer = try client.call("erase", ["subject": .array(subjects.map { .string($0) }), "wait": .bool(waits)])
    }
    receipt = answer
    return time
  }

  private func verify() throws -> Double {
    try milliseconds {
      guard try client.call("verify", ["receipt": receipt])["holds"] == .bool(true) else {
        throw Failure(.system, "a receipt does not hold")
      }
    }
  }

  /// Switches one purpose off and on again, in turns with the least durable commit that SQLite makes on this machine.
  private func consent(of subjects: [String], folder: String) throws {
    var (times, commits): ([Double], [Double]) = ([], [])
    let database = try DurableCommits(folder + "/bench.sqlite")
    for _ in 0..<5 {
      for method in ["consent.withdraw", "consent.grant"] {
        for subject in subjects {
          times.append(
            try milliseconds {
              _ = try client.call(method, ["subject": .string(subject), "purposes": .array([.string("push")])])
            })
          commits.append(try milliseconds { try database.commit() })
        }
      }
    }
    print("consent change, ms: \(Spread(times))")
    print("one row committed durably beside it, ms: \(Spread(commits))")
    print("durable writes of a page, a second: \(Spread(try DaemonLoad.fsyncsPerSecond(folder)))")
  }
}

/// Commits of one small row to a database of its own, as durable as those of a store.
@safe private final class DurableCommits {
  private let path: String
  private var database: OpaquePointer?

  init(_ path: String) throws {
    self.path = path
    guard unsafe sqlite3_open(path, &database) == SQLITE_OK else { throw Failure(.system, "no database", at: path) }
    try run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
    try run("CREATE TABLE rows (id INTEGER PRIMARY KEY, body BLOB)")
  }

  func commit() throws { try run("INSERT INTO rows (body) VALUES (zeroblob(200))") }

  private func run(_ statements: String) throws {
    guard unsafe sqlite3_exec(database, statements, nil, nil, nil) == SQLITE_OK else {
      throw Failure(.system, "a statement failed", at: path)
    }
  }

  deinit {
    unsafe sqlite3_close(database)
    unsafe unlink(path)
  }
}
