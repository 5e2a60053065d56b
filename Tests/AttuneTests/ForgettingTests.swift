import Foundation
import Store
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Attune

/// What differs between a store that forgot and one that never knew.
private struct Difference: Error {
  var what: String
  init(_ what: String) { self.what = what }
}

@Suite("G5: forgetting single events")
struct ForgettingTests {
  /// Every event at a time of its own, so that one in a history is one in the log.
  private static func shop(_ random: inout SplitMix64, people: Int = 30) -> Shop {
    var shop = Shop.random(seed: random.next(), people: people, items: 12 + random.below(20))
    if random.chance(1, in: 2) { shop.items = [] }
    for index in shop.events.indices { shop.events[index].time = Shop.start + index * 3600 }
    return shop
  }

  /// The profile's tags and weights, as text.
  private func profile(_ engine: Engine, _ subject: String) throws -> String {
    String(decoding: try engine.profile(of: subject).json, as: UTF8.self)
  }

  @Test("a store that forgot events answers as one that never had them, at once, and has its model after a training")
  func neverHappened() throws {
    var withdrawn = 0
    checkProperty(cases: 6, seed: 8003) { random in
      try withTemporaryDirectory { folder in
        var shop = ForgettingTests.shop(&random)
        let engine = try shop.engine(in: folder, name: "all")
        let out = try shop.engine(in: folder, name: "out")
        for _ in 0..<3 {
          let subject = "u\(random.below(30))"
          let own = shop.events.filter { $0.subject == subject }
          var request = ForgetRequest()
          var isGone: (Shop.Event) -> Bool
          switch random.below(3) {
          case 0:
            let times = Set((0..<2).compactMap { _ in own.isEmpty ? nil : own[random.below(own.count)].time })
            request.events = try engine.history(of: subject).events
              .filter { times.contains(Int($0.time.milliseconds / 1000)) }.map(\.id)
            if request.events.isEmpty { continue }
            isGone = { times.contains($0.time) }
          case 1:
            request.kinds = [.view, .search]
            isGone = { $0.kind == "view" || $0.kind == "search" }
          default:
            let from = Shop.start + random.below(shop.events.count) * 3600
            request.since = Timestamp(seconds: Int64(from))
            request.before = Timestamp(seconds: Int64(from + 3600 * 100))
            isGone = { $0.time >= from && $0.time < from + 3600 * 100 }
          }
          let count = own.count { isGone($0) }
          let report = try engine.forget(request, of: subject)
          guard report.forgotten == count, report.held == own.count - count else { throw Difference("counts") }
          shop.events.removeAll { $0.subject == subject && isGone($0) }
          // At the same tick the person's contribution is out as a whole.
          if report.withdrawn {
            _ = try out.withdraw([.training], from: subject)
            withdrawn += 1
          }
          guard try engine.status().model == out.status().model else { throw Difference("model of the same tick") }
          guard try engine.history(of: subject).held == report.held else { throw Difference("history") }
        }
        let never = try shop.engine(in: folder, name: "never")
        // The newest event of all may be among those forgotten; the clock it set stays.
        try never.setClock(engine.store.asOf())
        _ = try engine.train()
        guard try engine.status().model == never.status().model else { throw Difference("model after training") }
        // Items of their own that nobody touches any more are gone as well.
        guard try engine.status().items == never.status().items else { throw Difference("items") }
        // Somebody of whom nothing is left is still known here, and had consented.
        for person in 0..<30 where shop.events.contains(where: { $0.subject == "u\(person)" }) {
          let request = RecommendationRequest(subject: "u\(person)", count: 20)
          let (answer, other) = (try engine.recommend(request).answerText, try never.recommend(request).answerText)
          if answer != other { throw Difference("answer of \(person):\n\(answer)\n\(other)") }
          let (profile, expected) = try (profile(engine, "u\(person)"), profile(never, "u\(person)"))
          if profile != expected { throw Difference("profile of \(person):\n\(profile)\n\(expected)") }
        }
        return true
      }
    }
    #expect(withdrawn > 4, "the cases are too thin to mean anything")
  }

  @Test("profile and answers follow before anything is learned again")
  func atOnce() throws {
    try withTemporaryDirectory { folder in
      var random = SplitMix64(seed: 81)
      let shop = ForgettingTests.shop(&random)
      let engine = try shop.engine(in: folder)
      let before = try profile(engine, "u3")
      let latest = try #require(try engine.history(of: "u3").events.first { $0.event == "view" })
      var request = ForgetRequest()
      request.events = [latest.id]
      let others = Set(try engine.history(of: "u3").events.map(\.id)).subtracting([latest.id])
      _ = try engine.forget(request, of: "u3")
      #expect(try profile(engine, "u3") != before)
      #expect(Set(try engine.history(of: "u3").events.map(\.id)) == others, "ids of the others stay")
      // Once more, it is not there; nothing else goes.
      #expect(throws: Failure.self) { try engine.forget(request, of: "u3") }
      request.events = [others.first ?? "", "e-nothing"]
      #expect(throws: Failure.self) { try engine.forget(request, of: "u3") }
      #expect(throws: Failure.self) { try engine.forget(request, of: "u4") }
      #expect(throws: Failure.self) { try engine.forget(ForgetRequest(), of: "u3") }
      #expect(try engine.history(of: "u3").held == others.count)
    }
  }

  @Test("no byte of the old blob is left, also when killed at any step", arguments: ErasureStep.allCases.indices)
  func killed(step: Int) async throws {
    let folder = try Files.temporaryDirectory(prefix: "attune-forget")
    defer { try? Files.removeTree(folder) }
    var random = SplitMix64(seed: 82)
    let shop = ForgettingTests.shop(&random)
    var traces = try Traces(of: [], in: shop.engine(in: folder, name: "none"))
    do {
      let engine = try shop.engine(in: folder)
      traces.whole = try engine.store.sealedEvents(of: #require(try engine.person("u5"))).map(\.sealed)
    }
    #expect(try traces.pieces(in: folder + "/shop.attune") > 0)
    await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String, step = step as Int] in
      let engine = try Engine.open(folder + "/shop.attune")
      engine.onErasureStep = { if $0 == ErasureStep.allCases[step] { kill(getpid(), SIGKILL) } }
      var request = ForgetRequest()
      request.kinds = [.view]
      _ = try engine.forget(request, of: "u5")
    }
    let engine = try Engine.open(folder + "/shop.attune")
    #expect(try traces.pieces(in: folder + "/shop.attune") == 0)
    #expect(try engine.history(of: "u5").held == shop.events.count { $0.subject == "u5" && $0.kind != "view" })
    let rest = Shop(items: shop.items, events: shop.events.filter { $0.subject != "u5" })
    #expect(try engine.status().model == rest.engine(in: folder, name: "rest").status().model)
  }
}
