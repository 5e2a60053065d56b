import Vocabulary

/// An audit for people.
struct AuditText {
  let report: Report.Audit

  func lines(_ style: Style) -> [String] {
    let title = report.passed ? "✓ Every check passed" : "✗ Not every check passed"
    var table = Table([.init(), .init(ink: .dim), .init(shrinksTo: 30), .init(onRight: true)], indent: 2)
    for check in report.checks {
      table.add(
        check.passed ? "✓" : "✗", DisplayText.safe(check.guarantee), DisplayText.safe(check.title),
        "\(Wording.count(check.cases)) looked at")
    }
    var lines = [style.paint("\(title), in \(Wording.duration(seconds: report.seconds))", .bold)] + table.lines(style)
    for check in report.checks where !check.note.isEmpty {
      let more = check.breaches > 1 ? ", and \(Wording.count(check.breaches - 1)) more" : ""
      lines += DisplayText.wrap("\(check.guarantee): \(DisplayText.safe(check.note))\(more)", to: style.width)
    }
    return lines
  }
}

/// An audit as a page to be filed.
struct AuditPage {
  let report: Report.Audit

  var html: String {
    let rows = report.checks.map { check in
      let result = check.passed ? "passed" : "<strong>\(Wording.count(check.breaches, "breach", "breaches"))</strong>"
      return "<tr><td>\(HTML.escape(check.guarantee))</td><td>\(HTML.escape(check.title))</td>"
        + "<td>\(Wording.count(check.cases))</td><td>\(result)</td><td>\(HTML.escape(check.note))</td></tr>"
    }
    let sample = report.sample.map { "samples of \(Wording.count($0))" } ?? "everything"
    let time = report.time.flatMap { Wording.time($0) }.map { "\($0) UTC" } ?? ""
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><title>Audit of a store</title>
      <style>body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:60rem}td,th{padding:.3rem .8rem;text-align:left;
      border-bottom:1px solid #ccc;vertical-align:top}</style></head><body>
      <h1>\(report.passed ? "Every check passed" : "Not every check passed")</h1>
      <p>Audit of <code>\(HTML.escape(report.store))</code>, \(time), looking at \(sample); policy
      \(HTML.escape(report.policy)). Made by <code>attune audit</code>.</p>
      <table><tr><th>No.</th><th>What was checked</th><th>Looked at</th><th>Result</th><th>Note</th></tr>
      \(rows.joined(separator: "\n"))
      </table></body></html>

      """
  }
}
