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
  private let ledger: ConsentLedger
  private let directory: any GateDirectory
  private let grant: Int64?
  private let policy: Policy
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
  }

  /// Admits the lines of a batch that the ledger allows.
  ///
  /// Complexity: linear in the lines, plus one look-up in the directory a person and an item.
  mutating func admit(_ batch: RawBatch) throws -> AdmittedBatch {
    let people = try batch.subjects.map { try resolve($0) }
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

    var refused = 0
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
      guard !people[local].purposes.isEmpty, let person = people[local].person else {
        refused += lines.count
        continue
      }
      let first = events.count
      for line in lines {
        let line = Int(line)
        let raw = batch.detail[line] == .max ? nil : batch.details[Int(batch.detail[line])]
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
            time: Timestamp(milliseconds: milliseconds), item: number, value: batch.value[line],
            kind: batch.kind[line], purposes: people[local].purposes,
            session: batch.session[line], detail: raw.flatMap(admitted)))
      }
      if events.count > first { groups.append(AdmittedBatch.Group(person: person, range: first..<events.count)) }
    }
    return AdmittedBatch(groups: groups, events: events, refused: refused, repeated: repeated)
  }

  private struct Resolved {
    var person: PersonID?
    var purposes: PurposeSet
  }

  private func resolve(_ id: [UInt8]) throws -> Resolved {
    let (pseudonym, mark) = pseudonymizer.marks(of: id)
    // Whoever was erased stays out until they consent anew, whatever the log's source was granted.
    if try directory.isSuppressed(mark) { return Resolved(person: nil, purposes: []) }
    let known = try directory.person(pseudonym)
    let purposes = try ledger.admission(of: known, under: grant)
    if let known {
      if let grant { try directory.cover(known, bySourceGrant: grant) }
      return Resolved(person: known, purposes: purposes)
    }
    // A stranger whom nothing allows is not numbered.
    guard !purposes.isEmpty else { return Resolved(person: nil, purposes: []) }
    return Resolved(person: try directory.addPerson(pseudonym, sourceGrant: grant), purposes: purposes)
  }

  /// Keeps the fields that the policy allows: sensitive tags stop here.
  private func admitted(_ raw: RawDetail) -> EventDetail? {
    let tags = raw.tags.filter { !policy.isSensitive(tag: $0) }
    if raw.query == nil, tags.isEmpty, raw.source == nil, raw.decision == nil { return nil }
    return EventDetail(query: raw.query, tags: tags, source: raw.source, decision: raw.decision)
  }
}
