package import Attune
import Vocabulary

/// Two models on the same cases, and whether their difference is more than chance.
package struct Comparison: Sendable {
  package var a: EvaluationReport
  package var b: EvaluationReport
  /// b − a over the same cases, in the order of ``CaseScores/metrics``: the mean, its 95 % interval, and how often chance
  /// alone brings about as much.
  package var differences: [(mean: Double, low: Double, high: Double, p: Double)]

  /// - Parameters:
  ///   - a: Of the same data as `b`.
  ///   - seed: Of the intervals and the test.
  package init(_ a: EvaluationReport, _ b: EvaluationReport, seed: UInt64, threads: Int) {
    let cases = zip(a.own.cases, b.own.cases).map { a, b in
      var difference = b
      difference.subtract(a)
      return difference
    }
    let mean = CaseScores.mean(cases)
    let intervals = Bootstrap.intervals(cases, seed: seed, threads: threads)
    let chances = Bootstrap.significance(ofDifferences: cases, seed: seed, threads: threads)
    differences = CaseScores.metrics.indices.map {
      (mean[keyPath: CaseScores.metrics[$0].value], intervals[$0].low, intervals[$0].high, chances[$0])
    }
    self.a = a
    self.b = b
  }
}

extension Comparison: JSONWritable {
  /// The comparison as one JSON object in UTF-8, without a line end.
  package var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.key("a")
      a.write(to: &$0)
      $0.key("b")
      b.write(to: &$0)
      $0.key("differences")
      $0.object { inner in
        for (metric, difference) in zip(CaseScores.metrics, differences) {
          inner.member("\(metric.name)@\(a.k)", difference.mean)
          inner.key("\(metric.name)@\(a.k)_ci")
          inner.array { pair in
            pair.value(difference.low)
            pair.value(difference.high)
          }
          inner.member("\(metric.name)@\(a.k)_p", difference.p)
        }
      }
    }
  }
}

/// One model with one parameter at several values.
package struct Sweep: Sendable {
  package var key: String
  package var runs: [(value: String, report: EvaluationReport)]

  package init(key: String, runs: [(value: String, report: EvaluationReport)]) {
    self.key = key
    self.runs = runs
  }
}

extension Sweep: JSONWritable {
  /// The runs as one JSON object in UTF-8, without a line end.
  package var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("sweep", key)
      $0.key("runs")
      $0.array { list in
        for run in runs {
          list.object { inner in
            inner.member("value", run.value)
            inner.key("report")
            run.report.write(to: &inner)
          }
        }
      }
    }
  }
}
