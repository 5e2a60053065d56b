import Vocabulary

/// What is held of a person, for them to read.
struct AccessText {
  let report: Report.Access

  func lines(_ style: Style) -> [String] {
    let person = style.person(report.subject)
    if !report.isKnown { return [style.paint("Nothing is held of \(person).", .bold)] }
    var lines = [style.paint("What is held of \(person)", .bold)]
    var events = Table([.init(), .init(onRight: true), .init(ink: .dim), .init(shrinksTo: 30)], indent: 2)
    for kind in report.events {
      let days = [kind.first, kind.last].map { $0.flatMap { Wording.date($0) } ?? "–" }
      var terms = "used for \(Wording.count(kind.use, "day"))"
      if kind.keep > kind.use {
        terms += ", kept for \(Wording.count(kind.keep)): \(DisplayText.safe(kind.basis ?? ""))"
      }
      events.add(DisplayText.safe(kind.event), Wording.count(kind.count), "\(days[0]) to \(days[1])", terms)
    }
    lines += events.lines(style)
    lines.append(
      "  \(Wording.count(report.decisions, "decision")), each kept for \(Wording.count(report.decisionDays, "day"))")
    let wishes = InstructionsText(report: report.instructions).lines(style).dropFirst()
    lines += ["", style.paint("What they have told us", .bold)] + wishes
    lines += ["", style.paint("Why: what it may be used for", .bold)]
    let consent = Report.Consent(subject: report.subject, purposes: report.purposes)
    lines += ConsentText(report: consent).lines(style).dropFirst()
    lines.append("  the proof of a consent is kept for \(Wording.count(report.ledgerDays, "day"))")
    if !report.tags.isEmpty {
      let tags = report.tags.prefix(12).map { DisplayText.safe($0.tag) }.joined(separator: ", ")
      lines += ["", style.paint("What is made of it", .bold)]
      lines += DisplayText.wrap("\(Wording.count(report.tags.count, "tag")), the strongest: \(tags)", to: style.width)
    }
    if let segment = report.segment {
      lines += DisplayText.wrap(
        "for advertising, the segment of those who like \(Origin.name(ofTag: segment)); advertising reads their average",
        to: style.width - 2
      ).map { "  \($0)" }
    }
    lines += ["", style.paint("Who looked at it or changed it", .bold)]
    var accesses = Table([.init(), .init(), .init(onRight: true)], indent: 2)
    for access in report.accesses {
      accesses.add(DisplayText.safe(access.role), DisplayText.safe(access.act), Wording.count(access.count))
    }
    lines += accesses.rows.isEmpty ? ["  nobody"] : accesses.lines(style)
    let days = Wording.count(report.accessLogDays, "day")
    lines.append("  this is kept for \(days); the store itself sends nothing anywhere")
    for given in report.recipients {
      let day = given.time.flatMap { Wording.date($0) } ?? "–"
      let place = given.region.map { " (\(DisplayText.safe($0)))" } ?? ""
      lines.append(
        "  \(DisplayText.safe(given.recipient))\(place) was given \(Wording.count(given.events, "event")) for "
          + "\(given.purpose.name), on \(day)")
    }
    if !report.requests.isEmpty {
      lines += ["", style.paint("Requests", .bold)]
      lines += RequestListText(report: Report.RequestList(late: 0, requests: report.requests)).lines(style)
    }
    lines += ["", style.paint("By what logic", .bold)]
    let counting = report.parameters.prefix(4).map { PolicyText.Words.english.parameters[$0.name] ?? $0.name }
    lines += DisplayText.wrap(
      "An item's points are a plain sum, and attune explain shows each part of it. Most counts: "
        + "\(counting.joined(separator: ", ")). attune policy show has all of it: policy "
        + "\(DisplayText.safe(report.policy)).",
      to: style.width)
    return lines
  }
}
