import Glibc
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Store

@Suite struct FullDiskTests {
  private static func fill(_ store: SQLiteStore, _ people: Int) throws {
    var random = SplitMix64(seed: UInt64(people))
    for _ in 0..<people { try CrashTests.write(store, random.pseudonym()) }
  }

  /// A disk that fills up at any moment costs the transaction that met it and nothing else.
  @Test func atEveryPoint() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    try store.transaction { try FullDiskTests.fill(store, 50) }
    var failures = 0
    for (connection, most) in [(store.main, 30), (store.keys.connection, 4)] {
      let pages = try #require(try Statement(connection, "PRAGMA page_count").first { $0.integer(0) })
      for extra in stride(from: Int64(0), to: Int64(most), by: 3) {
        try Statement(connection, "PRAGMA max_page_count = \(pages + extra)").run()
        let thrown = failure { try store.transaction { try FullDiskTests.fill(store, 400) } }
        try Statement(connection, "PRAGMA max_page_count = 1000000").run()
        #expect(thrown?.code == .system && thrown?.what.contains("full") == true, "\(extra) more pages of \(pages)")
        #expect(try store.peopleCount() == 50 && store.eventCount() == 100)
        failures += thrown == nil ? 0 : 1
      }
    }
    #expect(failures == 12)
    try store.transaction { try FullDiskTests.fill(store, 400) }
    try CrashTests.check(scratch.path, people: 450)
  }

  /// The same through the system's own limit, in a process of its own.
  @Test func aLimitOnFileSizes() async throws {
    let scratch = try Scratch()
    let path = scratch.path
    do {
      let store = try SQLiteStore.create(at: path)
      try store.transaction { try FullDiskTests.fill(store, 50) }
    }
    await #expect(processExitsWith: .success) { [path = path as String] in
      let store = try SQLiteStore.open(at: path)
      try store.transaction { try FullDiskTests.fill(store, 51) }
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 400_000, rlim_max: 400_000)
      guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { exit(2) }
      let thrown = failure { try store.transaction { try FullDiskTests.fill(store, 20_000) } }
      guard let thrown, thrown.code == .system, thrown.remedy != nil else { exit(3) }
      guard try store.peopleCount() == 101 else { exit(4) }
      // Small work goes on.
      try store.setTick(9)
    }
    #expect(try SQLiteStore.open(at: path).tick() == 9)
    try CrashTests.check(path, people: 101)
  }

  /// Invariant 3: where the keys cannot be committed, neither is the person.
  @Test func aKeyThatCannotBeKeptKeepsThePersonOut() async throws {
    let scratch = try Scratch()
    let path = scratch.path
    do { _ = try SQLiteStore.create(at: path) }
    await #expect(processExitsWith: .success) { [path = path as String] in
      let store = try SQLiteStore.open(at: path)
      // Only the key file's log grows, up to the limit that is then set.
      for index in 0..<30 { _ = try store.secret("secret \(index)") }
      let size = rlim_t(try Files.size(of: path + "/keys.sqlite-wal"))
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: size, rlim_max: rlim_t.max)
      guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { exit(2) }
      try store.setTick(1)
      let thrown = failure { _ = try store.addPerson(Pseudonym(high: 1, low: 1), sourceGrant: nil) }
      guard let thrown, thrown.code == .system else { exit(3) }
      guard try store.peopleCount() == 0 else { exit(4) }
    }
    #expect(try SQLiteStore.open(at: path).tick() == 1)
    try CrashTests.check(path, people: 0)
  }
}
