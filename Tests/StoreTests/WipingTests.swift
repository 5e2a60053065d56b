import Intake
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Store

@Suite("G6: nothing of what was deleted is left in the bytes of the files")
struct WipingTests {
  /// How many 16-byte pieces of some blobs lie in a file, by a search of its own.
  private static func pieces(of blobs: [[UInt8]], in file: String) throws -> Int {
    var pieces: Set<UInt64> = []
    for blob in blobs {
      unsafe blob.withUnsafeBytes { blob in
        for place in stride(from: 0, to: blob.count - 7, by: 1) {
          pieces.insert(unsafe blob.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        }
      }
    }
    return try unsafe Files.read(file).withUnsafeBytes { bytes in
      var found = 0
      for place in 0..<bytes.count - 15
      where pieces.contains(unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) {
        let isNext = pieces.contains(unsafe bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self))
        found += isNext ? 1 : 0
      }
      return found
    }
  }

  /// What deleting leaves, as where a page was split, is gone once the file is written anew.
  @Test func whatDeletingLeaves() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    var random = SplitMix64(seed: 5)
    var blobs: [PersonID: [[UInt8]]] = [:]
    try store.transaction {
      let people = try (0..<200).map { _ in try store.addPerson(random.pseudonym(), sourceGrant: nil) }
      for _ in 0..<1500 {
        let person = people[random.below(200)]
        let blob = random.bytes(60...900)
        blobs[person, default: []].append(blob)
        try store.appendEvents(person, sequence: store.nextSequence(), count: 1, sealed: blob)
        // Written one by one, so that each finds its own place.
        try store.events.insert.flush()
      }
    }
    let file = scratch.path + "/store.sqlite"
    // Splits leave something now and then, as the version of SQLite and the order of rows will have it; this always does.
    try store.main.execute("PRAGMA secure_delete = OFF")
    for person in blobs.keys.sorted().prefix(120) { try store.deletePerson(person) }
    _ = try store.main.truncateLog()
    let gone = blobs.keys.sorted().prefix(120).flatMap { blobs[$0] ?? [] }
    #expect(try WipingTests.pieces(of: gone, in: file) > 1000)
    try store.wipe(gone.flatMap { Fingerprint.all(of: $0, stride: 1) })
    #expect(try WipingTests.pieces(of: gone, in: file) == 0)
    try store.checkStructure()
    #expect(try store.eventCount() == blobs.values.reduce(0) { $0 + $1.count } - gone.count)
  }

  @Test func aFingerprintIsFoundAtAnyPlace() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    var random = SplitMix64(seed: 6)
    for _ in 0..<15 {
      let secret = random.bytes(40...40)
      let around = random.bytes(0...3000)
      let place = random.below(around.count + 1)
      try store.setFact("x", bytes: Array(around[..<place]) + secret.prefix(16) + Array(around[place...]))
      let all = Fingerprint.all(of: secret)
      #expect(all.count == 2)
      #expect(try store.residue(of: all).found == 1, "place \(place) of \(around.count)")
      #expect(all.allSatisfy { Fingerprint(bytes: $0.bytes) == $0 })
      try store.setFact("x", bytes: nil)
      try store.wipe(all)
      #expect(try store.residue(of: all).found == 0)
    }
  }

  /// A store of format 1 has no suppression list yet.
  @Test func anOlderStoreIsCarriedOver() throws {
    let scratch = try Scratch()
    do {
      let store = try SQLiteStore.create(at: scratch.path)
      try store.transaction { try CrashTests.write(store, Pseudonym(high: 1, low: 1)) }
      try store.main.execute("DROP TABLE suppressed; DROP TABLE changes; PRAGMA user_version = 1")
      try store.keys.connection.execute("PRAGMA user_version = 1")
      try store.decisions.connection().execute("PRAGMA user_version = 1")
    }
    let mark = try #require(SuppressionMark(bytes: [UInt8](repeating: 3, count: 16)))
    for _ in 0..<2 {
      let store = try SQLiteStore.open(at: scratch.path)
      #expect(try store.peopleCount() == 1 && store.person(Pseudonym(high: 1, low: 1)) == PersonID(1))
      try store.suppress(mark)
      #expect(try store.isSuppressed(mark) && !store.hasReturned(mark))
      let person = PersonID(1)
      try store.transaction {
        try store.appendAccess(of: person, time: Timestamp(seconds: 1), sealed: [1]) { [] }
      }
    }
    #expect(try SQLiteStore.open(at: scratch.path).accesses(of: PersonID(1)).count == 2)
  }
}
