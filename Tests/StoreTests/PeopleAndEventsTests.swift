import Crypto
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Store

@Suite struct PeopleAndEventsTests {
  /// What the store should hold, kept in plain tables.
  private struct Model {
    var people: [Pseudonym: PersonID] = [:]
    var sources: [PersonID: Int64] = [:]
    var blobs: [PersonID: [Int64: (count: Int, sealed: [UInt8])]] = [:]
    var claimed: Set<[UInt8]> = []
    var lastPerson: Int64 = 0
    var sequence: Int64 = 0

    var blobCount: Int { blobs.values.reduce(0) { $0 + $1.count } }
    var events: Int { blobs.values.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1.count } } }
  }

  /// Random work, some of it undone, some of it followed by reopening, agrees with the plain tables throughout.
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func agreesWithPlainTables(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let scratch = try Scratch()
    var store = try SQLiteStore.create(at: scratch.path)
    var model = Model()
    let crowd = (0..<40).map { _ in random.pseudonym() }
    // Half of the runs remember next to nothing within a transaction.
    let memoryLimit = seed.isMultiple(of: 2) ? 3 : store.memoryLimit
    for step in 0..<30 {
      store.memoryLimit = memoryLimit
      let before = model
      do {
        try store.transaction {
          for _ in 0...random.below(50) { try act(&random, store, &model, crowd) }
          if random.chance(1, in: 4) { throw Interruption() }
        }
      } catch is Interruption { model = before }
      if random.chance(1, in: 6) { store = try SQLiteStore.open(at: scratch.path) }
      try compare(store, model, crowd, "seed \(seed), step \(step)")
    }
  }

  private func act(
    _ random: inout SplitMix64, _ store: SQLiteStore, _ model: inout Model, _ crowd: [Pseudonym]
  ) throws {
    let pseudonym = crowd[random.below(crowd.count)]
    #expect(try store.person(pseudonym) == model.people[pseudonym])
    guard let person = model.people[pseudonym] else {
      let source: Int64? = random.chance(1, in: 2) ? Int64(random.below(5)) + 1 : nil
      model.lastPerson += 1
      let number = PersonID(model.lastPerson)
      #expect(try store.addPerson(pseudonym, sourceGrant: source) == number)
      model.people[pseudonym] = number
      model.sources[number] = source
      return
    }
    switch random.below(8) {
    case 0:
      try store.deletePerson(person)
      model.people[pseudonym] = nil
      model.sources[person] = nil
      model.blobs[person] = nil
      model.claimed = model.claimed.filter { $0.first != UInt8(person.rawValue) }
    case 1:
      let count = model.blobs[person]?.values.reduce(0) { $0 + $1.count } ?? 0
      #expect(try store.deleteEvents(of: person) == count)
      model.blobs[person] = nil
      model.claimed = model.claimed.filter { $0.first != UInt8(person.rawValue) }
    case 2:
      let grant = Int64(random.below(5)) + 1
      try store.cover(person, bySourceGrant: grant)
      model.sources[person] = grant
    case 3:
      let id = [UInt8(person.rawValue), UInt8(random.below(4))]
      #expect(try store.claimEvent(id: id, of: person) == model.claimed.insert(id).inserted)
    default:
      model.sequence += 1
      #expect(try store.nextSequence() == model.sequence)
      let blob = (count: random.below(9), sealed: random.bytes(0...300))
      try store.appendEvents(person, sequence: model.sequence, count: blob.count, sealed: blob.sealed)
      model.blobs[person, default: [:]][model.sequence] = blob
    }
  }

  private func compare(_ store: SQLiteStore, _ model: Model, _ crowd: [Pseudonym], _ place: Comment) throws {
    for pseudonym in crowd { #expect(try store.person(pseudonym) == model.people[pseudonym], place) }
    var rows: [PersonID: Int64?] = [:]
    var order: [PersonID] = []
    try store.forEachPerson { row in
      rows[row.person] = row.sourceGrant
      order.append(row.person)
    }
    #expect(order == model.people.values.sorted(), place)
    for person in model.people.values {
      #expect(rows[person] == .some(model.sources[person]), place)
      #expect(try store.sourceGrant(covering: person) == model.sources[person], place)
      let kept = (model.blobs[person] ?? [:]).sorted { $0.key < $1.key }
      let found = try store.sealedEvents(of: person)
      #expect(found.map(\.sequence) == kept.map(\.key) && found.map(\.sealed) == kept.map(\.value.sealed), place)
    }
    #expect(try store.peopleCount() == model.people.count && store.eventCount() == model.events, place)
    let limit = model.sequence / 2
    for upTo in [limit, .max] {
      var expected: [String] = []
      for person in model.blobs.keys.sorted() {
        for (sequence, blob) in (model.blobs[person] ?? [:]).sorted(by: { $0.key < $1.key }) where sequence <= upTo {
          expected.append("\(person.rawValue) \(sequence) \(blob.sealed)")
        }
      }
      var found: [String] = []
      let skipped = try store.forEachSealedEvents(upTo: upTo) { row in
        found.append("\(row.person.rawValue) \(row.sequence) \(unsafe Array(row.sealed))")
        let key = try store.key(of: row.person)
        #expect(row.key.bytes == key?.bytes, place)
      }
      #expect(found == expected && skipped == 0, place)
    }
  }

  @Test func blobsWithoutAKeyAreLeftOut() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    try store.transaction { for index in 1...5 { try CrashTests.write(store, Pseudonym(high: UInt64(index), low: 0)) } }
    try store.destroyKey(of: PersonID(1))
    try store.destroyKey(of: PersonID(3))
    try store.destroyKey(of: PersonID(5))
    var seen: [Int64] = []
    #expect(try store.forEachSealedEvents { seen.append($0.person.rawValue) } == 3)
    #expect(seen == [2, 4])
  }

  /// Neither the file nor its log holds a destroyed key, as bytes.
  @Test func aDestroyedKeyIsNowhere() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    try store.transaction {
      for index in 1...300 { try CrashTests.write(store, Pseudonym(high: UInt64(index), low: 0)) }
    }
    let key = try #require(try store.key(of: PersonID(150))).bytes
    func places() throws -> Int {
      try ["keys.sqlite", "keys.sqlite-wal"].map { scratch.path + "/" + $0 }.filter { Files.exists($0) }.reduce(0) {
        let bytes = try Files.read($1)
        return $0 + bytes.indices.count { bytes[$0...].starts(with: key) }
      }
    }
    #expect(try places() >= 1)
    try store.deletePerson(PersonID(150))
    #expect(try places() == 0)
    #expect(try store.key(of: PersonID(150)) == nil && store.key(of: PersonID(151)) != nil)
  }

  @Test func exclusionIsKept() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    let person = try store.addPerson(Pseudonym(high: 1, low: 1), sourceGrant: nil)
    try store.setExcludedTick(3, of: person)
    #expect(try store.row(of: person) == PersonRow(person: person, sourceGrant: nil, excludedTick: 3))
    try store.setExcludedTick(nil, of: person)
    #expect(try store.row(of: person)?.excludedTick == nil)
  }
}
