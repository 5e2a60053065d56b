import Consent
import Decisions
import Foundation
import Store
import TestSupport
import Testing
import Vocabulary

@testable import Attune

extension Engine {
  /// Puts bytes that no key opens in place of everybody's events but these people's: a trap for whoever reads them.
  func spoilEvents(but subjects: [String] = []) throws {
    let spared = try subjects.compactMap(person)
    try store.transaction {
      var blobs: [(PersonID, Int64)] = []
      try store.forEachSealedEvents { blobs.append(($0.person, $0.sequence)) }
      for (person, sequence) in blobs where !spared.contains(person) {
        try store.replaceEvents(person, sequence: sequence, count: 1, sealed: [1, 2, 3])
      }
      try store.advanceGeneration()
    }
  }
}

@Suite("G1, G4: what is off, or was let in for something else, changes no byte of an answer")
struct SeparationTests {
  static let surfaces: [Purpose] = [.recommendation, .search, .advertising, .push]
  /// Different histories for each surface.
  private static let histories = 10_000
  private static let itemCount = 40

  /// Something to ask of a surface about anybody.
  private enum Question {
    case list(RecommendationRequest)
    case search(SearchRequest)

    init(_ purpose: Purpose, _ random: inout SplitMix64) {
      func items(_ most: Int) -> [String] {
        (0..<random.below(most)).map { _ in "i\(random.below(SeparationTests.itemCount))" }
      }
      if purpose == .search {
        let words = ["thing", "thing of red", "blue", "thing 7", "brand:b2", "-green thing", "nothing like it"]
        let sorts = SearchRequest.Sort.allCases
        var request = SearchRequest(words[random.below(words.count)], count: 1 + random.below(6))
        request.sort = random.chance(1, in: 2) ? .personal : sorts[random.below(sorts.count)]
        request.context = items(3)
        if random.chance(1, in: 4) { request.facets = ["brand"] }
        request.exclude = items(3)
        self = .search(request)
      } else {
        var request = RecommendationRequest(purpose: purpose, count: 1 + random.below(6))
        request.offset = random.below(3) * 5
        request.context = items(4)
        if random.chance(1, in: 4) { request.within = "brand:b\(random.below(5))" }
        request.exclude = items(3)
        if random.chance(1, in: 4) { request.among = items(30) + ["i1"] }
        self = .list(request)
      }
    }

    /// The whole answer in bytes, but for its id and the name in it; with what its id carries, but for the time of day.
    func answer(_ engine: Engine, _ subject: String) throws -> (bytes: [UInt8], basis: Basis, reason: String?) {
      var list: Recommendation
      var whole: SearchAnswer?
      switch self {
      case .list(var request):
        request.subject = subject
        list = try engine.recommend(request)
      case .search(var request):
        request.subject = subject
        whole = try engine.search(request)
        list = try #require(whole).list
      }
      var record = try engine.record(of: list.decision).0
      record.time = Timestamp(milliseconds: 0)
      (list.decision, list.subject) = ("", nil)
      whole?.list = list
      return ((whole?.json ?? list.json) + record.encoded, list.basis, list.reason)
    }
  }

  /// Forty questions with the answers that `subject` gets.
  private static func questions(
    _ purpose: Purpose, _ random: inout SplitMix64, _ engine: Engine, as subject: String, reason: String
  ) throws -> [(Question, [UInt8])] {
    try (0..<40).map { _ in
      let question = Question(purpose, &random)
      let answer = try question.answer(engine, subject)
      #expect(answer.basis != .personal)
      #expect(answer.reason == reason || answer.reason == "sort")
      return (question, answer.bytes)
    }
  }

  /// Lets everybody known choose at once.
  private static func everybody(
    _ act: LedgerEntry.Act, _ purpose: Purpose, in engine: Engine
  ) throws {
    try engine.store.transaction {
      var people: [PersonID] = []
      try engine.store.forEachPerson { people.append($0.person) }
      for person in people {
        try engine.ledger.record(
          act, of: person, purposes: PurposeSet(purpose), time: Timestamp(seconds: 1), method: "test")
      }
      try engine.store.advanceGeneration()
    }
  }

  private static func isOwn(_ basis: Basis) -> Bool { basis == .personal }

  @Test("G1: 10,000 histories of people who have opted out give the bytes that a stranger gets", arguments: surfaces)
  func optedOut(purpose: Purpose) throws {
    try withTemporaryDirectory { folder in
      let count = SeparationTests.histories
      let shop = Shop.random(
        seed: 500 + UInt64(purpose.rawValue), people: count, items: SeparationTests.itemCount, eventsEach: 1...6)
      let engine = try shop.engine(in: folder)
      var random = SplitMix64(seed: 600 + UInt64(purpose.rawValue))
      // While it is on, the histories do count.
      let probe = try (0..<40).map { try Question(purpose, &random).answer(engine, "u\($0)").basis }
      #expect(probe.count(where: SeparationTests.isOwn) > 5)
      try SeparationTests.everybody(.withdraw, purpose, in: engine)
      let questions = try SeparationTests.questions(purpose, &random, engine, as: "stranger", reason: "opted-out")
      for person in 0..<count {
        let (question, expected) = questions[random.below(questions.count)]
        if try question.answer(engine, "u\(person)").bytes != expected {
          Issue.record("\(purpose) answers u\(person) otherwise than a stranger: \(question)")
          return
        }
      }
    }
  }

  @Test("G1: of people who have opted out no event is even opened, on any surface")
  func unread() throws {
    var trapped = 0
    checkProperty(cases: 4, seed: 900) { random in
      try withTemporaryDirectory { folder in
        let engine = try Shop.random(seed: random.next(), people: 30, items: SeparationTests.itemCount).engine(
          in: folder)
        for person in 0..<20 { _ = try engine.withdraw(SeparationTests.surfaces, from: "u\(person)") }
        try engine.spoilEvents()
        for purpose in SeparationTests.surfaces {
          for person in 0..<30 {
            let question = Question(purpose, &random)
            let refusal = failure { _ = try question.answer(engine, "u\(person)") }
            if person < 20, refusal != nil { return false }
            if refusal?.code == .badStore { trapped += 1 }
          }
        }
        for person in 0..<20 {
          guard try engine.suggest("re", subject: "u\(person)").reason == "opted-out" else { return false }
        }
        return true
      }
    }
    #expect(trapped > 60, "the events of everybody else were to be a trap")
  }

  @Test("G4: 10,000 histories let in for any other purpose give the bytes of no history", arguments: surfaces)
  func otherPurposes(purpose: Purpose) throws {
    try withTemporaryDirectory { folder in
      let others = Purpose.allCases.filter { $0 != purpose }
      let each = (SeparationTests.histories + others.count - 1) / others.count
      let engine = try Shop.random(seed: 700, people: 0, items: SeparationTests.itemCount).engine(
        in: folder, train: false)
      // A thousand whose events serve the purpose itself.
      for (source, only) in ([purpose] + others).enumerated() {
        let seed = 710 + 10 * UInt64(purpose.rawValue) + UInt64(source)
        var shop = Shop.random(
          seed: seed, people: source == 0 ? 1000 : each, items: SeparationTests.itemCount, eventsEach: 1...6)
        for index in shop.events.indices { shop.events[index].subject += " of \(source)" }
        var log = try shop.input(Shop.lines(shop.events), "\(folder)/\(source).ndjson")
        log.grantAll = true
        // A permission alone lets nothing in; beside training it is there and serves no answer either.
        log.grantedPurposes = PurposeSet(only).admitNothing ? [only, .training] : [only]
        _ = try engine.importEvents(log)
      }
      _ = try engine.block(.item("i-none"), for: "empty")
      try SeparationTests.everybody(.grant, purpose, in: engine)
      _ = try engine.train()
      var random = SplitMix64(seed: 800 + UInt64(purpose.rawValue))
      let probe = try (0..<40).map { try Question(purpose, &random).answer(engine, "u\($0) of 0").basis }
      #expect(probe.count(where: SeparationTests.isOwn) > 5)
      let questions = try SeparationTests.questions(
        purpose, &random, engine, as: "empty", reason: purpose == .advertising ? "no-segment" : "no-history")
      for source in 1...others.count {
        for person in 0..<each {
          let (question, expected) = questions[random.below(questions.count)]
          if try question.answer(engine, "u\(person) of \(source)").bytes != expected {
            Issue.record("\(purpose) is answered from what was let in for \(others[source - 1]): \(question)")
            return
          }
        }
      }
    }
  }
}
