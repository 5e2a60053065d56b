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
  package static func intervals(
    _ scores: [CaseScores], seed: UInt64, threads: Int
  ) -> [(low: Double, high: Double)] {
    let means = draws(seed: seed, threads: threads) { random in
      var sum = CaseScores.zero
      for _ in scores.indices { sum.add(scores[random.below(scores.count)]) }
      return sum.divided(by: Double(scores.count))
    }
    return CaseScores.metrics.map { metric in
      let values = means.map { $0[keyPath: metric.value] }.sorted()
      return (values[resamples / 40], values[resamples - 1 - resamples / 40])
    }
  }

  /// How often a mean difference as great as the one found comes about by chance, for each metric.
  ///
  /// By chance: each case's difference has its sign by the toss of a coin (Fisher's randomization test). At least
  /// 1 / (1 + ``resamples``). Method: M. Smucker, J. Allan, B. Carterette, "A comparison of statistical significance
  /// tests for information retrieval evaluation" (2007).
  package static func significance(
    ofDifferences differences: [CaseScores], seed: UInt64, threads: Int
  ) -> [Double] {
    let found = CaseScores.mean(differences)
    let means = draws(seed: seed, threads: threads) { random in
      var sum = CaseScores.zero
      var bits: UInt64 = 0
      for index in differences.indices {
        if index % 64 == 0 { bits = random.next() }
        if bits & 1 == 0 { sum.add(differences[index]) } else { sum.subtract(differences[index]) }
        bits >>= 1
      }
      return sum.divided(by: Double(differences.count))
    }
    return CaseScores.metrics.map { metric in
      // Sums in another order differ in their last bits, which must not tell two equal ones apart.
      let least = abs(found[keyPath: metric.value]) * (1 - 1e-9)
      return Double(1 + means.count { abs($0[keyPath: metric.value]) >= least }) / Double(1 + resamples)
    }
  }

  /// Draws again and again, each time with a generator of its own, so that the number of threads changes nothing.
  private static func draws(
    seed: UInt64, threads: Int, _ body: @Sendable (inout SplitMix64) -> CaseScores
  ) -> [CaseScores] {
    var means = [CaseScores](repeating: .zero, count: resamples)
    unsafe means.withUnsafeMutableBufferPointer { means in
      let slots = unsafe Slots(means: means)
      DispatchQueue.concurrentPerform(iterations: max(1, threads)) { worker in
        for draw in stride(from: worker, to: resamples, by: max(1, threads)) {
          var random = SplitMix64(seed: seed &+ UInt64(draw) &* 0x9E37_79B9)
          unsafe slots.means[draw] = body(&random)
        }
      }
    }
    return means
  }

  @safe private struct Slots: @unchecked Sendable {  // unchecked: each worker writes its own draws only
    @unsafe var means: UnsafeMutableBufferPointer<CaseScores>
  }
}
