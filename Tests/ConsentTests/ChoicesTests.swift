import Crypto
import TestSupport
import Testing
import Vocabulary

@testable import Consent

@Suite("What the ledger allows")
struct ChoicesTests {
  /// The last word on each purpose, kept the obvious way.
  private struct Reference {
    var own: [PersonID: [Purpose: Bool]] = [:]
    var sources: [PersonID: PurposeSet] = [:]
    var defaults: PurposeSet

    func allows(_ purpose: Purpose, _ person: PersonID) -> Bool {
      own[person]?[purpose] ?? (sources[person]?.contains(purpose) == true || defaults.contains(purpose))
    }
  }

  @Test("a person's last choice outranks a source, and a source the policy, in whatever order they came")
  func folding() {
    checkProperty(cases: 150, seed: 10) { random in
      let storage = MemoryLedger()
      let defaults = PurposeSet(rawValue: UInt8(random.below(64)))
      let ledger = ConsentLedger.over(storage, defaults: defaults)
      var reference = Reference(defaults: defaults)
      for step in 0..<random.below(30) {
        let person = PersonID(Int64(1 + random.below(4)))
        if random.chance(1, in: 5) {
          storage.sources[person] = try ledger.recordSource(named: "log \(step)", time: Timestamp(seconds: 1))
          reference.sources[person] = .all
          continue
        }
        let purposes = PurposeSet(rawValue: UInt8(1 + random.below(63)))
        let isGrant = random.chance(1, in: 2)
        try ledger.record(
          isGrant ? .grant : .withdraw, of: person, purposes: purposes, time: Timestamp(seconds: Int64(step)),
          method: "test")
        for purpose in purposes.purposes { reference.own[person, default: [:]][purpose] = isGrant }
      }
      for purpose in Purpose.allCases {
        let roll = try ledger.roll(for: purpose)
        for number in 1...5 {
          let person = PersonID(Int64(number))
          let expected = reference.allows(purpose, person)
          let permit = try ledger.permit(for: person, purpose: purpose)
          let rolled = try roll.permit(for: person, source: storage.sources[person])
          guard (permit != nil) == expected, (rolled != nil) == expected,
            try ledger.choices(of: person)[purpose].allowed == expected,
            try ledger.admission(of: person, under: nil).contains(purpose) == expected,
            permit == nil || permit?.person == person && permit?.purpose == purpose
          else { return false }
        }
        guard try ledger.choices(of: nil)[purpose].allowed == defaults.contains(purpose) else { return false }
      }
      return try ledger.verify() == Int64(storage.rows.count)
    }
  }

  @Test("events from a source collected under consent come in, but not against the person's own word")
  func admission() throws {
    let storage = MemoryLedger()
    let ledger = ConsentLedger.over(storage)
    let (stranger, objector) = (PersonID(1), PersonID(2))
    try ledger.record(
      .withdraw, of: objector, purposes: [PurposeSet(.recommendation), PurposeSet(.training)],
      time: Timestamp(seconds: 1), method: "test")
    let grant = try ledger.recordSource(named: "log", time: Timestamp(seconds: 2))
    #expect(try ledger.admission(of: stranger, under: grant) == .all)
    #expect(try ledger.admission(of: nil, under: grant) == .all)
    #expect(try ledger.admission(of: nil, under: nil) == [])
    let admitted = try ledger.admission(of: objector, under: grant)
    #expect(!admitted.contains(.recommendation) && !admitted.contains(.training) && admitted.contains(.search))
  }

  @Test("what is shown names who decided, and since when")
  func authority() throws {
    let storage = MemoryLedger()
    let ledger = ConsentLedger.over(storage, defaults: PurposeSet(.search))
    let person = PersonID(1)
    try ledger.record(
      .grant, of: person, purposes: PurposeSet(.push), time: Timestamp(seconds: 5), method: "test")
    let choices = try ledger.choices(of: person)
    #expect(choices[.push] == .init(allowed: true, by: .own, since: Timestamp(seconds: 5)))
    #expect(choices[.search] == .init(allowed: true, by: .policy, since: nil))
    storage.sources[person] = try ledger.recordSource(named: "log", time: Timestamp(seconds: 9))
    #expect(
      try ledger.choices(of: person)[.training] == .init(allowed: true, by: .source, since: Timestamp(seconds: 9)))
  }
}

@Suite("G20: the ledger's chain")
struct ChainTests {
  private func ledger() throws -> (MemoryLedger, ConsentLedger) {
    let storage = MemoryLedger()
    let ledger = ConsentLedger.over(storage)
    for index in 0..<6 {
      try ledger.record(
        index % 2 == 0 ? .grant : .withdraw, of: PersonID(Int64(1 + index % 3)), purposes: PurposeSet(.recommendation),
        time: Timestamp(seconds: Int64(index)), method: "test")
    }
    _ = try ledger.recordSource(named: "log", time: Timestamp(seconds: 9))
    return (storage, ledger)
  }

  private func finds(_ ledger: ConsentLedger) -> String? {
    do { _ = try ledger.verify() } catch { return (error as? Failure)?.what }
    return nil
  }

  @Test("one changed byte anywhere is found, and the entry named")
  func everyByte() throws {
    let (storage, ledger) = try ledger()
    #expect(try ledger.verify() == 7)
    let whole = storage.rows
    for index in whole.indices {
      func check(_ what: String, _ change: (inout LedgerRow) -> Void) {
        storage.rows = whole
        change(&storage.rows[index])
        let found = finds(ledger)
        #expect(found?.contains("entry \(index + 1) ") == true, "\(what) of entry \(index + 1): \(found ?? "nothing")")
      }
      for byte in whole[index].sealed.indices { check("sealed byte \(byte)") { $0.sealed[byte] ^= 1 } }
      for byte in 0..<32 {
        func flipped(_ digest: Digest) -> Digest {
          var bytes = digest.bytes
          bytes[byte] ^= 0x80
          return Digest(bytes: bytes) ?? digest
        }
        check("commitment") { $0.commitment = flipped($0.commitment) }
        check("hash") { $0.hash = flipped($0.hash) }
      }
      check("time") { $0.time = Timestamp(milliseconds: $0.time.milliseconds + 1) }
      check("sequence") { $0.sequence += 1 }
      check("person") { $0.person = PersonID(77) }
    }
  }

  @Test("G20: a body sealed anew by somebody who has the key is found: it is not what the chain commits to")
  func resealed() {
    checkProperty(cases: 50, seed: 20_000) { random in
      // Two ledgers of the same key, alike but for what one entry says.
      let changed = random.below(8)
      var storages: [MemoryLedger] = []
      for isOther in [false, true] {
        let storage = MemoryLedger()
        let ledger = ConsentLedger.over(storage)
        for index in 0..<8 {
          let isGrant = (index == changed && isOther) != (index % 2 == 0)
          try ledger.record(
            isGrant ? .grant : .withdraw, of: PersonID(1), purposes: PurposeSet(.push),
            time: Timestamp(seconds: Int64(index)), method: "test")
        }
        storages.append(storage)
      }
      storages[0].rows[changed].sealed = storages[1].rows[changed].sealed
      return finds(ConsentLedger.over(storages[0]))?.contains("entry \(changed + 1) ") == true
    }
  }

  @Test("an entry taken out, put in, or moved is found")
  func entries() throws {
    let (storage, ledger) = try ledger()
    let whole = storage.rows
    for index in whole.indices.dropLast() {
      storage.rows = whole
      storage.rows.remove(at: index)
      #expect(finds(ledger) != nil)
      storage.rows = whole
      storage.rows.insert(whole[index], at: index)
      #expect(finds(ledger) != nil)
      storage.rows = whole
      storage.rows.swapAt(index, index + 1)
      #expect(finds(ledger) != nil)
    }
  }

  @Test("a damaged choice is no permission")
  func damagedIsClosed() throws {
    let (storage, ledger) = try ledger()
    storage.rows[0].sealed[40] ^= 1
    #expect(throws: Failure.self) { try ledger.permit(for: PersonID(1), purpose: .recommendation) }
    #expect(throws: Failure.self) { try ledger.roll(for: .recommendation) }
    #expect(throws: Failure.self) { try ledger.admission(of: PersonID(1), under: nil) }
    #expect(try ledger.permit(for: PersonID(2), purpose: .recommendation) != nil)
  }

  @Test("H1, G20: what later choices overtook long ago loses its body; the chain and all that is allowed stay")
  func overtaken() {
    var gone = 0
    checkProperty(cases: 400, seed: 13_000) { random in
      let storage = MemoryLedger()
      let ledger = ConsentLedger.over(storage)
      ledger.clock = { Timestamp(seconds: 2_000_000_000) }
      let people = (1...3).map { PersonID(Int64($0)) }
      for second in 0..<Int64(random.below(30)) {
        let person = people[random.below(3)]
        let time = Timestamp(seconds: second)
        switch random.below(6) {
        case 0:
          let words = [Age.Word.born(2010), .minor, .adult]
          try ledger.record(Age(words[random.below(3)], region: nil), of: person, time: time, method: "t")
        case 1: try ledger.record(guardian: random.chance(1, in: 2) ? "aunt" : nil, of: person, time: time, method: "t")
        default:
          let purposes = PurposeSet(rawValue: UInt8(1 + random.below(127)))
          try ledger.record(
            random.chance(1, in: 2) ? .grant : .withdraw, of: person, purposes: purposes, time: time, method: "t")
        }
      }
      let before = try people.map { try ledger.choices(of: $0) }
      let entries = try people.map { try ledger.entries(of: $0) }
      let horizon = Timestamp(seconds: Int64(random.below(40)))
      let dropped = try ledger.dropOvertaken(before: horizon, time: Timestamp(seconds: 99))
      gone += dropped.count
      let isChained = try ledger.verify() == Int64(storage.rows.count)
      guard isChained, try people.map({ try ledger.choices(of: $0) }) == before else { return false }
      // One by one: whatever of an entry nobody has said since, or only since the horizon, keeps it.
      for (person, all) in zip(people, entries) {
        let expected = all.enumerated().filter { index, entry in
          let later = all[(index + 1)...].filter { $0.time < horizon }
          switch entry.act {
          case .grant, .withdraw:
            return !entry.purposes.purposes.allSatisfy { purpose in later.contains { $0.purposes.contains(purpose) } }
          case .age: return !later.contains { $0.act == .age }
          default: return !later.contains { $0.act == .guardian || $0.act == .guardianEnd }
          }
        }
        guard try ledger.entries(of: person) == expected.map(\.element) else { return false }
      }
      // A second time there is nothing left to go, and a body that is missing for another reason is still found.
      guard try ledger.dropOvertaken(before: horizon, time: Timestamp(seconds: 99)).isEmpty else { return false }
      guard let row = storage.rows.last(where: { $0.person != nil }) else { return true }
      storage.dropLedgerBody(row.sequence)
      return finds(ledger) != nil
    }
    #expect(gone > 1000)
  }
}
