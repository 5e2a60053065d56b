import Foundation
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Attune

@Suite("G8: replays and histories")
struct ReplayTests {
  @Test("G8: every list is computed again, and ranked again while model and inputs live", arguments: 0..<8)
  func replays(seed: Int) throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 500 + UInt64(seed), people: 40, items: 40).engine(in: folder)
      var random = SplitMix64(seed: UInt64(seed))
      var decisions: [Recommendation] = []
      for _ in 0..<20 {
        var request = RecommendationRequest(subject: random.chance(4, in: 5) ? "u\(random.below(40))" : nil)
        request.count = 1 + random.below(15)
        request.offset = random.below(6)
        if random.chance(1, in: 2) { request.context = ["i\(random.below(40))"] }
        decisions.append(try engine.recommend(request))
      }
      // Neither what people do afterwards nor the time that goes by is an input of what was decided before.
      for isLater in [false, true] {
        if isLater {
          let events = (0..<40).map { person in
            Shop.Event(
              subject: "u\(person)", item: "i\(random.below(40))", kind: "purchase", time: Shop.start + 6_000_000)
          }
          for event in events { _ = try engine.record([Array(Shop.lines([event]).utf8)])[0].get() }
          try engine.setClock(Timestamp(seconds: Int64(Shop.start + 9_000_000)))
        }
        for decision in decisions {
          let replay = try engine.replay(decision.decision)
          #expect(replay.reproduced && replay.note == nil, "seed \(seed), \(isLater): \(replay.note ?? "")")
          #expect(replay.items.map(\.item) == decision.items.map(\.item), "seed \(seed)")
          #expect(replay.items.map(\.score) == decision.items.map(\.score), "seed \(seed)")
        }
      }
      // Another catalogue, though no list were another by it: the ranking is not made again.
      try "{\"item\":\"i0\",\"title\":\"another name\"}\n".write(
        toFile: folder + "/renamed.ndjson", atomically: true, encoding: .utf8)
      _ = try engine.importItems(ImportInput(path: folder + "/renamed.ndjson"))
      for decision in decisions {
        let replay = try engine.replay(decision.decision)
        #expect(!replay.reproduced && replay.note != nil && replay.items.map(\.score) == decision.items.map(\.score))
      }
      // Another model: the scores are still there, the ranking is not made again.
      _ = try engine.train(set: [(key: "timeline.window", value: "2")])
      for decision in decisions where decision.basis == .personal {
        let replay = try engine.replay(decision.decision)
        #expect(!replay.reproduced && replay.note != nil)
        #expect(replay.items.map(\.score) == decision.items.map(\.score), "seed \(seed)")
      }
    }
  }

  @Test("a history has all that is held, latest first, whatever is switched off")
  func history() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 77, people: 20, items: 20)
      let engine = try shop.engine(in: folder)
      for person in 0..<20 {
        let subject = "u\(person)"
        let own = shop.events.filter { $0.subject == subject }
        if person % 2 == 0 { _ = try engine.withdraw([.recommendation, .search], from: subject) }
        let history = try engine.history(of: subject)
        #expect(history.held == own.count && history.events.count == own.count)
        #expect(history.events.map(\.time.milliseconds) == own.map { Int64($0.time) * 1000 }.sorted(by: >))
        let expected = own.map { "\($0.kind) \($0.item ?? $0.query ?? "")" }.sorted()
        #expect(history.events.map { "\($0.event) \($0.item ?? $0.query ?? "")" }.sorted() == expected)
        #expect(try engine.history(of: subject, limit: 2).events.count == min(2, own.count))
      }
      #expect(try engine.history(of: "stranger").held == 0)
    }
  }
}
