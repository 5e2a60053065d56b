package import Consent
package import Vocabulary

/// An event that the gate let in, with the purposes it may serve.
///
/// Only this module can make one: from a raw line the gate admits, or from a sealed blob opened under a permit.
package struct AdmittedEvent: Sendable {
  package let time: Timestamp
  /// The item concerned; ``ItemNumber/none`` for a search.
  package let item: ItemNumber
  /// The value of a `rate`, in thousandths; 0 otherwise.
  package let value: Int32
  package let kind: EventKind
  /// What the event was admitted for.
  package let purposes: PurposeSet
  /// A mark of the session, equal for events of one session of one person; 0 for none.
  package let session: UInt32
  /// What only some events have; `nil` for most.
  package let detail: EventDetail?

  init(
    time: Timestamp, item: ItemNumber, value: Int32, kind: EventKind, purposes: PurposeSet, session: UInt32,
    detail: EventDetail?
  ) {
    self.time = time
    self.item = item
    self.value = value
    self.kind = kind
    self.purposes = purposes
    self.session = session
    self.detail = detail
  }
}

extension AdmittedEvent {
  /// The event by itself in bytes: equal for equal events.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    EventCodec.encode([self], into: &bytes)
    return bytes
  }
}

/// The rarer fields of an event.
package final class EventDetail: Sendable {
  /// The words of a search.
  package let query: String?
  /// Tags of the wish: filters that were set, a destination searched for.
  package let tags: [String]
  /// Where the event came from, if not from the shop's own log.
  package let source: String?
  /// The decision that had shown the item.
  package let decision: String?

  /// The field of the tag that says where it happened: a coarse area, never a point.
  package static let placeField = "place"

  /// The tag of what was done under a campaign's name; `nil` for no name.
  package static func campaignTag(_ name: String) -> String? { VisitContext.tag(.campaign, name) }

  /// The same without the place.
  var withoutPlace: EventDetail {
    if !tags.contains(where: EventDetail.isPlace) { return self }
    return EventDetail(
      query: query, tags: tags.filter { !EventDetail.isPlace($0) }, source: source, decision: decision)
  }

  static func isPlace(_ tag: String) -> Bool { Tag.field(of: tag).lowercased() == placeField }

  init(query: String?, tags: [String], source: String?, decision: String?) {
    self.query = query
    self.tags = tags
    self.source = source
    self.decision = decision
  }
}

/// Events of several people that passed the gate together.
package struct AdmittedBatch: Sendable {
  /// A run of one person's events, in order of arrival.
  package struct Group: Sendable {
    package let person: PersonID
    package let range: Range<Int>
  }

  /// Ascending by person, each person once.
  package let groups: [Group]
  package let events: [AdmittedEvent]
  /// Lines that were not let in, by reason; nothing else is known of them.
  package let refusals: [Refusal: Int]
  /// Fields that the policy or the person does not let be kept, by name, of lines that came in without them.
  package let dropped: [EventField: Int]
  /// Lines whose event id had been imported before.
  package let repeated: Int

  init(
    groups: [Group], events: [AdmittedEvent], refusals: [Refusal: Int], dropped: [EventField: Int], repeated: Int
  ) {
    self.groups = groups
    self.events = events
    self.refusals = refusals
    self.dropped = dropped
    self.repeated = repeated
  }

  /// Lines that were not let in.
  package var refused: Int { refusals.values.reduce(0, +) }

  /// The latest time of an event in the batch that is not after `limit`.
  package func newest(upTo limit: Timestamp) -> Timestamp? { events.lazy.map(\.time).filter { $0 <= limit }.max() }
}

/// Why the gate did not let a line in.
package enum Refusal: String, CaseIterable, Sendable {
  /// The ledger allows the person's data for nothing.
  case consent = "no-consent"
  /// The person is under age, and no guardian has consented.
  case minor
  /// The policy does not let events come from there.
  case source
  /// A signal on the event left no purpose over.
  case signal
  /// The store takes in nobody any more.
  case decommissioned
}
