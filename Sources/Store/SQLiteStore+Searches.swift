package import Vocabulary

final class SearchStatements {
  let queries, pairs, allPairs: Statement
  let putQuery, putPair, takeQuery, dropQuery, takePair, dropPair, clearQueries, clearPairs: Statement

  init(_ connection: Connection) {
    queries = Statement(connection, "SELECT key, people, recent, before FROM queries ORDER BY key")
    pairs = Statement(connection, "SELECT item, people FROM searched WHERE term = ? ORDER BY item")
    allPairs = Statement(connection, "SELECT term, item, people FROM searched ORDER BY term, item")
    putQuery = Statement(connection, "INSERT INTO queries VALUES (?, ?, ?, ?)")
    putPair = Statement(connection, "INSERT INTO searched VALUES (?, ?, ?)")
    // A period's count that is not kept is 0 already; one that falls below the threshold becomes so.
    takeQuery = Statement(
      connection,
      """
      UPDATE queries SET people = people - 1, recent = iif(recent - ?2 < ?4, 0, recent - ?2),
        before = iif(before - ?3 < ?4, 0, before - ?3) WHERE key = ?1
      """)
    dropQuery = Statement(connection, "DELETE FROM queries WHERE key = ? AND people < ?")
    takePair = Statement(connection, "UPDATE searched SET people = people - 1 WHERE term = ? AND item = ?")
    dropPair = Statement(connection, "DELETE FROM searched WHERE term = ? AND item = ? AND people < ?")
    clearQueries = Statement(connection, "DELETE FROM queries")
    clearPairs = Statement(connection, "DELETE FROM searched")
  }
}

/// What was learned from searches: counts of people, none below the threshold, and nobody's name.
///
/// They stand in tables rather than in the model file, so that whoever leaves is taken out in the very transaction that
/// records it.
extension SQLiteStore {
  /// What so many people asked for.
  package struct AskedQuery: Equatable, Sendable {
    /// The folded text.
    package var key: [UInt8]
    package var people: Int64
    /// In the week up to the last training, and in the four before; 0 below the threshold.
    package var recent: Int64
    package var before: Int64

    package init(key: [UInt8], people: Int64, recent: Int64, before: Int64) {
      (self.key, self.people, self.recent, self.before) = (key, people, recent, before)
    }
  }

  /// A term, and an item that so many people chose after searching for it.
  package struct SearchedPair: Equatable, Sendable {
    package var term: [UInt8]
    package var item: ItemNumber
    package var people: Int64

    package init(term: [UInt8], item: ItemNumber, people: Int64) {
      (self.term, self.item, self.people) = (term, item, people)
    }
  }

  /// Every query, ascending by key.
  package func askedQueries() throws -> [AskedQuery] {
    try searches.queries.all {
      AskedQuery(key: $0.bytes(0), people: $0.integer(1), recent: $0.integer(2), before: $0.integer(3))
    }
  }

  /// The items chosen after a term, ascending by number.
  ///
  /// - Complexity: O(log pairs + result).
  package func itemsSearched(by term: [UInt8]) throws -> [(item: ItemNumber, people: Int64)] {
    try searches.pairs.all(term) { (ItemNumber(UInt32(truncatingIfNeeded: $0.integer(0))), $0.integer(1)) }
  }

  /// Every pair, ascending by term and number.
  package func searchedPairs() throws -> [SearchedPair] {
    try searches.allPairs.all {
      SearchedPair(
        term: $0.bytes(0), item: ItemNumber(UInt32(truncatingIfNeeded: $0.integer(1))), people: $0.integer(2))
    }
  }

  /// Puts new counts in place of all the old; in key order, so that equal counts give equal tables.
  package func replaceSearches(queries: [AskedQuery], pairs: [SearchedPair]) throws {
    try writing { _ in
      try searches.clearQueries.run()
      try searches.clearPairs.run()
      for query in queries { try searches.putQuery.run(query.key, query.people, query.recent, query.before) }
      for pair in pairs { try searches.putPair.run(pair.term, Int64(pair.item.rawValue), pair.people) }
    }
  }

  /// Counts one person less for a query that they had asked in these periods; what is not counted stays so.
  ///
  /// - Parameter support: Fewer people than this are not kept.
  package func takeQuery(_ key: [UInt8], recent: Bool, before: Bool, support: Int64) throws {
    try writing { _ in
      try searches.takeQuery.run(key, Int64(recent ? 1 : 0), Int64(before ? 1 : 0), support)
      try searches.dropQuery.run(key, support)
    }
  }

  /// Counts one person less for a pair; one that is not counted stays so.
  package func takePair(_ term: [UInt8], _ item: ItemNumber, support: Int64) throws {
    try writing { _ in
      try searches.takePair.run(term, Int64(item.rawValue))
      try searches.dropPair.run(term, Int64(item.rawValue), support)
    }
  }
}
