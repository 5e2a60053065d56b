package import Vocabulary

/// How events become weights: the part of a ranking model that profiles need.
package struct ProfileRules: Sendable {
  /// What an event of one kind counts, and how long.
  package struct Kind: Sendable {
    /// Q16; negative for "less of this".
    package var strength: Int64
    /// Milliseconds until the weight has halved; 0 for never.
    package var halfLife: Int64

    package init(strength: Int64, halfLife: Int64) {
      self.strength = strength
      self.halfLife = halfLife
    }
  }

  /// Items met in these ways are not recommended again for a while.
  package struct Seen: Sendable {
    package var kinds: Set<EventKind>
    /// Milliseconds; 0 for ever.
    package var window: Int64

    package init(kinds: Set<EventKind>, window: Int64) {
      self.kinds = kinds
      self.window = window
    }
  }

  /// One entry a kind, in order of raw value.
  package var kinds: [Kind]
  /// The strength, in Q16, of ratings at or above a value in thousandths; ascending.
  package var rates: [(value: Int32, strength: Int64)]
  /// Recency by place: the weight falls by e every so many events from the end (Q16); 0 for recency by time.
  package var positionDecay: Int64
  /// The latest distinct items that act as history.
  package var historyLimit: Int
  package var seen: [Seen]
  /// What a tag set by the person counts, in the unit of ``TagWeight/weight``.
  package var addedTagWeight: Int64 = 4 << 16

  package init(
    kinds: [Kind], rates: [(value: Int32, strength: Int64)], positionDecay: Int64, historyLimit: Int, seen: [Seen]
  ) {
    precondition(kinds.count == EventKind.allCases.count)
    self.kinds = kinds
    self.rates = rates
    self.positionDecay = positionDecay
    self.historyLimit = historyLimit
    self.seen = seen
  }

  /// The strength of an event in Q16 before any decay.
  package func strength(of kind: EventKind, value: Int32) -> Int64 {
    let strength = kinds[Int(kind.rawValue)].strength
    guard kind == .rate, let rate = rates.last(where: { $0.value <= value }) else { return strength }
    return rate.strength
  }
}
