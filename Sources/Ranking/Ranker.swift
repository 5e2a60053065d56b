package import ModelFile
package import Profiles
package import Retrieval
import Vocabulary

/// Turns a request and a profile into a list: query vector, retrieval, rules.
///
/// One thread at a time.
package final class Ranker {
  package let retriever: Retriever
  package let rules: RankingRules
  let unavailable: Int
  /// How many items the catalogue names: others come and go with people's events.
  let named: Int

  package init(snapshot: Snapshot, rules: RankingRules) {
    retriever = Retriever(snapshot: snapshot)
    self.rules = rules
    unavailable = (0..<UInt32(snapshot.itemCount)).count { !snapshot.isAvailable($0) }
    named = (0..<UInt32(snapshot.itemCount)).count { snapshot.isNamed($0) }
  }

  package var snapshot: Snapshot { retriever.snapshot }

  /// The list for a profile; an empty one stands for nobody in particular.
  ///
  /// - Complexity: the rows and postings of the query's terms, twice; plus the instructions' items.
  package func rank(_ request: RankingRequest, profile: Profile, instructions: Instructions) -> RankedList {
    if let search = request.search {
      return self.search(search, request, profile: profile, instructions: instructions)
    }
    let query = self.query(for: request, profile: profile)
    let isPersonal = !profile.isEmpty || !request.context.isEmpty
    return rank(request, query: query, isPersonal: isPersonal, seen: profile.seen, instructions: instructions)
  }

  /// The query vector of a profile and a context.
  package func query(for request: RankingRequest, profile: Profile) -> QueryVector {
    var query = QueryVector()
    if profile.isEmpty && request.context.isEmpty {
      query.general = FixedPoint.one16
      return query
    }
    var weights: [(item: UInt32, weight: Int64)] = []
    for (distance, item) in request.context.reversed().enumerated() {
      let weight =
        rules.positionDecay > 0
        ? FixedPoint.exponentialDecay(Int64(distance), scale: rules.positionDecay) : FixedPoint.one16
      if let same = weights.firstIndex(where: { $0.item == item }) {
        weights[same].weight += weight
      } else {
        weights.append((item, weight))
      }
    }
    for term in profile.history {
      guard let item = snapshot.index(of: term.item) else { continue }
      weights.append((item, term.weight))
    }
    query.history = weights.map {
      QueryVector.Related(item: $0.item, factor: retriever.factor(of: $0.item, weight: $0.weight))
    }
    if rules.repeat > 0 {
      let latest = request.context.last ?? profile.history.first.flatMap { snapshot.index(of: $0.item) }
      query.repeats = weights.filter { $0.weight > 0 }.map { item, weight in
        let factor = item == latest ? (rules.repeat * rules.repeatLatest) >> 16 : rules.repeat
        return QueryVector.Repeat(item: item, points: ((weight * factor) >> 16) << 18)
      }
    }
    var features = profile.tags.map { ($0.feature, $0.weight) }
    if rules.tags > 0 {
      for (item, weight) in weights.prefix(request.distinctContext) {
        for entry in snapshot.vector(of: item) {
          unsafe features.append(
            (snapshot.vectorFeatures[entry], (weight * Int64(snapshot.vectorWeights[entry])) >> 14))
        }
      }
      features.sort { $0.0 < $1.0 }
      for (feature, weight) in features {
        let factor = (weight * rules.tags) >> 16
        if let last = query.features.last, last.feature == feature {
          query.features[query.features.count - 1].factor += factor
        } else {
          query.features.append(QueryVector.Feature(feature: feature, factor: factor))
        }
      }
    }
    query.featuresByTarget = true
    query.hop = rules.hop
    query.hopItems = rules.hopItems
    query.general = rules.general
    return query
  }

  // MARK: From the query to the list

  private func rank(
    _ request: RankingRequest, query: QueryVector, isPersonal: Bool, seen: [ItemNumber], instructions: Instructions
  ) -> RankedList {
    retriever.clearExclusions()
    var notShown = NotShown()
    notShown.unavailable = unavailable
    notShown.blocked = block(instructions)
    let repeats = rules.repeat > 0
    notShown.excluded = exclude(request.exclude + (repeats ? [] : request.context), because: .excluded)
    notShown.seen = repeats ? 0 : exclude(seen.compactMap(snapshot.index(of:)), because: .seen)
    let allowed = self.allowed(by: request)

    let last = request.offset + request.count
    let slots = isPersonal ? Int((Int64(last) * rules.share) >> 16) : 0
    let slack = rules.similarity > 0 ? Ranker.lookahead : 0
    let result = retriever.retrieve(query, wanted: last + slots + slack, allowed: allowed)
    var picker = Picker(
      ranker: self, result: result, general: isPersonal ? allowed : [], generals: slots > 0 ? last : 0)
    var picked: [Picker.Pick] = []
    while picked.count < last, let pick = picker.next(general: slots > 0 && rules.isGeneralPlace(picked.count + 1)) {
      picked.append(pick)
    }

    let shown = picked.dropFirst(request.offset)
    let contributions =
      request.isExplained
      ? retriever.contributions(query, hops: result.hops, to: shown.map(\.candidate.item))
      : [[TermContribution]](repeating: [], count: shown.count)
    let places = zip(shown.indices, zip(shown, contributions)).map { index, entry in
      let (pick, terms) = entry
      let own =
        pick.placement == .generalShare
        ? [
          TermContribution(
            term: .general, weight: snapshot.generalPoints(of: pick.candidate.item), points: pick.candidate.score)
        ] : terms
      return Place(
        item: pick.candidate.item, rank: index + 1, score: pick.candidate.score, placement: pick.placement,
        contributions: own)
    }
    count(&notShown, allowed: allowed, earlierPages: min(request.offset, picked.count), shown: places.count)
    return RankedList(places: places, query: query, hops: result.hops, notShown: notShown)
  }

  /// Counts what is left: outside the request, shown before, or below the last place.
  func count(_ notShown: inout NotShown, allowed: [UInt32]?, earlierPages: Int, shown: Int) {
    let open = snapshot.itemCount - notShown.unavailable - notShown.blocked - notShown.excluded - notShown.seen
    let eligible = allowed.map { $0.count { retriever.exclusion(of: $0) == .none } } ?? open
    notShown.outside = open - eligible
    notShown.earlierPages = earlierPages
    notShown.belowCut = eligible - earlierPages - shown
  }

  /// How far a near-duplicate looks for something else to stand between it and its likeness.
  static let lookahead = 20

  func exclude(_ items: [UInt32], because cause: Exclusion) -> Int {
    items.count { retriever.exclude($0, because: cause) }
  }

  func block(_ instructions: Instructions) -> Int {
    var blocked = 0
    for id in instructions.items.union(instructions.similar) {
      guard let item = snapshot.index(ofID: id.text) else { continue }
      if retriever.exclude(item, because: .blocked) { blocked += 1 }
      guard instructions.similar.contains(id) else { continue }
      for other in snapshot.neighbours(of: item) {
        if retriever.exclude(other, because: .blocked) { blocked += 1 }
      }
    }
    for tag in instructions.tags {
      guard let feature = snapshot.feature(named: tag.text) else { continue }
      for entry in snapshot.postings(of: feature) {
        if unsafe retriever.exclude(snapshot.postingItems[entry], because: .blocked) { blocked += 1 }
      }
    }
    return blocked
  }

  /// The items that the request restricts the list to, ascending; `nil` for no restriction.
  func allowed(by request: RankingRequest) -> [UInt32]? {
    var allowed = request.among.map { Array(Set($0)).sorted() }
    if let within = request.within {
      var tagged: [UInt32] = []
      if let feature = snapshot.feature(named: within) {
        for entry in snapshot.postings(of: feature) { unsafe tagged.append(snapshot.postingItems[entry]) }
      }
      if let some = allowed {
        let both = Set(tagged)
        allowed = some.filter(both.contains)
      } else {
        allowed = tagged.sorted()
      }
    }
    return allowed
  }
}
