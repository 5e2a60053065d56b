import Consent
import Crypto
import TestSupport
import Testing
import Vocabulary

@testable import Intake

@Suite("Events as sealed blobs")
struct SealingTests {
  private static func event(_ random: inout SplitMix64) -> AdmittedEvent {
    func text(_ random: inout SplitMix64) -> String? {
      let letter = ["é", "a", "\u{0}"][random.below(3)]
      return random.chance(1, in: 2) ? nil : String(repeating: letter, count: random.below(200))
    }
    let times = [0, 1_777_627_815_123, Int64(random.below(7_258_118_400_000))]
    let item = random.chance(1, in: 4) ? ItemNumber.none : ItemNumber(UInt32(truncatingIfNeeded: random.next()))
    let detail =
      random.chance(1, in: 2)
      ? nil
      : EventDetail(
        query: text(&random), tags: (0..<random.below(4)).compactMap { _ in text(&random) }, source: text(&random),
        decision: text(&random))
    return AdmittedEvent(
      time: Timestamp(milliseconds: times[random.below(3)]), item: item,
      value: random.chance(1, in: 2) ? 0 : Int32(truncatingIfNeeded: random.next()),
      kind: EventKind.allCases[random.below(EventKind.allCases.count)],
      purposes: PurposeSet(rawValue: UInt8(random.chance(1, in: 2) ? 63 : random.below(64))),
      session: random.chance(1, in: 2) ? 7 : UInt32(truncatingIfNeeded: random.next()), detail: detail)
  }

  private static func events(_ random: inout SplitMix64) -> [AdmittedEvent] {
    (0..<random.below(12)).map { _ in event(&random) }
  }

  /// All of an event, for comparison.
  private static func text(_ event: AdmittedEvent) -> String {
    let detail = event.detail.map { [$0.query, $0.source, $0.decision] + $0.tags }
    return
      "\(event.time) \(event.item) \(event.value) \(event.kind) \(event.purposes) \(event.session) \(detail as Any)"
  }

  @Test("G4: random events come back as they were, and for a purpose only those admitted for it")
  func roundTrip() {
    checkProperty(cases: 200, seed: 900) { random in
      let events = SealingTests.events(&random)
      var bytes: [UInt8] = []
      EventCodec.encode(events[...], into: &bytes)
      for purpose in [nil] + Purpose.allCases.map(Optional.some) {
        var found = [SealingTests.event(&random)]
        guard EventCodec.decode(bytes, purpose: purpose, into: &found) else { return false }
        let expected = events.filter { event in purpose.map { event.purposes.contains($0) } ?? true }
        if found.dropFirst().map(SealingTests.text) != expected.map(SealingTests.text) { return false }
      }
      return true
    }
  }

  @Test("a typical event takes 8 bytes")
  func size() {
    let events = (0..<1000).map { index in
      AdmittedEvent(
        time: Timestamp(milliseconds: 1_777_627_815_123 + Int64(index) * 9_999_999),
        item: ItemNumber(UInt32(20_000 + index)), value: 0, kind: .view, purposes: .all, session: 0, detail: nil)
    }
    var bytes: [UInt8] = []
    EventCodec.encode(events[...], into: &bytes)
    #expect(bytes.count <= 8 * events.count + 16)
  }

  @Test("no truncation decodes, and no damage crashes")
  func damage() {
    checkProperty(cases: 20, seed: 1000) { random in
      let events = SealingTests.events(&random)
      var bytes: [UInt8] = []
      EventCodec.encode(events[...], into: &bytes)
      for count in 0..<bytes.count {
        var found: [AdmittedEvent] = []
        if EventCodec.decode(Array(bytes[..<count]), purpose: nil, into: &found) { return false }
        if found.map(SealingTests.text) != events.prefix(found.count).map(SealingTests.text) { return false }
      }
      var found: [AdmittedEvent] = []
      if EventCodec.decode(bytes + [0], purpose: nil, into: &found) { return false }
      for _ in 0..<25 {
        var damaged = bytes
        for _ in 0...random.below(3) { damaged[random.below(bytes.count)] ^= UInt8(1 << random.below(8)) }
        found = []
        if EventCodec.decode(damaged, purpose: nil, into: &found), found.count > damaged.count { return false }
        found = []
        _ = EventCodec.decode(random.bytes(random.below(100)), purpose: .search, into: &found)
      }
      return true
    }
  }

  /// Two people who allow everything, and a blob of the first at place 5.
  private struct Sealed {
    let ledger: ConsentLedger
    let key = SymmetricKey.random()
    let blob: [UInt8]

    init() throws {
      ledger = ConsentLedger(storage: MemoryLedger(), policy: .shipped, key: .random())
      for person in 1...2 {
        let everything = PurposeSet.all
        try ledger.record(
          .grant, of: PersonID(Int64(person)), purposes: everything, time: Timestamp(seconds: 1), method: "test")
      }
      let events = [PurposeSet.all, PurposeSet(.search), []].enumerated().map { index, purposes in
        AdmittedEvent(
          time: Timestamp(seconds: 5), item: ItemNumber(UInt32(index)), value: 0, kind: .view, purposes: purposes,
          session: 0, detail: nil)
      }
      let group = AdmittedBatch.Group(person: PersonID(1), range: 0..<3)
      let batch = AdmittedBatch(groups: [group], events: events, refusals: [:], dropped: [:], repeated: 0)
      blob = try EventSealer().seal(batch, group, sequence: 5, key: key)
    }

    func open(
      _ blob: [UInt8]? = nil, person: Int64 = 1, sequence: Int64 = 5, key: SymmetricKey? = nil,
      purpose: Purpose = .search
    ) throws -> [UInt32] {
      let permit = try #require(try ledger.permit(for: PersonID(person), purpose: purpose))
      var events: [AdmittedEvent] = []
      try EventSealer().open(
        blob ?? self.blob, sequence: sequence, key: key ?? self.key, permit: permit, into: &events)
      return events.map(\.item.rawValue)
    }
  }

  @Test("a blob opens under its person's permit, in its place and with its key only")
  func opening() throws {
    let sealed = try Sealed()
    #expect(try sealed.open() == [0, 1])
    #expect(try sealed.open(purpose: .recommendation) == [0])
    for thrown in [
      failure { _ = try sealed.open(person: 2) }, failure { _ = try sealed.open(sequence: 4) },
      failure { _ = try sealed.open(key: .random()) }, failure { _ = try sealed.open([]) },
      failure { _ = try sealed.open(sealed.blob + [0]) },
    ] {
      #expect(thrown?.code == .badStore && thrown?.remedy != nil)
    }
    for index in sealed.blob.indices {
      for bit in 0..<8 {
        var damaged = sealed.blob
        damaged[index] ^= UInt8(1 << bit)
        #expect(failure { _ = try sealed.open(damaged) }?.code == .badStore, "bit \(bit) of byte \(index)")
      }
      let truncated = failure { _ = try sealed.open(Array(sealed.blob[..<index])) }
      #expect(truncated?.code == .badStore, "\(index) bytes")
    }
  }
}
