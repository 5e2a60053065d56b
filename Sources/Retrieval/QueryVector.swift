/// A question to the index: what to look for and how much each thing counts.
///
/// A score is the sum of one rounded, whole-numbered contribution for each term and item:
///
/// | term | contribution to item j |
/// |---|---|
/// | history item i | ⌊factor · row[i→j] / 2^24⌋ · target(j) |
/// | related item h (the hop) | the same, with a factor made from h's own score |
/// | repeat of item i | its points, to i alone |
/// | feature t | ⌊factor · weight(t, j) / 2^12⌋ · target(j), or factor · weight(t, j) · 16 without ``featuresByTarget`` |
/// | general | ⌊weight · general(j) / 4⌋ |
/// | word w of a search | rarity(w) · impact(w, j) · 256, and the same with what people chose after searching for it |
///
/// so contributions add up to the score with no remainder. One unit, 2^34 points, is what the strongest neighbour of an
/// average row gets from one fresh event of strength 1.
package struct QueryVector: Sendable {
  package struct Related: Hashable, Sendable {
    /// The item's place in the snapshot.
    package var item: UInt32
    /// Within ±2^28, see ``Retriever/factor(of:weight:)``; up to 2^38 for an item of the hop.
    package var factor: Int64

    package init(item: UInt32, factor: Int64) {
      self.item = item
      self.factor = factor
    }
  }

  package struct Repeat: Hashable, Sendable {
    package var item: UInt32
    package var points: Int64

    package init(item: UInt32, points: Int64) {
      self.item = item
      self.points = points
    }
  }

  package struct Feature: Hashable, Sendable {
    package var feature: UInt32
    /// Q16.
    package var factor: Int64

    package init(feature: UInt32, factor: Int64) {
      self.feature = feature
      self.factor = factor
    }
  }

  package var history: [Related] = []
  package var repeats: [Repeat] = []
  /// Ascending by feature.
  package var features: [Feature] = []
  /// Whether features are multiplied by the target factor as related items are, so that they weigh most where few people
  /// stand behind an item and its row says little.
  package var featuresByTarget = false
  /// The weight of one hop more, Q16; 0 for none.
  package var hop: Int64 = 0
  /// How many items of the first pass act as history in the second.
  package var hopItems = 0
  /// The weight of the general score, Q16.
  package var general: Int64 = 0
  /// The words looked for; `nil` where none are, as in a recommendation.
  package var search: WordQuery?

  package init() {}
}

/// An item and its score.
package struct Candidate: Hashable, Sendable {
  /// The item's place in the snapshot, which is the order of outside ids.
  package var item: UInt32
  package var score: Int64

  package init(item: UInt32, score: Int64) {
    self.item = item
    self.score = score
  }

  /// The order of every list: greater score first, equal scores by ascending item id.
  package func precedes(_ other: Candidate) -> Bool {
    score != other.score ? score > other.score : item < other.item
  }
}

/// Why an item cannot be shown in this answer.
///
/// The first cause that applies is the one counted.
package enum Exclusion: UInt8, CaseIterable, Sendable {
  case none = 0
  /// Delisted, or out of stock.
  case unavailable = 1
  /// Blocked by the person.
  case blocked = 2
  /// Named in the request's `exclude`, or part of its context.
  case excluded = 3
  /// Seen lately.
  case seen = 4
}
