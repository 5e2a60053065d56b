import TestSupport
import Testing
import Vocabulary

@testable import Evaluation

@Suite("Metrics, computed by hand")
struct MetricsTests {
  private func scores(_ list: [UInt32], _ held: [UInt32], k: Int) -> CaseScores {
    CaseScores(list, held: held, k: k, discounts: Discounts(k: k))
  }

  private func isNear(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-8 }

  @Test("two of three held items found, at places 2 and 4 of 5")
  func twoOfThree() {
    let found = scores([9, 3, 8, 7, 6], [3, 7, 11], k: 5)
    #expect(isNear(found.recall, 2.0 / 3))
    #expect(isNear(found.hit, 1))
    #expect(isNear(found.mrr, 1.0 / 2))
    // (1/2 + 2/4) / 3
    #expect(isNear(found.map, 1.0 / 3))
    // (1/log2 3 + 1/log2 5) / (1/log2 2 + 1/log2 3 + 1/log2 4)
    let (second, fourth, third) = (0.6309297535714574, 0.43067655807339306, 0.5)
    let gain = second + fourth
    let ideal = 1 + second + third
    #expect(isNear(found.ndcg, gain / ideal))
  }

  @Test("with more held items than places, a list of hits alone is perfect but for recall")
  func moreThanPlaces() {
    let found = scores([1, 2], [0, 1, 2, 3], k: 2)
    #expect(isNear(found.ndcg, 1) && isNear(found.map, 1) && isNear(found.mrr, 1) && isNear(found.recall, 0.5))
  }

  @Test("hits beyond place k, and none at all, count nothing")
  func none() {
    #expect(scores([1, 2, 3], [3], k: 2) == .zero)
    #expect(scores([], [3], k: 2) == .zero)
  }

  @Test("coverage, novelty and Gini of three lists")
  func lists() {
    // Of 4 items, shown 3, 2, 1 and 0 times; 8 people, of whom 4, 2, 1 and 8 have them.
    let made = ListScores([[0, 1], [0, 1], [0, 2]], support: [4, 2, 1, 8], people: 8)
    #expect(isNear(made.coverage, 3.0 / 4))
    // log2 of 8/4 three times, of 8/2 twice, of 8/1 once.
    let novelty: Double = (3 * 1 + 2 * 2 + 1 * 3) / 6.0
    #expect(isNear(made.novelty, novelty))
    // Ascending 0, 1, 2, 3: (−3·0 − 1·1 + 1·2 + 3·3) / (4 · 6)
    #expect(isNear(made.gini, 10.0 / 24))
    // An item that training lacks is as novel as can be, and neither covers nor crowds the catalogue.
    let strange = ListScores([[0, 4], [0, 1], [0, 1], [2]], support: [4, 2, 1, 8], people: 8)
    #expect(isNear(strange.novelty, (6 * novelty + 3) / 7))
    #expect(strange.coverage == made.coverage && strange.gini == made.gini)
    #expect(ListScores([[0], [1], [2], [3]], support: [1, 1, 1, 1], people: 1).gini == 0)
    #expect(ListScores([[], []], support: [1], people: 1) == ListScores([], support: [1], people: 1))
  }

  @Test("values lie within 0 and 1, and are what a search through the list says")
  func random() {
    checkProperty(cases: 300, seed: 1_000) { random in
      let k = 1 + random.below(12)
      let list = Array((0..<UInt32(15)).shuffled(using: &random).prefix(random.below(14)))
      let held = Set((0..<1 + random.below(9)).map { _ in UInt32(random.below(18)) }).sorted()
      let found = scores(list, held, k: k)
      let shown = list.prefix(k)
      let hits = shown.count { held.contains($0) }
      let first = shown.firstIndex { held.contains($0) }
      return CaseScores.metrics.allSatisfy { (0...1.0000001).contains(found[keyPath: $0.value]) }
        && found.recall == Double(hits) / Double(held.count) && found.hit == (hits > 0 ? 1 : 0)
        && found.mrr == (first.map { 1 / Double($0 + 1) } ?? 0)
    }
  }
}

@Suite("Bootstrap intervals")
struct BootstrapTests {
  private func sample(_ hits: [Int]) -> [CaseScores] {
    let discounts = Discounts(k: 1)
    return hits.map { CaseScores([UInt32($0)], held: [1], k: 1, discounts: discounts) }
  }

  @Test("one seed gives one interval, on any number of threads")
  func deterministic() {
    let scores = sample((0..<200).map { $0 % 3 == 0 ? 1 : 0 })
    let all = [1, 2, 5].map { "\(Bootstrap.intervals(scores, seed: 7, threads: $0))" }
    #expect(Set(all).count == 1)
    #expect("\(Bootstrap.intervals(scores, seed: 8, threads: 2))" != all[0])
  }

  @Test("equal cases have no width")
  func constant() {
    for interval in Bootstrap.intervals(sample([Int](repeating: 1, count: 50)), seed: 1, threads: 2) {
      #expect(interval == (1, 1))
    }
  }

  @Test("the width is that of the normal interval, where cases are many")
  func width() {
    // 400 of 1,600 hit: the standard error is √(0.25 · 0.75 / 1600).
    let scores = sample((0..<1600).map { $0 % 4 == 0 ? 1 : 0 })
    let interval = Bootstrap.intervals(scores, seed: 3, threads: 2)[0]
    let error: Double = (0.25 * 0.75 / 1600).squareRoot()
    let expected = 2 * 1.96 * error
    #expect(interval.low < 0.25 && interval.high > 0.25)
    #expect(abs(interval.high - interval.low - expected) < 0.15 * expected)
  }
}

@Suite("Paired significance")
struct SignificanceTests {
  private func differences(_ values: [Double]) -> [CaseScores] {
    values.map {
      var scores = CaseScores.zero
      scores.recall = $0
      return scores
    }
  }

  @Test("no difference is chance, a steady one is not, on any number of threads")
  func extremes() {
    let none = Bootstrap.significance(
      ofDifferences: differences([Double](repeating: 0, count: 20)), seed: 1, threads: 2)
    #expect(none == [1, 1, 1, 1, 1])
    let steady = (1...3).map {
      Bootstrap.significance(
        ofDifferences: differences([Double](repeating: 0.1, count: 100)), seed: 1, threads: $0)[0]
    }
    #expect(steady == [Double](repeating: 1 / Double(1 + Bootstrap.resamples), count: 3))
  }

  @Test("three equal differences have their sign by chance in two of eight tosses")
  func smallest() {
    let chance = Bootstrap.significance(ofDifferences: differences([0.3, 0.3, 0.3]), seed: 5, threads: 1)[0]
    #expect(abs(chance - 0.25) < 0.05, "\(chance)")
  }
}
