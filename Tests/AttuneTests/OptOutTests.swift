import Attune
import Foundation
import Testing
import TestSupport
import Vocabulary

@Suite("G1: an opted-out answer does not depend on the person's history")
struct OptOutTests {
  @Test("G1: the person's own later events change nothing while the purpose is off")
  func laterEvents() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 21, people: 30, items: 40)
      let engine = try shop.engine(in: folder)
      _ = try engine.withdraw([.recommendation], from: "u3")
      let before = try engine.recommend(RecommendationRequest(subject: "u3")).answerText
      let more = (0..<20).map { Shop.Event(subject: "u3", item: "i\($0)", kind: "purchase", time: Shop.start + $0) }
      try shop.importEvents(more, into: engine, folder + "/more.ndjson")
      #expect(try engine.recommend(RecommendationRequest(subject: "u3")).answerText == before)
    }
  }

  @Test("G2: a switch holds for the next request, and for an engine opened afterwards")
  func immediate() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 31, people: 40, items: 40)
      let engine = try shop.engine(in: folder)
      let other = try Engine.open(folder + "/shop.attune")
      let request = RecommendationRequest(subject: "u1")
      #expect(try engine.recommend(request).basis == .personal)
      #expect(try other.recommend(request).basis == .personal)
      _ = try engine.withdraw([.recommendation], from: "u1")
      #expect(try engine.recommend(request).reason == "opted-out")
      #expect(try other.recommend(request).reason == "opted-out", "another process must see it at once")
      #expect(try Engine.open(folder + "/shop.attune").recommend(request).reason == "opted-out")
      _ = try other.grant([.recommendation], to: "u1")
      #expect(try engine.recommend(request).basis == .personal)
    }
  }

  @Test("G2: whoever switches, and through whichever engine, every surface of each follows with the next request")
  func everySurface() throws {
    checkProperty(cases: 3, seed: 2000) { random in
      try withTemporaryDirectory { folder in
        let engines = [
          try Shop.random(seed: random.next(), people: 30, items: 40).engine(in: folder),
          try Engine.open(folder + "/shop.attune"),
        ]
        let subject = "u\(random.below(30))"
        let surfaces: [Purpose] = [.recommendation, .push, .search]
        var on = Set(surfaces)
        for _ in 0..<12 {
          let purpose = surfaces[random.below(3)]
          if random.chance(1, in: 2) {
            _ = try engines[random.below(2)].withdraw([purpose], from: subject)
            on.remove(purpose)
          } else {
            _ = try engines[random.below(2)].grant([purpose], to: subject)
            on.insert(purpose)
          }
          for engine in engines + [try Engine.open(folder + "/shop.attune")] {
            for surface in surfaces.prefix(2) {
              let answer = try engine.recommend(RecommendationRequest(subject: subject, purpose: surface))
              guard (answer.basis == .personal) == on.contains(surface) else { return false }
            }
            let found = try engine.search(SearchRequest("thing", subject: subject)).list
            guard (found.basis == .personal) == on.contains(.search) else { return false }
            guard (try engine.suggest("", subject: subject).reason == nil) == on.contains(.search) else { return false }
          }
        }
        return true
      }
    }
  }

  @Test("G21: the Sec-GPC signal turns push off; a malformed one too; it leaves recommendation alone")
  func signal() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 41, people: 40, items: 40).engine(in: folder)
      for (value, off) in [("1", true), ("yes", true), ("", true), (" 0 ", false)] {
        var request = RecommendationRequest(subject: "u1", purpose: .push)
        request.globalPrivacyControl = value
        #expect((try engine.recommend(request).reason == "signal") == off, "value '\(value)'")
        request.purpose = .recommendation
        #expect(try engine.recommend(request).basis == .personal)
      }
    }
  }

  @Test("a log that the ledger does not allow leaves a count and nothing else")
  func refused() throws {
    try withTemporaryDirectory { folder in
      let engine = try Engine.open(folder + "/s.attune", create: true)
      let path = folder + "/log.ndjson"
      try Shop.lines([Shop.Event(subject: "canary-person", item: "canary-item", kind: "view", time: Shop.start)])
        .write(toFile: path, atomically: true, encoding: .utf8)
      let report = try engine.importEvents(ImportInput(path: path))
      #expect(report.admitted == 0)
      #expect(report.refused.map(\.count) == [1])
      let status = try engine.status()
      #expect(status.subjects == 0)
      #expect(status.items == 0)
      #expect(status.events == 0)
    }
  }

  @Test("two people whose ids are one text to Swift and two to everybody else stay two")
  func spellings() throws {
    try withTemporaryDirectory { folder in
      var shop = Shop.random(seed: 51, people: 40, items: 40)
      // é as one scalar, and as a letter with an accent.
      for index in shop.events.indices where shop.events[index].subject == "u1" {
        shop.events[index].subject = "\u{E9}"
      }
      let engine = try shop.engine(in: folder)
      _ = try engine.grant([.recommendation], to: "e\u{301}")
      #expect(try engine.recommend(RecommendationRequest(subject: "\u{E9}")).basis == .personal)
      #expect(try engine.recommend(RecommendationRequest(subject: "e\u{301}")).reason == "no-history")
      _ = try engine.withdraw([.recommendation], from: "\u{E9}")
      #expect(try engine.recommend(RecommendationRequest(subject: "e\u{301}")).reason == "no-history")
      #expect(try engine.recommend(RecommendationRequest(subject: "\u{E9}")).reason == "opted-out")
    }
  }
}
