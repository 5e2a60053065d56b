import Vocabulary

/// What is asked of the ranker, with items as places in the snapshot.
package struct RankingRequest: Sendable {
  package var count = 10
  package var offset = 0
  /// Items being looked at now, oldest first; they act as fresh history.
  package var context: [UInt32] = []
  /// Only items with this feature.
  package var within: String?
  package var exclude: [UInt32] = []
  /// Only these items.
  package var among: [UInt32]?
  /// Whether each place carries its contributions, which takes the rows of the query once more.
  package var isExplained = true
  /// The words looked for; `nil` for a recommendation.
  package var search: RankingSearch?

  package init() {}

  /// How many different items the context names: that many terms stand first in the query's history.
  package var distinctContext: Int { Set(context).count }
}

/// The part of a ranking model that turns a profile into a query, and a ranking into a list.
package struct RankingRules: Sendable {
  /// Q16; see the model file's reference for each.
  package var positionDecay: Int64
  package var `repeat`: Int64
  /// What ``repeat`` is multiplied by for the item met last: it is on the screen already.
  package var repeatLatest: Int64
  package var hop: Int64
  package var hopItems: Int
  package var tags: Int64
  package var general: Int64
  /// The part of a personal list that is general, Q16.
  package var share: Int64
  /// Neighbours in a list with a cosine at or above this (Q16) are kept apart; 0 for off.
  package var similarity: Int64

  package init(
    positionDecay: Int64, repeat: Int64, repeatLatest: Int64 = FixedPoint.one16, hop: Int64, hopItems: Int,
    tags: Int64, general: Int64, share: Int64, similarity: Int64
  ) {
    self.positionDecay = positionDecay
    self.repeat = `repeat`
    self.repeatLatest = repeatLatest
    self.hop = hop
    self.hopItems = hopItems
    self.tags = tags
    self.general = general
    self.share = share
    self.similarity = similarity
  }

  /// Whether the place (from 1) belongs to the general share: the first n places hold ⌊n · share⌋ of them.
  package func isGeneralPlace(_ rank: Int) -> Bool { (Int64(rank) * share) >> 16 > (Int64(rank - 1) * share) >> 16 }
}
