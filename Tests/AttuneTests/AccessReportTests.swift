import Foundation
import Intake
import Rights
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Attune
@testable import Store

@Suite("R1, R6: what a person may know, correct and end")
struct AccessReportTests {
  @Test("R1: the report counts all that is held, with terms, purposes, and who looked")
  func report() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 90, people: 20, items: 15)
      let engine = try shop.engine(in: folder)
      _ = try engine.withdraw([.push], from: "u1")
      _ = try engine.block(.item("i2"), for: "u1")
      for _ in 0..<3 { _ = try engine.recommend(RecommendationRequest(subject: "u1")) }
      _ = try engine.openRequest(RequestInput(.access, of: "u1", regime: .eu))
      _ = try engine.history(of: "u2")
      engine.caller = Engine.Caller(role: "serve")
      _ = try engine.history(of: "u1")
      let report = try engine.access(of: "u1")
      let mine = shop.events.filter { $0.subject == "u1" }
      let counts = Dictionary(grouping: mine, by: \.kind).mapValues(\.count)
      #expect(Dictionary(uniqueKeysWithValues: report.events.map { ($0.event, $0.count) }) == counts)
      for held in report.events {
        let times = mine.filter { $0.kind == held.event }.map(\.time)
        #expect(held.first == times.min().map { Timestamp(seconds: Int64($0)) })
        #expect(held.last == times.max().map { Timestamp(seconds: Int64($0)) })
        let isLaw = held.event == "purchase"
        #expect(held.keep == (isLaw ? 1096 : held.use) && (held.basis != nil) == isLaw)
      }
      #expect(report.purposes.map(\.allowed) == [true, true, true, false, true, true, true, false])
      #expect(report.decisions == 3 && report.instructions.items == ["i2"] && report.requests.count == 1)
      #expect(try report.tags.count == engine.profile(of: "u1").tags.count && !report.parameters.isEmpty)
      let serving = report.accesses.filter { $0.role == "serve" }.map(\.act)
      #expect(serving == ["access", "history"])
      // Nothing of anybody else, and nothing of somebody who is not known.
      let text = String(decoding: report.json, as: UTF8.self)
      for person in [0, 2, 3, 10, 19] { #expect(!text.contains("\"u\(person)\"")) }
      let nobody = try engine.access(of: "stranger")
      #expect(!nobody.isKnown && nobody.events.isEmpty && nobody.accesses.isEmpty)
    }
  }

  @Test("R1: a corrected event takes the place of the old one, and profile and answers follow")
  func correction() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 91, people: 20, items: 15)
      let engine = try shop.engine(in: folder)
      let before = try engine.history(of: "u1")
      let wrong = try #require(before.events.first { $0.event == "view" })
      var correction = EventCorrection()
      (correction.item, correction.kind) = ("i14", .purchase)
      let report = try engine.correct(wrong.id, with: correction, of: "u1")
      let after = try engine.history(of: "u1")
      #expect(report.forgotten == 1 && after.held == before.held)
      #expect(!after.events.contains { $0.id == wrong.id })
      let right = try #require(
        after.events.first { $0.item == "i14" && $0.event == "purchase" && $0.time == wrong.time })
      #expect(right.purposes == wrong.purposes)
      // As if it had been right from the beginning.
      var straight = shop
      let index = try #require(
        straight.events.firstIndex {
          $0.subject == "u1" && $0.item == wrong.item && $0.kind == "view"
            && Int64($0.time) * 1000 == wrong.time.milliseconds
        })
      straight.events[index] = Shop.Event(subject: "u1", item: "i14", kind: "purchase", time: shop.events[index].time)
      let other = try straight.engine(in: folder, name: "straight")
      #expect(try engine.train().digest == other.train().digest)
      for subject in ["u1", "u2"] {
        let request = RecommendationRequest(subject: subject)
        #expect(try engine.recommend(request).answerText == other.recommend(request).answerText)
      }
      #expect(failure { _ = try engine.correct("e-none", with: correction, of: "u1") }?.code == .notFound)
      #expect(failure { _ = try engine.correct(right.id, with: correction, of: "u2") }?.code == .notFound)
      // Without a consent that allows the new one, the old one stays.
      _ = try engine.withdraw(Purpose.allCases, from: "u1")
      #expect(failure { _ = try engine.correct(right.id, with: correction, of: "u1") }?.code == .refused)
      #expect(try engine.history(of: "u1").events.map(\.id) == after.events.map(\.id))
    }
  }

  @Test("R1: a correction that breaks off where the old event is to go leaves it as it was, and no second one")
  func brokenCorrection() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 93, people: 20, items: 15).engine(in: folder)
      let before = try engine.history(of: "u1").events.map(\.id)
      let wrong = try #require(try engine.history(of: "u1").events.first { $0.event == "view" })
      var correction = EventCorrection()
      correction.kind = .purchase
      for change in ["UPDATE", "DELETE"] {
        try engine.store.main.execute(
          "CREATE TRIGGER no_\(change) BEFORE \(change) ON events BEGIN SELECT RAISE(ABORT, 'no'); END")
      }
      #expect(failure { _ = try engine.correct(wrong.id, with: correction, of: "u1") } != nil)
      for change in ["UPDATE", "DELETE"] { try engine.store.main.execute("DROP TRIGGER no_\(change)") }
      for engine in [engine, try Engine.open(folder + "/shop.attune")] {
        #expect(try engine.history(of: "u1").events.map(\.id) == before)
      }
      #expect(try engine.correct(wrong.id, with: correction, of: "u1").forgotten == 1)
      #expect(try engine.history(of: "u1").held == before.count)
    }
  }

  @Test("R6: closing an account erases, and leaves an answered request that names nobody")
  func closing() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 92, people: 20, items: 15).engine(in: folder)
      let closing = try engine.close("u1", regime: .china15)
      #expect(try closing.receipt.people == 1 && engine.history(of: "u1").held == 0)
      #expect(try engine.verify(String(decoding: closing.receipt.json, as: UTF8.self)).holds)
      let request = try engine.request(Int(closing.request))
      #expect(request.record.kind == .deletion && request.record.state == .answered && request.record.details == nil)
      // As is one that is not closed yet.
      _ = try engine.openRequest(RequestInput(.deletion, of: "u2", regime: .eu))
      #expect(try engine.requests(open: true).requests.map(\.record.kind) == [.deletion])
    }
  }
}
