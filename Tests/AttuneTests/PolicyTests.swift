import Consent
import Foundation
import JSON
import ModelFile
import Store
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Attune

@Suite("C5, T2: versions of the policy")
struct PolicyTests {
  private static func policy(_ version: String, _ more: String = "") -> [UInt8] {
    Array("{\"version\":\"\(version)\"\(more)}".utf8)
  }

  @Test("the policy that the program comes with is the one that the code names")
  func shipped() throws {
    let read = try Policy(json: Engine.shippedPolicy)
    #expect(read.json == Policy.shipped.json && read.retention == .shipped && read.ages == .shipped)
    #expect(try Policy(json: read.json.bytes).json == read.json)
    // What a file leaves out is as shipped.
    #expect(try Policy(json: PolicyTests.policy("shipped-1")).json == read.json)
  }

  @Test("what is no policy is refused by the key")
  func refused() {
    let cases = [
      ("nonsense", "byte 0"), ("[]", nil), ("{}", "version"), ("{\"version\":\"\"}", "version"),
      ("{\"version\":\"a\",\"floor\":3}", "floor"), ("{\"version\":\"a\",\"supportFloor\":1}", "supportFloor"),
      ("{\"version\":\"a\",\"material\":[\"ads\"]}", "material"),
      ("{\"version\":\"a\",\"retention\":{\"events\":{\"view\":{\"use\":0}}}}", "retention.events.view.use"),
      ("{\"version\":\"a\",\"retention\":{\"events\":{\"views\":{\"use\":1}}}}", "retention.events.views"),
      ("{\"version\":\"a\",\"ages\":{\"region\":\"CN\",\"from\":{\"CN\":140}}}", "ages.from.CN"),
    ]
    for (text, place) in cases {
      let failure = failure { _ = try Policy(json: Array(text.utf8)) }
      #expect(failure?.code == .badInput && failure?.place == place, "\(text): \(String(describing: failure))")
    }
  }

  @Test("C5: a material change switches a purpose off until it is consented to anew, for everybody and at once")
  func material() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 80, people: 30, items: 20).engine(in: folder)
      // One by a grant of their own, one by the log's; one who said no, and another engine on the same store.
      _ = try engine.grant([.recommendation, .push], to: "u1")
      _ = try engine.withdraw([.recommendation], from: "u3")
      let other = try Engine.open(folder + "/shop.attune")
      func bases(_ engine: Engine, _ purpose: Purpose) throws -> [Basis] {
        try ["u1", "u2", "u3"].map {
          var request = RecommendationRequest(subject: $0)
          request.purpose = purpose
          return try engine.recommend(request).basis
        }
      }
      for engine in [engine, other] {
        #expect(try bases(engine, .recommendation) == [.personal, .personal, .general])
        #expect(try bases(engine, .push) == [.personal, .personal, .personal])
      }
      // A version that changes nothing material leaves consents as they are.
      _ = try engine.publishPolicy(PolicyTests.policy("v2", ",\"supportFloor\":3"))
      #expect(try bases(other, .recommendation) == [.personal, .personal, .general])
      #expect(try other.recommend(RecommendationRequest(count: 3)).policy == "v2")
      _ = try engine.publishPolicy(PolicyTests.policy("v3", ",\"material\":[\"recommendation\"]"))
      for engine in [engine, other, try Engine.open(folder + "/shop.attune")] {
        #expect(try bases(engine, .recommendation) == [.general, .general, .general])
        #expect(try bases(engine, .push) == [.personal, .personal, .personal])
        #expect(
          try engine.consent(of: "u1").purposes.map(\.allowed) == [false, true, true, true, true, true, true, false])
      }
      _ = try other.grant([.recommendation], to: "u1")
      #expect(try bases(engine, .recommendation) == [.personal, .general, .general])
      // Consent to v3 holds on until something material comes after it.
      _ = try engine.publishPolicy(PolicyTests.policy("v4", ",\"material\":[\"push\"]"))
      #expect(try bases(other, .recommendation) == [.personal, .general, .general])
      #expect(try bases(other, .push) == [.general, .general, .general])
      // A log that comes under the new version counts again.
      let later = Shop.random(seed: 81, people: 30, items: 20)
      try later.importEvents(later.events, into: other, folder + "/later.ndjson")
      #expect(try bases(engine, .push)[1] == .personal)
      #expect(failure { _ = try engine.publishPolicy(PolicyTests.policy("v2")) }?.code == .usage)
      _ = try engine.ledger.verify()
    }
  }

  @Test("C5: with training among what changed, the model is that of a store where everybody has said no")
  func training() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 82, people: 40, items: 20)
      let engine = try shop.engine(in: folder, name: "a")
      let other = try shop.engine(in: folder, name: "b")
      let before = try engine.status().model
      _ = try engine.publishPolicy(PolicyTests.policy("v2", ",\"material\":[\"training\"]"))
      for person in 0..<40 { _ = try other.withdraw([.training], from: "u\(person)") }
      #expect(try engine.status().model == other.status().model && engine.status().model != before)
      #expect(try engine.store.pendingRetraction() == 0)
    }
  }

  @Test("G12: a higher threshold holds for what is published as soon as the policy is")
  func threshold() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 83, people: 40, items: 25).engine(in: folder)
      func least() throws -> Int {
        let snapshot = try engine.model().snapshot
        return (0..<UInt32(snapshot.itemCount)).map { Int(snapshot.support(of: $0)) }.filter { $0 > 0 }.min() ?? 0
      }
      #expect(try (3..<9).contains(least()))
      let report = try engine.publishPolicy(PolicyTests.policy("v2", ",\"supportFloor\":9"))
      #expect(try report.supportFloor == 9 && least() >= 9)
    }
  }

  @Test("G12: a higher threshold is on record with the policy: a disk that fails leaves it to the next opening")
  func thresholdAfterFaults() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 86, people: 40, items: 25)
      let strict = PolicyTests.policy("v2", ",\"supportFloor\":9")
      let other = try shop.engine(in: folder, name: "other", set: [("rows.support", "9")])
      let expected = try other.status().model
      var struck = 0
      for calls in 0..<6 {
        let name = "s\(calls)"
        let engine = try shop.engine(in: folder, name: name)
        FaultInjection.fail(after: calls, errno: ENOSPC, under: folder + "/\(name).attune/model.bin")
        let thrown = failure { _ = try engine.publishPolicy(strict) }
        struck += FaultInjection.disarm(under: folder + "/\(name).attune/model.bin") ? 1 : 0
        if thrown == nil { #expect(try engine.status().model == expected) }
        let reopened = try Engine.open(folder + "/\(name).attune")
        #expect(try reopened.policyReport().version == "v2" && reopened.store.pendingRetraction() == 0)
        #expect(try reopened.status().model == expected, "call \(calls)")
        // A training goes by the policy; only what asks for less by name is refused.
        #expect(try reopened.train().support == 9)
        #expect(failure { _ = try reopened.train(set: [(key: "rows.support", value: "3")]) }?.code == .refused)
      }
      #expect(struck > 2)
    }
  }

  @Test("G12: while somebody writes, a stricter policy waits for them and then holds in every engine")
  func thresholdBesideAWriter() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 87, people: 40, items: 25)
      let engine = try shop.engine(in: folder)
      let other = try Engine.open(folder + "/shop.attune")
      var lock: DirectoryLock? = try other.store.lockForWriting()
      #expect(lock != nil)
      let path = folder + "/shop.attune"
      let done = Condition()
      nonisolated(unsafe) var isDone = false
      Threads.start {
        let publisher = try? Engine.open(path)
        _ = try? publisher?.publishPolicy(PolicyTests.policy("v2", ",\"supportFloor\":9"))
        done.locked {
          unsafe isDone = true
          done.broadcast()
        }
      }
      while try engine.policyReport().version != "v2" { usleep(10_000) }
      #expect(try engine.store.pendingRetraction() != 0)
      lock = nil
      done.locked { while unsafe !isDone { done.wait() } }
      let expected = try shop.engine(in: folder, name: "expected", set: [("rows.support", "9")]).status().model
      for engine in [engine, other, try Engine.open(path)] { #expect(try engine.status().model == expected) }
    }
  }

  @Test("G17, C5: of those whom a policy with other ages makes children nothing is left, as if they had said so")
  func higherAges() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 88, people: 40, items: 25)
      let engine = try shop.engine(in: folder, name: "all")
      for (subject, year) in [("u1", 2010), ("u2", 2010), ("u3", 2000)] {
        _ = try engine.setAge(.born(year), of: subject)
      }
      _ = try engine.setGuardian("aunt", for: "u2")
      #expect(try engine.history(of: "u1").held > 0)
      let sealed = try engine.store.sealedEvents(of: try #require(try engine.person("u1"))).map(\.sealed)
      _ = try engine.publishPolicy(PolicyTests.policy("v2", ",\"ages\":{\"region\":\"CN\",\"from\":{\"CN\":18}}"))
      #expect(try engine.history(of: "u1").held == 0 && engine.store.pendingErasure() == nil)
      #expect(try engine.history(of: "u2").held > 0 && engine.history(of: "u3").held > 0)
      for blob in sealed { #expect(try !PolicyTests.holds(folder + "/all.attune", blob)) }
      let said = try shop.engine(in: folder, name: "said")
      _ = try said.setAge(.minor, of: "u1")
      #expect(try engine.status().model == said.status().model)
    }
  }

  private static func holds(_ folder: String, _ bytes: [UInt8]) throws -> Bool {
    for name in try Files.names(in: folder) {
      let file = Data(try Files.read(folder + "/" + name))
      if file.range(of: Data(bytes)) != nil { return true }
    }
    return false
  }

  @Test("C5, T2: older versions are kept and shown, and the parameters are those of the live model")
  func shown() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 84, people: 30, items: 20).engine(
        in: folder, set: [("tags.weight", "0.75"), ("events.purchase.strength", "7"), ("general.share", "0.2")])
      let first = try engine.policyReport()
      #expect(first.parameters[0].name == "purchase" && first.parameters[0].weight == 7)
      #expect(first.parameters.first { $0.name == "tags" }?.weight == 0.75)
      #expect(abs((first.generalShare ?? 0) - 0.2) < 0.001)
      let weights = first.parameters.map(\.weight.magnitude)
      #expect(weights == weights.sorted(by: >))
      _ = try engine.publishPolicy(PolicyTests.policy("v2", ",\"sensitiveFields\":[\"Shape\"]"))
      let (old, new) = (try engine.policyReport(version: "shipped-1"), try engine.policyReport())
      #expect(!old.isInForce && old.document == first.document && old.model == nil)
      #expect(new.isInForce && new.sensitiveFields == ["shape"])
      #expect(new.versions.map(\.version) == ["shipped-1", "v2"] && new.versions[1].published != nil)
      #expect(failure { _ = try engine.policyReport(version: "v9") }?.code == .notFound)
      // What has become sensitive is inferred no more.
      #expect(try !engine.profile(of: "u1").tags.contains { $0.tag.hasPrefix("shape:") })
      _ = try engine.train(set: [(key: "tags.weight", value: "0.25")])
      #expect(try engine.policyReport().parameters.first { $0.name == "tags" }?.weight == 0.25)
    }
  }

  @Test("C5: a publication that is rolled back was never in force")
  func rolledBack() throws {
    try withTemporaryDirectory { folder in
      struct Stop: Error {}
      let engine = try Shop.random(seed: 85, people: 10, items: 10).engine(in: folder)
      try? engine.store.transaction {
        try engine.store.appendPolicy(PolicyTests.policy("v2", ",\"material\":[\"recommendation\"]"), time: 1)
        #expect(try engine.consent(of: "u1").purposes[0].allowed == false)
        throw Stop()
      }
      #expect(try engine.consent(of: "u1").purposes[0].allowed && engine.policyReport().version == "shipped-1")
    }
  }

  @Test("C4: a field that another process has made sensitive is in no profile, whatever was asked in between")
  func sensitiveMeanwhile() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 40_300, people: 10, items: 10).engine(in: folder, train: false)
      func fields() throws -> Set<Substring> {
        Set(try engine.profile(of: "u1").tags.map { $0.tag.prefix { $0 != ":" } })
      }
      #expect(try fields().contains("colour"))
      let other = try Engine.open(folder + "/shop.attune")
      _ = try other.publishPolicy(Array("{\"version\":\"v2\",\"sensitiveFields\":[\"colour\"]}".utf8))
      // The ledger takes the new version in before the model is asked for.
      _ = try engine.consent(of: "u1")
      #expect(try !fields().contains("colour"))
    }
  }
}
