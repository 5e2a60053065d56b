import Vocabulary

/// One request for people.
struct RequestText {
  let report: Report.Request

  func lines(_ style: Style) -> [String] {
    var table = Table([.init(ink: .dim), .init(shrinksTo: 30)], indent: 2)
    func add(_ name: String, _ value: String?) {
      if let value, !value.isEmpty { table.add(name, DisplayText.safe(value)) }
    }
    add("about", report.subject.map { style.person($0) })
    if report.forgotten { add("about", "somebody who is erased") }
    add("state", RequestText.state(report))
    add("received", "\(report.received), by the rule \(report.regime)")
    add("confirm by", report.state == "received" ? report.confirmBy : nil)
    add("answer by", report.extendedTo.map { "\($0), extended from \(report.due)" } ?? report.due)
    if let by = report.by, by != "person" {
      add("asked by", "\(by) \(report.name.map { style.unmasked ? $0 : Masking.mask($0) } ?? "")")
    }
    add("evidence", report.evidence)
    add("decision", report.decision)
    add("words", report.words)
    add("decided by", report.reviewer)
    for measure in report.measures { add("done", measure) }
    let title = style.paint("Request \(report.request): \(DisplayText.safe(report.kind))", .bold)
    return [title] + table.lines(style) + steps(style)
  }

  private func steps(_ style: Style) -> [String] {
    var table = Table([.init(ink: .dim), .init(), .init(shrinksTo: 20)], indent: 4)
    for step in report.steps {
      let time = step.time.flatMap { Wording.time($0) } ?? "–"
      table.add(time, DisplayText.safe(step.state), DisplayText.safe(step.note ?? ""))
    }
    return table.lines(style)
  }

  static func state(_ report: Report.Request) -> String {
    var words = report.state
    if let outcome = report.outcome { words += ": \(outcome)" }
    if let reason = report.reason { words += ": \(reason)" }
    return report.late ? words + ", LATE" : words
  }
}

/// The register for people.
struct RequestListText {
  let report: Report.RequestList

  func lines(_ style: Style) -> [String] {
    if report.requests.isEmpty { return ["No requests."] }
    var table = Table(
      [
        .init(heading: "no.", onRight: true), .init(heading: "kind"), .init(heading: "about"), .init(heading: "state"),
        .init(heading: "received"), .init(heading: "due"),
      ])
    for request in report.requests {
      table.add(
        "\(request.request)", DisplayText.safe(request.kind),
        request.forgotten ? "erased" : request.subject.map { style.person($0) } ?? "–",
        DisplayText.safe(RequestText.state(request)), request.received, request.extendedTo ?? request.due)
    }
    return table.lines(style)
  }
}

/// A list of holidays for people.
struct HolidaysText {
  let report: Report.Holidays

  func lines(_ style: Style) -> [String] {
    var line = "\(Wording.count(report.holidays, "holiday")) in the calendar \(DisplayText.safe(report.calendar))"
    if let first = report.first, let last = report.last { line += ", from \(first) to \(last)" }
    if report.workedWeekends > 0 { line += "; \(Wording.count(report.workedWeekends, "weekend day")) worked" }
    return [line + "."]
  }
}

/// Whose data was within reach, for people.
struct IncidentText {
  let report: Report.Incident

  func lines(_ style: Style) -> [String] {
    let since = report.since.flatMap { Wording.time($0) }.map { " since \($0) UTC" } ?? ""
    var table = Table([.init(), .init(ink: .dim), .init(shrinksTo: 20)], indent: 2)
    for person in report.people {
      table.add(
        person.subject.map { style.person($0) } ?? "pseudonym \(person.pseudonym?.prefix(8) ?? "–")",
        person.roles.joined(separator: " "),
        person.acts.map { "\(DisplayText.safe($0.name)) \($0.count)" }.joined(separator: ", "))
    }
    let people = Wording.count(report.people.count, "person", "people")
    var lines = [style.paint("Data of \(people) was in scope\(since)", .bold)]
    lines += table.lines(style)
    if report.people.contains(where: { $0.subject == nil }) {
      lines.append("  Pseudonyms become ids with --among FILE, a list of the ids that may be meant, one a line.")
    }
    if report.unnamed > 0 {
      lines.append("  \(Wording.count(report.unnamed, "entry", "entries")) more about nobody who is held")
    }
    return lines
  }
}
