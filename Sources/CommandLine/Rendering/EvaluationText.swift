import Evaluation
import Vocabulary

extension EvaluationReport {
  /// The figures in a table, the model's first, for people.
  func lines(_ style: Style) -> [String] {
    let kind = task == .interactions ? "interactions" : "next item"
    var lines = [
      style.paint("\(DisplayText.safe(model)): \(kind), \(Wording.count(cases, "case"))", .bold)
        + ", learned from \(Wording.count(events, "event")) of \(Wording.count(people, "person", "people")) on "
        + "\(Wording.count(items, "item"))",
      "",
    ]
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
    lines += table.lines(style) + [""]
    for text in notes { lines += DisplayText.wrap(text, to: style.width - 2).map { style.paint("  \($0)", .dim) } }
    return lines
  }

  private var notes: [String] {
    var notes = [
      "fitted in \(Wording.duration(seconds: fitSeconds)), ranked in \(Wording.duration(seconds: rankSeconds)) on "
        + "\(Wording.count(threads, "thread")); one list takes \(microseconds(rankMicroseconds.p50)) at the median, "
        + "\(microseconds(rankMicroseconds.p99)) at the 99th percentile",
      leavesOut
        ? "items of a subject's training part are left out of their list"
        : "items of the history may come again, as far as the model's rules let them",
      "of all places \(Wording.percent(generalShare)) are general",
    ]
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

  private func figure(_ number: Double) -> String { Wording.decimal(number, places: 4) }

  private func microseconds(_ number: Double) -> String { "\(Wording.count(Int(number.rounded()))) µs" }
}
