import Consent
import Crypto
import Foundation
import Intake
import Rights
import Store
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Attune

@Suite("H4: who looked at whose data")
struct AccessLogTests {
  static let start = Timestamp(milliseconds: 0)
  static let end = Timestamp(milliseconds: Timestamp.accepted.upperBound - 1)

  @Test("H4: everything that shows or changes what is held of a person is noted, with the role that did it")
  func everyAct() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 70, people: 20, items: 15).engine(in: folder)
      let decision = try engine.recommend(RecommendationRequest(subject: "u1")).decision
      #expect(try engine.store.accesses(from: AccessLogTests.start, before: AccessLogTests.end).isEmpty)
      engine.caller = Engine.Caller(role: "serve", account: 33)
      _ = try engine.profile(of: "u1")
      _ = try engine.history(of: "u1")
      _ = try engine.consent(of: "u1")
      _ = try engine.grant([.push], to: "u1")
      _ = try engine.withdraw([.push], from: "u1")
      _ = try engine.instructions(of: "u1")
      _ = try engine.addTag("a:b", for: "u1")
      _ = try engine.removeTag("a:b", for: "u1")
      _ = try engine.restoreTag("a:b", for: "u1")
      _ = try engine.block(.item("i1"), for: "u1")
      _ = try engine.unblock(.item("i1"), for: "u1")
      _ = try engine.explain(decision)
      _ = try engine.replay(decision)
      var forget = ForgetRequest()
      forget.kinds = [.search]
      _ = try engine.forget(forget, of: "u1")
      _ = try engine.openRequest(RequestInput(.access, of: "u1", regime: .eu))
      _ = try engine.changeRequest(1, RequestRecord.Change(to: .inWork))
      _ = try engine.request(1)
      _ = try engine.requests(of: "u1")
      let report = try engine.incident(since: AccessLogTests.start, role: "serve")
      #expect(report.people.count == 1 && report.people[0].subject == "u1" && report.people[0].roles == ["serve"])
      let expected = [
        "profile", "history", "consent.get", "consent.grant", "consent.withdraw", "tags.get", "tags.add",
        "tags.remove", "tags.restore", "block", "unblock", "explain", "replay", "history.forget", "request.open",
        "request.change", "request.show", "request.list", "recommend",
      ]
      #expect(report.people[0].acts == Dictionary(uniqueKeysWithValues: expected.map { ($0, 1) }))
      #expect(try engine.incident(since: AccessLogTests.start, role: "officer").people.isEmpty)
    }
  }

  @Test("H4: an incident names those in the period and the role, ids and pseudonyms alike, and nobody else")
  func scope() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 71, people: 20, items: 15).engine(in: folder)
      engine.caller = Engine.Caller(role: "officer")
      _ = try engine.profile(of: "u3")
      _ = try engine.profile(of: "nobody-known")
      engine.caller = Engine.Caller(role: "subject")
      _ = try engine.history(of: "u4")
      for _ in 0..<3 { _ = try engine.recommend(RecommendationRequest(subject: "u5")) }
      let all = try engine.incident(since: AccessLogTests.start)
      #expect(all.people.compactMap(\.subject).sorted() == ["u3", "u4"] && all.people.count == 3)
      let served = try #require(all.people.first { $0.subject == nil })
      #expect(served.acts == ["recommend": 3])
      #expect(served.pseudonym == engine.pseudonymizer.pseudonym(of: Array("u5".utf8)).bytes.hex)
      #expect(all.unnamed == 1, "somebody who is not known leaves no id")
      let named = try engine.incident(since: AccessLogTests.start, candidates: ["u4", "u5", "u6"])
      #expect(Set(named.people.map(\.subject)) == ["u3", "u4", "u5"])
      #expect(try engine.incident(since: AccessLogTests.start, role: "officer").people.map(\.subject) == ["u3"])
      #expect(try engine.incident(since: AccessLogTests.start, until: Timestamp(seconds: 9)).people.isEmpty)
      #expect(try engine.incident(since: Timestamp(milliseconds: Clock.now().milliseconds + 60_000)).people.isEmpty)
      let inverted = failure { _ = try engine.incident(since: AccessLogTests.end, until: AccessLogTests.start) }
      #expect(inverted?.code == .usage)
    }
  }

  @Test("H4: the log is sealed under a key of its own, goes with the person, and after its time")
  func keeping() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 72, people: 20, items: 15).engine(in: folder)
      engine.caller = Engine.Caller(role: "unusual-role")
      for subject in ["u1", "u2"] { _ = try engine.history(of: subject) }
      for name in try Files.names(in: folder + "/shop.attune") {
        let text = String(decoding: try Files.read(folder + "/shop.attune/" + name), as: UTF8.self)
        #expect(!text.contains("unusual-role"))
      }
      let rows = try engine.store.accesses(of: #require(try engine.person("u1")))
      #expect(rows.count == 1)
      for row in rows {
        #expect((try? engine.sealer.open(row.sealed, key: engine.registerKey, context: Array("access".utf8))) == nil)
      }
      let receipt = try engine.erase(["u1"])
      #expect(try engine.store.residue(of: rows.flatMap { Fingerprint.all(of: $0.sealed) }).found == 0)
      #expect(try engine.verify(String(decoding: receipt.json, as: UTF8.self)).holds)
      let report = try engine.incident(since: AccessLogTests.start)
      #expect(report.people.map(\.subject) == ["u2"] && report.unnamed == 1, "that somebody was erased is known")
      let day = Int64(86_400_000)
      let now = Clock.now().milliseconds
      let kept = Int64(engine.policy.accessLogDays)
      #expect(try engine.trimAccessLog(now: Timestamp(milliseconds: now + kept * day - day / 24)) == 0)
      #expect(try engine.trimAccessLog(now: Timestamp(milliseconds: now + kept * day + day / 24)) == 3)
      #expect(try engine.incident(since: AccessLogTests.start).people.isEmpty)
    }
  }

  @Test("H4: in a turn, what was looked at is on record with the turn's commit, and not before")
  func turns() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 73, people: 20, items: 15).engine(in: folder)
      let other = try Engine.open(folder + "/shop.attune")
      engine.beginTurn()
      _ = try engine.profile(of: "u1")
      _ = try engine.history(of: "u2")
      let person = try #require(try engine.person("u1"))
      #expect(try other.store.accesses(of: person).isEmpty)
      try engine.commitTurn()
      #expect(try other.store.accesses(of: person).count == 1)
    }
  }

  /// Every entry in words, in alphabetical order.
  private static func entries(_ engine: Engine) throws -> [String] {
    try engine.store.accesses(from: start, before: end).map { row in
      let entry = try engine.entry(row)
      return "\(entry.act) of \(row.person.map { "\($0.rawValue)" } ?? "-") \(entry.subject ?? "-")"
    }.sorted()
  }

  @Test("H4, G5: a change that breaks off leaves no id under a number that somebody else gets, and is on record")
  func undone() throws {
    try withTemporaryDirectory { folder in
      let here = try Shop.random(seed: 74, people: 10, items: 10).engine(in: folder, name: "here")
      _ = try here.publishPolicy(Array("{\"version\":\"cn\",\"region\":\"CN\"}".utf8))
      let copy = try here.export(of: "u1").lines
      let there = try Engine.open(folder + "/there.attune", create: true)
      _ = try there.publishPolicy(Array("{\"version\":\"de\",\"region\":\"DE\"}".utf8))
      #expect(failure { _ = try there.importPerson(copy) }?.code == .refused)
      // That somebody tried is on record, and whose data it was is not: nothing is known of them here.
      let before = ["import.person of - -", "policy.publish of - -"]
      #expect(try AccessLogTests.entries(there) == before)
      _ = try there.grant([.push], to: "somebody-else")
      #expect(try AccessLogTests.entries(there) == ["consent.grant of 1 somebody-else"] + before)
      #expect(try there.incident(since: AccessLogTests.start).people.map(\.subject) == ["somebody-else"])

      // Of somebody who is known it is kept as theirs.
      var request = ForgetRequest()
      request.events = ["e-none"]
      #expect(failure { _ = try here.forget(request, of: "u2") }?.code == .notFound)
      let number = try #require(try here.person("u2")).rawValue
      #expect(try AccessLogTests.entries(here).contains("history.forget of \(number) u2"))
    }
  }

  @Test("H4: what a turn has changed is on record with the change, before the turn is committed")
  func changesInTurns() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 75, people: 10, items: 10).engine(in: folder)
      let other = try Engine.open(folder + "/shop.attune")
      engine.beginTurn()
      _ = try engine.withdraw([.push], from: "u1")
      // As if this process died here.
      #expect(try AccessLogTests.entries(other).map { $0.prefix(16) } == ["consent.withdraw"])
      try engine.commitTurn()
      #expect(try AccessLogTests.entries(other).count == 1)
      // It goes with the person all the same.
      _ = try engine.erase(["u1"])
      #expect(try AccessLogTests.entries(other) == ["erase of - -"])
    }
  }
}
