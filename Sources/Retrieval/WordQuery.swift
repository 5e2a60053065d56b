import ModelFile

/// What a search adds to a query: words that score, and conditions that hold or not.
package struct WordQuery: Sendable {
  package struct Word: Hashable, Sendable {
    package var term: UInt32
    /// The term's rarity, Q16.
    package var factor: Int64
    /// Whether an item without it matches less.
    package var counts: Bool
    /// The word itself where no item's text has it.
    package var name: String

    /// Stands for the term of a word that no item's text has.
    package static let noTerm = UInt32.max

    package init(term: UInt32, factor: Int64, counts: Bool, name: String = "") {
      self.term = term
      self.factor = factor
      self.counts = counts
      self.name = name
    }

    /// What the word gives an item.
    @inline(__always)
    package static func points(factor: Int64, impact: Int64) -> Int64 { (factor &* impact) << 8 }
  }

  /// An item that people chose after searching for some of the words: it matches them whether or not its text does.
  package struct Searched: Hashable, Sendable {
    package var item: UInt32
    /// What that adds to each word's impact, by the word's place in ``words``; 0 where they did not.
    package var impacts: [UInt8]

    package init(item: UInt32, impacts: [UInt8]) {
      self.item = item
      self.impacts = impacts
    }
  }

  /// What stands first among items that match as many words.
  package enum Order: UInt8, CaseIterable, Sendable {
    /// The greatest score: words, general quality, and what the rest of the query gives.
    case score = 0
    /// The most people who bought it.
    case sales = 1
    case priceAscending = 2
    case priceDescending = 3
    /// The last to come into the catalogue.
    case newest = 4
  }

  package var words: [Word] = []
  /// Ascending by item.
  package var searched: [Searched] = []
  /// Terms that an item must have: of tags and of phrases.
  package var required: [UInt32] = []
  /// Terms that must stand side by side in an item's text; at least two each.
  package var phrases: [[UInt32]] = []
  /// What an item must not have; one term or more side by side.
  package var excluded: [[UInt32]] = []
  /// Thousandths of the currency's unit.
  package var leastPrice: Int64?
  package var greatestPrice: Int64?
  package var order = Order.score
  /// Whether a condition names what no item has.
  package var isImpossible = false

  package init() {}

  /// How many words an item has to match at most.
  package var countedWords: Int { words.count(where: \.counts) }
}
