/// A search among the catalogue's items.
public struct SearchRequest: Sendable {
  /// What stands first among items that match as many words.
  public enum Sort: String, CaseIterable, Sendable {
    /// The best match, with the person's tags and history where they allow it.
    case personal
    /// The best match, the same for everybody; so are the following.
    case general
    /// What most people bought.
    case sales
    /// The cheapest.
    case price
    /// The dearest.
    case priceDescending = "-price"
    /// What came into the catalogue last.
    case newest
  }

  /// Words, `"phrases"`, `field:value`, `price:10..50` and, after a `-`, what is not wanted.
  public var text: String
  /// The outside id of the person; `nil` asks anonymously.
  public var subject: String?
  public var sort: Sort = .personal
  /// How many items are wanted, 1…1000.
  public var count = 10
  /// How many places to leave out from the start, for paging.
  public var offset = 0
  /// Items the person is looking at now; they count where the sort is personal, and are not stored.
  public var context: [String] = []
  /// Only items with these tags, `field:value`.
  public var tags: [String] = []
  /// Only items in this range of prices, such as `10..50`, `..50` or `10..`.
  public var price: String?
  /// Items not wanted this time.
  public var exclude: [String] = []
  /// Search exactly these items instead of the catalogue.
  public var among: [String]?
  /// Tag fields whose values are counted among the matches.
  public var facets: [String] = []

  public init(_ text: String, subject: String? = nil, sort: Sort = .personal, count: Int = 10) {
    self.text = text
    self.subject = subject
    self.sort = sort
    self.count = count
  }
}

/// What a search found.
public struct SearchAnswer: Sendable {
  /// A word that no item has.
  public struct Correction: Sendable {
    public var word: String
    /// The word that was looked for in its stead; `nil` where the catalogue has none like it.
    public var instead: String?
  }

  /// The values of one tag field among all matches.
  public struct Facet: Sendable {
    public var field: String
    /// The commonest first, at most 20.
    public var values: [(value: String, items: Int)]
  }

  public var text: String
  public var sort: SearchRequest.Sort
  /// The list, in the form of every list.
  public var list: Recommendation
  public var corrections: [Correction]
  /// Items that match as many words as the best; only where facets were asked for.
  public var matches: Int?
  public var facets: [Facet]
}
