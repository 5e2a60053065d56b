import Consent
package import Vocabulary

/// An event that a person brings from another store, with what it had been admitted for there.
package struct PortableEvent: Sendable {
  package var time: Timestamp
  /// The item's outside id; `nil` for a search.
  package var item: [UInt8]?
  package var kind: EventKind
  /// Thousandths.
  package var value: Int32 = 0
  package var session: UInt32 = 0
  package var query: String?
  package var tags: [String] = []
  package var source: String?
  package var decision: String?
  package var purposes: PurposeSet

  package init(time: Timestamp, item: [UInt8]?, kind: EventKind, purposes: PurposeSet) {
    self.time = time
    self.item = item
    self.kind = kind
    self.purposes = purposes
  }
}

extension Gate {
  /// Admits what a person brings with them, for what it served where it comes from, as far as this store's policy lets
  /// its fields in.
  ///
  /// Nothing where the ledger lets nothing in of the person, and nothing of somebody who was erased and has not
  /// consented anew.
  ///
  /// - Parameter id: The person's outside id, in UTF-8.
  package mutating func admit(
    _ events: [PortableEvent], of person: PersonID, named id: [UInt8]
  ) throws -> AdmittedBatch {
    try refreshPolicy()
    var dropped: [EventField: Int] = [:]
    if try isKeptOut(id) || ledger.admission(of: person, under: nil).admitNothing {
      let isMinor = try ledger.choices(of: person).standing == .minor
      return AdmittedBatch(
        groups: [], events: [], refusals: events.isEmpty ? [:] : [isMinor ? .minor : .consent: events.count],
        dropped: [:], repeated: 0)
    }
    var refusals: [Refusal: Int] = [:]
    var admitted: [AdmittedEvent] = []
    for event in events {
      var raw = RawDetail(query: event.query)
      (raw.tags, raw.source, raw.decision) = (event.tags, event.source, event.decision)
      if let refusal = refusal(raw, event.purposes) {
        refusals[refusal, default: 0] += 1
        continue
      }
      admitted.append(
        AdmittedEvent(
          time: event.time, item: try event.item.map { try directory.itemNumber(forID: $0) } ?? .none,
          value: kept(event.value, .value, keepsValue, &dropped), kind: event.kind, purposes: event.purposes,
          session: kept(event.session, .session, keepsSession, &dropped),
          detail: self.admitted(raw, event.purposes, &dropped)))
    }
    let groups = admitted.isEmpty ? [] : [AdmittedBatch.Group(person: person, range: 0..<admitted.count)]
    return AdmittedBatch(groups: groups, events: admitted, refusals: refusals, dropped: dropped, repeated: 0)
  }
}
