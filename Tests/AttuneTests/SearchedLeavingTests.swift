import Consent
import Foundation
import Store
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Attune

/// What was learned, rows and searches, as text.
private func learned(_ engine: Engine) throws -> [String] {
  [try engine.status().model ?? "none"] + (try learnedSearches(engine))
}

@Suite("What was learned from searches, when somebody leaves it")
struct SearchedLeavingTests {
  private static let day = 86_400

  /// A town with a policy of its own in force before the first training.
  private static func engine(
    _ town: Town, in folder: String, name: String, without gone: Set<String> = [], policy: String? = nil,
    clock: Timestamp = Town.clock
  ) throws -> Engine {
    let engine = try town.engine(in: folder, name: name, without: gone, train: false)
    try engine.setRetention(byFixedClock: true)
    try engine.setClock(clock)
    if let policy { _ = try engine.publishPolicy(Array(policy.utf8)) }
    _ = try engine.train()
    return engine
  }

  /// Keeps the training in memory in half of the cases, as a daemon does.
  private static func keepTrainingSometimes(_ engine: Engine, _ random: inout SplitMix64) throws {
    guard random.chance(1, in: 2) else { return }
    engine.keepsTraining = true
    _ = try engine.train()
  }

  @Test("G16: what is swept leaves the counts with its owner's whole part, and after a training was never there")
  func swept() throws {
    var (left, compared) = (0, 0)
    checkProperty(cases: 8, seed: 5101) { random in
      try withTemporaryDirectory { folder in
        var town = Town(&random, people: 25)
        let engine = try SearchedLeavingTests.engine(town, in: folder, name: "all")
        // Searches are of use for 90 days and what is done with items for 180.
        let later = 60 + 35 + random.below(50)
        let clock = Timestamp(milliseconds: Int64(Shop.start + later * SearchedLeavingTests.day) * 1000)
        let days = [
          "search": engine.policy.retention[.search].use, "view": engine.policy.retention[.view].use,
        ]
        #expect(days == ["search": 90, "view": 180])
        let isGone = { (event: Shop.Event) in
          event.kind == "search" && event.time + 90 * SearchedLeavingTests.day <= Int(clock.milliseconds / 1000)
        }
        try engine.setClock(clock)
        let report = try engine.sweep()
        let gone = Set(town.shop.events.filter(isGone).map(\.subject))
        left += gone.count
        #expect(report.withdrawn == gone.count)
        // At the same tick, and by its clock.
        let others = try SearchedLeavingTests.engine(town, in: folder, name: "others", without: gone)
        guard try learned(engine) == learned(others) else { return false }
        _ = try engine.train()
        town.shop.events.removeAll(where: isGone)
        let never = try SearchedLeavingTests.engine(town, in: folder, name: "never", clock: clock)
        let expected = try learned(never)
        compared += expected.count
        return try learned(engine) == expected
      }
    }
    #expect(left > 20 && compared > 40)
  }

  @Test("G17: a child whose age becomes known is in no count, also by the ages of a new policy")
  func minors() throws {
    checkProperty(cases: 6, seed: 5102) { random in
      try withTemporaryDirectory { folder in
        let town = Town(&random, people: 25)
        let engine = try SearchedLeavingTests.engine(town, in: folder, name: "all")
        try SearchedLeavingTests.keepTrainingSometimes(engine, &random)
        var gone: Set<String> = []
        for _ in 0..<4 {
          let child = "u\(random.below(town.people))"
          gone.insert(child)
          _ = try engine.setAge(.minor, of: child)
        }
        try engine.finish()
        var expected = try learned(SearchedLeavingTests.engine(town, in: folder, name: "others", without: gone))
        guard try learned(engine) == expected else { return false }
        // Of age by the policy until now.
        for _ in 0..<4 {
          let child = "u\(random.below(town.people))"
          if gone.insert(child).inserted { _ = try engine.setAge(.born(2005), of: child, region: "US") }
        }
        guard try learned(engine) == expected else { return false }
        let ages = "\"ages\":{\"region\":\"CN\",\"from\":{\"CN\":14,\"US\":25}}"
        _ = try engine.publishPolicy(Array("{\"version\":\"v2\",\(ages)}".utf8))
        expected = try learned(SearchedLeavingTests.engine(town, in: folder, name: "rest", without: gone))
        guard try learned(engine) == expected else { return false }
        // Erased afterwards they leave nothing either.
        _ = try engine.erase(gone.sorted())
        guard try learned(engine) == expected else { return false }
        _ = try engine.train()
        return try learned(engine) == expected
      }
    }
  }

  @Test("C5: a material change of the policy ends all counts at once; who consents anew waits for the next training")
  func materialChange() throws {
    checkProperty(cases: 6, seed: 5103) { random in
      try withTemporaryDirectory { folder in
        let town = Town(&random, people: 25)
        let engine = try SearchedLeavingTests.engine(town, in: folder, name: "all")
        try SearchedLeavingTests.keepTrainingSometimes(engine, &random)
        let everybody = Set((0..<town.people).map { "u\($0)" })
        _ = try engine.publishPolicy(Array("{\"version\":\"v2\",\"material\":[\"training\"]}".utf8))
        let nothing = try learned(SearchedLeavingTests.engine(town, in: folder, name: "none", without: everybody))
        #expect(nothing.count == 1)
        guard try learned(engine) == nothing else { return false }
        var back = everybody.filter { _ in random.chance(2, in: 3) }
        for person in back.sorted() { _ = try engine.grant([.training], to: person) }
        guard try learned(engine) == nothing else { return false }
        // That somebody leaves brings nobody back before the next training.
        let leaving = try #require(back.sorted().first)
        back.remove(leaving)
        if random.chance(1, in: 2) {
          _ = try engine.erase([leaving])
        } else {
          _ = try engine.withdraw([.training], from: leaving)
        }
        try engine.finish()
        guard try learned(engine) == nothing else { return false }
        _ = try engine.train()
        let others = try SearchedLeavingTests.engine(
          town, in: folder, name: "others", without: everybody.subtracting(back))
        return try learned(engine) == learned(others)
      }
    }
  }

  @Test("G12: where a new policy asks for more people, nothing of fewer is shown, also if none can be published anew")
  func higherFloor() throws {
    checkProperty(cases: 5, seed: 5104) { random in
      try withTemporaryDirectory { folder in
        let town = Town(&random, people: 30)
        let engine = try SearchedLeavingTests.engine(town, in: folder, name: "all")
        let before = try engine.store.askedQueries().map(\.people) + engine.store.searchedPairs().map(\.people)
        let floor = Int(before.sorted()[before.count / 2]) + 1
        let policy = "{\"version\":\"v2\",\"supportFloor\":\(floor)}"
        func reached() throws -> [Int] {
          var all = try engine.suggest("", count: 100).suggestions.compactMap(\.people)
          for text in ["s", "r", "c", "l", "t"] {
            all += try engine.suggest(text, count: 100).suggestions.compactMap(\.people)
          }
          for word in ["sofa", "red", "lamp", "couch"] {
            for kept in try engine.store.itemsSearched(by: Array(word.utf8)) where kept.people < floor {
              let id = try engine.store.itemID(of: kept.item)
              let found = try engine.search(SearchRequest(word)).list.items.first { $0.item == id }
              if found?.because.contains(where: { $0.kind == "searched" }) == true { all.append(Int(kept.people)) }
            }
          }
          return all
        }
        #expect(try reached().contains { $0 < floor })
        // The disk is full just then.
        FaultInjection.fail(after: 0, errno: ENOSPC, under: folder + "/all.attune/model.bin")
        let thrown = failure { _ = try engine.publishPolicy(Array(policy.utf8)) }
        FaultInjection.disarm(under: folder + "/all.attune/model.bin")
        #expect(thrown?.code == .system)
        let stillReached = try reached()
        #expect(stillReached.allSatisfy { $0 >= floor })
        let reopened = try Engine.open(folder + "/all.attune")
        let strict = try SearchedLeavingTests.engine(town, in: folder, name: "strict")
        _ = try strict.publishPolicy(Array(policy.utf8))
        #expect(try learned(reopened) == learned(strict))
        return true
      }
    }
  }

  @Test("G3, G4: without training nobody is counted, without search everybody else's answers stay and one's own go")
  func withdrawn() throws {
    checkProperty(cases: 6, seed: 5105) { random in
      try withTemporaryDirectory { folder in
        let town = Town(&random, people: 25)
        let engine = try SearchedLeavingTests.engine(town, in: folder, name: "all")
        let before = try learned(engine)
        let searcher = try #require(town.shop.events.first { $0.kind == "search" }?.subject)
        #expect(try !engine.suggest("", subject: searcher, count: 100).suggestions.filter { $0.kind == .own }.isEmpty)
        _ = try engine.withdraw([.search], from: searcher)
        #expect(try engine.suggest("", subject: searcher, count: 100).suggestions.allSatisfy { $0.kind != .own })
        guard try learned(engine) == before else { return false }
        _ = try engine.withdraw([.training], from: searcher)
        let others = try SearchedLeavingTests.engine(town, in: folder, name: "others", without: [searcher])
        guard try learned(engine) == learned(others) else { return false }
        _ = try engine.train()
        guard try learned(engine) == learned(others) else { return false }
        // Consenting to learning alone is enough for it.
        _ = try engine.grant([.training], to: searcher)
        guard try learned(engine) == learned(others) else { return false }
        _ = try engine.train()
        return try learned(engine) == before
      }
    }
  }

  @Test("G5: a search forgotten takes its owner's part along, and after the next training was never made")
  func forgotten() throws {
    var forgotten = 0
    checkProperty(cases: 8, seed: 5106) { random in
      try withTemporaryDirectory { folder in
        var town = Town(&random, people: 25)
        // Every event has a time of its own, so that one in a history is one in the log.
        for index in town.shop.events.indices { town.shop.events[index].time += index }
        let engine = try SearchedLeavingTests.engine(town, in: folder, name: "all")
        try SearchedLeavingTests.keepTrainingSometimes(engine, &random)
        var gone: Set<String> = []
        for _ in 0..<4 {
          let subject = "u\(random.below(town.people))"
          let made = try engine.history(of: subject).events.filter { $0.event == "search" }
          guard let search = made.first else { continue }
          var request = ForgetRequest()
          if random.chance(1, in: 2) { request.events = [search.id] } else { request.kinds = [.search] }
          let report = try engine.forget(request, of: subject)
          #expect(report.forgotten == (request.events.isEmpty ? made.count : 1))
          let times = Set((request.events.isEmpty ? made : [search]).map { Int($0.time.milliseconds / 1000) })
          town.shop.events.removeAll { $0.subject == subject && $0.kind == "search" && times.contains($0.time) }
          gone.insert(subject)
          forgotten += report.forgotten
        }
        try engine.finish()
        let others = try SearchedLeavingTests.engine(town, in: folder, name: "others", without: gone)
        guard try learned(engine) == learned(others) else { return false }
        _ = try engine.train()
        let never = try SearchedLeavingTests.engine(town, in: folder, name: "never")
        return try learned(engine) == learned(never)
      }
    }
    #expect(forgotten > 15)
  }

  @Test("G3: a later log that leaves training out takes people's part from counts and rows, and erasing follows")
  func laterLog() throws {
    checkProperty(cases: 5, seed: 5107) { random in
      try withTemporaryDirectory { folder in
        let town = Town(&random, people: 25)
        let engine = try SearchedLeavingTests.engine(town, in: folder, name: "all")
        try SearchedLeavingTests.keepTrainingSometimes(engine, &random)
        let gone = Set((0..<3).map { _ in "u\(random.below(town.people))" })
        let again = town.shop.events.filter { gone.contains($0.subject) }
        var log = try town.shop.input(Shop.lines(again), folder + "/again.ndjson")
        log.grantAll = true
        log.grantedPurposes = [.recommendation, .search]
        _ = try engine.importEvents(log)
        let others = try SearchedLeavingTests.engine(
          town, in: folder, name: "others", without: Set(again.map(\.subject)))
        guard try learned(engine) == learned(others) else { return false }
        _ = try engine.erase(gone.sorted())
        guard try learned(engine) == learned(others) else { return false }
        _ = try engine.train()
        return try learned(engine) == learned(others)
      }
    }
  }
}
