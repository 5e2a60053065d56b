import Intake
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Store

/// Damaged files give a failure that says so, or opaque bytes that their seal will give away; they never crash.
@Suite struct DamageTests {
  private func exercise(_ path: String) throws {
    let store = try SQLiteStore.open(at: path)
    try store.forEachPerson { _ = try store.key(of: $0.person) }
    try store.forEachSealedEvents { _ in }
    try store.forEachItem { _ in }
    try store.forEachLedgerRow { _ in }
    for number in try 0...store.lastDecision() { _ = try store.decision(number) }
    _ = try store.decisions(of: PersonID(3))
    _ = try store.person(Pseudonym(high: 5, low: 5))
    try store.transaction {
      let person = try store.addPerson(Pseudonym(high: .max, low: 1), sourceGrant: nil)
      try store.appendEvents(person, sequence: store.nextSequence(), count: 1, sealed: [1])
    }
  }

  private func makeStore(_ path: String) throws {
    var random = SplitMix64(seed: 3)
    let store = try SQLiteStore.create(at: path)
    try store.transaction {
      let sequence = try store.nextSequence()
      for index in 0..<240 {
        let person = try store.addPerson(random.pseudonym(), sourceGrant: nil)
        try store.appendEvents(person, sequence: sequence, count: 1, sealed: random.bytes(1...200))
        try store.appendDecision(of: person, time: Timestamp(seconds: 1), sealed: random.bytes(1...900))
        _ = try store.itemNumber(forID: Array("item \(index)".utf8))
      }
    }
    // Into the database, so that there is something to damage.
    try store.decisions.fold()
    for _ in 0..<20 {
      try store.appendDecision(of: PersonID(3), time: Timestamp(seconds: 2), sealed: random.bytes(1...900))
    }
  }

  @Test func everyTruncationAndManyFlippedBytes() throws {
    let scratch = try Scratch()
    try makeStore(scratch.path)
    for file in ["store.sqlite", "keys.sqlite", "decisions.sqlite", "decisions.tail"] {
      let whole = try Files.read(scratch.path + "/" + file)
      var random = SplitMix64(seed: 17)
      for round in 0..<24 {
        var damaged = whole
        if round % 2 == 0 {
          damaged.removeLast(1 + random.below(whole.count))
        } else {
          for _ in 0..<64 { damaged[random.below(whole.count)] = UInt8(truncatingIfNeeded: random.next()) }
        }
        let copy = try scratch.copy(scratch.path, to: "damaged")
        try Files.writeAtomically(copy + "/" + file, damaged)
        let thrown = failure { try exercise(copy) }
        // A shortened file always shows, but for the end of the tail, which a death in mid-write leaves so; a flipped
        // byte may sit in an opaque blob.
        if round % 2 == 0, file != "decisions.tail" { #expect(thrown != nil, "round \(round) of \(file)") }
        if let thrown { #expect(thrown.code == .badStore, "round \(round) of \(file): \(thrown)") }
        try Files.removeTree(copy)
      }
    }
  }

  /// SQLite alone reads zeros for what is missing from a last page.
  @Test func aFileCutInsideItsLastPage() throws {
    for file in ["store.sqlite", "keys.sqlite", "decisions.sqlite"] {
      let scratch = try Scratch()
      try makeStore(scratch.path)
      try Files.writeAtomically(
        scratch.path + "/" + file, Files.read(scratch.path + "/" + file).dropLast(100).map(\.self))
      #expect(failure { _ = try SQLiteStore.open(at: scratch.path) }?.code == .badStore)
    }
  }

  @Test func checkingTheStructureFindsAChangedIndex() throws {
    let scratch = try Scratch()
    try makeStore(scratch.path)
    do {
      let connection = try Connection(file: scratch.path + "/store.sqlite", mode: .existing)
      let root = Statement(connection, "SELECT rootpage FROM sqlite_schema WHERE name = 'pseudonyms'")
      let page = try #require(try root.first { Int($0.integer(0)) })
      var bytes = try Files.read(scratch.path + "/store.sqlite")
      for offset in 0..<64 { bytes[(page - 1) * 4096 + offset] = 0xEE }
      try Files.writeAtomically(scratch.path + "/store.sqlite", bytes)
    }
    #expect(failure { try SQLiteStore.open(at: scratch.path).checkStructure() }?.code == .badStore)
  }

  @Test func aDamagedItemRecordIsReported() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    try store.putItem(ItemRecord(id: "lamp", title: "Lamp"))
    try store.main.execute("UPDATE items SET record = x'0102'")
    #expect(failure { _ = try store.item(id: "lamp") }?.code == .badStore)
  }
}
