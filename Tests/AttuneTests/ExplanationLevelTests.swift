import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Attune

@Suite("R7: the levels of an explanation")
struct ExplanationLevelTests {
  @Test("R7, G9: neither level shows what others did, nor what this decision is not about, and both add up")
  func nobodyElse() throws {
    var named = 0
    checkProperty(cases: 6, seed: 9500) { random in
      try withTemporaryDirectory { folder in
        var shop = Shop.random(seed: random.next(), people: 40, items: 25)
        // Items that only others have touched, one of them known to enough of them to be published.
        for person in 10..<16 {
          for item in ["of-others", "rare-\(person)"] {
            shop.events.append(
              Shop.Event(subject: "u\(person)", item: item, kind: "view", time: Shop.start + 40 + person))
          }
        }
        let engine = try shop.engine(in: folder, set: [("query.hop", "0.5"), ("tags.weight", "0.5")])
        for subject in ["u1", "u2", "u3"] {
          let answer = try engine.recommend(RecommendationRequest(subject: subject, count: 6))
          let mine = Set(shop.events.filter { $0.subject == subject }.compactMap(\.item))
          let shown = Set(answer.items.map(\.item))
          let tags = Set(
            shop.items.filter { mine.contains($0.id) || shown.contains($0.id) }.flatMap { item in
              item.tags + item.title.split(separator: " ").map { "term:\($0)" }
            })
          for level in [ExplanationLevel.summary, .full] {
            let explanation = try engine.explain(answer.decision, level: level)
            guard explanation.items.map(\.item) == answer.items.map(\.item) else { return false }
            for item in explanation.items {
              guard item.contributions.reduce(0, { $0 + $1.points }) == item.score else { return false }
              for part in item.contributions where part.kind == "history" || part.kind == "repeat" {
                named += 1
                guard let cause = part.item, mine.contains(cause), level == .summary || part.event != nil else {
                  return false
                }
                let times = shop.events.filter { $0.subject == subject && $0.item == cause }.map(\.time)
                guard part.time.map({ times.contains(Int($0.milliseconds / 1000)) }) ?? true else { return false }
              }
              for part in item.contributions where part.kind == "tag" {
                guard part.tag.map(tags.contains) == true else { return false }
              }
              if level == .summary { guard item.contributions.count <= 4, item.without.isEmpty else { return false } }
            }
            let text = String(decoding: explanation.json, as: UTF8.self)
            // What few others have touched is nowhere, nor is any other person.
            for person in 10..<16 {
              guard !text.contains("rare-\(person)"), !text.contains("\"u\(person)\"") else { return false }
            }
          }
        }
        return true
      }
    }
    #expect(named > 100, "the cases explain too little by history")
  }

  @Test("R7: what another person does changes no explanation that was given")
  func unmoved() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 96, people: 30, items: 20)
      let engine = try shop.engine(in: folder)
      let answer = try engine.recommend(RecommendationRequest(subject: "u1"))
      func explained() throws -> [[UInt8]] {
        try [.summary, .full].map { try engine.explain(answer.decision, level: $0).json }
      }
      let before = try explained()
      let others = Shop.random(seed: 97, people: 30, items: 20).events.filter { $0.subject != "u1" }
      try shop.importEvents(others, into: engine, folder + "/others.ndjson")
      _ = try engine.block(.tag("shape:s1"), for: "u2")
      #expect(try explained() == before)
      #expect(failure { _ = try engine.explain(answer.decision, item: "i-not-shown") }?.code == .notFound)
    }
  }
}
