import Consent
import Foundation
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Attune

@Suite("G17, M1: children")
struct MinorTests {
  private static func time(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0) -> Timestamp {
    CivilTime(year: year, month: month, day: day, hour: hour).timestamp ?? Timestamp(seconds: 0)
  }

  /// One event of a person; how many came in.
  private func view(_ engine: Engine, _ subject: String, _ item: String, at time: Timestamp) throws -> Int {
    let event = Shop.Event(subject: subject, item: item, kind: "view", time: Int(time.milliseconds / 1000))
    return try engine.record([Array(Shop.lines([event]).utf8)])[0].get().admitted
  }

  private static let ages: [(String?, Int)] = [
    ("CN", 14), ("US", 13), ("EU", 16), ("DE", 16), ("FR", 15), (nil, 14), ("elsewhere", 16),
  ]

  @Test("G17: nothing is collected of a child until the very day, by every region's age", arguments: ages)
  func birthday(region: String?, from: Int) throws {
    try withTemporaryDirectory { folder in
      let engine = try Engine.open(folder + "/s.attune", create: true)
      var now = MinorTests.time(2026, 5, 1)
      engine.wall = { now }
      _ = try engine.grant(Purpose.allCases, to: "kim")
      let report = try engine.setAge(.born(2012 + 14 - from), of: "kim", region: region)
      #expect(report.from == from && report.ofAge == MinorTests.time(2026, 12, 31))
      for (moment, isOfAge) in [
        (MinorTests.time(2026, 5, 1), false), (MinorTests.time(2026, 12, 30, 23), false),
        (MinorTests.time(2026, 12, 31), true), (MinorTests.time(2027, 3, 1), true),
      ] {
        now = moment
        #expect(try (engine.age(of: "kim").standing == "adult") == isOfAge, "\(moment.text)")
        #expect(try view(engine, "kim", "a", at: now) == (isOfAge ? 1 : 0), "\(moment.text)")
        #expect(try engine.consent(of: "kim").purposes.allSatisfy { $0.allowed == isOfAge })
      }
      #expect(try engine.history(of: "kim").held == 2)
      // A year that is yet to come is a slip, which deletes nothing.
      #expect(failure { _ = try engine.setAge(.born(2028), of: "kim") }?.code == .usage)
      #expect(try engine.history(of: "kim").held == 2)
    }
  }

  @Test("G17: with a guardian's consent a child has recommendations, and never advertising, push, partners or transfer")
  func guarded() throws {
    try withTemporaryDirectory { folder in
      var random = SplitMix64(seed: 170)
      let shop = Shop.random(seed: random.next(), people: 20, items: 20)
      let engine = try shop.engine(in: folder)
      try engine.setClock(MinorTests.time(2025, 9, 1))
      _ = try engine.setGuardian("father, by telephone", for: "u1")
      let report = try engine.setAge(.born(2015), of: "u1")
      #expect(report.standing == "guarded" && report.deleted == 0)
      #expect(try engine.recommend(RecommendationRequest(subject: "u1")).basis == .personal)
      for purpose in [Purpose.advertising, .push] {
        let answer = try engine.recommend(RecommendationRequest(subject: "u1", purpose: purpose))
        #expect(answer.basis == .general && answer.reason == "minor")
      }
      let off = try engine.consent(of: "u1").purposes.filter { !$0.allowed }
      #expect(off.map(\.purpose) == [.advertising, .push, .partners, .transfer] && off.allSatisfy { $0.by == "age" })
      // Also what the guardian switches on stays off.
      #expect(try engine.grant([.push], to: "u1").purposes.first { $0.purpose == .push }?.allowed == false)
      // At the day it ends by itself.
      try engine.setClock(MinorTests.time(2029, 12, 31))
      #expect(try engine.recommend(RecommendationRequest(subject: "u1", purpose: .push)).basis == .personal)
    }
  }

  @Test("M1: on discovery a child's data goes, and the model is that of a store that never had it")
  func discovery() throws {
    var deleted = 0
    checkProperty(cases: 6, seed: 17_000) { random in
      try withTemporaryDirectory { folder in
        var shop = Shop.random(seed: random.next(), people: 30, items: 15 + random.below(20))
        if random.chance(1, in: 2) { shop.items = [] }
        let engine = try shop.engine(in: folder, name: "all")
        _ = try engine.block(.item("i1"), for: "u2")
        _ = try engine.recommend(RecommendationRequest(subject: "u2", count: 5))
        var traces = try Traces(of: ["u2"], in: engine)
        let stays = Set(try Traces(of: ["u2"], in: engine).whole.prefix(2))
        traces.whole.removeAll { stays.contains($0) }
        let children = ["u2", "u\(3 + random.below(20))"]
        for (index, child) in children.enumerated() {
          switch random.below(3) {
          case 0: deleted += try engine.setAge(.minor, of: child).deleted
          case 1: deleted += try engine.setAge(.born(2020), of: child, region: "US").deleted
          default:
            _ = try engine.setGuardian("mother", for: child)
            guard try engine.setAge(.minor, of: child).deleted == 0 else { return false }
            deleted += try engine.setGuardian(nil, for: child).deleted
          }
          if index == 0, try traces.pieces(in: folder + "/all.attune") > 0 { return false }
        }
        let rest = Shop(items: shop.items, events: shop.events.filter { !children.contains($0.subject) })
        let never = try rest.engine(in: folder, name: "never")
        guard try engine.status().model == never.status().model else { return false }
        guard try engine.status().events == rest.events.count else { return false }
        for child in children {
          let answer = try engine.recommend(RecommendationRequest(subject: child))
          guard answer.basis == .general, answer.reason == "minor", try engine.history(of: child).held == 0 else {
            return false
          }
        }
        // An old log does not bring it in again, whatever it was granted, and the count says why.
        var log = ImportInput(path: folder + "/all-events.ndjson")
        log.grantAll = true
        log.again = true
        let again = try engine.importEvents(log)
        let theirs = shop.events.count { children.contains($0.subject) }
        guard again.refused.map(\.reason) == ["minor"], again.refused.map(\.count) == [theirs] else { return false }
        _ = try engine.train()
        return try engine.history(of: children[1]).held == 0 && engine.ledger.verify() > 0
      }
    }
    #expect(deleted > 50, "the cases are too thin to mean anything")
  }
}
