import Attune
import Vocabulary

extension Report {
  /// What a search found.
  struct Search {
    /// A word that no item has, and what was looked for in its stead.
    struct Correction {
      var word: String
      var instead: String?
    }

    struct Facet {
      var field: String
      var values: [Value]
    }

    struct Value {
      var value: String
      var items: Int
    }

    var list: Recommendation
    var query: String
    var sort: SearchRequest.Sort
    var corrections: [Correction]
    var matches: Int?
    var facets: [Facet]
  }
}

extension Report.Search: ReadableResult {
  init(_ object: ResultObject) throws {
    list = try Report.Recommendation(object)
    query = try object.text("query")
    sort = try object.word("sort")
    corrections = try object.list("corrections")
    matches = object.integerIfAny("matches").map { Int(clamping: $0) }
    facets = try object.list("facets")
  }
}

extension Report.Search.Correction: ReadableResult {
  init(_ object: ResultObject) throws {
    word = try object.text("word")
    instead = object.textIfAny("instead")
  }
}

extension Report.Search.Facet: ReadableResult {
  init(_ object: ResultObject) throws {
    field = try object.text("field")
    values = try object.list("values")
  }
}

extension Report.Search.Value: ReadableResult {
  init(_ object: ResultObject) throws {
    value = try object.text("value")
    items = try object.count("items")
  }
}
