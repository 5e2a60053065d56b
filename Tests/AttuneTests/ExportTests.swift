import Consent
import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Attune

@Suite("G22: a copy that works elsewhere")
struct ExportTests {
  private struct Difference: Error {
    var what: String
  }

  /// Everything in an export apart from when and by which model it was made.
  private func comparable(_ export: PersonExport) -> [String] {
    String(decoding: export.lines, as: UTF8.self).split(separator: "\n").dropFirst().map(String.init)
      .filter { !$0.hasPrefix("{\"record\":\"decision\"") }
  }

  @Test("G22: exported, imported into a store that knows nothing of the person: the same profile, rows and answers")
  func roundTrip() throws {
    var (moved, withdrawn) = (0, 0)
    checkProperty(cases: 8, seed: 22_000) { random in
      try withTemporaryDirectory { folder in
        let shop = Shop.random(seed: random.next(), people: 25, items: 20 + random.below(20))
        let old = try shop.engine(in: folder, name: "old", train: false)
        let subject = "u\(random.below(25))"
        // What a person may have said and done besides.
        if random.chance(1, in: 2) { _ = try old.block(.item("i\(random.below(20))"), for: subject) }
        if random.chance(1, in: 2) { _ = try old.block(.similar("i\(random.below(20))"), for: subject) }
        if random.chance(1, in: 2) { _ = try old.block(.tag("brand:b\(random.below(5))"), for: subject) }
        if random.chance(1, in: 4) { _ = try old.resetTags(for: subject) }
        if random.chance(1, in: 2) { _ = try old.removeTag("colour:red", for: subject) }
        if random.chance(1, in: 2) { _ = try old.addTag("shape:s1", for: subject) }
        if random.chance(1, in: 3) { _ = try old.withdraw([.training], from: subject) }
        if random.chance(1, in: 3) { _ = try old.withdraw([.recommendation, .search], from: subject) }
        if random.chance(1, in: 3) { _ = try old.setAge(.born(1990), of: subject, region: "DE") }
        let rate =
          "{\"subject\":\"\(subject)\",\"item\":\"i3\",\"kind\":\"rate\",\"value\":\(Double(random.below(5001)) / 1000),\"session\":\"x\","
          + "\"time\":\(Shop.start + 77),\"tags\":[\"colour:blue\"],\"source\":\"\u{E9}\\\"\\n\"}\n"
        _ = try old.record([Array(rate.utf8)])[0].get()
        if random.chance(1, in: 3) { _ = try old.grant([.recommendation], to: subject) }
        _ = try old.train()
        _ = try old.recommend(RecommendationRequest(subject: subject))

        let rest = Shop(items: shop.items, events: shop.events.filter { $0.subject != subject })
        let new = try rest.engine(in: folder, name: "new", train: false)
        try new.setClock(old.status().asOf)
        let export = try old.export(of: subject)
        let report = try new.importPerson(export.lines)
        guard report.events == (try old.history(of: subject).held), report.refused == 0 else {
          throw Difference(what: "\(report)")
        }
        moved += report.events
        _ = try new.train()
        guard try old.status().model == new.status().model else { throw Difference(what: "model") }
        for purpose in [Purpose.recommendation, .search, .push] {
          guard try old.profile(of: subject, purpose: purpose).json == new.profile(of: subject, purpose: purpose).json
          else { throw Difference(what: "profile for \(purpose)") }
        }
        for purpose in [Purpose.recommendation, .push, .advertising] {
          let request = RecommendationRequest(subject: subject, purpose: purpose, count: 20)
          let answer = try new.recommend(request)
          guard try old.recommend(request).answerText == answer.answerText else {
            throw Difference(what: "answer for \(purpose)")
          }
          withdrawn += answer.reason == "opted-out" ? 1 : 0
        }
        guard try comparable(old.export(of: subject)) == comparable(new.export(of: subject)) else {
          throw Difference(what: "the export of the import")
        }
        // What changes later changes alike.
        for engine in [old, new] { _ = try engine.withdraw([.push], from: subject) }
        guard try old.consent(of: subject).purposes.map(\.allowed) == new.consent(of: subject).purposes.map(\.allowed)
        else { throw Difference(what: "choices") }
        return try new.ledger.verify() > 0
      }
    }
    #expect(moved > 40 && withdrawn > 0, "the cases are too thin to mean anything")
  }

  @Test("an export changes nothing, is refused where something is held, and bad lines are named and keep nothing")
  func refusals() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 221, people: 10, items: 10).engine(in: folder)
      _ = try engine.recommend(RecommendationRequest(subject: "u1"))
      let export = try engine.export(of: "u1")
      let text = String(decoding: export.lines, as: UTF8.self)
      #expect(text.contains("\"dpv\":[\"dpv:ProvidePersonalisedRecommendations\""))
      #expect(text.contains("\"record\":\"decision\"") && text.contains("\"version\":\"shipped-1\""))
      #expect(throws: Failure.self) { try engine.importPerson(export.lines) }
      let other = try Engine.open(folder + "/other.attune", create: true)
      let lines = text.split(separator: "\n").map(String.init)
      let bad = [
        "", "{}", lines[1], lines[0] + "\n" + lines[0], lines[0] + "\n{\"record\":\"event\"}",
        lines[0] + "\n" + lines[1].replacing("source-grant", with: "erasure"), lines[0] + "\n\u{0}",
        lines[0].replacing("\"format\":1", with: "\"format\":2"),
      ]
      for text in bad {
        #expect(throws: Failure.self, "\(text.prefix(60))") { try other.importPerson(Array(text.utf8)) }
      }
      #expect(try other.status().subjects == 0 && other.status().ledgerEntries == 0)
      // A choice alone, or an instruction alone, is something that the export must not speak over.
      let choosing = try Engine.open(folder + "/choosing.attune", create: true)
      _ = try choosing.withdraw([.push], from: "u1")
      let blocking = try Engine.open(folder + "/blocking.attune", create: true)
      _ = try blocking.block(.item("i1"), for: "u1")
      for held in [choosing, blocking] {
        #expect(throws: Failure.self) { try held.importPerson(export.lines) }
        #expect(try held.history(of: "u1").held == 0)
      }
      #expect(try engine.export(of: "nobody").records.count == 1)
    }
  }

  @Test("S2: a partner gets what was admitted for that and for partners, under another name, and nothing of a child")
  func partners() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 222, people: 10, items: 10)
      let engine = try shop.engine(in: folder)
      let export = try engine.export(of: "u1", toPartnerFor: .advertising, recipient: "Acme")
      let text = String(decoding: export.lines, as: UTF8.self)
      let items = shop.events.count { $0.subject == "u1" && $0.item != nil }
      #expect(export.records.count == 1 + items)
      #expect(!text.contains("u1\"") && text.contains("\"pseudonym\":\"p-"))
      let records = text.split(separator: "\n").dropFirst()
      #expect(records.count == items && !records.contains { $0.contains("query") })
      func pseudonym(_ text: String) -> Substring? { text.firstMatch(of: /p-[A-Za-z0-9_-]{16}/)?.output }
      for (purpose, recipient) in [(Purpose.push, "Acme"), (.advertising, "Brook")] {
        let other = try engine.export(of: "u1", toPartnerFor: purpose, recipient: recipient)
        #expect(
          pseudonym(text) != nil && pseudonym(text) != pseudonym(String(decoding: other.lines, as: UTF8.self)),
          "two partners cannot compare")
      }
      // What comes in while partners is off never goes to one.
      _ = try engine.withdraw([.partners], from: "u1")
      #expect(throws: Failure.self) { try engine.export(of: "u1", toPartnerFor: .advertising, recipient: "Acme") }
      try shop.importEvents(
        [Shop.Event(subject: "u1", item: "i0", kind: "cart", time: Shop.start)], into: engine, folder + "/m.ndjson")
      _ = try engine.grant([.partners], to: "u1")
      #expect(try engine.export(of: "u1", toPartnerFor: .advertising, recipient: "Acme").records.count == 1 + items)
      _ = try engine.withdraw([.advertising], from: "u1")
      #expect(throws: Failure.self) { try engine.export(of: "u1", toPartnerFor: .advertising, recipient: "Acme") }
      #expect(throws: Failure.self) { try engine.export(of: "u1", toPartnerFor: .training, recipient: "Acme") }
      #expect(throws: Failure.self) { try engine.export(of: "stranger", toPartnerFor: .push, recipient: "Acme") }
      _ = try engine.setGuardian("aunt", for: "u1")
      _ = try engine.setAge(.minor, of: "u1")
      #expect(throws: Failure.self) { try engine.export(of: "u1", toPartnerFor: .push, recipient: "Acme") }
    }
  }
}
