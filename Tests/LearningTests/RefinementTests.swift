import ModelFile
import TestSupport
import Testing
import Vocabulary

@testable import Learning

@Suite("Refined rows")
struct RefinementTests {
  private func refined(_ log: inout Log, _ random: inout SplitMix64) throws {
    try log.parameters.set("rows.refine", "\(1 + random.below(12))")
    try log.parameters.set("rows.ridge", ["0.01", "0.5", "7", "10000"][random.below(4)])
    try log.parameters.set("query.sourceExponent", ["0", "0.5", "1", "-0.5"][random.below(4)])
  }

  @Test("three people, solved by hand")
  func byHand() throws {
    var random = SplitMix64(seed: 1)
    var log = try Log(&random)
    log.ids = ["a", "b", "c"]
    log.ranks = [0, 1, 2]
    log.parameters = ModelParameters()
    for (path, value) in [
      ("events.view.strength", "1"), ("timeline.subjectExponent", "0"), ("rows.support", "1"), ("rows.refine", "2"),
      ("rows.ridge", "1"), ("query.sourceExponent", "0"),
    ] { try log.parameters.set(path, value) }
    log.people = [[0, 1], [0, 1, 2], [0]].map { items in
      items.enumerated().map { place, item in
        TimelineEvent(time: Timestamp(seconds: Int64(place)), item: ItemNumber(item), kind: .view, value: 0)
      }
    }
    // Own counts 3, 2, 1; pairs ab 2, ac 1, bc 1; a person and item count 1 in the mean, so the penalty is 1.
    // a from b and c: 3x + y = 2, x + 2y = 1: 3/5 and 1/5. b from a and c: 4x + y = 2, x + 2y = 1: 3/7 and 2/7.
    // c from a and b: 4x + 2y = 1, 2x + 3y = 1: 1/8 and 1/4.
    // In Q32, cut to 24 bits: a→b 3/7 · 2^25 = 14,380,470.9; a→c 2^22; b→a 3/5 · 2^24 = 10,066,329.6; b→c 2^22;
    // c→b 2/7 · 2^25 = 9,586,980.6; c→a 1/5 · 2^25 = 6,710,886.4.
    let rows = try #require(log.learn().refined)
    #expect(rows.item == [1, 2, 0, 2, 1, 0])
    #expect(rows.value == [14_380_470, 1 << 22, 10_066_329, 1 << 22, 9_586_980, 6_710_886])
    #expect(rows.shift == [7, 8, 7] && rows.start == [0, 2, 4, 6])
  }

  @Test("G5: they depend neither on the order of people nor on threads, and on nothing but who is there")
  func order() throws {
    var entries = 0
    checkProperty(cases: 150, seed: 2100) { random in
      var log = try Log(&random)
      try refined(&log, &random)
      var shuffled = log.people
      for index in shuffled.indices { shuffled.swapAt(index, random.below(index + 1)) }
      let learned = log.learn()
      entries += learned.refined?.item.count ?? 0
      return learned.refined != nil && learned.refined == log.learn(shuffled, threads: 1 + random.below(5)).refined
    }
    #expect(entries > 500, "the cases are too thin to mean anything")
  }

  @Test("G5: what is learned again without somebody has none, and counts as if they had never been asked for")
  func removal() throws {
    checkProperty(cases: 100, seed: 5100) { random in
      var log = try Log(&random)
      try refined(&log, &random)
      guard let first = log.people.first else { return true }
      let touched = Set(first.map { log.ranks[Int($0.item.rawValue)] }).sorted()
      let rest = Array(log.people.dropFirst())
      let again = Learning.relearn(
        log.learn(), log.timelines(of: rest), ids: log.ids, touched: touched, parameters: log.parameters)
      return again.refined == nil && again.digest == log.learn(rest).digest
    }
  }

  @Test("G12: no row names an item or a pair that too few people stand behind")
  func threshold() throws {
    checkProperty(cases: 150, seed: 2200) { random in
      var log = try Log(&random)
      try refined(&log, &random)
      let learned = log.learn()
      guard let rows = learned.refined else { return false }
      var pairs: Set<[UInt32]> = []
      for row in learned.ids.indices {
        for entry in Int(learned.rowStart[row])..<Int(learned.rowStart[row + 1]) {
          pairs.insert([UInt32(row), learned.rowItem[entry]])
          pairs.insert([learned.rowItem[entry], UInt32(row)])
        }
      }
      return learned.ids.indices.allSatisfy { row in
        (Int(rows.start[row])..<Int(rows.start[row + 1])).allSatisfy { pairs.contains([UInt32(row), rows.item[$0]]) }
      }
    }
  }
}
