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

@Suite("The audit of a live store")
struct AuditTests {
  /// A store on which much has happened.
  private static func livelyStore(_ folder: String) throws -> Engine {
    let engine = try Shop.random(seed: 300, people: 40, items: 25).engine(in: folder, train: false)
    _ = try engine.publishPolicy(Array("{\"version\":\"v1\",\"segmentFloor\":3}".utf8))
    _ = try engine.train()
    for person in 0..<20 { _ = try engine.recommend(RecommendationRequest(subject: "u\(person)")) }
    _ = try engine.withdraw([.recommendation, .push], from: "u1")
    _ = try engine.withdraw([.training], from: "u2")
    _ = try engine.withdraw([.recommendation], from: "u3")
    _ = try engine.grant([.recommendation], to: "u3")
    for person in 0..<20 { _ = try engine.recommend(RecommendationRequest(subject: "u\(person)")) }
    _ = try engine.block(.item("i1"), for: "u4")
    _ = try engine.block(.tag("shape:s1"), for: "u4")
    _ = try engine.erase(["u5", "u6"])
    _ = try engine.setHolidays("2026-10-01\n", calendar: "china")
    _ = try engine.openRequest(RequestInput(.access, of: "u7", regime: .china15))
    return engine
  }

  private static func failed(_ engine: Engine, sample: Int? = nil) throws -> [String] {
    try engine.audit(sample: sample).checks.filter { !$0.passed }.map(\.guarantee)
  }

  @Test("a store on which all is well passes, by sample and whole, also after another engine opens it")
  func passes() throws {
    try withTemporaryDirectory { folder in
      let engine = try AuditTests.livelyStore(folder)
      let report = try engine.audit(sample: nil)
      #expect(report.passed, "\(report.checks.filter { !$0.passed })")
      let cases = Dictionary(uniqueKeysWithValues: report.checks.map { ($0.guarantee, $0.cases) })
      #expect(cases["G1"] == 38 * Purpose.allCases.count && cases["G18"] == 1 && cases["G15"] == 1)
      #expect(try cases["G9"] == engine.store.decisionNumbers().count)
      #expect((cases["G12"] ?? 0) > 40, "\(cases)")
      #expect(try engine.audit(sample: 5).passed)
      #expect(try Engine.open(folder + "/shop.attune").audit().passed)
    }
  }

  /// A way to break a store, and the check that has to find it.
  static let faults: [(guarantee: String, what: String)] = [
    ("G20", "a row of the ledger that does not follow"), ("G1", "a personal decision after the switch"),
    ("G1", "a personal decision about somebody who never consented"),
    ("G5", "events of nobody"), ("G5", "a decision of nobody"), ("G5", "an erasure that is not finished"),
    ("G9", "a decision that does not open"), ("G12", "fewer people than the policy says"),
    ("G15", "instructions that do not open"), ("G16", "events past their time"), ("G18", "a late request"),
    ("G18", "another day than the rule says"), ("P1", "a segment with fewer people than it says"),
    ("P1", "somebody in a segment without consent"), ("H2", "a key beside the data"), ("H2", "a key file open to all"),
  ]

  @Test("each check finds what it is for, and no other check mistakes it", arguments: 0..<faults.count)
  func brokenStores(index: Int) throws {
    try withTemporaryDirectory { folder in
      let engine = try AuditTests.livelyStore(folder)
      let store = engine.store
      let (guarantee, what) = AuditTests.faults[index]
      let person = try #require(try engine.person("u1"))
      let later = Timestamp(milliseconds: Clock.now().milliseconds + 5000)
      switch what {
      case "a row of the ledger that does not follow":
        let head = try store.ledgerHead()
        try store.appendLedger(
          LedgerRow(
            sequence: head.sequence + 1, person: nil, time: later, commitment: head.hash, sealed: [1], hash: head.hash))
      case "a personal decision after the switch":
        let before = try #require(try store.decisions(of: person).first)
        try store.appendDecision(of: person, time: later, sealed: before.sealed)
      case "a personal decision about somebody who never consented":
        _ = try engine.openRequest(RequestInput(.access, of: "stranger", regime: .eu))
        let stranger = try #require(try engine.person("stranger"))
        let before = try #require(try store.decisions(of: person).first)
        let plain = try engine.sealer.open(
          before.sealed, key: store.requireKey(of: person), context: Engine.decisionContext(person))
        let sealed = try engine.sealer.seal(
          plain, key: store.requireKey(of: stranger), context: Engine.decisionContext(stranger))
        try store.appendDecision(of: stranger, time: later, sealed: sealed)
      case "events of nobody":
        try store.transaction { try store.appendEvents(PersonID(999), sequence: 1, count: 1, sealed: [1, 2]) }
      case "a decision of nobody": try store.appendDecision(of: PersonID(999), time: later, sealed: [1])
      case "an erasure that is not finished":
        try store.addPendingErasure(PendingErasure(people: [PersonID(2)], fingerprints: []))
      case "a decision that does not open":
        try store.appendDecision(of: try #require(try engine.person("u9")), time: later, sealed: [9, 9, 9])
      case "fewer people than the policy says":
        try store.appendPolicy(Array("{\"version\":\"v2\",\"supportFloor\":12}".utf8), time: 1)
        try store.clearSegments()
        try engine.refreshPolicy()
      case "instructions that do not open":
        try store.setInstructions([1, 2, 3], of: person)
        try store.transaction { try store.advanceGeneration() }
      case "events past their time":
        for state in [RequestState.inWork, .answered] { _ = try engine.changeRequest(1, .init(to: state)) }
        try engine.setClock(nil)
      case "a late request":
        var input = RequestInput(.complaint, of: "u8", regime: .eu)
        input.received = Day(of: try engine.registerClock()).adding(days: -40)
        _ = try engine.openRequest(input)
      case "another day than the rule says":
        let row = try #require(try store.request(1))
        var record = try engine.requestRecord(row)
        record.due = record.due.adding(days: 1)
        try engine.put(record, number: 1, person: row.person)
      case "a segment with fewer people than it says":
        try store.setSegmentMember(try #require(try store.aSegmentMember()), sealed: nil)
      case "somebody in a segment without consent":
        let member = try #require(try store.aSegmentMember())
        _ = try store.transaction {
          try engine.ledger.record(
            .withdraw, of: member, purposes: PurposeSet(.advertising), time: later, method: "t")
        }
      case "a key beside the data": try store.setFact("x", bytes: store.requireKey(of: person).bytes)
      default: #expect(unsafe chmod(folder + "/shop.attune/keys.sqlite", 0o644) == 0)
      }
      let failed = try AuditTests.failed(engine)
      #expect(failed == [guarantee], "\(what)")
    }
  }
}

extension SQLiteStore {
  /// Somebody who is in a segment.
  func aSegmentMember() throws -> PersonID? {
    var found: PersonID?
    try forEachSegmentMember { person, _ in found = found ?? person }
    return found
  }
}
