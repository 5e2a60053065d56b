import ModelFile
import TestSupport
import Testing
import Vocabulary

@testable import Retrieval

@Suite("Retrieval")
struct RetrieverTests {
  private func query(_ random: inout SplitMix64, _ model: RandomModel, _ retriever: Retriever) -> QueryVector {
    let snapshot = model.snapshot
    func anyItem() -> UInt32 { UInt32(random.below(snapshot.itemCount)) }
    var query = QueryVector()
    if snapshot.itemCount == 0 { return query }
    for _ in 0..<random.below(9) {
      let item = anyItem()
      if query.history.contains(where: { $0.item == item }) { continue }
      let weight = random.chance(1, in: 2) ? 1 << 16 : Int64(random.below(10 << 16)) - (2 << 16)
      query.history.append(QueryVector.Related(item: item, factor: retriever.factor(of: item, weight: weight)))
      if random.chance(1, in: 3) {
        query.repeats.append(QueryVector.Repeat(item: item, points: Int64(random.below(1 << 34))))
      }
    }
    // The fewer terms, the more equal scores.
    let isBare = random.chance(1, in: 2)
    for feature in 0..<UInt32(snapshot.featureCount) where !isBare && random.chance(1, in: 3) {
      query.features.append(QueryVector.Feature(feature: feature, factor: Int64(random.below(6 << 16)) - (2 << 16)))
    }
    query.featuresByTarget = random.chance(2, in: 3)
    if !isBare || random.chance(1, in: 4) { query.general = Int64(random.below(1 << 16)) }
    if random.chance(1, in: 3) {
      query.hop = Int64(1 + random.below(2 << 16))
      query.hopItems = random.below(5)
    }
    return query
  }

  @Test("every list is that of scoring everything, to the last point, query after query")
  func againstExhaustiveScoring() throws {
    var scored = 0
    try withTemporaryDirectory { folder in
      checkProperty(cases: 400, seed: 7000) { random in
        let model = try RandomModel(&random, in: folder)
        let retriever = Retriever(snapshot: model.snapshot)
        for _ in 0..<6 {
          retriever.clearExclusions()
          for item in 0..<UInt32(model.snapshot.itemCount) where random.chance(1, in: 6) {
            retriever.exclude(item, because: [.blocked, .excluded, .seen][random.below(3)])
          }
          let exclusions = (0..<UInt32(model.snapshot.itemCount)).map { retriever.exclusion(of: $0) }
          let query = query(&random, model, retriever)
          let allowed =
            random.chance(1, in: 4)
            ? (0..<UInt32(model.snapshot.itemCount)).filter { _ in random.chance(1, in: 2) } : nil
          let reference = ExhaustiveScorer(model: model, query: query, exclusions: exclusions)
          let wanted = random.below(random.chance(1, in: 2) ? 5 : model.snapshot.itemCount + 3)
          let result = retriever.retrieve(query, wanted: wanted, allowed: allowed)
          let ranking = reference.ranking(allowed)
          scored += result.scored
          let isSame =
            result.hops == reference.hops && result.candidates == Array(ranking.prefix(wanted))
            && result.scored == min(wanted, ranking.count { $0.score > 0 })
          if !isSame { return false }
        }
        return true
      }
    }
    #expect(scored > 2000, "the cases are too thin to mean anything")
  }

  @Test("contributions are the parts of the score, with no remainder")
  func contributions() throws {
    try withTemporaryDirectory { folder in
      checkProperty(cases: 150, seed: 8000) { random in
        let model = try RandomModel(&random, in: folder)
        let retriever = Retriever(snapshot: model.snapshot)
        let query = query(&random, model, retriever)
        let result = retriever.retrieve(query, wanted: model.snapshot.itemCount)
        let contributions = retriever.contributions(query, hops: result.hops, to: result.candidates.map(\.item))
        return zip(result.candidates, contributions).allSatisfy { candidate, parts in
          parts.reduce(0) { $0 + $1.points } == candidate.score && parts.allSatisfy { $0.points != 0 }
        }
      }
    }
  }

  @Test("one unit, 2^34 points, is what the strongest neighbour of an average row gets from a fresh event")
  func unit() throws {
    var tried = 0
    try withTemporaryDirectory { folder in
      checkProperty(cases: 150, seed: 9000) { random in
        let model = try RandomModel(&random, in: folder)
        let snapshot = model.snapshot
        let retriever = Retriever(snapshot: snapshot)
        let greatest = (0..<UInt32(snapshot.itemCount)).compactMap { item -> Double? in
          if snapshot.row(of: item).isEmpty { return nil }
          let factor = retriever.factor(of: item, weight: 1 << 16)
          if factor == 1 << 28 { return .infinity }
          var query = QueryVector()
          query.history = [QueryVector.Related(item: item, factor: factor)]
          return (0..<UInt32(snapshot.itemCount)).map { other in
            Double(ExhaustiveScorer(model: model, query: query, exclusions: []).score(other, hops: []))
          }.max()
        }
        // Where a factor reached its limit the mean says nothing.
        if greatest.isEmpty || greatest.contains(.infinity) { return true }
        tried += 1
        let mean = greatest.reduce(0, +) / Double(greatest.count)
        if mean > 0.999 * Double(1 << 34) && mean < 1.001 * Double(1 << 34) { return true }
        Issue.record("the mean is \(mean / Double(1 << 34)) units")
        return false
      }
    }
    #expect(tried > 10)
  }
}

@Suite("The best candidates so far")
struct TopCandidatesTests {
  @Test("they are the head of the sorted list, ties by item")
  func againstSorting() {
    checkProperty(cases: 300, seed: 1) { random in
      let capacity = random.below(12)
      var best = TopCandidates(capacity: capacity)
      let all = (0..<random.below(60)).map { Candidate(item: UInt32($0), score: Int64(random.below(8))) }
      var order = all
      for index in order.indices { order.swapAt(index, random.below(index + 1)) }
      for candidate in order where best.accepts(candidate) { best.insert(candidate) }
      return best.sorted() == Array(all.sorted { $0.precedes($1) }.prefix(capacity))
    }
  }
}
