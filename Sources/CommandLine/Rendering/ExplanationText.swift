import Vocabulary

/// An explanation as readable text: what was used and how much each thing counted, what would change the result, what
/// was not shown and why, and how to switch it off.
struct ExplanationText {
  let explanation: Report.Explanation
  /// How many parts of an item's score are listed one by one; the rest is summed up in a line.
  var partsListed = 12

  private static let barColumns = 20

  func lines(_ style: Style) -> [String] {
    var lines = [style.paint("Decision \(shortID)\(made)", .bold)]
    lines += DisplayText.wrap(basis, to: style.width)
    lines.append(style.paint("Policy \(explanation.policy), model \(Wording.digest(explanation.model))", .dim))
    for item in explanation.items { lines += [""] + self.item(item, style) }
    lines += notShown(style) + controls(style)
    if let note = explanation.counterfactualNote {
      lines += [""] + DisplayText.wrap(DisplayText.safe(note), to: style.width)
    }
    return lines
  }

  /// The id; not the long ones, which carry a whole record.
  private var shortID: String {
    explanation.decision.utf8.count <= 40 ? explanation.decision : "that was not stored"
  }

  private var made: String {
    let time = explanation.time.flatMap { Wording.time($0) }.map { ", made \($0) UTC" } ?? ""
    return "\(time), for the purpose \(explanation.purpose.name)"
  }

  private var basis: String {
    BasisText.sentence(
      explanation.basis, reason: explanation.reason, segment: explanation.segment, purpose: explanation.purpose,
      who: nil)
  }

  private func item(_ item: Report.ExplainedItem, _ style: Style) -> [String] {
    let name =
      item.title.map { "\(DisplayText.safe($0)) (\(DisplayText.safe(item.item)))" } ?? DisplayText.safe(item.item)
    var lines = [style.paint("\(item.rank). \(name)", .bold)]
    if let placed = PlacementText.sentence(item.placedBy) { lines.append("   \(placed)") }
    lines.append(style.paint("   What counted, \(Wording.count(item.score, "point")) in all", .dim))
    lines += contributions(item, style)
    if !item.without.isEmpty {
      lines.append(style.paint("   What would change it", .dim))
      lines += item.without.map { "     without \(Origin($0).noun): \(CounterfactualText.outcome($0, now: item.rank))" }
    }
    return lines
  }

  private func contributions(_ item: Report.ExplainedItem, _ style: Style) -> [String] {
    let parts = ScoreParts(
      item, Liking(explanation.basis, segment: explanation.segment), listed: partsListed)
    var table = Table(
      [.init(shrinksTo: 20), .init(ink: .accent), .init(onRight: true), .init(onRight: true, ink: .dim)], indent: 5)
    for part in parts.rows {
      let bar = Bar.text(Int64(clamping: part.points.magnitude), of: parts.greatest, columns: Self.barColumns)
      table.add(part.words, bar, Wording.percent(part.share), Wording.count(part.points))
    }
    return table.lines(style)
  }

  private func notShown(_ style: Style) -> [String] {
    let counts = explanation.notShown.filter { $0.count > 0 }
    if counts.isEmpty { return [] }
    var table = Table([.init(onRight: true), .init()], indent: 3)
    for (cause, count) in counts {
      table.add(Wording.count(count), NotShownText.words(cause, isSearch: explanation.purpose == .search))
    }
    return ["", style.paint("Not shown", .bold)] + table.lines(style)
  }

  private func controls(_ style: Style) -> [String] {
    if explanation.controls.isEmpty { return [] }
    return ["", style.paint("How to change it or switch it off", .bold)]
      + explanation.controls.map { "   \(DisplayText.safe($0))" }
  }
}
