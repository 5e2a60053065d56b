package import Retrieval
import Vocabulary

/// What placed an item in a list.
package enum Placement: UInt8, Sendable {
  /// Its score for this query.
  case score = 0
  /// The share of every personal list that is general.
  case generalShare = 1
  /// Nothing that scores was left.
  case fill = 2
  /// The order that a search asked for, such as by price.
  case order = 3
}

/// One place of a list.
package struct Place: Sendable {
  package var item: UInt32
  package var rank: Int
  package var score: Int64
  package var placement: Placement
  /// They add up to the score exactly.
  package var contributions: [TermContribution]
}

/// A ranked list with everything that made it.
package struct RankedList: Sendable {
  package var places: [Place]
  package var query: QueryVector
  package var hops: [QueryVector.Related]
  package var notShown: NotShown
  /// Of a search: what it found besides.
  package var findings: SearchFindings?
}

/// How many items of the catalogue were not shown, each under the first cause that applies.
package struct NotShown: Hashable, Sendable {
  package var unavailable = 0
  package var blocked = 0
  package var excluded = 0
  package var seen = 0
  /// Not among the items that were asked for.
  package var outside = 0
  /// Shown on pages before this one.
  package var earlierPages = 0
  package var belowCut = 0

  package init() {}

  /// Every cause with its name, in the order in which causes are tried.
  package var all: [(cause: String, count: Int)] {
    [
      ("unavailable", unavailable), ("blocked", blocked), ("excluded", excluded), ("seen", seen), ("outside", outside),
      ("earlierPages", earlierPages), ("belowCut", belowCut),
    ]
  }
}
