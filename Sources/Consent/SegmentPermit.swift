package import Vocabulary

/// Leave to look up which segment a person is in, for advertising.
///
/// Nothing that opens a person's events takes one, so what ranks under it cannot come to know what they did.
package struct SegmentPermit: Sendable {
  package let person: PersonID

  init(person: PersonID) { self.person = person }
}

extension ConsentLedger {
  /// Leave to look up a person's segment, or `nil` where advertising is off.
  package func segmentPermit(for person: PersonID) throws -> SegmentPermit? {
    try choices(of: person).allowed.contains(.advertising) ? SegmentPermit(person: person) : nil
  }
}
