import Consent
import Crypto
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Store

/// Ledger rows, decisions, instructions, imports and facts: what goes in comes out.
@Suite struct RecordsTests {
  @Test func ledgerRows() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    #expect(try store.ledgerHead() == (0, Digest(filledWith: 0)))
    let rows: [LedgerRow] = (1...9).map { (sequence: Int64) in
      let person = sequence % 3
      return LedgerRow(testing: sequence, person: person == 0 ? nil : PersonID(person), fill: UInt8(sequence))
    }
    try store.transaction {
      for row in rows {
        try store.appendLedger(row)
        // Asked inside the transaction, where answers are remembered.
        if let person = row.person { #expect(try store.ledgerRows(of: person).last?.sequence == row.sequence) }
        #expect(try store.ledgerRows(of: PersonID(77)).isEmpty)
      }
    }
    let reopened = try SQLiteStore.open(at: scratch.path)
    #expect(try reopened.ledgerHead() == (9, Digest(filledWith: 109)))
    #expect(try reopened.ledgerRows(of: PersonID(2)).map(\.sequence) == [2, 5, 8])
    #expect(try reopened.peopleInLedger() == [PersonID(1), PersonID(2)])
    #expect(try reopened.ledgerRow(10) == nil)
    var all: [String] = []
    try reopened.forEachLedgerRow { all.append("\($0)") }
    #expect(all == rows.map { "\($0)" })
    // A number is used once.
    #expect(failure { try reopened.appendLedger(rows[0]) } != nil)
    #expect(try reopened.keys.ledgerHead()?.sequence == 9)
  }

  @Test func decisionsInAndOutsideTransactions() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    func decide(_ person: Int64, _ byte: UInt8) throws -> Int64 {
      try store.appendDecision(of: PersonID(person), time: Timestamp(seconds: Int64(byte)), sealed: [byte])
    }
    #expect(try decide(1, 1) == 1)
    #expect(try store.transaction { [try decide(2, 2), try decide(1, 3)] } == [2, 3])
    #expect(try decide(1, 4) == 4)
    #expect(try store.decisions(of: PersonID(1)).map(\.number) == [1, 3, 4])
    let row = try #require(try store.decision(2))
    #expect(row.person == PersonID(2) && row.time == Timestamp(seconds: 2) && row.sealed == [2])
    try store.transaction {
      try store.deleteDecisions(of: PersonID(1))
      // Invariant 5: only once it has committed.
      #expect(try store.decisions(of: PersonID(1)).count == 3)
    }
    #expect(try store.decisions(of: PersonID(1)).isEmpty && store.decisions(of: PersonID(2)).count == 1)
    #expect(
      failure {
        try store.transaction {
          try store.deleteDecisions(of: PersonID(2)); throw Interruption()
        }
      } == nil)
    #expect(try store.decisions(of: PersonID(2)).count == 1)
    #expect(try store.decision(4) == nil && store.lastDecision() == 4)
    #expect(try decide(2, 5) == 5)
  }

  @Test func instructions() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    #expect(try store.instructions(of: PersonID(1)) == nil)
    try store.setInstructions([1, 2], of: PersonID(1))
    try store.setInstructions([], of: PersonID(2))
    try store.setInstructions([3], of: PersonID(1))
    #expect(try store.instructions(of: PersonID(1)) == [3] && store.instructions(of: PersonID(2)) == [])
    try store.setInstructions(nil, of: PersonID(1))
    #expect(try store.instructions(of: PersonID(1)) == nil)
  }

  @Test func imports() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    let record = ImportRecord(
      digest: Digest(filledWith: 1), name: "clicks.csv.gz", time: Timestamp(seconds: 5), what: "events", accepted: 10,
      refused: 2, rejected: 1)
    #expect(try store.importRecord(digest: record.digest) == nil)
    try store.recordImport(record)
    #expect(try store.importRecord(digest: record.digest) == record)
    #expect(try store.importRecords() == [record])
  }

  @Test func facts() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    #expect(try store.asOf() == nil && store.tick() == 0 && store.factBytes("region") == nil)
    try store.setTick(3)
    try store.setAsOf(Timestamp(milliseconds: 12))
    try store.setFact("region", bytes: Array("eu".utf8))
    let reopened = try SQLiteStore.open(at: scratch.path)
    #expect(try reopened.asOf() == Timestamp(milliseconds: 12) && reopened.tick() == 3)
    #expect(try reopened.factBytes("region") == Array("eu".utf8))
    try store.setAsOf(nil)
    #expect(try reopened.asOf() == nil)
  }
}
