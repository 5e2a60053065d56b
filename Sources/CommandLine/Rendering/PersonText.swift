import Vocabulary

/// A person's age for people.
struct AgeText {
  let report: Report.Age

  func lines(_ style: Style) -> [String] {
    let who = style.person(report.subject)
    let title =
      switch report.standing {
      case "minor": "\(who) is under \(report.from), without a guardian's consent: nothing is collected."
      case "guarded": "\(who) is under \(report.from), with a guardian's consent: no advertising, push or partners."
      default: "\(who) decides for themselves."
      }
    var lines = [style.paint(title, .bold)]
    if let born = report.born, report.standing != "adult", let time = report.ofAge.flatMap({ Wording.time($0) }) {
      lines.append("  born in \(born), so of age on \(time.prefix(10)) at the latest")
    }
    if report.deleted > 0 { lines.append("  \(Wording.count(report.deleted, "event")) that were held are deleted") }
    return lines
  }
}

/// A person's switches for people.
struct ConsentText {
  let report: Report.Consent

  func lines(_ style: Style) -> [String] {
    var table = Table([.init(), .init(), .init(ink: .dim)], indent: 2)
    for state in report.purposes {
      table.add(state.purpose.name, state.allowed ? "✓ on" : "✗ off", Self.origin(state))
    }
    return [style.paint("Consent of \(style.person(report.subject))", .bold)] + table.lines(style)
  }

  private static func origin(_ state: Report.ConsentState) -> String {
    let words =
      switch state.by {
      case "own": "their own choice"
      case "source": "granted with an imported log"
      case "policy": "the policy's default"
      case "age": "off for a child"
      default: DisplayText.safe(state.by)
      }
    return state.since.flatMap { Wording.time($0) }.map { "\(words), since \($0) UTC" } ?? words
  }
}

/// A person's blocks and tag instructions for people.
struct InstructionsText {
  let report: Report.Instructions

  func lines(_ style: Style) -> [String] {
    let kinds: [(String, [String])] = [
      ("items never shown", report.items),
      ("nothing similar to", report.similar),
      ("nothing tagged", report.tags),
      ("tags removed", report.removedTags),
      ("tags added", report.addedTags),
    ]
    let title = style.paint("Instructions of \(style.person(report.subject))", .bold)
    var table = Table([.init(), .init(shrinksTo: 20)], indent: 2)
    for (kind, entries) in kinds where !entries.isEmpty {
      table.add(kind, entries.map { DisplayText.safe($0) }.joined(separator: ", "))
    }
    if let time = report.reset.flatMap({ Wording.time($0) }) { table.add("tags begun anew", "\(time) UTC") }
    return [title] + (table.rows.isEmpty ? ["  none"] : table.lines(style))
  }
}
