import ModelFile
package import Retrieval
package import TextAnalysis
import Vocabulary

/// What a search asks of the ranker, beside what every request may.
package struct RankingSearch: Hashable, Sendable {
  package var query: SearchQuery
  package var order: WordQuery.Order
  /// Whether tags, history and context count; without it the list is the same for everybody.
  package var isPersonal: Bool
  /// Tag fields whose values are to be counted among the matches.
  package var facets: [String] = []
  /// The items that people chose after searching for a word, ascending, by the word's term.
  package var searched: [String: [Searched]] = [:]

  /// An item chosen after a word, with what that adds to the word's impact, 1…255.
  package struct Searched: Hashable, Sendable {
    package var item: UInt32
    package var impact: UInt8

    /// 255 · n / (n + 16) of n people: as many as 16 count for half of what a text can.
    package init(item: UInt32, people: Int64) {
      self.item = item
      impact = UInt8(max(1, 255 * people / (people + 16)))
    }
  }

  package init(query: SearchQuery, order: WordQuery.Order, isPersonal: Bool) {
    self.query = query
    self.order = order
    self.isPersonal = isPersonal
  }
}

/// What a search found besides its list.
package struct SearchFindings: Hashable, Sendable {
  /// A word that no item has, with the one looked for in its stead; `nil` where none is like it.
  package struct Correction: Hashable, Sendable {
    package var word: String
    package var replacement: String?
  }

  /// A tag field with its commonest values among the matches.
  package struct Facet: Hashable, Sendable {
    package var field: String
    package var values: [Value]

    package struct Value: Hashable, Sendable {
      package var value: String
      package var items: Int
    }
  }

  package var corrections: [Correction] = []
  /// Items that match as many words as any; `nil` where no facet was asked for, because counting takes longer.
  package var matches: Int?
  package var facets: [Facet] = []
}

extension WordQuery {
  /// A query's words as terms of a snapshot, misspelt ones replaced by what is most like them.
  ///
  /// - Parameter named: How many items the catalogue names, by which the rarity of a word that no text has is told.
  init(
    _ search: RankingSearch, snapshot: Snapshot, named: Int, corrections: inout [SearchFindings.Correction]
  ) {
    self.init()
    order = search.order
    let query = search.query
    let index = snapshot.words
    for word in query.words {
      var term = index.term(word.term)
      if term == nil, let chosen = search.searched[word.term], !chosen.isEmpty {
        // No text has it, but people found by it what they looked for.
        let rarity = FixedPoint.log2(UInt64(2 * named + 2)) - FixedPoint.log2(UInt64(2 * chosen.count + 1))
        words.append(
          Word(term: Word.noTerm, factor: Int64(max(0, rarity) >> 16), counts: word.counts, name: word.term))
        continue
      }
      if term == nil {
        term = word.counts ? index.nearest(to: word.term) : nil
        corrections.append(SearchFindings.Correction(word: word.term, replacement: term.map(index.text(of:))))
      }
      guard let term, !words.contains(where: { $0.term == term }) else { continue }
      words.append(Word(term: term, factor: Int64(index.rarity(of: term)), counts: word.counts))
    }
    choose(search.searched, index)
    // Nothing is left to look for.
    if words.isEmpty, !query.words.isEmpty { isImpossible = true }
    func require(_ text: String) -> UInt32? {
      let term = index.term(text)
      if let term { if !required.contains(term) { required.append(term) } } else { isImpossible = true }
      return term
    }
    for tag in query.tags { _ = require(tag) }
    for phrase in query.phrases {
      let terms = phrase.compactMap(require)
      if terms.count == phrase.count, terms.count > 1 { phrases.append(terms) }
    }
    for phrase in query.excludedPhrases {
      let terms = phrase.compactMap(index.term)
      if terms.count == phrase.count { excluded.append(terms) }
    }
    excluded += query.excludedTags.compactMap(index.term).map { [$0] }
    (leastPrice, greatestPrice) = (query.leastPrice, query.greatestPrice)
  }

  /// Gathers by item what people chose after each of the words.
  private mutating func choose(_ chosen: [String: [RankingSearch.Searched]], _ index: SearchIndex) {
    if chosen.isEmpty { return }
    var byItem: [UInt32: [UInt8]] = [:]
    for (number, word) in words.enumerated() {
      for entry in chosen[word.term == Word.noTerm ? word.name : index.text(of: word.term)] ?? [] {
        byItem[entry.item, default: [UInt8](repeating: 0, count: words.count)][number] = entry.impact
      }
    }
    searched = byItem.map { Searched(item: $0.key, impacts: $0.value) }.sorted { $0.item < $1.item }
  }
}
