import Evaluation
import Vocabulary

/// What an evaluation found, as a page of its own with plots.
struct EvaluationPage {
  /// What one call of `attune evaluate` measured.
  enum Findings {
    case report(EvaluationReport)
    case comparison(Comparison)
    case sweep(Sweep)
  }

  let findings: Findings

  /// The whole document.
  var html: String {
    switch findings {
    case .report(let report):
      page(
        report, title: "How well \(report.model) ranks",
        [table(report)] + curves(report, [report.own] + report.yardsticks) + [latency(report)])
    case .comparison(let comparison):
      page(
        comparison.a, title: "How well \(comparison.a.model) and \(comparison.b.model) rank",
        [table(comparison)]
          + curves(
            comparison.a,
            [(comparison.a, "A"), (comparison.b, "B")].map { report, letter in
              var own = report.own
              own.name = comparison.a.model == comparison.b.model ? "\(report.model), \(letter)" : report.model
              return own
            }))
    case .sweep(let sweep):
      sweep.runs.first.map { first in
        page(
          first.report.without(change: sweep.key), title: "What \(sweep.key) costs \(first.report.model)",
          [table(sweep), accuracy(sweep), coverage(sweep)])
      } ?? ""
    }
  }

  private func page(_ report: EvaluationReport, title: String, _ parts: [String]) -> String {
    let kind = report.task == .interactions ? "interactions" : "next item"
    let notes = report.notes.map { "<li>\(HTML.escape($0))</li>" }
    return HTML.page(
      title: title, style: Chart.styleSheet,
      body: """
        <p>\(kind), \(Wording.count(report.cases, "case")); learned from \(Wording.count(report.events, "event")) of \
        \(Wording.count(report.people, "person", "people")) on \(Wording.count(report.items, "item")).</p>
        \(parts.joined(separator: "\n"))
        <section>
        <h2>What the figures rest on</h2>
        <ul>
        \(notes.joined(separator: "\n"))
        </ul>
        </section>
        """)
  }

  // MARK: Tables

  private func table(_ report: EvaluationReport) -> String {
    let metrics = CaseScores.metrics.enumerated().map { index, metric in
      let interval = report.own.intervals[index]
      return ["\(metric.name)@\(report.k)", figure(report.own.mean[keyPath: metric.value])]
        + ["\(figure(interval.low)) to \(figure(interval.high))"]
        + report.yardsticks.map { figure($0.mean[keyPath: metric.value]) }
    }
    let lists = ListScores.metrics.map { metric in
      ["\(metric.name)@\(report.k)", figure(report.own.lists[keyPath: metric.value]), ""]
        + report.yardsticks.map { figure($0.lists[keyPath: metric.value]) }
    }
    return table(
      "Means over the cases, with the 95 % interval of the bootstrap",
      ["metric", "model", "95 % interval"] + report.yardsticks.map(\.name), metrics + lists)
  }

  private func table(_ comparison: Comparison) -> String {
    let rows = zip(CaseScores.metrics, comparison.differences).map { metric, difference in
      [
        "\(metric.name)@\(comparison.a.k)", figure(comparison.a.own.mean[keyPath: metric.value]),
        figure(comparison.b.own.mean[keyPath: metric.value]), figure(difference.mean),
        "\(figure(difference.low)) to \(figure(difference.high))", Wording.decimal(difference.p, places: 3),
      ]
    }
    return table(
      "Means over the cases; by chance: how often as great a difference comes about when each case's sign is tossed",
      ["metric", comparison.a.model, comparison.b.model, "difference", "95 % interval", "by chance"], rows)
  }

  private func table(_ sweep: Sweep) -> String {
    let k = sweep.runs.first?.report.k ?? 0
    let rows = sweep.runs.map { value, report in
      [value] + CaseScores.metrics.map { figure(report.own.mean[keyPath: $0.value]) }
        + [figure(report.own.lists.coverage), Wording.count(report.pairs)]
    }
    return table(
      "Means over the cases", [sweep.key] + CaseScores.metrics.map { "\($0.name)@\(k)" } + ["coverage@\(k)", "pairs"],
      rows)
  }

  private func table(_ caption: String, _ headings: [String], _ rows: [[String]]) -> String {
    let head = headings.enumerated().map { index, heading in
      "<th scope=\"col\"\(index > 0 ? " class=\"n\"" : "")>\(HTML.escape(heading))</th>"
    }
    let body = rows.map { row in
      "<tr><th scope=\"row\">\(HTML.escape(row[0]))</th>"
        + row.dropFirst().map { "<td class=\"n\">\(HTML.escape($0))</td>" }.joined() + "</tr>"
    }
    return """
      <section>
      <table>
      <caption>\(HTML.escape(caption))</caption>
      <thead><tr>\(head.joined())</tr></thead>
      <tbody>
      \(body.joined(separator: "\n"))
      </tbody>
      </table>
      </section>
      """
  }

  private func figure(_ number: Double) -> String { Wording.decimal(number, places: 4) }

  // MARK: Plots

  private func curves(_ report: EvaluationReport, _ rankings: [EvaluationReport.Ranking]) -> [String] {
    let metrics: [(String, KeyPath<CaseScores, Double>)] =
      report.task == .interactions
      ? [("Recall", \.recall), ("NDCG", \.ndcg)] : [("Hit rate", \.hit), ("MRR", \.mrr), ("NDCG", \.ndcg)]
    let scores = metrics.map { name, metric in
      curve("\(name) by length of the list", name, report.k, rankings) { $0.scores.map { $0[keyPath: metric] } }
    }
    return scores + [
      curve("Coverage: the part of the items that some list shows", "Coverage", report.k, rankings) { $0.coverage }
    ]
  }

  private func curve(
    _ title: String, _ name: String, _ k: Int, _ rankings: [EvaluationReport.Ranking],
    _ values: (Curve) -> [Double]
  ) -> String {
    let step = k <= 12 ? 1 : k <= 25 ? 5 : max(1, k / 5)
    let ticks = ([1] + Array(stride(from: step, through: k, by: step)).filter { $0 > 1 }).map {
      (x: Double($0), label: "\($0)")
    }
    return Chart(
      title: title, across: "k, the length of the list", up: name,
      series: rankings.map { ranking in
        Chart.Series(
          name: ranking.name,
          points: values(ranking.curve).enumerated().map { Chart.Point(x: Double($0 + 1), y: $1) })
      }, ticks: ticks, places: (0..<k).map { "\($0 + 1)" }
    ).html
  }

  private func accuracy(_ sweep: Sweep) -> String {
    let task = sweep.runs.first?.report.task
    let metrics: [(String, KeyPath<CaseScores, Double>)] =
      task == .interactions
      ? [("recall", \.recall), ("ndcg", \.ndcg), ("mrr", \.mrr)] : [("hit", \.hit), ("ndcg", \.ndcg), ("mrr", \.mrr)]
    return chart(
      "Accuracy by \(sweep.key)", "Mean over the cases", sweep,
      metrics.map { name, metric in (name, sweep.runs.map { $0.report.own.mean[keyPath: metric] }) })
  }

  private func coverage(_ sweep: Sweep) -> String {
    chart(
      "Coverage by \(sweep.key)", "Part of the items", sweep,
      [("coverage", sweep.runs.map { $0.report.own.lists.coverage })])
  }

  private func chart(_ title: String, _ up: String, _ sweep: Sweep, _ series: [(String, [Double])]) -> String {
    Chart(
      title: title, across: sweep.key, up: up,
      series: series.map { name, values in
        Chart.Series(name: name, points: values.enumerated().map { Chart.Point(x: Double($0), y: $1) })
      }, ticks: sweep.runs.enumerated().map { (x: Double($0), label: $1.value) }, places: sweep.runs.map(\.value)
    ).html
  }

  /// A bar a class of half an octave.
  private func latency(_ report: EvaluationReport) -> String {
    let classes = report.latencies.classes
    let every = max(1, (classes.count + 7) / 8)
    return Chart(
      title: "How long one list takes: half of them at most \(microseconds(report.rankMicroseconds.p50 * 1000)), "
        + "99 of 100 at most \(microseconds(report.rankMicroseconds.p99 * 1000))",
      across: "time for one list", up: "Lists",
      series: [
        Chart.Series(
          name: "lists", points: classes.enumerated().map { Chart.Point(x: Double($0), y: Double($1.lists)) })
      ],
      ticks: (0...classes.count).filter { $0 % every == 0 }.map { place in
        (
          x: Double(place),
          label: microseconds(place < classes.count ? classes[place].from : classes.last?.to ?? 0)
        )
      },
      places: classes.map { "\(microseconds($0.from)) to \(microseconds($0.to))" }, shape: .bars, digits: 0
    ).html
  }

  private func microseconds(_ nanoseconds: Double) -> String {
    let micro = nanoseconds / 1000
    if micro < 10 { return "\(Wording.decimal(micro, places: 1)) µs" }
    if micro < 10_000 { return "\(Wording.count(Int(micro.rounded()))) µs" }
    return "\(Wording.decimal(micro / 1000, places: 1)) ms"
  }
}

extension EvaluationReport {
  /// The report of one run of a sweep as one of all its runs: what changes between them is not as asked for.
  fileprivate func without(change key: String) -> EvaluationReport {
    var report = self
    report.changes.removeAll { $0.key == key }
    return report
  }
}
