import Decisions
import ModelFile
import Ranking
import Retrieval
import TextAnalysis
import Vocabulary

extension Engine {
  /// Searches the catalogue: items with all the words first, then with most of them.
  ///
  /// Sorted `personal`, and with leave for the purpose `search`, the person's tags and history add to the score of what
  /// matches; every other sort reads nothing of anybody and is the same for all, but for what a person has blocked.
  /// A personal answer is on record, sealed, when this returns; others carry their record in their id.
  ///
  /// - Throws: ``Failure``: `usage` for a query that is too long, has too many parts or asks for nothing.
  public func search(_ request: SearchRequest) throws -> SearchAnswer {
    let asked = DecisionRecord.Search(request)
    let query = try request.parsed()
    var inner = RecommendationRequest(subject: request.subject, purpose: .search, count: request.count)
    inner.offset = request.offset
    inner.exclude = request.exclude
    inner.among = request.among
    let isPersonal = request.sort == .personal
    if isPersonal { inner.context = request.context }
    try inner.validate(among: [.search])
    guard request.facets.count <= 20 else {
      throw Failure(.usage, "\(request.facets.count) facets were asked for", at: "facet", expected: "at most 20")
    }
    var search = RankingSearch(query: query, order: request.sort.order, isPersonal: isPersonal)
    search.facets = request.facets

    let present = try present()
    search.searched = try itemsSearched(by: query, model: present.model)
    let person = try request.subject.flatMap(lookUp)
    let instructions = try person.map(readInstructions) ?? Instructions()
    let reading: Reading =
      isPersonal
      ? try read(person, for: inner, model: present.model, asOf: present.asOf) : .nothing(reason: "sort")
    let (list, findings) = try answer(
      inner, search: (search, asked), model: present.model, asOf: present.asOf, instructions: instructions,
      reading: reading, person: person)
    return SearchAnswer(
      text: request.text, sort: request.sort, list: list,
      corrections: (findings?.corrections ?? []).map {
        SearchAnswer.Correction(word: $0.word, instead: $0.replacement)
      },
      matches: findings?.matches,
      facets: (findings?.facets ?? []).map { facet in
        SearchAnswer.Facet(field: facet.field, values: facet.values.map { (value: $0.value, items: $0.items) })
      })
  }
}

extension SearchRequest.Sort {
  var order: WordQuery.Order {
    switch self {
    case .personal, .general: .score
    case .sales: .sales
    case .price: .priceAscending
    case .priceDescending: .priceDescending
    case .newest: .newest
    }
  }
}

extension SearchRequest {
  /// The query with the conditions given beside its text.
  fileprivate func parsed() throws -> SearchQuery {
    var query: SearchQuery
    do { query = try SearchQuery(text) } catch .tooLong(let bytes) {
      throw Failure(
        .usage, "the query has \(bytes) bytes", at: "query", expected: "at most \(SearchQuery.longest) bytes")
    } catch .tooManyParts {
      throw Failure(
        .usage, "the query has too many words and conditions", at: "query",
        expected: "at most \(SearchQuery.mostParts)")
    }
    guard tags.count <= SearchQuery.mostParts else {
      throw Failure(.usage, "\(tags.count) tags were given", at: "tag", expected: "at most \(SearchQuery.mostParts)")
    }
    for tag in tags where !query.require(tag: tag) {
      throw Failure(.usage, "a condition is no tag", at: "tag", expected: "field:value, such as brand:acme")
    }
    if let price, !query.require(price: price) {
      throw Failure(.usage, "this is no range of prices", at: "price", expected: "10..50, ..50, 10.. or one price")
    }
    if query.isEmpty {
      throw Failure(
        .usage, "the query asks for nothing", at: "query", expected: "a word, a phrase in quotes, or field:value")
    }
    return query
  }
}

extension DecisionRecord.Search {
  init(_ request: SearchRequest) {
    self.init(text: request.text, sort: request.sort.rawValue, tags: request.tags, price: request.price ?? "")
  }

  /// What is asked of the ranker; `nil` for a record that no search of this version made.
  var ranking: RankingSearch? {
    guard var query = try? SearchQuery(text), let sort = SearchRequest.Sort(rawValue: sort) else { return nil }
    for tag in tags { query.require(tag: tag) }
    if !price.isEmpty { query.require(price: price) }
    return RankingSearch(query: query, order: sort.order, isPersonal: sort == .personal)
  }
}
