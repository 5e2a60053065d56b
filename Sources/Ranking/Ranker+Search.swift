import ModelFile
import Profiles
import Retrieval
import Vocabulary

extension Ranker {
  /// The weight of general quality against words in a search, Q16: it decides between items that match alike.
  static let searchGeneral: Int64 = FixedPoint.one16 / 4
  /// The most values listed of a facet.
  private static let facetValues = 20

  /// The list for a search.
  ///
  /// What was seen, bought or looked at just now stays in it: people search for what they know.
  func search(
    _ search: RankingSearch, _ request: RankingRequest, profile: Profile, instructions: Instructions
  ) -> RankedList {
    var findings = SearchFindings()
    var query = search.isPersonal ? self.query(for: request, profile: profile) : QueryVector()
    query.general = Ranker.searchGeneral
    if search.isPersonal, query.repeats.isEmpty { query.repeats = known(request, profile) }
    let words = WordQuery(search, snapshot: snapshot, named: named, corrections: &findings.corrections)
    query.search = words

    retriever.clearExclusions()
    var notShown = NotShown()
    notShown.unavailable = unavailable
    notShown.blocked = block(instructions)
    notShown.excluded = exclude(request.exclude, because: .excluded)
    let allowed = self.allowed(by: request)
    let last = request.offset + request.count
    let result = retriever.retrieve(query, wanted: last, allowed: allowed)
    let shown = result.candidates.map(\.item).dropFirst(request.offset)
    let contributions = retriever.contributions(query, hops: result.hops, to: Array(shown))
    let places = zip(shown.indices, zip(shown, contributions)).map { index, entry in
      Place(
        item: entry.0, rank: index + 1, score: entry.1.reduce(0) { $0 &+ $1.points },
        placement: search.order == .score ? .score : .order, contributions: entry.1)
    }
    if !search.facets.isEmpty {
      let matches = retriever.matches(words, among: allowed)
      findings.matches = matches.count
      findings.facets = search.facets.map { SearchFindings.Facet(field: $0, values: count($0, in: matches)) }
    }
    count(&notShown, allowed: allowed, earlierPages: min(request.offset, result.candidates.count), shown: places.count)
    var list = RankedList(places: places, query: query, hops: result.hops, notShown: notShown)
    list.findings = findings
    return list
  }

  /// What the person knows already counts for itself: an event as much as the strongest neighbour of its item gets.
  private func known(_ request: RankingRequest, _ profile: Profile) -> [QueryVector.Repeat] {
    var items: Set<UInt32> = []
    let context = request.context.reversed().map { (item: $0, weight: FixedPoint.one16) }
    let history = profile.history.compactMap { term in
      snapshot.index(of: term.item).map { (item: $0, weight: term.weight) }
    }
    return (context + history).filter { $0.weight > 0 && items.insert($0.item).inserted }.map {
      QueryVector.Repeat(item: $0.item, points: $0.weight << 18)
    }
  }

  /// The commonest values of a tag field among some items; equal counts by the values' bytes.
  private func count(_ field: String, in items: [UInt32]) -> [SearchFindings.Facet.Value] {
    let features = snapshot.features(ofField: field)
    var counts = [Int](repeating: 0, count: features.count)
    for item in items {
      for entry in snapshot.vector(of: item) {
        let feature = unsafe snapshot.vectorFeatures[entry]
        if features.contains(feature) { counts[Int(feature - features.lowerBound)] += 1 }
      }
    }
    let order = counts.indices.filter { counts[$0] > 0 }.sorted { (counts[$1], $0) < (counts[$0], $1) }
    return order.prefix(Ranker.facetValues).map {
      let tag = snapshot.featureName(of: features.lowerBound + UInt32($0))
      return SearchFindings.Facet.Value(value: String(tag.dropFirst(field.count + 1)), items: counts[$0])
    }
  }
}
