import Crypto
import Intake
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Store

@Suite struct TransactionTests {
  /// Invariant 2.
  @Test func anErrorLeavesNothing() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    try store.putItem(ItemRecord(id: "kept", title: "Kept"))
    #expect(throws: Interruption.self) {
      try store.transaction {
        let person = try store.addPerson(Pseudonym(high: 1, low: 1), sourceGrant: nil)
        try store.appendEvents(person, sequence: store.nextSequence(), count: 5, sealed: [1])
        try store.putItem(ItemRecord(id: "lost", title: "Lost"))
        try store.setTick(4)
        throw Interruption()
      }
    }
    #expect(try store.person(Pseudonym(high: 1, low: 1)) == nil)
    #expect(try store.peopleCount() == 0 && store.eventCount() == 0 && store.lastSequence() == 0)
    #expect(try store.itemNumber(id: "lost") == nil && store.itemCount() == (1, 1))
    #expect(try store.tick() == 0)
    #expect(try store.key(of: PersonID(1)) == nil)
    // The numbers come again.
    #expect(try store.addPerson(Pseudonym(high: 1, low: 1), sourceGrant: nil) == PersonID(1))
    #expect(try store.putItem(ItemRecord(id: "lost")) == ItemNumber(1))
  }

  /// Invariant 4: for an error of the database, and for one thrown inside a nested transaction.
  @Test func aCaughtErrorEndsTheTransactionAllTheSame() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    #expect(throws: Failure.self) {
      try store.transaction {
        try store.setTick(1)
        try? store.appendEvents(PersonID(1), sequence: 1, count: 1, sealed: [1])
        try? store.appendEvents(PersonID(1), sequence: 1, count: 1, sealed: [1])
      }
    }
    #expect(throws: Interruption.self) {
      try store.transaction {
        try store.setTick(2)
        try? store.transaction { throw Interruption() }
      }
    }
    #expect(try store.tick() == 0 && store.sealedEvents(of: PersonID(1)).isEmpty)
  }

  /// Invariant 9.
  @Test func theAccessLogKeepsChangesWithWhatTheyChangedAndAttemptsWithoutWhomTheyIntroduced() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    let known = try store.addPerson(Pseudonym(high: 1, low: 1), sourceGrant: nil)
    func note(_ person: PersonID?, _ byte: UInt8) throws {
      try store.appendAccess(of: person, time: Timestamp(seconds: Int64(byte)), sealed: [byte]) { [byte + 100] }
    }
    func entries(_ store: SQLiteStore) throws -> [String] {
      try store.accesses(from: Timestamp(seconds: 0), before: Timestamp(seconds: 99)).map {
        "\($0.person?.rawValue ?? 0):\($0.sealed[0])"
      }
    }
    for isDeep in [false, true] {
      #expect(throws: Interruption.self) {
        try store.transaction {
          try note(known, 1)
          try note(nil, 2)
          func introduce() throws {
            try note(store.addPerson(Pseudonym(high: 2, low: 2), sourceGrant: nil), 3)
            throw Interruption()
          }
          if isDeep { try? store.transaction(introduce) } else { try introduce() }
        }
      }
    }
    #expect(try entries(store) == ["1:1", "1:1", "0:2", "0:2", "0:103", "0:103"])
    let other = try SQLiteStore.open(at: scratch.path)
    try store.transaction {
      let new = try store.addPerson(Pseudonym(high: 3, low: 3), sourceGrant: nil)
      try note(new, 4)
      #expect(try entries(other).count == 6 && new == PersonID(2))
    }
    #expect(try entries(other).last == "2:4" && store.accesses(of: PersonID(2)).count == 1)
    try store.deletePerson(known)
    #expect(try entries(store) == ["0:2", "0:2", "0:103", "0:103", "2:4"])
    #expect(try store.trimAccesses(before: Timestamp(seconds: 5)) == 5 && entries(store).isEmpty)
  }

  @Test func aNestedTransactionJoins() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    try store.transaction {
      let person = try store.transaction { try store.addPerson(Pseudonym(high: 1, low: 1), sourceGrant: nil) }
      #expect(try store.person(Pseudonym(high: 1, low: 1)) == person)
      #expect(try store.key(of: person) != nil)
    }
    #expect(try SQLiteStore.open(at: scratch.path).person(Pseudonym(high: 1, low: 1)) == PersonID(1))
  }

  /// Invariant 6.
  @Test func numbersAreGivenOutOnce() throws {
    let scratch = try Scratch()
    do {
      let store = try SQLiteStore.create(at: scratch.path)
      let person = try store.addPerson(Pseudonym(high: 1, low: 1), sourceGrant: nil)
      #expect(try store.appendDecision(of: person, time: Timestamp(seconds: 0), sealed: [1]) == 1)
      try store.deletePerson(person)
    }
    let store = try SQLiteStore.open(at: scratch.path)
    let next = try store.addPerson(Pseudonym(high: 1, low: 1), sourceGrant: nil)
    #expect(next == PersonID(2))
    #expect(try store.appendDecision(of: next, time: Timestamp(seconds: 0), sealed: [1]) == 2)
  }

  @Test func aSecondWriterIsToldToWait() throws {
    let scratch = try Scratch()
    let first = try SQLiteStore.create(at: scratch.path)
    let second = try SQLiteStore.open(at: scratch.path, patience: 20)
    try first.transaction {
      // Already before anything is written, so that nobody fails half-way.
      #expect(failure { try second.setTick(3) }?.code == .busy)
      try first.setTick(1)
      let thrown = failure { try second.setTick(2) }
      #expect(thrown?.code == .busy && thrown?.remedy != nil)
      // Answers wait for nobody.
      #expect(try second.appendDecision(of: PersonID(1), time: Timestamp(seconds: 0), sealed: [1]) == 1)
      // Readers do not wait and see what was committed.
      #expect(try second.tick() == 0)
    }
    #expect(try second.tick() == 1)
    try second.setTick(2)
    #expect(try first.tick() == 2)
  }

  @Test func aLongJobKeepsOthersOut() throws {
    let scratch = try Scratch()
    let first = try SQLiteStore.create(at: scratch.path)
    let second = try SQLiteStore.open(at: scratch.path)
    do {
      let lock = try first.lockForWriting()
      #expect(failure { _ = try second.lockForWriting() }?.code == .busy)
      withExtendedLifetime(lock) {}
    }
    _ = try second.lockForWriting()
  }

  @Test func readingSeesOneState() throws {
    let scratch = try Scratch()
    let writer = try SQLiteStore.create(at: scratch.path)
    let reader = try SQLiteStore.open(at: scratch.path)
    try reader.reading {
      #expect(try reader.tick() == 0)
      try writer.setTick(1)
      #expect(try reader.tick() == 0)
    }
    #expect(try reader.tick() == 1)
  }

  /// What invariants 1 and 7 rest on: who waits for the disk.
  @Test func commitsWaitAsPromised() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    try store.appendDecision(of: PersonID(1), time: Timestamp(seconds: 0), sealed: [1])
    let log = try store.decisions.connection()
    let full: Int64 = 2
    let normal: Int64 = 1
    for (connection, level) in [(store.main, full), (store.keys.connection, full), (log, normal)] {
      #expect(try Statement(connection, "PRAGMA synchronous").first { $0.integer(0) } == level)
      #expect(try Statement(connection, "PRAGMA journal_mode").first { $0.text(0) } == "wal")
      #expect(try Statement(connection, "PRAGMA secure_delete").first { $0.integer(0) } == 1)
    }
  }
}
