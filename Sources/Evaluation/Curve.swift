import Attune
import Vocabulary

/// The metrics of lists cut after each of their places.
package struct Curve: Sendable {
  /// The mean over cases, by length of the list from 1.
  package private(set) var scores: [CaseScores]
  /// Coverage, by length of the list from 1.
  package private(set) var coverage: [Double]

  /// - Parameters:
  ///   - items: How many items training has; lists may name others too.
  /// - Complexity: O(lists · k).
  init(_ lists: [[UInt32]], _ cases: [TaskData.Case], items: Int, k: Int, discounts: Discounts) {
    var sums = [CaseScores](repeating: .zero, count: k)
    var first = [Int](repeating: k, count: items)
    for (list, question) in zip(lists, cases) {
      var growing = CaseScores.Growing(held: question.held)
      for place in 0..<k {
        if place < list.count {
          growing.add(list[place], at: place, discounts)
          if Int(list[place]) < items { first[Int(list[place])] = min(first[Int(list[place])], place) }
        }
        sums[place].add(growing.scores(k: place + 1, discounts))
      }
    }
    scores = sums.map { $0.divided(by: Double(max(1, cases.count))) }
    var shown = [Int](repeating: 0, count: k + 1)
    for place in first { shown[place] += 1 }
    var sum = 0
    coverage = shown.prefix(k).map { newly in
      sum += newly
      return Double(sum) / Double(max(1, items))
    }
  }

  func write(to json: inout JSONWriter) {
    json.object {
      for metric in CaseScores.metrics {
        $0.key(metric.name)
        $0.array { list in for score in scores { list.value(score[keyPath: metric.value]) } }
      }
      $0.key("coverage")
      $0.array { list in for value in coverage { list.value(value) } }
    }
  }
}

/// How long single lists took, in classes half an octave wide.
package struct Latencies: Sendable {
  /// Classes without a gap, ascending: from so many nanoseconds to less than √2 times as many.
  package private(set) var classes: [(from: Double, to: Double, lists: Int)] = []

  init(_ nanoseconds: [UInt64]) {
    let halves = nanoseconds.map { Int(FixedPoint.log2(max(1, $0)) >> 31) }
    guard let least = halves.min(), let greatest = halves.max() else { return }
    var counts = [Int](repeating: 0, count: greatest - least + 1)
    for half in halves { counts[half - least] += 1 }
    classes = counts.enumerated().map { index, lists in
      (Latencies.bound(least + index), Latencies.bound(least + index + 1), lists)
    }
  }

  /// 2^(halves/2) nanoseconds.
  private static func bound(_ halves: Int) -> Double {
    Double(FixedPoint.exp2(Int64(halves) << 31, fractionBits: 0))
  }
}
