import Attune
import Testing
import TestSupport
import Vocabulary

@Suite("G11: counterfactual ranks are true")
struct CounterfactualTests {
  @Test(
    "G11: without a history item, the rank is that in a store where those events never were", arguments: 1...4,
    [0, 20])
  func againstRealRuns(seed: Int, refine: Int) throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: UInt64(200 + seed), people: 50, items: 60)
      let engine = try shop.engine(
        in: folder, set: [("tags.weight", "1"), ("seen", "[]"), ("rows.refine", "\(refine)")])
      var checked = 0
      for person in 0..<20 {
        let subject = "u\(person)"
        let answer = try engine.recommend(RecommendationRequest(subject: subject, count: 5))
        for item in try engine.explain(answer.decision).items {
          for claim in item.without where claim.kind == "history" {
            // The published model stays; only this person's events differ. `twin` is nobody the model has seen.
            let cause = try #require(claim.item)
            let twin = "twin-\(person)-\(checked)"
            let events = shop.events.filter { $0.subject == subject && $0.item != cause }.map {
              var event = $0
              event.subject = twin
              return event
            }
            try shop.importEvents(events, into: engine, "\(folder)/\(twin).ndjson")
            let list = try engine.recommend(RecommendationRequest(subject: twin, count: 1000)).items
            #expect(
              list.first { $0.item == item.item }?.rank == claim.rank, "seed \(seed), \(subject), without \(cause)")
            checked += 1
          }
        }
      }
      #expect(checked > 20)
    }
  }

  @Test("G11: without a tag, the rank is that after really removing it")
  func tags() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 301, people: 50, items: 60)
      let engine = try shop.engine(in: folder, set: [("tags.weight", "5")])
      var checked = 0
      for person in 0..<20 {
        let subject = "u\(person)"
        let answer = try engine.recommend(RecommendationRequest(subject: subject, count: 5))
        let claims = try engine.explain(answer.decision).items.flatMap { item in item.without.map { (item.item, $0) } }
        for (item, claim) in claims {
          guard let tag = claim.tag else { continue }
          _ = try engine.removeTag(tag, for: subject)
          let list = try engine.recommend(RecommendationRequest(subject: subject, count: 1000)).items
          #expect(list.first { $0.item == item }?.rank == claim.rank)
          _ = try engine.restoreTag(tag, for: subject)
          checked += 1
        }
      }
      #expect(checked > 20)
    }
  }

  @Test("an explanation outlives its model: exact points, and an honest word on what cannot be run again")
  func afterRetraining() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 401, people: 50, items: 60)
      let engine = try shop.engine(in: folder)
      let answer = try engine.recommend(RecommendationRequest(subject: "u2"))
      let before = try engine.explain(answer.decision)
      #expect(before.counterfactualNote == nil)
      _ = try engine.train(set: [(key: "query.sourceExponent", value: "1.5")])
      let after = try engine.explain(answer.decision)
      #expect(after.items.map(\.score) == before.items.map(\.score))
      #expect(after.items.allSatisfy { $0.without.isEmpty })
      #expect(after.counterfactualNote != nil)
    }
  }

  @Test("a decision id that this store did not issue is refused")
  func foreignIDs() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 501, people: 20, items: 20).engine(in: folder)
      let personal = try engine.recommend(RecommendationRequest(subject: "u1")).decision
      let general = try engine.recommend(RecommendationRequest()).decision
      for id in [personal, general] {
        var changed = Array(id.utf8)
        // Neither letter is the other in capitals, which some ids read alike.
        changed[changed.count / 2] = [65, 97].contains(changed[changed.count / 2]) ? 98 : 97
        #expect(throws: Failure.self) { try engine.explain(String(decoding: changed, as: UTF8.self)) }
      }
      for id in ["", "d-", "g-", "x", "d-00000000", String(repeating: "g", count: 10_000)] {
        #expect(throws: Failure.self) { try engine.explain(id) }
      }
    }
  }
}
