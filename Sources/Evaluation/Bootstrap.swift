import Dispatch
import Vocabulary

/// 95 % intervals of means over cases, by the percentile bootstrap.
///
/// Cases are drawn with replacement, as many as there are, and the mean taken, again and again; the interval holds the
/// middle 95 % of those means. Method: B. Efron, "Bootstrap methods: another look at the jackknife" (1979). Shares that
/// are no means over cases, such as coverage, have no such interval: a draw repeats cases, so it always covers less.
package enum Bootstrap {
  package static let resamples = 1000

  /// The interval of each metric's mean, in the order of ``CaseScores/metrics``.
  ///
  /// Each draw has a generator of its own, so the result does not depend on the number of threads.
  package static func intervals(
    _ scores: [CaseScores], seed: UInt64, threads: Int
  ) -> [(low: Double, high: Double)] {
    var means = [CaseScores](repeating: .zero, count: resamples)
    unsafe means.withUnsafeMutableBufferPointer { means in
      let slots = unsafe Slots(means: means)
      DispatchQueue.concurrentPerform(iterations: max(1, threads)) { worker in
        for draw in stride(from: worker, to: resamples, by: max(1, threads)) {
          var random = SplitMix64(seed: seed &+ UInt64(draw) &* 0x9E37_79B9)
          var sum = CaseScores.zero
          for _ in scores.indices { sum.add(scores[random.below(scores.count)]) }
          unsafe slots.means[draw] = sum.divided(by: Double(scores.count))
        }
      }
    }
    return CaseScores.metrics.map { metric in
      let values = means.map { $0[keyPath: metric.value] }.sorted()
      return (values[resamples / 40], values[resamples - 1 - resamples / 40])
    }
  }

  @safe private struct Slots: @unchecked Sendable {  // unchecked: each worker writes its own draws only
    @unsafe var means: UnsafeMutableBufferPointer<CaseScores>
  }
}
