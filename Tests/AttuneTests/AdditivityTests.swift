import Attune
import Testing
import TestSupport
import Vocabulary

@Suite("G9, G10: every point and every item is accounted for")
struct AdditivityTests {
  /// Models that between them switch every part of the formula on.
  static let models: [[(String, String)]] = [
    [],
    [("tags.weight", "2.5"), ("general.weight", "0.3")],
    [("query.hop", "1.5"), ("query.hopItems", "20"), ("query.repeat", "0.7")],
    [
      ("query.targetExponent", "-0.3"), ("query.sourceExponent", "1.1"), ("query.positionDecay", "0"),
      ("general.share", "0.5"),
    ],
    [("rows.refine", "20"), ("rows.ridge", "2"), ("query.hop", "0.5")],
  ]

  @Test("G9: contributions add up to the score with no remainder", arguments: 0..<models.count)
  func additive(model: Int) {
    var personal = 0
    checkProperty(cases: 3, seed: UInt64(9000 + 10 * model)) { random in
      try withTemporaryDirectory { folder in
        let shop = Shop.random(seed: random.next(), people: 30, items: 80)
        let engine = try shop.engine(in: folder, set: AdditivityTests.models[model])
        for person in 0..<30 {
          let answer = try engine.recommend(randomRequest(&random, subject: "u\(person)"))
          if answer.basis == .personal { personal += 1 }
          let explanation = try engine.explain(answer.decision)
          guard explanation.items.map(\.item) == answer.items.map(\.item) else { return false }
          for (explained, shown) in zip(explanation.items, answer.items) {
            let sum = explained.contributions.reduce(0) { $0 + $1.points }
            guard explained.score == shown.score, sum == shown.score else { return false }
          }
        }
        return true
      }
    }
    #expect(personal > 60, "the property must have been tried on personal answers")
  }

  @Test("G10: what is not shown has one first cause each, and the causes add up to the catalogue")
  func complete() {
    checkProperty(cases: 4, seed: 10_100) { random in
      try withTemporaryDirectory { folder in
        let shop = Shop.random(seed: random.next(), people: 20, items: 60 + random.below(40))
        let engine = try shop.engine(in: folder)
        for person in 0..<20 {
          if person % 3 == 0 { _ = try engine.block(.tag("brand:b\(random.below(5))"), for: "u\(person)") }
          if person % 4 == 0 { _ = try engine.block(.similar("i\(random.below(60))"), for: "u\(person)") }
          for _ in 0..<5 {
            let answer = try engine.recommend(randomRequest(&random, subject: "u\(person)"))
            let explanation = try engine.explain(answer.decision)
            let total = explanation.notShown.reduce(answer.items.count) { $0 + $1.count }
            guard total == shop.items.count, explanation.notShown.allSatisfy({ $0.count >= 0 }) else { return false }
          }
        }
        return true
      }
    }
  }

  @Test("as many items as asked for, where that many may be shown; no item twice; pages join up")
  func fullLists() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 71, people: 30, items: 60).engine(in: folder)
      for person in 0..<30 {
        var request = RecommendationRequest(subject: "u\(person)", count: 30)
        let whole = try engine.recommend(request).items
        #expect(whole.count == 30)
        #expect(Set(whole.map(\.item)).count == 30)
        request.count = 10
        var pages: [RankedItem] = []
        for page in 0..<3 {
          request.offset = page * 10
          pages += try engine.recommend(request).items
        }
        #expect(pages.map(\.item) == whole.map(\.item))
        #expect(pages.map(\.rank) == Array(1...30))
      }
    }
  }

  private func randomRequest(_ random: inout SplitMix64, subject: String) -> RecommendationRequest {
    var request = RecommendationRequest(subject: subject, count: 1 + random.below(30))
    request.offset = random.below(3) * 4
    if random.chance(1, in: 3) { request.context = ["i\(random.below(60))", "i\(random.below(60))"] }
    if random.chance(1, in: 4) { request.within = "shape:s\(random.below(4))" }
    if random.chance(1, in: 4) { request.exclude = ["i\(random.below(60))"] }
    if random.chance(1, in: 5) { request.among = (0..<20).map { _ in "i\(random.below(60))" } }
    return request
  }
}
