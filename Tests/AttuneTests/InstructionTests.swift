import Attune
import Testing
import TestSupport
import Vocabulary

@Suite("G14, G15: what a person tells the engine is done")
struct InstructionTests {
  @Test("G15: what is blocked appears on no surface, fallbacks included", arguments: 1...5)
  func blocks(seed: Int) throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: UInt64(600 + seed), people: 40, items: 50)
      let engine = try shop.engine(in: folder)
      var random = SplitMix64(seed: UInt64(seed))
      for person in 0..<40 {
        let subject = "u\(person)"
        let item = "i\(random.below(50))"
        let similar = "i\(random.below(50))"
        let tag = "brand:b\(random.below(5))"
        _ = try engine.block(.item(item), for: subject)
        _ = try engine.block(.similar(similar), for: subject)
        _ = try engine.block(.tag(tag), for: subject)
        let neighbours = Set(
          try engine.similar(to: similar, count: 50).items.filter { $0.score > 0 }.filter {
            $0.because.contains { $0.kind == "context" }
          }.map(\.item))
        if person % 2 == 0 { _ = try engine.withdraw([.recommendation], from: subject) }
        for purpose in [Purpose.recommendation, .advertising, .push] {
          var request = RecommendationRequest(subject: subject, purpose: purpose, count: 1000)
          for context in [[], ["i\(random.below(50))"]] {
            request.context = context
            for shown in try engine.recommend(request).items {
              let tags = shop.items.first { $0.id == shown.item }?.tags ?? []
              #expect(
                shown.item != item && shown.item != similar && !tags.contains(tag) && !neighbours.contains(shown.item))
            }
          }
        }
      }
    }
  }

  @Test("G15: a block lasts over training and reopening, and goes only when taken back")
  func lasting() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 650, people: 40, items: 30).engine(in: folder)
      let request = RecommendationRequest(subject: "u1", count: 1000)
      let first = try #require(try engine.recommend(request).items.first?.item)
      _ = try engine.block(.item(first), for: "u1")
      _ = try engine.train()
      let again = try Engine.open(folder + "/shop.attune")
      #expect(!(try again.recommend(request).items.contains { $0.item == first }))
      _ = try again.unblock(.item(first), for: "u1")
      #expect(try again.recommend(request).items.contains { $0.item == first })
    }
  }

  @Test("G14: a removed tag has no weight and is not inferred again; restored, it is; an added one counts")
  func tags() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 660, people: 30, items: 40)
      let engine = try shop.engine(in: folder)
      for person in 0..<30 {
        let subject = "u\(person)"
        guard let heaviest = try engine.profile(of: subject).tags.first else { continue }
        _ = try engine.removeTag(heaviest.tag, for: subject)
        #expect(!(try engine.profile(of: subject).tags.contains { $0.tag == heaviest.tag }))
        let again = shop.events.filter { $0.subject == subject }
        try shop.importEvents(
          again.map { event in
            var event = event
            event.time += 1
            return event
          }, into: engine, "\(folder)/again-\(person).ndjson")
        #expect(!(try engine.profile(of: subject).tags.contains { $0.tag == heaviest.tag }), "inferred again")
        let answer = try engine.recommend(RecommendationRequest(subject: subject))
        #expect(
          !(try engine.explain(answer.decision).items.contains { $0.contributions.contains { $0.tag == heaviest.tag } })
        )
        _ = try engine.restoreTag(heaviest.tag, for: subject)
        #expect(try engine.profile(of: subject).tags.contains { $0.tag == heaviest.tag })
      }
      _ = try engine.addTag("brand:b4", for: "newcomer")
      _ = try engine.grant([.recommendation], to: "newcomer")
      let tags = try engine.profile(of: "newcomer").tags
      #expect(tags.map(\.tag) == ["brand:b4"])
      #expect(tags.first?.added == true)
      let list = try engine.recommend(RecommendationRequest(subject: "newcomer", count: 3))
      #expect(list.basis == .personal)
    }
  }
}
