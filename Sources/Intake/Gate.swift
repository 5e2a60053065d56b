package import Consent
package import Crypto
package import Vocabulary

/// What the gate needs to know of the store; the store conforms.
package protocol GateDirectory: AnyObject {
  /// The number of a person the store has met.
  func person(_ pseudonym: Pseudonym) throws -> PersonID?
  /// Numbers a person met for the first time. `sourceGrant` is the ledger entry that covers them, if any.
  func addPerson(_ pseudonym: Pseudonym, sourceGrant: Int64?) throws -> PersonID
  /// Notes that a known person was met in a source collected under consent.
  func cover(_ person: PersonID, bySourceGrant grant: Int64) throws
  /// The number of an item, adding it where it is new.
  func itemNumber(forID id: [UInt8]) throws -> ItemNumber
  /// Takes note of an event id; false where this person's event had come before.
  func claimEvent(id: [UInt8], of person: PersonID) throws -> Bool
  /// Whether somebody was erased and has not consented anew.
  func isSuppressed(_ mark: SuppressionMark) throws -> Bool
  /// Whether the store takes in nobody any more.
  func isDecommissioned() throws -> Bool
}

/// What stands for an erased person on the suppression list.
///
/// It comes from the same HMAC as the pseudonym, but from its other half: neither tells the other.
package struct SuppressionMark: Hashable, Sendable {
  package static let length = 16
  /// 16 bytes.
  package let bytes: [UInt8]

  /// - Returns: `nil` for anything but 16 bytes.
  package init?(bytes: [UInt8]) {
    guard bytes.count == SuppressionMark.length else { return nil }
    self.bytes = bytes
  }

  fileprivate init(of digest: Digest) { bytes = Array(digest.bytes.suffix(SuppressionMark.length)) }
}

/// Makes keyed pseudonyms of outside person ids.
package final class Pseudonymizer {
  private let authenticator: MessageAuthenticator

  package init(key: SymmetricKey) { authenticator = MessageAuthenticator(key: key) }

  /// The pseudonym of an outside id, given as UTF-8.
  package func pseudonym(of id: [UInt8]) -> Pseudonym { marks(of: id).pseudonym }

  /// The pseudonym of an outside id, and what would stand for it on the suppression list.
  package func marks(of id: [UInt8]) -> (pseudonym: Pseudonym, suppression: SuppressionMark) {
    let digest = authenticator.authenticate(id)
    let bytes = digest.bytes
    func word(_ start: Int) -> UInt64 { bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) } }
    return (Pseudonym(high: word(0), low: word(8)), SuppressionMark(of: digest))
  }
}

/// Lets in what the ledger allows and nothing else.
///
/// A refused event leaves no trace but a count: its person is not numbered and its item not added to the catalogue.
package struct Gate {
  private let pseudonymizer: Pseudonymizer
  let ledger: ConsentLedger
  let directory: any GateDirectory
  private let grant: Int64?
  /// The policy in force, as the batch under way found it.
  private var policy: Policy
  // Asked of every event: a look-up in the policy's set each would be felt.
  private(set) var keepsValue, keepsSession: Bool
  /// Lines seen so far: the place in the file of an event without a time.
  private var ordinal: Int64 = 0

  /// - Parameter grant: The ledger entry of a source collected under consent, if the events come from one.
  package init(
    pseudonymizer: Pseudonymizer, ledger: ConsentLedger, directory: any GateDirectory, grant: Int64?
  ) {
    self.pseudonymizer = pseudonymizer
    self.ledger = ledger
    self.directory = directory
    self.grant = grant
    policy = ledger.policy
    keepsValue = policy.fields.contains(.value)
    keepsSession = policy.fields.contains(.session)
  }

  /// Takes in a policy that was published since the last batch: a log that is being followed outlives many.
  mutating func refreshPolicy() throws {
    try ledger.refreshPolicy()
    if ledger.policy.version == policy.version { return }
    policy = ledger.policy
    keepsValue = policy.fields.contains(.value)
    keepsSession = policy.fields.contains(.session)
  }

  /// Admits the lines of a batch that the ledger allows.
  ///
  /// Complexity: linear in the lines, plus one look-up in the directory a person and an item.
  mutating func admit(_ batch: RawBatch) throws -> AdmittedBatch {
    try refreshPolicy()
    let isClosed = try directory.isDecommissioned()
    let people = try batch.subjects.map { isClosed ? Resolved(person: nil, purposes: []) : try resolve($0) }
    let start = ordinal
    ordinal += Int64(batch.count)

    // A counting sort by local person number keeps arrival order within each person.
    var starts = [Int](repeating: 0, count: people.count + 1)
    for subject in batch.subject { starts[Int(subject) + 1] += 1 }
    for index in people.indices { starts[index + 1] += starts[index] }
    var next = starts
    var order = [UInt32](repeating: 0, count: batch.count)
    for line in 0..<batch.count {
      let subject = Int(batch.subject[line])
      order[next[subject]] = UInt32(line)
      next[subject] += 1
    }

    var refusals: [Refusal: Int] = [:]
    var dropped: [EventField: Int] = [:]
    var repeated = 0
    var events: [AdmittedEvent] = []
    events.reserveCapacity(batch.count)
    var groups: [AdmittedBatch.Group] = []
    var items = [ItemNumber?](repeating: nil, count: batch.items.count)
    let byNumber = people.indices.sorted {
      (people[$0].person ?? PersonID(.max), $0) < (people[$1].person ?? PersonID(.max), $1)
    }
    for local in byNumber {
      let lines = order[starts[local]..<starts[local + 1]]
      guard !people[local].purposes.admitNothing, let person = people[local].person else {
        let refusal: Refusal = isClosed ? .decommissioned : people[local].isMinor ? .minor : .consent
        if !lines.isEmpty { refusals[refusal, default: 0] += lines.count }
        continue
      }
      let first = events.count
      for line in lines {
        let line = Int(line)
        let raw = batch.detail[line] == .max ? nil : batch.details[Int(batch.detail[line])]
        var purposes = people[local].purposes
        if raw?.isSignalled == true { purposes.subtract(Gate.signalled) }
        if let refusal = refusal(raw, purposes) {
          refusals[refusal, default: 0] += 1
          continue
        }
        if let id = raw?.eventID, try !directory.claimEvent(id: id, of: person) {
          repeated += 1
          continue
        }
        var number = ItemNumber.none
        let item = batch.item[line]
        if item != .max {
          if let known = items[Int(item)] {
            number = known
          } else {
            number = try directory.itemNumber(forID: batch.items.bytes(of: item))
            items[Int(item)] = number
          }
        }
        let milliseconds = batch.time[line] == .min ? start + Int64(line) : batch.time[line]
        events.append(
          AdmittedEvent(
            time: Timestamp(milliseconds: milliseconds), item: number,
            value: kept(batch.value[line], .value, keepsValue, &dropped), kind: batch.kind[line], purposes: purposes,
            session: kept(batch.session[line], .session, keepsSession, &dropped),
            detail: raw.flatMap { admitted($0, purposes, &dropped) }))
      }
      if events.count > first { groups.append(AdmittedBatch.Group(person: person, range: first..<events.count)) }
    }
    return AdmittedBatch(groups: groups, events: events, refusals: refusals, dropped: dropped, repeated: repeated)
  }

  private struct Resolved {
    var person: PersonID?
    var purposes: PurposeSet
    var isMinor = false
  }

  /// What the signal of a browser switches off for an event.
  private static let signalled: PurposeSet = [PurposeSet(.advertising), PurposeSet(.push), PurposeSet(.partners)]

  func refusal(_ raw: RawDetail?, _ purposes: PurposeSet) -> Refusal? {
    if purposes.admitNothing { return .signal }
    if let sources = policy.sources, let source = raw?.source, !sources.contains(source) { return .source }
    return nil
  }

  /// Whether somebody was erased and has not consented anew.
  func isKeptOut(_ id: [UInt8]) throws -> Bool { try directory.isSuppressed(pseudonymizer.marks(of: id).suppression) }

  private func resolve(_ id: [UInt8]) throws -> Resolved {
    let (pseudonym, mark) = pseudonymizer.marks(of: id)
    // Whoever was erased stays out until they consent anew, whatever the log's source was granted.
    if try directory.isSuppressed(mark) { return Resolved(person: nil, purposes: []) }
    let known = try directory.person(pseudonym)
    let purposes = try ledger.admission(of: known, under: grant)
    if let known {
      if let grant { try directory.cover(known, bySourceGrant: grant) }
      let isMinor = try purposes.admitNothing && ledger.choices(of: known).standing == .minor
      return Resolved(person: known, purposes: purposes, isMinor: isMinor)
    }
    // A stranger whom nothing allows is not numbered.
    guard !purposes.admitNothing else { return Resolved(person: nil, purposes: []) }
    return Resolved(person: try directory.addPerson(pseudonym, sourceGrant: grant), purposes: purposes)
  }

  /// A number of an event, or 0 where the policy does not have its field kept.
  func kept<Number: FixedWidthInteger>(
    _ number: Number, _ field: EventField, _ isKept: Bool, _ dropped: inout [EventField: Int]
  ) -> Number {
    if number == 0 || isKept { return number }
    dropped[field, default: 0] += 1
    return 0
  }

  /// Keeps the fields that the policy and the person allow: sensitive tags stop here, and so does a place that is not
  /// to be known.
  func admitted(
    _ raw: RawDetail, _ purposes: PurposeSet, _ dropped: inout [EventField: Int]
  ) -> EventDetail? {
    func kept(_ text: String?, _ field: EventField) -> String? {
      guard let text else { return nil }
      if policy.fields.contains(field) { return text }
      dropped[field, default: 0] += 1
      return nil
    }
    var tags = raw.tags.filter {
      !policy.isSensitive(tag: $0) && !EventDetail.isPlace($0) && !VisitContext.isContext($0)
    }
    if !tags.isEmpty, !policy.fields.contains(.tags) {
      tags = []
      dropped[.tags, default: 0] += 1
    }
    let places = raw.tags.filter(EventDetail.isPlace) + (raw.place.map { ["\(EventDetail.placeField):\($0)"] } ?? [])
    let isPlaceKept = purposes.contains(.location) && policy.fields.contains(.place)
    let areas = isPlaceKept ? places.filter { !Gate.isPoint($0) } : []
    if areas.count < places.count { dropped[.place, default: 0] += 1 }
    tags += areas
    // What a person brings from another store stands among the tags, and is no closer for that.
    for (field, text) in raw.context + raw.tags.compactMap(VisitContext.field(of:)) {
      if policy.fields.contains(field), let tag = VisitContext.tag(field, text) {
        tags.append(tag)
      } else {
        dropped[field, default: 0] += 1
      }
    }
    let (query, source) = (kept(raw.query, .query), kept(raw.source, .source))
    let decision = kept(raw.decision, .decision)
    if query == nil, tags.isEmpty, source == nil, decision == nil { return nil }
    return EventDetail(query: query, tags: tags, source: source, decision: decision)
  }

  /// Whether a place is nearer than an area: coordinates, or an address of the network.
  static func isPoint(_ place: String) -> Bool {
    // The tag itself has one colon.
    if place.utf8.count(where: { $0 == UInt8(ascii: ":") }) > 2 { return true }
    var points = 0
    var previous: UInt8 = 0
    var isPoint = false
    for byte in place.utf8 {
      if byte == UInt8(ascii: "."), (48...57).contains(previous) { points += 1 }
      // The degree sign ends so in UTF-8.
      if byte == 0xB0, previous == 0xC2 { isPoint = true }
      previous = byte
    }
    return isPoint || points >= 2
  }
}
