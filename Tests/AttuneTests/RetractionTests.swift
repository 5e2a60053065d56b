import Attune
import Testing
import TestSupport
import Vocabulary

@Suite("G3, G5: what a person leaves behind in the model when they go")
struct RetractionTests {
  @Test("G5: withdrawing training gives the model that never saw the person", arguments: 1...6)
  func withdrawn(seed: Int) throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: UInt64(seed), people: 60, items: 30 + seed * 7)
      let engine = try shop.engine(in: folder, name: "all")
      var random = SplitMix64(seed: UInt64(100 + seed))
      var gone: Set<String> = []
      for _ in 0..<4 {
        let subject = "u\(random.below(60))"
        _ = try engine.withdraw([.training], from: subject)
        gone.insert(subject)
        let rest = Shop(items: shop.items, events: shop.events.filter { !gone.contains($0.subject) })
        let never = try rest.engine(in: folder, name: "never-\(gone.count)-\(random.next())")
        #expect(
          try engine.status().model == never.status().model, "seed \(seed), without \(gone.sorted())")
      }
    }
  }

  @Test("G5: with refined rows the counts are those of a store that never saw them, and served until the next training")
  func refined() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 21, people: 60, items: 40)
      let refining = [("rows.refine", "15"), ("rows.ridge", "2")]
      func lists(_ engine: Engine) throws -> [String] {
        try (10..<60).map { try engine.recommend(RecommendationRequest(subject: "u\($0)", count: 20)).scores }
      }
      let engine = try shop.engine(in: folder, name: "all", set: refining)
      let full = try lists(engine)
      // Another catalogue changes nothing in what is served.
      _ = try engine.importItems(shop.input(shop.itemLines, folder + "/again.ndjson"))
      #expect(try lists(engine) == full)

      _ = try engine.erase(["u3"])
      let rest = Shop(items: shop.items, events: shop.events.filter { $0.subject != "u3" })
      let never = try rest.engine(in: folder, name: "never", set: refining)
      let counted = try rest.engine(in: folder, name: "counted", set: [("rows.ridge", "2")])
      #expect(try engine.status().model == never.status().model)
      #expect(try lists(engine) == lists(counted) && lists(engine) != lists(never))
      _ = try engine.train()
      #expect(try lists(engine) == lists(never) && engine.status().model == never.status().model)
    }
  }

  @Test("G3: events of people without training change no aggregate")
  func neverLearned() throws {
    checkProperty(cases: 8, seed: 3000) { random in
      try withTemporaryDirectory { folder in
        let shop = Shop.random(seed: random.next(), people: 50, items: 20 + random.below(30))
        let off = Set((0...random.below(15)).map { _ in "u\(random.below(50))" })
        let with = try Engine.open(folder + "/with.attune", create: true)
        // Some before anything of theirs comes in, some after, and some again after they had thought better of it.
        let (early, late) = (off.sorted().filter { _ in random.chance(1, in: 2) }, off.sorted())
        for subject in early {
          _ = try with.withdraw([.training], from: subject)
          if random.chance(1, in: 3) { _ = try with.grant([.training], to: subject) }
        }
        let filled = try shop.engine(in: folder, name: "with", train: false)
        for subject in late { _ = try filled.withdraw([.training], from: subject) }
        _ = try filled.train()
        let rest = Shop(items: shop.items, events: shop.events.filter { !off.contains($0.subject) })
        let without = try rest.engine(in: folder, name: "without")
        // The clock of answers is the newest event's, whoever's it was.
        try without.setClock(filled.status().asOf)
        for text in ["", "r", "g", "b"] {
          let (suggested, expected) = try (filled.suggest(text, count: 100), without.suggest(text, count: 100))
          guard suggested.json == expected.json else { return false }
        }
        let personal = try off.map { try filled.recommend(RecommendationRequest(subject: $0)).basis == .personal }
        return try filled.status().model == without.status().model && personal.contains(true)
      }
    }
  }

  @Test("between ticks nobody enters: a grant waits for the next training")
  func grantWaits() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 9, people: 50, items: 40)
      let engine = try shop.engine(in: folder)
      let full = try engine.status().model
      _ = try engine.withdraw([.training], from: "u5")
      let without = try engine.status().model
      #expect(without != full)
      _ = try engine.grant([.training], to: "u5")
      #expect(try engine.status().model == without)
      _ = try engine.withdraw([.training], from: "u6")
      // The rows learned anew on the way leave out u5 too, who has granted it again.
      let rest = Shop(items: shop.items, events: shop.events.filter { !["u5", "u6"].contains($0.subject) })
      #expect(try engine.status().model == rest.engine(in: folder, name: "rest").status().model)
      _ = try engine.grant([.training], to: "u6")
      _ = try engine.train()
      #expect(try engine.status().model == full)
    }
  }

  @Test("the same input gives the same digest and the same lists, in any order of arrival")
  func deterministic() throws {
    try withTemporaryDirectory { folder in
      var shop = Shop.random(seed: 15, people: 40, items: 50)
      // Distinct times, so that the order of a person's events is in the log and not in the file.
      for index in shop.events.indices { shop.events[index].time = Shop.start + index * 37 }
      let one = try shop.engine(in: folder, name: "one")
      var random = SplitMix64(seed: 16)
      shop.events.shuffle(using: &random)
      shop.items.shuffle(using: &random)
      let two = try shop.engine(in: folder, name: "two")
      #expect(try one.status().model == two.status().model)
      for person in 0..<40 {
        let request = RecommendationRequest(subject: "u\(person)", count: 20)
        #expect(try one.recommend(request).answerText == two.recommend(request).answerText, "person \(person)")
      }
    }
  }
}
