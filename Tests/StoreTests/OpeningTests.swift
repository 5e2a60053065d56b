import Consent
import Crypto
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Store

@Suite struct OpeningTests {
  @Test func whatWasKeptIsThereAfterReopening() throws {
    let scratch = try Scratch()
    let pseudonym = Pseudonym(high: 1, low: 2)
    var key: [UInt8]?
    var secret: [UInt8]?
    do {
      let store = try SQLiteStore.create(at: scratch.path)
      secret = try store.secret("pseudonyms").bytes
      try store.transaction {
        let person = try store.addPerson(pseudonym, sourceGrant: 7)
        try store.appendEvents(person, sequence: store.nextSequence(), count: 3, sealed: [1, 2, 3])
        try store.setAsOf(Timestamp(seconds: 1_000))
        key = try store.key(of: person)?.bytes
      }
    }
    let store = try SQLiteStore.open(at: scratch.path)
    let person = try #require(try store.person(pseudonym))
    #expect(try store.key(of: person)?.bytes == key && key?.count == 32)
    #expect(try store.secret("pseudonyms").bytes == secret)
    #expect(try store.secret("ledger").bytes != secret)
    #expect(try store.sealedEvents(of: person).map(\.sealed) == [[1, 2, 3]])
    #expect(try store.sourceGrant(covering: person) == 7)
    #expect(try store.asOf() == Timestamp(seconds: 1_000))
    #expect(try store.eventCount() == 3 && store.peopleCount() == 1 && store.lastSequence() == 1)
    try store.checkStructure()
  }

  @Test func nothingThereIsNotFound() throws {
    let scratch = try Scratch()
    #expect(failure { _ = try SQLiteStore.open(at: scratch.path) }?.code == .notFound)
  }

  @Test func aFolderOfOtherThingsIsRefusedAndLeftAlone() throws {
    let scratch = try Scratch()
    try Files.makeDirectory(scratch.path)
    try Files.writeAtomically(scratch.path + "/letter.txt", [65])
    #expect(failure { _ = try SQLiteStore.open(at: scratch.path) }?.code == .badStore)
    #expect(failure { _ = try SQLiteStore.create(at: scratch.path) }?.code == .badStore)
    #expect(try Files.names(in: scratch.path) == ["letter.txt"])
  }

  @Test func aFileIsNoStore() throws {
    let scratch = try Scratch()
    try Files.writeAtomically(scratch.path, [1, 2, 3])
    #expect(failure { _ = try SQLiteStore.open(at: scratch.path) }?.code == .badStore)
    #expect(failure { _ = try SQLiteStore.create(at: scratch.path) }?.code == .badStore)
    #expect(try Files.read(scratch.path) == [1, 2, 3])
  }

  @Test func aStoreIsNotMadeOverAnother() throws {
    let scratch = try Scratch()
    let secret = try SQLiteStore.create(at: scratch.path).secret("a").bytes
    #expect(failure { _ = try SQLiteStore.create(at: scratch.path) }?.code == .badStore)
    #expect(try SQLiteStore.open(at: scratch.path).secret("a").bytes == secret)
    // A key file that is in use stays, also where its store is missing.
    try Files.remove(scratch.path + "/store.sqlite")
    #expect(failure { _ = try SQLiteStore.create(at: scratch.path) }?.code == .badStore)
    #expect(Files.exists(scratch.path + "/keys.sqlite"))
  }

  @Test func makingAStoreAgainAfterAnInterruption() throws {
    let scratch = try Scratch()
    do { _ = try SQLiteStore.create(at: scratch.path) }
    // As after a crash between the two files, and within the second.
    for leftover in [nil, [UInt8]()] {
      try Files.remove(scratch.path + "/store.sqlite")
      if let leftover { try Files.writeAtomically(scratch.path + "/store.sqlite", leftover) }
      #expect(failure { _ = try SQLiteStore.open(at: scratch.path) }?.code == .badStore)
      _ = try SQLiteStore.create(at: scratch.path)
    }
  }

  @Test func aNewerVersionIsRefusedAndLeftAlone() throws {
    for file in ["store.sqlite", "keys.sqlite", "decisions.sqlite"] {
      let scratch = try Scratch()
      do { _ = try SQLiteStore.create(at: scratch.path) }
      do {
        let connection = try Connection(file: scratch.path + "/" + file, mode: .existing)
        try connection.execute("PRAGMA user_version = 99")
      }
      let before = try Files.read(scratch.path + "/" + file)
      let thrown = failure { _ = try SQLiteStore.open(at: scratch.path) }
      #expect(thrown?.code == .badStore && thrown?.what.contains("newer") == true)
      #expect(try Files.read(scratch.path + "/" + file) == before)
    }
  }

  @Test func anotherProgramsDatabaseIsRefused() throws {
    let scratch = try Scratch()
    try Files.makeDirectory(scratch.path)
    do {
      let connection = try Connection(file: scratch.path + "/store.sqlite", mode: .create)
      try connection.execute("CREATE TABLE notes(text TEXT); PRAGMA application_id = 5")
    }
    #expect(failure { _ = try SQLiteStore.open(at: scratch.path) }?.code == .badStore)
    #expect(failure { _ = try SQLiteStore.create(at: scratch.path) }?.code == .badStore)
  }

  @Test(arguments: ["keys.sqlite", "decisions.sqlite"])
  func filesMustBeThereAndBelong(file: String) throws {
    let scratch = try Scratch()
    do { _ = try SQLiteStore.create(at: scratch.path) }
    do { _ = try SQLiteStore.create(at: scratch.folder + "/other.attune") }
    try Files.remove(scratch.path + "/" + file)
    #expect(failure { _ = try SQLiteStore.open(at: scratch.path) }?.place?.hasSuffix(file) == true)
    try Files.writeAtomically(scratch.path + "/" + file, Files.read(scratch.folder + "/other.attune/" + file))
    #expect(failure { _ = try SQLiteStore.open(at: scratch.path) }?.code == .badStore)
  }

  /// Invariant 8.
  @Test("G2: an old copy beside the present keys does not open, so that nothing switched off since comes back")
  func anOldCopyBesideNewKeysDoesNotOpen() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    try store.appendLedger(LedgerRow(testing: 1, person: nil, fill: 1))
    let old = try scratch.copy(scratch.path, to: "old")
    #expect(try SQLiteStore.open(at: old).ledgerHead().sequence == 1)
    try store.appendLedger(LedgerRow(testing: 2, person: nil, fill: 2))
    let new = try scratch.copy(scratch.path, to: "new")
    for file in ["store.sqlite", "store.sqlite-wal"] {
      if Files.exists(new + "/" + file) { try Files.remove(new + "/" + file) }
      if Files.exists(old + "/" + file) {
        try Files.writeAtomically(new + "/" + file, Files.read(old + "/" + file))
      }
    }
    let thrown = failure { _ = try SQLiteStore.open(at: new) }
    #expect(thrown?.code == .badStore && thrown?.what.contains("older") == true)
  }
}

extension LedgerRow {
  /// A row of the right form, for a store that does not look inside.
  init(testing sequence: Int64, person: PersonID?, fill: UInt8) {
    self.init(
      sequence: sequence, person: person, time: Timestamp(seconds: sequence), commitment: Digest(filledWith: fill),
      sealed: [fill, fill], hash: Digest(filledWith: fill &+ 100))
  }
}
