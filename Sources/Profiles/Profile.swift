package import Vocabulary

/// What one person's admitted events say, ready to rank with.
///
/// Exists only while it is needed.
package struct Profile: Sendable {
  /// The items that act as history, latest first.
  package var history: [HistoryTerm] = []
  /// Features with weights other than zero, ascending by feature.
  package var tags: [TagWeight] = []
  /// Items not to be shown again yet, ascending.
  package var seen: [ItemNumber] = []
  /// Events that counted.
  package var events = 0

  package init() {}

  /// Whether there is nothing personal to rank with.
  package var isEmpty: Bool { history.isEmpty && tags.isEmpty }
}

/// An item of the history with the weight of all its events.
package struct HistoryTerm: Hashable, Sendable {
  package var item: ItemNumber
  /// Q16: 65,536 is one fresh event of strength 1.
  ///
  /// Negative for a disliked item.
  package var weight: Int64
  /// The kind of the event that counts most, and the time of the latest.
  package var kind: EventKind
  package var time: Timestamp

  package init(item: ItemNumber, weight: Int64, kind: EventKind, time: Timestamp) {
    self.item = item
    self.weight = weight
    self.kind = kind
    self.time = time
  }
}

/// A feature a person cares for.
package struct TagWeight: Hashable, Sendable {
  package var feature: UInt32
  /// Q16: 65,536 is one fresh event of strength 1 on an item that is nothing but this feature.
  package var weight: Int64
  /// Set by the person rather than inferred.
  package var added: Bool

  package init(feature: UInt32, weight: Int64, added: Bool) {
    self.feature = feature
    self.weight = weight
    self.added = added
  }
}

/// The tags a person set by hand; standing instructions, not evidence.
package struct TagChoices: Hashable, Sendable {
  package var removed: Set<ExactText> = []
  package var added: Set<ExactText> = []
  /// What was done up to here counts for no tag, because the person began anew then.
  package var reset: Timestamp?
  package init() {}

  /// Whether an event may be evidence for tags; one without a time of day came before any new beginning.
  package func counts(_ time: Timestamp) -> Bool { reset.map { time.isClock && time > $0 } ?? true }
}
