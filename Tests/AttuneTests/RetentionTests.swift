import Consent
import Foundation
import Store
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Attune

@Suite("G16: nothing is kept longer than the policy says")
struct RetentionTests {
  private static let day = 86_400
  private static let retention = Policy.shipped.retention

  private static func isOfUse(_ event: Shop.Event, at now: Int) -> Bool {
    guard let kind = EventKind(name: event.kind) else { return false }
    return event.time + retention[kind].use * day > now
  }

  private static func isKept(_ event: Shop.Event, at now: Int) -> Bool {
    guard let kind = EventKind(name: event.kind) else { return false }
    return event.time + retention[kind].keep * day > now
  }

  /// A shop whose events spread over four hundred days, every event at a time of its own.
  private static func shop(_ random: inout SplitMix64, people: Int = 30) -> Shop {
    var shop = Shop.random(seed: random.next(), people: people, items: 12 + random.below(20))
    if random.chance(1, in: 2) { shop.items = [] }
    for index in shop.events.indices {
      shop.events[index].time = Shop.start + random.below(400 * day) / 1000 * 1000 + index
    }
    return shop
  }

  private static func at(_ seconds: Int) -> Timestamp { Timestamp(seconds: Int64(seconds)) }

  private struct Difference: Error {
    var what: String
  }

  @Test("G16: what is out of use influences nothing, swept or not, and is gone after a sweep")
  func neverIngested() throws {
    var (deleted, restricted) = (0, 0)
    checkProperty(cases: 6, seed: 16_000) { random in
      try withTemporaryDirectory { folder in
        let shop = RetentionTests.shop(&random)
        // To the second at which some event's use is over.
        let pivot = shop.events[random.below(shop.events.count)]
        let use = RetentionTests.retention[EventKind(name: pivot.kind) ?? .view].use
        let now = max(pivot.time + use * RetentionTests.day, Shop.start + 200 * RetentionTests.day)
        let engine = try shop.engine(in: folder, name: "all", train: false)
        try engine.setClock(RetentionTests.at(now))
        try engine.setRetention(byFixedClock: true)
        let rest = Shop(items: shop.items, events: shop.events.filter { RetentionTests.isOfUse($0, at: now) })
        let never = try rest.engine(in: folder, name: "never", train: false)
        try never.setClock(RetentionTests.at(now))
        try never.setRetention(byFixedClock: true)
        _ = try never.train()
        for isSwept in [false, true] {
          if isSwept {
            let report = try engine.sweep()
            let gone = shop.events.count { !RetentionTests.isKept($0, at: now) }
            guard report.isOn, report.events == gone else { throw Difference(what: "\(report) of \(gone)") }
            deleted += gone
            guard try engine.status().events == shop.events.count - gone else { throw Difference(what: "events") }
            guard try engine.sweep().people == 0 else { throw Difference(what: "nothing is due twice") }
          }
          _ = try engine.train()
          guard try engine.status().model == never.status().model else { throw Difference(what: "model \(isSwept)") }
          for person in 0..<30 where rest.events.contains(where: { $0.subject == "u\(person)" }) {
            let subject = "u\(person)"
            let (profile, other) = (try engine.profile(of: subject).json, try never.profile(of: subject).json)
            guard profile == other else { throw Difference(what: "profile \(isSwept)") }
            let request = RecommendationRequest(subject: subject, count: 10)
            let (answer, expected) = (try engine.recommend(request).answerText, try never.recommend(request).answerText)
            // Before the sweep the catalogue may still name an item that only what is out of use touched.
            guard answer == expected || !isSwept && shop.items.isEmpty else { throw Difference(what: "answer") }
            let history = try engine.history(of: subject).events
            let own = shop.events.filter { $0.subject == subject && RetentionTests.isKept($0, at: now) }
            guard !isSwept || history.count == own.count else { throw Difference(what: "history") }
            let held = own.count { !RetentionTests.isOfUse($0, at: now) }
            guard !isSwept || history.count(where: { $0.restricted != nil }) == held else {
              throw Difference(what: "restricted")
            }
            restricted += held
          }
        }
        return true
      }
    }
    #expect(deleted > 100 && restricted > 20, "the cases are too thin to mean anything")
  }

  @Test("G13, G16: between ticks an expiry takes the whole contribution of the person, and nobody else's")
  func betweenTicks() throws {
    var withdrawn = 0
    checkProperty(cases: 5, seed: 16_100) { random in
      try withTemporaryDirectory { folder in
        let shop = RetentionTests.shop(&random)
        let tick = Shop.start + 250 * RetentionTests.day
        let later = tick + random.below(20 * RetentionTests.day)
        var engines: [Engine] = []
        for name in ["swept", "out"] {
          let engine = try shop.engine(in: folder, name: name, train: false)
          try engine.setClock(RetentionTests.at(tick))
          try engine.setRetention(byFixedClock: true)
          _ = try engine.train()
          engines.append(engine)
        }
        try engines[0].setClock(RetentionTests.at(later))
        let report = try engines[0].sweep()
        var learnedFrom: Set<String> = []
        for event in shop.events
        where RetentionTests.isOfUse(event, at: tick + RetentionTests.day)
          && !RetentionTests.isOfUse(event, at: later)
        {
          learnedFrom.insert(event.subject)
        }
        guard report.withdrawn == learnedFrom.count else { throw Difference(what: "\(report), \(learnedFrom.count)") }
        withdrawn += report.withdrawn
        for subject in learnedFrom { _ = try engines[1].withdraw([.training], from: subject) }
        guard try engines[0].status().model == engines[1].status().model else { throw Difference(what: "model") }
        // An erasure at the same tick learns rows anew, from what the tick knew.
        for engine in engines { _ = try engine.erase(["u3", "u4"]) }
        return try engines[0].status().model == engines[1].status().model
      }
    }
    #expect(withdrawn > 5, "the cases are too thin to mean anything")
  }

  @Test("G16: by the wall clock an event ends at its very day, a decision after ninety, and no byte of them stays")
  func byTheWall() throws {
    try withTemporaryDirectory { folder in
      let engine = try Engine.open(folder + "/s.attune", create: true)
      var now = Shop.start
      engine.wall = { Timestamp(seconds: Int64(now)) }
      _ = try engine.grant([.recommendation, .training], to: "ann")
      func record(_ item: String, _ kind: String) throws {
        let event = Shop.Event(subject: "ann", item: item, kind: kind, time: now)
        _ = try engine.record([Array(Shop.lines([event]).utf8)])[0].get()
      }
      for item in ["a", "b", "c"] { try record(item, "view") }
      try record("d", "purchase")
      _ = try engine.train()
      let old = try engine.recommend(RecommendationRequest(subject: "ann"))
      #expect(old.basis == .personal)
      let traces = try Traces(of: ["ann"], in: engine).whole
      now += 89 * RetentionTests.day
      #expect(try engine.sweep().decisions == 0)
      _ = try engine.explain(old.decision)
      now += RetentionTests.day
      #expect(throws: Failure.self) { try engine.explain(old.decision) }
      let young = try engine.recommend(RecommendationRequest(subject: "ann"))
      #expect(try engine.sweep().decisions == 1)
      _ = try engine.explain(young.decision)
      now = Shop.start + 180 * RetentionTests.day - 60
      #expect(try engine.profile(of: "ann").events == 4)
      now += 60
      #expect(try engine.profile(of: "ann").events == 1, "only the purchase is of use")
      #expect(try engine.history(of: "ann").held == 4)
      #expect(try engine.sweep().events == 3)
      let files = try Files.names(in: folder + "/s.attune").map { try Files.read("\(folder)/s.attune/\($0)") }
      // The pseudonym, the key and the choice stay; the old blob and the old decision are in no file.
      var gone = try Traces(of: [], in: engine)
      let stays = try Traces(of: ["ann"], in: engine).whole
      gone.whole = traces.filter { !stays.contains($0) }
      #expect(gone.whole.count == 4)
      #expect(try gone.pieces(in: folder + "/s.attune") == 0 && !files.isEmpty)
      _ = try engine.train()
      now = Shop.start + 365 * RetentionTests.day
      #expect(try engine.recommend(RecommendationRequest(subject: "ann")).reason == "no-history")
      let report = try engine.sweep()
      #expect(report.events == 0 && report.withdrawn == 1, "the purchase is held, and learned from no more")
      #expect(try engine.history(of: "ann").events.first?.restricted?.contains("E-Commerce Law") == true)
      now = Shop.start + 1096 * RetentionTests.day
      #expect(try engine.sweep().events == 1)
      #expect(try engine.history(of: "ann").held == 0 && engine.sweep().people == 0)
    }
  }

  @Test("G16: a fixed clock keeps everything, unless it is asked to count")
  func fixedClock() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 161, people: 20, items: 20).engine(in: folder)
      let (events, model) = (try engine.status().events, try engine.status().model)
      try engine.setClock(Timestamp(seconds: Int64(Shop.start + 2000 * RetentionTests.day)))
      #expect(try !engine.sweep().isOn)
      #expect(try engine.status().events == events && engine.status().model == model)
      #expect(try engine.recommend(RecommendationRequest(subject: "u1")).basis == .personal)
      #expect(try engine.history(of: "u1").events.allSatisfy { $0.until == nil })
      try engine.setRetention(byFixedClock: true)
      #expect(try engine.recommend(RecommendationRequest(subject: "u1")).reason == "no-history", "at once")
      let report = try engine.sweep()
      #expect(report.events == events && report.people == 20)
      #expect(try engine.status().events == 0 && engine.status().model != model)
    }
  }

  @Test("H1: the proof of a choice goes three years after another has overtaken it; the choices stay as they are")
  func ledgerBodies() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 16_900, people: 5, items: 10).engine(in: folder)
      let start = Clock.now()
      _ = try engine.withdraw([.push, .search], from: "u1")
      let person = try #require(try engine.person("u1"))
      let sealed = try engine.store.ledgerRows(of: person).map(\.sealed)
      _ = try engine.grant([.search], to: "u1")
      _ = try engine.grant([.push], to: "u1")
      let choices = try engine.consent(of: "u1").purposes.map(\.allowed)
      func sweep(days: Int64) throws -> Int {
        engine.wall = { Timestamp(milliseconds: start.milliseconds + days * 86_400_000) }
        return try engine.sweep().ledgerEntries
      }
      #expect(try sweep(days: 1095) == 0)
      #expect(try engine.store.residue(of: sealed.flatMap { Fingerprint.all(of: $0) }).found > 0)
      #expect(try sweep(days: 1098) == 1 && sweep(days: 1098) == 0 && sweep(days: 4000) == 0)
      #expect(try engine.store.residue(of: sealed.flatMap { Fingerprint.all(of: $0) }).found == 0)
      #expect(try engine.consent(of: "u1").purposes.map(\.allowed) == choices && engine.ledger.verify() > 0)
      #expect(try engine.store.pendingErasure() == nil)
    }
  }
}
