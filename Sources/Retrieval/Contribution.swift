/// One term's exact part in one item's score.
package struct TermContribution: Hashable, Sendable {
  /// Which term of the query, by its place in the query's list.
  package enum Term: Hashable, Sendable {
    case history(Int)
    /// A place in ``RetrievalResult/hops``.
    case related(Int)
    case `repeat`(Int)
    case feature(Int)
    case general
    /// A place in the search's words.
    case word(Int)
    /// People chose the item after searching for the word; a place in the search's words.
    case searched(Int)
  }

  package var term: Term
  /// The stored weight that the term's factor was multiplied with: a row's value, a vector's weight, or 0.
  package var weight: UInt32
  package var points: Int64

  package init(term: Term, weight: UInt32, points: Int64) {
    self.term = term
    self.weight = weight
    self.points = points
  }
}

/// What the index answered.
package struct RetrievalResult: Sendable {
  /// In the order of places: items that score, then items that only fill up, then items that score below zero.
  package var candidates: [Candidate]
  /// How many of ``candidates`` have a score above zero.
  package var scored: Int
  /// The items of the first pass that acted as history in the second, with their factors.
  package var hops: [QueryVector.Related]
}
