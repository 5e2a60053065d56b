import Consent
import Foundation
import Rights
import Store
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Attune

@Suite("R3: recipients are told")
struct RecipientTests {
  /// What waits, in words.
  private static func waiting(_ engine: Engine) throws -> [String] {
    try engine.outbox().notices.map { "\($0.notice.recipient) \($0.notice.purpose.name) \($0.notice.act.name)" }
  }

  /// The handle in a partner's copy.
  private static func handle(_ export: PersonExport) -> String {
    let text = String(decoding: export.lines, as: UTF8.self)
    return text.firstMatch(of: /p-[A-Za-z0-9_-]{16}/).map { String($0.output) } ?? ""
  }

  @Test("each recipient has a handle of their own, is shown to the person, and is told of an erasure by that handle")
  func erasing() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 12_000, people: 10, items: 10).engine(in: folder)
      var handles: [String: String] = [:]
      for (recipient, purpose) in [("Acme", Purpose.push), ("Acme", .search), ("Brook", .push), ("Acme", .push)] {
        let export = try engine.export(of: "u1", toPartnerFor: purpose, recipient: recipient)
        let key = "\(recipient) \(purpose.name)"
        #expect(handles[key] == nil || handles[key] == RecipientTests.handle(export))
        handles[key] = RecipientTests.handle(export)
      }
      #expect(Set(handles.values).count == 3 && !handles.values.contains(""))
      _ = try engine.export(of: "u2", toPartnerFor: .push, recipient: "Brook")
      let shown = try engine.access(of: "u1").recipients
      #expect(shown.map { "\($0.recipient) \($0.purpose.name)" } == ["Acme push", "Acme search", "Brook push"])
      #expect(try shown[0].events > 0 && engine.access(of: "u3").recipients.isEmpty)
      #expect(try engine.outbox().notices.isEmpty)

      let person = try #require(try engine.person("u1"))
      let traces = try Traces(of: ["u1"], in: engine)
      let receipt = try engine.erase(["u1"])
      #expect(try RecipientTests.waiting(engine) == ["Acme push erase", "Acme search erase", "Brook push erase"])
      for entry in try engine.outbox().notices {
        #expect(entry.notice.handle == handles["\(entry.notice.recipient) \(entry.notice.purpose.name)"])
      }
      #expect(try engine.store.rowCount(of: [person]) == 0 && traces.pieces(in: folder + "/shop.attune") == 0)
      #expect(try engine.verify(receipt.proof).holds && engine.audit().checks.filter { $0.guarantee == "G5" }[0].passed)

      // Done is gone, and numbers are not given out twice.
      for number in 1...3 { #expect(try engine.noticesDone([number]).notices.count == 3 - number) }
      #expect(failure { _ = try engine.noticesDone([1]) }?.code == .notFound)
      _ = try engine.erase(["u2", "u3"])
      #expect(try engine.outbox().notices.map(\.number) == [4])
    }
  }

  @Test("what is corrected, forgotten or withdrawn is told too, once; an erasure takes the place of all of it")
  func changes() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 12_100, people: 10, items: 10, eventsEach: 6...9).engine(in: folder)
      for purpose in [Purpose.push, .search] {
        _ = try engine.export(of: "u1", toPartnerFor: purpose, recipient: "Acme")
      }
      for _ in 0..<2 {
        let event = try #require(try engine.history(of: "u1").events.first)
        var request = ForgetRequest()
        request.events = [event.id]
        _ = try engine.forget(request, of: "u1")
        #expect(try RecipientTests.waiting(engine) == ["Acme push change", "Acme search change"])
      }
      var correction = EventCorrection()
      correction.kind = .view
      let event = try #require(try engine.history(of: "u1").events.first { $0.item != nil && $0.event != "view" })
      _ = try engine.correct(event.id, with: correction, of: "u1")
      #expect(try RecipientTests.waiting(engine) == ["Acme push change", "Acme search change"])
      _ = try engine.withdraw([.push], from: "u1")
      let both = ["Acme push change", "Acme search change", "Acme push withdraw"]
      #expect(try RecipientTests.waiting(engine) == both)
      // What a copy was not made from says nothing to who has it.
      _ = try engine.withdraw([.recommendation], from: "u1")
      #expect(try RecipientTests.waiting(engine) == both)
      _ = try engine.withdraw([.partners], from: "u1")
      #expect(try RecipientTests.waiting(engine).count == 4)
      _ = try engine.setAge(.minor, of: "u1")
      #expect(try RecipientTests.waiting(engine) == ["Acme push erase", "Acme search erase"])
      #expect(try engine.access(of: "u1").recipients.isEmpty)
      _ = try engine.decommission(confirm: "shop.attune")
      #expect(try RecipientTests.waiting(engine) == ["Acme push erase", "Acme search erase"])
    }
  }

  @Test("what a notice said that is done, and what it took the place of, lies in no file any more")
  func done() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 12_300, people: 40, items: 20, eventsEach: 6...9).engine(in: folder)
      for number in 0..<40 {
        for recipient in ["Acme", "Brook", "Cedar"] {
          _ = try engine.export(of: "u\(number)", toPartnerFor: .push, recipient: "\(recipient) of the North")
        }
      }
      // Rows in the middle of the table go as well as at its ends, so that its pages are filled, split and joined.
      for number in 0..<40 {
        for purpose in [Purpose.push, .push, .partners] {
          // What had ended before would not be told again.
          _ = try engine.grant([.push, .partners], to: "u\(number)")
          _ = try engine.withdraw([purpose], from: "u\(number)")
        }
      }
      for number in stride(from: 0, to: 40, by: 2) { _ = try engine.erase(["u\(number)"]) }
      let rows = try engine.store.notices()
      let shown = try engine.outbox().notices.map(\.number)
      #expect(rows.count == 3 * (40 * 3 + 20) && shown.count == 3 * 40)
      let hidden = try #require(rows.first { !shown.contains($0.number) })
      #expect(failure { _ = try engine.noticesDone([Int(hidden.number)]) }?.code == .notFound)
      #expect(failure { _ = try engine.noticesDone([Int(shown[0]), 1_000_000]) }?.code == .notFound)
      #expect(try engine.store.notices().count == rows.count, "where one is not known, nothing is done")
      var random = SplitMix64(seed: 12_301)
      var left = shown.map { Int($0) }
      for _ in 0..<4 {
        let before = try engine.store.notices()
        let done = (0..<25).map { _ in left.remove(at: random.below(left.count)) }
        #expect(try engine.noticesDone(done).notices.map { Int($0.number) } == left)
        let after = Set(try engine.store.notices().map(\.number))
        let gone = Traces(whole: before.filter { !after.contains($0.number) }.map(\.sealed))
        #expect(try gone.whole.count >= 25 && gone.pieces(in: folder + "/shop.attune") == 0)
        #expect(try engine.store.pendingErasure() == nil)
      }
      let rest = try engine.store.notices().flatMap { row in
        [row.sealed, try engine.store.notice(row.number)?.mark ?? []]
      }
      #expect(try engine.noticesDone(left).notices.isEmpty && engine.store.notices().isEmpty)
      #expect(try Traces(whole: rest).pieces(in: folder + "/shop.attune") == 0)
    }
  }

  @Test("a copy for a partner says who they are, and one that is refused is not on record")
  func refused() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 12_200, people: 10, items: 10).engine(in: folder)
      for name in ["", String(repeating: "x", count: 101)] {
        let refusal = failure { _ = try engine.export(of: "u1", toPartnerFor: .push, recipient: name) }
        #expect(refusal?.code == .usage)
      }
      _ = try engine.withdraw([.partners], from: "u1")
      let refusal = failure { _ = try engine.export(of: "u1", toPartnerFor: .push, recipient: "Acme") }
      #expect(refusal?.code == .refused)
      #expect(try engine.access(of: "u1").recipients.isEmpty)
      _ = try engine.erase(["u1"])
      #expect(try engine.outbox().notices.isEmpty)
    }
  }

  @Test("S2, R3: whoever passes to others by age, with a guardian, has recipients told; once")
  func guarded() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 12_300, people: 10, items: 10).engine(in: folder)
      for purpose in [Purpose.push, .search] {
        _ = try engine.export(of: "u1", toPartnerFor: purpose, recipient: "Acme")
      }
      _ = try engine.setGuardian("aunt", for: "u1")
      #expect(try RecipientTests.waiting(engine).isEmpty, "a guardian of somebody of age decides nothing")
      _ = try engine.setAge(.minor, of: "u1")
      let told = ["Acme push withdraw", "Acme search withdraw"]
      #expect(try RecipientTests.waiting(engine) == told)
      _ = try engine.setGuardian("uncle", for: "u1")
      #expect(try engine.outbox().notices.map(\.number) == [1, 2], "nothing has changed for them")
      // Without a guardian nothing is held any more, and that is what there is to say.
      _ = try engine.setGuardian(nil, for: "u1")
      #expect(try RecipientTests.waiting(engine) == ["Acme push erase", "Acme search erase"])
    }
  }

  @Test("S2, R3: whatever a policy ends for those who had consented, recipients are told of")
  func policies() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 12_400, people: 10, items: 10).engine(in: folder)
      for subject in ["u1", "u2", "u3"] { _ = try engine.setAge(.born(2003), of: subject, region: "US") }
      func give(_ subject: String, _ purpose: Purpose, _ recipient: String, _ region: String? = nil) throws {
        _ = try engine.export(of: subject, toPartnerFor: purpose, recipient: recipient, region: region)
      }
      try give("u1", .push, "Acme")
      try give("u1", .search, "Brook")
      try give("u2", .push, "Cedar")
      try give("u4", .push, "Dune", "DE")
      _ = try engine.withdraw([.partners], from: "u2")
      func clear() throws { _ = try engine.noticesDone(engine.outbox().notices.map { Int($0.number) }) }
      try clear()
      func publish(_ version: String, _ rest: String) throws -> [String] {
        _ = try engine.publishPolicy(Array("{\"version\":\"\(version)\"\(rest)}".utf8))
        let waiting = try RecipientTests.waiting(engine).sorted()
        try clear()
        return waiting
      }
      #expect(try publish("a", ",\"material\":[\"recommendation\"]").isEmpty)
      // Who has a copy for search has it for search; and who had been told is not told again.
      #expect(try publish("b", ",\"material\":[\"search\"]") == ["Brook search withdraw"])
      let ages = ",\"ages\":{\"region\":\"CN\",\"from\":{\"CN\":14,\"US\":25}}"
      _ = try engine.setGuardian("aunt", for: "u1")
      #expect(try publish("c", ages) == ["Acme push withdraw", "Cedar push erase"])
      #expect(try publish("d", ages + ",\"material\":[\"partners\"]") == ["Dune push withdraw"])
      #expect(try publish("e", ages + ",\"material\":[\"partners\"]").isEmpty)
    }
  }

  @Test("S2, R3: whatever a later log takes from the consents of those in it, recipients are told of")
  func laterLogs() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 12_450, people: 10, items: 10)
      let engine = try shop.engine(in: folder)
      for subject in ["u1", "u2"] { _ = try engine.export(of: subject, toPartnerFor: .push, recipient: "Acme") }
      _ = try engine.grant([.partners], to: "u2")
      var log = try shop.input(
        Shop.lines(["u1", "u2"].map { .init(subject: $0, item: "i1", kind: "view", time: Shop.start) }),
        folder + "/later.ndjson")
      log.grantAll = true
      log.grantedPurposes = [.recommendation, .push]
      _ = try engine.importEvents(log)
      let handle = try #require(try engine.outbox().notices.first?.notice.handle)
      // The other's own consent outranks the log.
      #expect(try RecipientTests.waiting(engine) == ["Acme push withdraw"])
      let export = try engine.export(of: "u2", toPartnerFor: .push, recipient: "Acme")
      #expect(handle != RecipientTests.handle(export))
    }
  }

  @Test("S2: a withdrawal that comes while a copy is being made is seen, or waits until the copy is on record")
  func withdrawnMeanwhile() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 12_500, people: 10, items: 10).engine(in: folder)
      var options = Engine.Options()
      options.patience = 20
      let other = try Engine.open(folder + "/shop.attune", options: options)
      let horizon = engine.ledger.horizon
      var outcomes: [String] = []
      engine.ledger.horizon = { purpose in
        // Consent to this purpose has just been looked up.
        if purpose == .push, outcomes.isEmpty {
          outcomes.append("asked")
          outcomes.append(failure { _ = try other.withdraw([.partners], from: "u1") }?.code.rawValue ?? "withdrawn")
        }
        return try horizon(purpose)
      }
      let copy = try? engine.export(of: "u1", toPartnerFor: .push, recipient: "Acme")
      #expect(outcomes == ["asked", "busy"] && copy != nil)
      #expect(try engine.access(of: "u1").recipients.count == 1)
    }
  }
}
