import Evaluation
import Vocabulary

extension EvaluationReport {
  /// The figures in a table, the model's first, for people.
  func lines(_ style: Style, groups isGrouped: Bool = false) -> [String] {
    var lines = [heading(DisplayText.safe(model), style), ""]
    var table = Table(
      [.init(ink: .dim), .init(heading: "model", onRight: true), .init(heading: "95 % interval", ink: .dim)]
        + yardsticks.map { .init(heading: $0.name, onRight: true) }, indent: 2)
    for (index, metric) in CaseScores.metrics.enumerated() {
      let interval = own.intervals[index]
      table.rows.append(
        ["\(metric.name)@\(k)", figure(own.mean[keyPath: metric.value])]
          + ["\(figure(interval.low)) to \(figure(interval.high))"]
          + yardsticks.map { figure($0.mean[keyPath: metric.value]) })
    }
    for metric in ListScores.metrics {
      table.rows.append(
        ["\(metric.name)@\(k)", figure(own.lists[keyPath: metric.value]), ""]
          + yardsticks.map { figure($0.lists[keyPath: metric.value]) })
    }
    table.rows.append(["cold@\(k)", figure(own.cold.recall), ""] + yardsticks.map { figure($0.cold.recall) })
    lines += table.lines(style) + [""]
    if isGrouped { lines += groupLines(style) }
    let all = [timing] + notes
    for text in all { lines += DisplayText.wrap(text, to: style.width - 2).map { style.paint("  \($0)", .dim) } }
    return lines
  }

  func heading(_ name: String, _ style: Style) -> String {
    let kind = task == .interactions ? "interactions" : "next item"
    return style.paint("\(name): \(kind), \(Wording.count(cases, "case"))", .bold)
      + ", learned from \(Wording.count(events, "event")) of \(Wording.count(people, "person", "people")) on "
      + "\(Wording.count(items, "item"))"
  }

  /// Metrics of alike cases, a block for each likeness.
  private func groupLines(_ style: Style) -> [String] {
    var lines: [String] = []
    for (by, title) in [("history", "events of the history"), ("support", "people who have the held items")] {
      var table = Table(
        [.init(heading: title, onRight: true), .init(heading: "cases", onRight: true)]
          + CaseScores.metrics.map { .init(heading: "\($0.name)@\(k)", onRight: true) }, indent: 2)
      for group in groups where group.by == by {
        let range = group.to.map { $0 == group.from ? "\(group.from)" : "\(group.from) to \($0)" }
        table.rows.append(
          [range ?? "\(group.from) and more", Wording.count(group.cases)]
            + CaseScores.metrics.map { figure(group.mean[keyPath: $0.value]) })
      }
      lines += table.lines(style) + [""]
    }
    guard let optedOut else { return lines }
    var table = Table(
      [.init(heading: "all people", onRight: true), .init(heading: "cases", onRight: true)]
        + CaseScores.metrics.map { .init(heading: "\($0.name)@\(k)", onRight: true) }, indent: 2)
    for (name, mean) in [("as they are", own.mean), ("opted out", optedOut.mean)] {
      table.rows.append(
        [name, Wording.count(cases)] + CaseScores.metrics.map { figure(mean[keyPath: $0.value]) })
    }
    return lines + table.lines(style) + [""]
  }

  private var timing: String {
    "fitted in \(Wording.duration(seconds: fitSeconds)), ranked in \(Wording.duration(seconds: rankSeconds)) on "
      + "\(Wording.count(threads, "thread")); one list takes \(microseconds(rankMicroseconds.p50)) at the median, "
      + "\(microseconds(rankMicroseconds.p99)) at the 99th percentile; "
      + "of all places \(Wording.percent(generalShare)) are general"
  }

  /// What the figures rest on.
  var notes: [String] {
    var notes = [
      leavesOut
        ? "items of a subject's training part are left out of their list"
        : "items of the history may come again, as far as the model's rules let them"
    ]
    switch split {
    case .time: notes.append("held out: what came from \(cut.flatMap(Wording.time) ?? "the cut") on")
    case .leaveLast: notes.append("held out: each person's last event; training knows what others did after it")
    case nil: break
    }
    if own.cold.pairs > 0 {
      notes.append(
        "cold: of \(Wording.count(own.cold.pairs, "held-out item")) that fewer than \(ColdScores.people) people of training "
          + "have, the share found")
    }
    if metBefore > 0 {
      notes.append(
        "\(Wording.count(metBefore, "person", "people")) left out who had met before all that was held out; --repeats "
          + "counts them")
    }
    if rejected > 0 { notes.append("\(Wording.count(rejected, "line")) could not be understood") }
    if !assumptions.isEmpty {
      notes.append("as in published figures: " + assumptions.map { "\($0.key)=\($0.value)" }.joined(separator: " "))
    }
    if !changes.isEmpty {
      let words = changes.map { "\(DisplayText.safe($0.key))=\(DisplayText.safe($0.value))" }
      notes.append("as asked for: " + words.joined(separator: " "))
    }
    if strangers > 0 {
      notes.append("\(Wording.count(strangers, "test subject")) without any training event left out")
    }
    if !unknownKinds.isEmpty {
      let words = unknownKinds.prefix(8).map { "“\(DisplayText.safe($0))”" }
      notes.append("counted as views, for want of --kinds: \(Wording.list(words))")
    }
    return notes
  }

  private func microseconds(_ number: Double) -> String { "\(Wording.count(Int(number.rounded()))) µs" }
}

/// A metric as tables show it.
private func figure(_ number: Double) -> String { Wording.decimal(number, places: 4) }

extension Comparison {
  /// Both models with their difference, for people.
  func lines(_ style: Style) -> [String] {
    let names = [a.model, b.model].map(DisplayText.safe)
    var lines = [a.heading("\(names[0]) and \(names[1])", style), ""]
    var table = Table(
      [
        .init(ink: .dim), .init(heading: names[0], onRight: true), .init(heading: names[1], onRight: true),
        .init(heading: "difference", onRight: true), .init(heading: "95 % interval", ink: .dim),
        .init(heading: "by chance", onRight: true),
      ], indent: 2)
    for (metric, difference) in zip(CaseScores.metrics, differences) {
      table.add(
        "\(metric.name)@\(a.k)", figure(a.own.mean[keyPath: metric.value]), figure(b.own.mean[keyPath: metric.value]),
        figure(difference.mean), "\(figure(difference.low)) to \(figure(difference.high))",
        Wording.decimal(difference.p, places: 3))
    }
    for metric in ListScores.metrics {
      let values = [a, b].map { $0.own.lists[keyPath: metric.value] }
      table.add("\(metric.name)@\(a.k)", figure(values[0]), figure(values[1]), figure(values[1] - values[0]), "", "")
    }
    lines += table.lines(style) + [""]
    let all = ["by chance: how often as great a difference comes about when each case's sign is tossed"] + a.notes
    for text in all { lines += DisplayText.wrap(text, to: style.width - 2).map { style.paint("  \($0)", .dim) } }
    return lines
  }
}

extension Sweep {
  /// One line a value, with what changed against the first, for people.
  func lines(_ style: Style) -> [String] {
    guard let first = runs.first?.report else { return [] }
    let shown = [CaseScores.metrics[0], CaseScores.metrics[1], CaseScores.metrics[2]]
    var lines = [first.heading(DisplayText.safe(first.model), style), ""]
    var table = Table(
      [.init(heading: DisplayText.safe(key), onRight: true)]
        + shown.flatMap {
          [Table.Column(heading: "\($0.name)@\(first.k)", onRight: true), Table.Column(onRight: true, ink: .dim)]
        } + [.init(heading: "coverage@\(first.k)", onRight: true), .init(heading: "pairs", onRight: true)], indent: 2)
    for (value, report) in runs {
      let cells = shown.flatMap { metric -> [String] in
        let (now, before) = (report.own.mean[keyPath: metric.value], first.own.mean[keyPath: metric.value])
        return [figure(now), before > 0 && now != before ? Wording.percent(now / before - 1) : ""]
      }
      table.rows.append(
        [DisplayText.safe(value)] + cells + [figure(report.own.lists.coverage), Wording.count(report.pairs)])
    }
    lines += table.lines(style)
    return lines
  }
}

extension Tuner.Result {
  /// What the search brought, for people.
  func lines(_ path: String, _ style: Style) -> [String] {
    [
      style.paint("NDCG \(figure(after)) on the validation part, \(figure(before)) before", .bold)
        + " (\(Wording.count(cases, "case")))",
      "  \(Wording.count(tried, "model")) tried, \(Wording.count(remembered)) remembered",
      "  the model is in \(DisplayText.safe(path)), the trials are in \(DisplayText.safe(path)).trials",
      style.paint("  Now measure it once on the test file: attune evaluate --model \(DisplayText.safe(path)) …", .dim),
    ]
  }
}
