import Vocabulary

/// An erasure for people.
struct ErasureText {
  let report: Report.Erasure
  /// Where the receipt was written.
  var receipt: String?

  func lines(_ style: Style) -> [String] {
    if report.people == 0 {
      return [
        style.paint("Nothing was held of them; old logs will not bring them in.", .bold),
        "  If that is a surprise, check the id: attune history SUBJECT shows what is held.",
      ]
    }
    let what = [
      Wording.count(report.events, "event"), Wording.count(report.decisions, "decision"),
      Wording.count(report.ledgerEntries, "ledger entry", "ledger entries"),
    ]
    var lines = [
      style.paint(
        "\(Wording.count(report.people, "person", "people")) erased in \(Wording.duration(seconds: report.seconds))",
        .bold) + ": \(Wording.list(what)). The keys are destroyed."
    ]
    if let items = report.items, items > 0 {
      lines.append("  \(Wording.count(items, "item")) that nobody else had touched went too")
    }
    if let before = report.modelBefore, let after = report.modelAfter {
      lines.append(
        before == after
          ? "  the model \(Wording.digest(after)) held nothing of them"
          : "  the model was \(Wording.digest(before)) and is \(Wording.digest(after))")
    }
    lines.append(
      report.verified == nil
        ? "  the files are being wiped and searched; attune verify says when that is done"
        : "  every file was searched and nothing found")
    if let receipt {
      let name = DisplayText.safe(receipt)
      lines.append("  the receipt to keep is in \(name); attune verify \(name) checks it at any later time")
    }
    return lines
  }
}

/// What became of a receipt, for people.
struct VerificationText {
  let report: Report.Verification

  func lines(_ style: Style) -> [String] {
    let time = report.erased.flatMap { Wording.time($0) }.map { " of \($0) UTC" } ?? ""
    var lines = [
      style.paint(report.holds ? "✓ The receipt\(time) holds." : "✗ The receipt\(time) does not hold.", .bold),
      "  \(Wording.bytes(Int64(report.bytes))) searched in \(Wording.duration(seconds: report.seconds)): "
        + "\(Wording.count(report.rows, "row")), \(Wording.count(report.residue, "piece")) left over",
    ]
    if report.returned > 0 {
      let people = Wording.count(report.returned, "person", "people")
      lines.append("  \(people) came back since by their own choice, and with no more than they brought themselves")
    }
    if !report.ledger { lines.append("  the chain of the consent ledger is broken") }
    return lines
  }
}

/// What was swept, for people.
struct SweepText {
  let report: Report.Sweep

  func lines(_ style: Style) -> [String] {
    guard report.retention else {
      return [
        style.paint("Nothing grows old here: the store's clock stands still.", .bold),
        "  attune sweep --fixed-clock on goes by it all the same; attune import FILE --as-of now lets it go.",
      ]
    }
    let gone = [Wording.count(report.events, "event"), Wording.count(report.decisions, "decision")]
    var lines = [
      style.paint("\(Wording.list(gone)) deleted", .bold)
        + ", something due of \(Wording.count(report.people, "person", "people")), in "
        + "\(Wording.duration(seconds: report.seconds))"
    ]
    if report.ledgerEntries > 0 {
      lines.append("  the proof of \(Wording.count(report.ledgerEntries, "choice")) that others have overtaken is gone")
    }
    if report.withdrawn > 0 {
      lines.append(
        "  \(Wording.count(report.withdrawn, "person", "people")) left the model, and count again with the next attune "
          + "train")
    }
    if report.items > 0 {
      lines.append("  \(Wording.count(report.items, "item")) that nobody else had touched went too")
    }
    return lines
  }
}

/// What was forgotten, for people.
struct ForgettingText {
  let report: Report.Forgetting

  func lines(_ style: Style) -> [String] {
    let forgotten = style.paint(
      "\(Wording.count(report.forgotten, "event")) of \(style.person(report.subject)) forgotten", .bold)
    var lines = ["\(forgotten), \(Wording.count(report.held)) still held."]
    if report.withdrawn {
      lines.append("  what they contributed has left the model; the rest counts again with the next attune train")
    }
    if report.items > 0 {
      lines.append("  \(Wording.count(report.items, "item")) that nobody else had touched went too")
    }
    return lines
  }
}
