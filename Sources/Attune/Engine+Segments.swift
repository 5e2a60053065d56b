import Consent
import Crypto
import Intake
import ModelFile
import Profiles
import Ranking
import Store
import SystemIO
import Vocabulary

extension Engine {
  /// The groups of people that advertising reads in place of anybody: how many are in each, and what they like.
  ///
  /// They are formed at each training, of those who consent to advertising by then. Whoever leaves, by an erasure, a
  /// withdrawal or in any other way, is taken out at once; who comes waits for the next training.
  public func segments() throws -> SegmentsReport {
    let threshold = try Int(store.segmentThreshold() ?? Int64(policy.segmentFloor))
    var report = SegmentsReport(threshold: threshold, formed: try store.segmentsFormed(), segments: [])
    for row in try store.allSegments() {
      let segment = try open(row.sealed, segment: row.number)
      report.segments.append(
        SegmentReport(
          segment: segment.name, people: segment.people,
          tags: segment.averages.map { SegmentTag(tag: $0.name, people: $0.people, weight: $0.weight) }))
    }
    // Equal numbers stay in the order of their names.
    report.segments.sort { $0.people > $1.people }
    return report
  }

  // MARK: Formed

  /// Forms the segments anew, from what was done up to the tick by everybody who consents to advertising.
  ///
  /// In one transaction, so that nobody can leave while it is under way.
  ///
  /// - Complexity: linear in the events, where anybody consents and the catalogue has tags.
  func formSegments() throws {
    let asOf = try store.asOf() ?? wall()
    try store.transaction {
      // Whoever publishes a policy from here on waits, and clears what is formed where it asks for more.
      try refreshPolicy()
      let threshold = policy.segmentFloor
      let model = try self.model()
      let snapshot = model.snapshot
      let words = snapshot.features(ofField: "term")
      try store.clearSegments()
      try store.setSegmentsFormed(at: asOf, threshold: Int64(threshold))
      defer { cache.removeAll() }
      try store.advanceGeneration()
      if words.count == snapshot.featureCount { return }
      let roll = try ledger.roll(for: .advertising)
      let permits = try permits(of: roll)
      if permits.allSatisfy({ $0 == nil }) { return }
      let instructed = try store.peopleWithInstructions()
      let horizon = try store.tickHorizon() ?? .none
      let builder = ProfileBuilder(rules: model.profileRules, features: model.features, asOf: asOf)
      var segments = SegmentBuilder()
      var people: [(person: PersonID, key: SymmetricKey)] = []
      var events: [AdmittedEvent] = []
      var current: (person: PersonID, key: SymmetricKey)?
      func flush() throws {
        defer { events.removeAll(keepingCapacity: true) }
        guard let current else { return }
        events.removeAll { horizon.isPast($0.kind, $0.time) }
        let choices = instructed.contains(current.person) ? try readInstructions(current.person).choices : TagChoices()
        let profile = builder.profile(of: events, choices: choices)
        guard let share = SegmentShare(profile, where: { !words.contains($0) }) else { return }
        segments.append(share)
        people.append(current)
      }
      _ = try store.forEachSealedEvents(upTo: store.watermark()) { row in
        guard row.person.rawValue < permits.count, let permit = permits[Int(row.person.rawValue)] else { return }
        if row.person != current?.person {
          try flush()
          current = (row.person, row.key)
        }
        try unsafe self.events.open(row.sealed, sequence: row.sequence, key: row.key, permit: permit, into: &events)
      }
      try flush()
      let formed = segments.build(threshold: threshold, name: snapshot.featureName(of:))
      for (index, segment) in formed.segments.enumerated() {
        try store.setSegment(Int64(index + 1), sealed: seal(segment, number: Int64(index + 1)))
      }
      for (index, member) in formed.members.enumerated() {
        guard let member else { continue }
        let (person, key) = people[index]
        try store.setSegmentMember(
          person, sealed: sealer.seal(member.encoded, key: key, context: Engine.memberContext(person)))
      }
    }
  }

  // MARK: Left

  /// Takes people out of their segments until the next training, within the open transaction: the segments are then
  /// those that never had them.
  ///
  /// - Returns: The sealed rows that are gone with that.
  func leaveSegments(_ people: [PersonID]) throws -> [[UInt8]] {
    var gone: [[UInt8]] = []
    var changed: [Int64: Segment] = [:]
    var ended: Set<Int64> = []
    let threshold = try Int(clamping: store.segmentThreshold() ?? .max)
    for person in people {
      guard let sealed = try store.segmentMember(person) else { continue }
      gone.append(sealed)
      try store.setSegmentMember(person, sealed: nil)
      guard let key = try store.key(of: person), let member = try? open(sealed, memberOf: person, key: key) else {
        // What cannot be read cannot be taken out; then there are no segments until the next training.
        try store.clearSegments()
        continue
      }
      let number = member.segment
      if ended.contains(number) { continue }
      if changed[number] == nil {
        guard let old = try store.segment(number) else { continue }
        gone.append(old)
        changed[number] = try open(old, segment: number)
      }
      if changed[number]?.remove(member, threshold: threshold) == false {
        changed[number] = nil
        ended.insert(number)
      }
    }
    for number in ended { try store.setSegment(number, sealed: nil) }
    for (number, segment) in changed where try store.segment(number) != nil {
      try store.setSegment(number, sealed: seal(segment, number: number))
    }
    return gone
  }

  /// The same for everybody who no longer consents, where many may have changed at once.
  ///
  /// - Complexity: linear in the people who are in a segment.
  func leaveSegmentsWithoutConsent() throws {
    var gone: [PersonID] = []
    try store.forEachSegmentMember { person, _ in
      if try ledger.segmentPermit(for: person) == nil { gone.append(person) }
    }
    if !gone.isEmpty { _ = try leaveSegments(gone) }
  }

  // MARK: Read

  /// What advertising may know of a person: the average of their segment.
  ///
  /// - Parameter permit: It opens the person's part in a segment, and none of their events.
  /// - Returns: `nil` for whoever is in no segment.
  func segment(_ permit: SegmentPermit) throws -> Segment? {
    guard let sealed = try store.segmentMember(permit.person), let key = try store.key(of: permit.person) else {
      return nil
    }
    let number = try open(sealed, memberOf: permit.person, key: key).segment
    return try store.segment(number).map { try open($0, segment: number) }
  }

  /// The leading tag of the segment that a person is in, for their own eyes.
  func segmentName(of person: PersonID) throws -> String? {
    guard let number = try segmentNumber(of: person), let sealed = try store.segment(number) else { return nil }
    return try segmentName((number, sealed))
  }

  /// The leading tag of a segment.
  func segmentName(_ row: (number: Int64, sealed: [UInt8])) throws -> String {
    try open(row.sealed, segment: row.number).name
  }

  /// Which segment a person is in.
  func segmentNumber(of person: PersonID) throws -> Int64? {
    guard let sealed = try store.segmentMember(person), let key = try store.key(of: person) else { return nil }
    return try open(sealed, memberOf: person, key: key).segment
  }

  /// What an advertisement for a person is ranked by.
  func readSegment(of person: PersonID?, model: PublishedModel, asOf: Timestamp) throws -> Reading {
    guard let person else {
      if try store.isDecommissioned() { return .nothing(reason: "decommissioned") }
      return .nothing(reason: try ledger.choices(of: nil).allowed.contains(.advertising) ? "no-segment" : "opted-out")
    }
    let cached = PersonCache.Key(person: person, purpose: .advertising)
    if let known = cache[cached], known.asOf == asOf {
      return known.segment == nil ? .nothing(reason: "no-segment") : .allowed(known)
    }
    guard let permit = try ledger.segmentPermit(for: person) else { return .nothing(reason: "opted-out") }
    guard let key = try store.key(of: person) else { return .nothing(reason: "no-segment") }
    let segment = try self.segment(permit)
    var profile = Profile()
    if let segment {
      profile = Profile(segment, model: model, removed: try readInstructions(person).choices.removed)
    }
    let name = profile.isEmpty ? nil : segment?.name
    let entry = PersonCache.Entry(profile: profile, asOf: asOf, watermark: 0, key: key, segment: name)
    cache[cached] = entry
    return name == nil ? .nothing(reason: "no-segment") : .allowed(entry)
  }

  // MARK: Audited

  /// Counts the members of every segment and adds up what they like, from their own rows.
  func auditSegments(_ check: inout AuditCheck) throws {
    var counts: [Int64: Int] = [:]
    var totals: [Int64: [Int: (people: Int, weight: Int64)]] = [:]
    try store.forEachSegmentMember { person, sealed in
      guard let key = try store.key(of: person), let member = try? open(sealed, memberOf: person, key: key) else {
        check.breach("the part of person \(person.rawValue) in a segment does not open")
        return
      }
      counts[member.segment, default: 0] += 1
      for entry in member.tags {
        let known = totals[member.segment]?[entry.place] ?? (0, 0)
        totals[member.segment, default: [:]][entry.place] = (known.people + 1, known.weight + entry.weight)
      }
      if try ledger.segmentPermit(for: person) == nil {
        check.breach("person \(person.rawValue) is in a segment, and has not consented to advertising")
      }
    }
    for row in try store.allSegments() {
      check.cases += 1
      let segment = try open(row.sealed, segment: row.number)
      if segment.people < policy.segmentFloor || counts[row.number] != segment.people {
        check.breach("a segment says \(segment.people) people, and \(counts[row.number] ?? 0) are in it")
      }
      for (place, tag) in segment.tags.enumerated() where tag.people > 0 {
        let found = totals[row.number]?[place]
        if tag.people < policy.segmentFloor || found?.people != tag.people || found?.weight != tag.total {
          check.breach("a tag of a segment is not what its people add up to")
        }
      }
    }
  }

  // MARK: Sealed

  private static func memberContext(_ person: PersonID) -> [UInt8] {
    var bytes = Array("segment member".utf8)
    bytes.appendVarint(UInt64(bitPattern: person.rawValue))
    return bytes
  }

  private static func segmentContext(_ number: Int64) -> [UInt8] {
    var bytes = Array("segment".utf8)
    bytes.appendVarint(UInt64(bitPattern: number))
    return bytes
  }

  private static let damaged = Failure(
    .badStore, "a segment does not open", expected: "an unchanged record",
    remedy: "Train again, which forms the segments anew")

  private func seal(_ segment: Segment, number: Int64) throws -> [UInt8] {
    try sealer.seal(segment.encoded, key: segmentKey, context: Engine.segmentContext(number))
  }

  private func open(_ sealed: [UInt8], segment number: Int64) throws -> Segment {
    guard let plain = try? sealer.open(sealed, key: segmentKey, context: Engine.segmentContext(number)),
      let segment = Segment(encoded: plain)
    else { throw Engine.damaged }
    return segment
  }

  private func open(_ sealed: [UInt8], memberOf person: PersonID, key: SymmetricKey) throws -> SegmentMember {
    guard let plain = try? sealer.open(sealed, key: key, context: Engine.memberContext(person)),
      let member = SegmentMember(encoded: plain)
    else { throw Engine.damaged }
    return member
  }
}

extension Profile {
  /// A segment's average as a profile: tags that the catalogue still has, without those that the person has removed.
  init(_ segment: Segment, model: PublishedModel, removed: Set<ExactText>) {
    self.init()
    tags = segment.averages.compactMap { tag in
      guard tag.weight > 0, !removed.contains(ExactText(tag.name)),
        let feature = model.snapshot.feature(named: tag.name), !model.features.isSensitive(feature)
      else { return nil }
      return TagWeight(feature: feature, weight: tag.weight, added: false)
    }.sorted { $0.feature < $1.feature }
  }
}

extension SQLiteStore {
  /// How many people stand behind everything in the segments, at least; `nil` before there were any.
  func segmentThreshold() throws -> Int64? { try factNumber("segment threshold") }

  func segmentsFormed() throws -> Timestamp? {
    try factNumber("segments formed").map { Timestamp(milliseconds: $0) }
  }

  func setSegmentsFormed(at time: Timestamp, threshold: Int64) throws {
    try setFact("segments formed", number: time.milliseconds)
    try setFact("segment threshold", number: threshold)
  }
}
