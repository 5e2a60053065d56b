import Crypto
import Glibc
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Store

/// What is left when the process dies.
///
/// The dying is real: each test runs its writer in a child process that is killed.
@Suite struct CrashTests {
  /// Invariants 1 and 2.
  @Test func whatWasAcknowledgedStaysAndTheRestDoesNot() async throws {
    let scratch = try Scratch()
    do { _ = try SQLiteStore.create(at: scratch.path) }
    let path = scratch.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let store = try SQLiteStore.open(at: path)
      try store.transaction { try CrashTests.write(store, Pseudonym(high: 1, low: 1)) }
      try store.transaction {
        try CrashTests.write(store, Pseudonym(high: 2, low: 2))
        raise(SIGKILL)
      }
    }
    let store = try SQLiteStore.open(at: path)
    try store.checkStructure()
    #expect(try store.person(Pseudonym(high: 1, low: 1)) == PersonID(1))
    #expect(try store.person(Pseudonym(high: 2, low: 2)) == nil)
    #expect(try store.eventCount() == 2 && store.peopleCount() == 1)
    var people: Set<PersonID> = []
    #expect(try store.forEachSealedEvents { people.insert($0.person) } == 0)
    #expect(people == [PersonID(1)])
  }

  /// Invariant 3: dying between the two commits leaves a key without a person, which is replaced.
  @Test func dyingBetweenTheCommits() async throws {
    let scratch = try Scratch()
    do { _ = try SQLiteStore.create(at: scratch.path) }
    let path = scratch.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let store = try SQLiteStore.open(at: path)
      try store.transaction {
        try CrashTests.write(store, Pseudonym(high: 1, low: 1))
        try store.keys.commit()
        raise(SIGKILL)
      }
    }
    let store = try SQLiteStore.open(at: path)
    let orphan = try #require(try store.key(of: PersonID(1)))
    #expect(try store.peopleCount() == 0)
    #expect(try store.addPerson(Pseudonym(high: 9, low: 9), sourceGrant: nil) == PersonID(1))
    #expect(try store.key(of: PersonID(1))?.bytes != orphan.bytes)
  }

  /// Invariant 5: a key that was to be destroyed is gone after the next opening.
  @Test func dyingBeforeAKeyIsDestroyed() async throws {
    let scratch = try Scratch()
    let path = scratch.path
    do {
      let store = try SQLiteStore.create(at: path)
      try store.transaction { try CrashTests.write(store, Pseudonym(high: 1, low: 1)) }
    }
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let store = try SQLiteStore.open(at: path)
      // Committed as `destroyKey` commits it, and dead before the key file is touched.
      try store.main.execute("INSERT INTO doomed_keys VALUES (1)")
      raise(SIGKILL)
    }
    let store = try SQLiteStore.open(at: path)
    #expect(try store.key(of: PersonID(1)) == nil)
    #expect(try store.forEachSealedEvents { _ in } == 1)
  }

  /// What a killed training was writing goes when the next one begins, or anybody else takes the writer's lock.
  @Test func whatAKilledWriterLeftOfTheModelGoes() async throws {
    let scratch = try Scratch()
    do { _ = try SQLiteStore.create(at: scratch.path) }
    let path = scratch.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let store = try SQLiteStore.open(at: path)
      let lock = try store.lockForWriting()
      let file = try AtomicFile(path: store.modelPath)
      try file.append([UInt8](repeating: 7, count: 3 << 20))
      withExtendedLifetime(lock) { _ = raise(SIGKILL) }
    }
    func left() throws -> [String] { try Files.names(in: path).filter { $0.hasPrefix("model.bin") }.sorted() }
    #expect(try left().count == 1 && left()[0].hasPrefix("model.bin.new-"))
    let store = try SQLiteStore.open(at: path)
    // What is named otherwise is somebody else's.
    for name in ["model.bin", "model.bin.new", "model.bin.new-1-x"] {
      try Files.writeAtomically(path + "/" + name, [1])
    }
    do {
      let lock = try store.lockForWriting()
      #expect(try left() == ["model.bin", "model.bin.new", "model.bin.new-1-x"])
      // Whoever waits for the lock leaves what its holder is writing.
      let file = try AtomicFile(path: store.modelPath)
      #expect(failure { _ = try store.lockForWriting() }?.code == .busy)
      try file.append([1, 2])
      try file.commit()
      withExtendedLifetime(lock) {}
    }
    #expect(try Files.read(store.modelPath) == [1, 2])
  }

  /// Invariant 7.
  @Test func aDecisionSurvivesTheProcess() async throws {
    let scratch = try Scratch()
    do { _ = try SQLiteStore.create(at: scratch.path) }
    let path = scratch.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let store = try SQLiteStore.open(at: path)
      for index in 0..<2_000 {
        try store.appendDecision(
          of: PersonID(Int64(index % 7)), time: Timestamp(seconds: 0), sealed: [UInt8](repeating: 1, count: 600))
      }
      raise(SIGKILL)
    }
    let store = try SQLiteStore.open(at: path)
    #expect(try store.lastDecision() == 2_000)
    #expect(try store.decision(2_000)?.sealed.count == 600)
    try store.checkStructure()
  }

  /// Invariants 1 to 3, whenever the files are copied as they stand: as a backup tool or a dead machine leaves them.
  @Test func copiesTakenAtAnyMomentOpen() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    var random = SplitMix64(seed: 5)
    for round in 0..<25 {
      try? store.transaction {
        for _ in 0...random.below(300) { try CrashTests.write(store, random.pseudonym()) }
        let copy = try scratch.copy(scratch.path, to: "during \(round)")
        try CrashTests.check(copy, people: store.work?.countersAtStart.lastPerson)
        if random.chance(1, in: 3) { throw Interruption() }
      }
      let copy = try scratch.copy(scratch.path, to: "after \(round)")
      try CrashTests.check(copy, people: Int64(store.peopleCount()))
    }
  }

  /// One person with two events.
  static func write(_ store: SQLiteStore, _ pseudonym: Pseudonym) throws {
    let person = try store.addPerson(pseudonym, sourceGrant: nil)
    try store.appendEvents(person, sequence: store.nextSequence(), count: 2, sealed: [UInt8](repeating: 7, count: 300))
  }

  /// Checks that a store opens, holds exactly that many people, and has a key for each.
  static func check(_ path: String, people: Int64?) throws {
    let store = try SQLiteStore.open(at: path)
    try store.checkStructure()
    #expect(try Int64(store.peopleCount()) == people)
    #expect(try Int64(store.eventCount()) == people.map { 2 * $0 })
    #expect(try store.forEachSealedEvents { _ in } == 0)
    try store.forEachPerson { row in
      let key = try store.key(of: row.person)
      #expect(key != nil)
    }
  }
}
