import Consent
import Foundation
import Rights
import Store
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Attune

@Suite("H5: the end of a store")
struct DecommissionTests {
  private static func holdsNobody(_ engine: Engine, _ shop: Shop, _ folder: String) throws {
    #expect(try engine.status().subjects == 0 && engine.status().events == 0)
    let answer = try engine.recommend(RecommendationRequest(subject: "u1"))
    #expect(answer.basis == .general && answer.reason == "decommissioned" && answer.items.count == 10)
    var log = try shop.input(Shop.lines(shop.events), folder + "/again.ndjson")
    log.grantAll = true
    log.again = true
    let entries = try engine.status().ledgerEntries
    for isGranted in [true, false] {
      log.grantAll = isGranted
      let refusal = failure { [log] in _ = try engine.importEvents(log) }
      #expect(refusal?.code == .refused && refusal?.what.contains("was decommissioned on ") == true)
    }
    let recorded = try engine.record([Array(Shop.lines([shop.events[0]]).utf8)])[0].get()
    #expect(recorded.admitted == 0 && recorded.refused == 1)
    let refusal = failure { _ = try engine.grant(Purpose.allCases, to: "new") }
    #expect(refusal?.code == .refused)
    let asked = failure { _ = try engine.openRequest(RequestInput(.access, of: "new", regime: .eu)) }
    #expect(asked?.code == .refused)
    #expect(try engine.status().subjects == 0 && engine.status().ledgerEntries == entries)
    #expect(try engine.status().decommissioned != nil)
  }

  @Test("H5: everybody is erased, nobody comes in, answers are general, and every receipt holds")
  func end() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 500, people: 40, items: 30)
      let engine = try shop.engine(in: folder)
      let other = try Engine.open(folder + "/shop.attune")
      let first = try engine.erase(["u3"])
      let before = try engine.status()
      for name in ["", "shop", "other.attune", folder + "/shop.attune"] {
        let refusal = failure { _ = try engine.decommission(confirm: name) }
        #expect(refusal?.code == .refused, "\(name)")
      }
      #expect(try engine.status().subjects == before.subjects)
      let receipt = try engine.decommission(confirm: "shop.attune")
      #expect(receipt.people == before.subjects && receipt.events == before.events)
      for engine in [engine, other, try Engine.open(folder + "/shop.attune")] {
        try DecommissionTests.holdsNobody(engine, shop, folder)
        #expect(try engine.verify(receipt.proof).holds && engine.verify(first.proof).holds)
        #expect(try engine.verify(receipt.proof).returned == 0)
      }
      _ = try engine.train()
      try DecommissionTests.holdsNobody(engine, shop, folder)
      #expect(try engine.decommission(confirm: "shop.attune").people == 0)
      #expect(try engine.ledger.verify() > 0)
    }
  }

  @Test("H5: requests on the register keep their days and lose their names, and what they were about is gone")
  func register() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 503, people: 10, items: 20)
      let engine = try shop.engine(in: folder)
      let answer = try engine.recommend(RecommendationRequest(subject: "u1"))
      let appeal = try engine.appeal(answer.decision, words: "why?", subject: "u1", regime: .eu)
      _ = try engine.decommission(confirm: "shop.attune")
      let gone = failure { _ = try engine.appeal(answer.decision, words: "why?", subject: "u1", regime: .eu) }
      #expect(gone?.code == .notFound)
      let left = try #require(try engine.requests().requests.first)
      #expect(left.request == appeal.request && left.record.details == nil && left.record.due == appeal.record.due)
      _ = try engine.changeRequest(1, RequestRecord.Change(to: .inWork))
      var outcome = AppealDecision(.upheld, by: "Ada")
      outcome.removedTags = ["colour:red"]
      let refusal = failure { [outcome] in _ = try engine.decideAppeal(1, outcome) }
      #expect(refusal?.code == .refused)
      _ = try engine.decideAppeal(1, AppealDecision(.dismissed, by: "Ada"))
      // An answer to nobody can still be contested, by nobody in particular.
      let general = try engine.recommend(RecommendationRequest(subject: "u1"))
      let open = try engine.appeal(general.decision, words: "why?", regime: .eu)
      #expect(open.record.details?.subject == nil)
      let named = failure { _ = try engine.appeal(general.decision, words: "why?", subject: "u1", regime: .eu) }
      #expect(named?.code == .refused)
      #expect(try engine.status().subjects == 0)
    }
  }

  @Test("H5: broken off at any step, it is finished when the store is opened", arguments: ErasureStep.allCases.indices)
  func interrupted(step: Int) async throws {
    let folder = try Files.temporaryDirectory(prefix: "attune-end")
    defer { try? Files.removeTree(folder) }
    let shop = Shop.random(seed: 501, people: 30, items: 20)
    do { _ = try shop.engine(in: folder) }
    await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String, step = step as Int] in
      let engine = try Engine.open(folder + "/shop.attune")
      engine.onErasureStep = { if $0 == ErasureStep.allCases[step] { kill(getpid(), SIGKILL) } }
      _ = try engine.decommission(confirm: "shop.attune")
    }
    let engine = try Engine.open(folder + "/shop.attune")
    #expect(try engine.store.pendingErasure() == nil && engine.store.pendingRetraction() == 0)
    try DecommissionTests.holdsNobody(engine, shop, folder)
    let receipt = try engine.decommission(confirm: "shop.attune")
    #expect(receipt.people == 0)
    #expect(try engine.verify(receipt.proof).holds)
  }
}
