import Vocabulary

extension Report.Import {
  /// The counts of an import for people.
  func lines(_ style: Style) -> [String] {
    let name = DisplayText.safe(file == "-" ? "standard input" : file)
    if let time = importedBefore {
      return [
        style.paint(
          "\(name): imported before, on \(Wording.time(time) ?? "an earlier day"); nothing was changed", .bold),
        style.paint("To import it all the same: --again", .dim),
      ]
    }
    let rate = seconds > 0 ? ", \(Wording.count(Int(Double(read) / seconds))) lines/s" : ""
    let noun = what == "items" ? "item" : "event"
    var lines = [
      style.paint(
        "\(name): \(Wording.count(admitted, noun)) \(what == "items" ? "stored" : "admitted")", .bold)
        + " of \(Wording.count(read, "line")) (\(format)) in \(Wording.duration(seconds: seconds))\(rate)"
    ]
    if what == "events" {
      lines.append("  \(Wording.count(people, "person", "people")), \(Wording.count(items, "item"))")
    }
    lines += Self.counts("refused, and no trace of them kept", refused.map { (Self.words($0.name), $0.count) }, style)
    if admitted == 0, refused.contains(where: { $0.name == "no-consent" }) {
      let advice =
        "Grant consent first (attune consent SUBJECT grant PURPOSE…), or say --consent granted of a log that was "
        + "collected under consent."
      lines += DisplayText.wrap(advice, to: style.width - 2).map { "  \($0)" }
    }
    for (field, count) in dropped {
      lines.append("  \(DisplayText.safe(field)) not kept of \(Wording.count(count, "event"))")
    }
    if rejected > 0 {
      lines += Self.counts("rejected, not understood", rejectedBy, style)
      if let rejectsFile { lines.append("  positions and reasons are in \(DisplayText.safe(rejectsFile))") }
    }
    if let clock, let time = Wording.time(clock) {
      lines.append("  the store's clock stands at the newest event, \(time) UTC; --as-of TIME or now changes it")
    }
    if ignored > 0 { lines.append("  \(Wording.count(ignored)) left out on purpose") }
    if !unusedColumns.isEmpty {
      var names = unusedColumns.prefix(20).map { DisplayText.safe($0) }.joined(separator: ", ")
      if unusedColumns.count > 20 { names += " and \(Wording.count(unusedColumns.count - 20)) more" }
      lines += DisplayText.wrap("columns not used and dropped: \(names)", to: style.width - 2).map { "  \($0)" }
    }
    return lines
  }

  private static func words(_ reason: String) -> String {
    switch reason {
    case "no-consent": "without consent of the person"
    case "minor": "of children without a guardian's consent"
    case "source": "from sources that the policy does not name"
    case "signal": "with a signal that leaves no purpose over"
    case "decommissioned": "after the store was decommissioned"
    default: reason
    }
  }

  private static func counts(_ title: String, _ counts: [(name: String, count: Int)], _ style: Style) -> [String] {
    if counts.isEmpty { return [] }
    let total = counts.reduce(0) { $0 + $1.count }
    var table = Table([.init(onRight: true), .init(shrinksTo: 30)], indent: 4)
    for (reason, count) in counts { table.add(Wording.count(count), DisplayText.safe(reason)) }
    return ["  \(style.paint(Wording.count(total), .bad)) \(title)"] + table.lines(style)
  }
}

extension Report.Training {
  /// What training did, for people.
  func lines(_ style: Style) -> [String] {
    var lines = [
      style.paint("Trained \(DisplayText.safe(model)) in \(Wording.duration(seconds: seconds))", .bold),
      "  from \(Wording.count(events, "event")) of \(Wording.count(people, "person", "people")) who permit training",
      "  \(Wording.count(items, "item")), \(Wording.count(rows, "row")) of related items, \(Wording.count(pairs, "pair"))",
      "  nothing published rests on fewer than \(Wording.count(support, "person", "people"))",
      style.paint("  \(digest), \(Wording.bytes(bytes))", .dim),
    ]
    if events == 0 {
      lines.append("  There was nothing to learn from: attune import brings events, of people who permit training.")
    }
    return lines
  }
}

extension Report.Status {
  /// What the store holds, for people.
  func lines(_ style: Style) -> [String] {
    var table = Table([.init(ink: .dim), .init(shrinksTo: 20)], indent: 2)
    table.add("people", Wording.count(subjects))
    table.add("items", Wording.count(items))
    table.add("events", Wording.count(events))
    table.add("tags", Wording.count(tags))
    table.add("decisions", Wording.count(decisions))
    table.add("consent entries", Wording.count(ledgerEntries))
    table.add("policy", DisplayText.safe(policy))
    table.add("model", modelWords)
    table.add("clock", asOf.flatMap { Wording.time($0) }.map { "fixed at \($0) UTC" } ?? "the wall clock")
    var lines = [style.paint("Store \(DisplayText.safe(store))", .bold)]
    if let time = decommissioned.flatMap({ Wording.time($0) }) {
      lines.append("  " + style.paint("decommissioned on \(time) UTC: it takes in nobody any more", .bad))
    }
    return lines + table.lines(style)
  }

  private var modelWords: String {
    guard let digest else { return "none yet; attune train makes one" }
    let name = modelName.map { "\(DisplayText.safe($0)), " } ?? ""
    let age = age.map { ", \(Wording.age(seconds: $0)) old" } ?? ""
    return "\(name)\(Wording.digest(digest))\(age)"
  }
}
