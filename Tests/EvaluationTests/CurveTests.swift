import TestSupport
import Testing
import Vocabulary

@testable import Evaluation

@Suite("Metrics by length of the list")
struct CurveTests {
  @Test("at each length they are those of lists cut there, coverage too")
  func againstCutLists() {
    checkProperty(cases: 100, seed: 130_000) { random in
      let items = 1 + random.below(20)
      let k = 1 + random.below(12)
      var lists: [[UInt32]] = []
      var cases: [TaskData.Case] = []
      for _ in 0..<random.below(15) {
        // Some lists are short, and some items are not of training.
        var list = (0..<UInt32(items + 4)).map { $0 }
        for index in list.indices { list.swapAt(index, random.below(index + 1)) }
        lists.append(Array(list.prefix(random.chance(1, in: 3) ? random.below(k) : k)))
        let held = Set((0...random.below(5)).map { _ in UInt32(random.below(items + 4)) }).sorted()
        cases.append(TaskData.Case(history: 0..<0, held: held))
      }
      let curve = Curve(lists, cases, items: items, k: k, discounts: Discounts(k: k))
      return (1...k).allSatisfy { length in
        let cut = lists.map { Array($0.prefix(length)) }
        let scores = zip(cut, cases).map { CaseScores($0, held: $1.held, k: length, discounts: Discounts(k: length)) }
        let shown = Set(cut.joined().filter { $0 < items }).count
        return curve.scores[length - 1] == CaseScores.mean(scores)
          && curve.coverage[length - 1] == Double(shown) / Double(items)
      }
    }
  }

  @Test("half an octave is a class of latencies, none left out between")
  func latencies() {
    let classes = Latencies([1000, 1400, 1500, 8000]).classes
    // 2^9.5 = 724 to 1024; to 1448; to 2048; …; 5793 to 8192.
    #expect(classes.map(\.lists) == [1, 1, 1, 0, 0, 0, 1])
    #expect(classes.map(\.from) == [724, 1024, 1448, 2048, 2896, 4096, 5792])
    #expect(classes.last?.to == 8192 && Latencies([]).classes.isEmpty)
  }
}
