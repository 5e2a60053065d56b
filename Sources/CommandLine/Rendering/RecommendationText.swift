import Attune
import Vocabulary

/// A ranked list for people: what it was made from, one line an item with its reasons, and how to learn more.
struct RecommendationText {
  let answer: Report.Recommendation
  /// The list is of items similar to this one.
  var similarTo: String?
  /// What stands in place of an empty list.
  var emptyText = "No item is eligible for this request."
  /// What counted is said right after the list.
  var isExplained = false

  private static let barColumns = 10
  /// The reasons stand beside the items where they have at least this many columns, else under them.
  private static let reasonColumns = 40

  func lines(_ style: Style) -> [String] {
    var lines = DisplayText.wrap(opening(style), to: style.width).map { style.paint($0, .bold) }
    if answer.items.isEmpty {
      lines.append(emptyText)
    } else {
      lines += items(style)
    }
    if isExplained { return lines }
    return lines + DisplayText.wrap(hint, to: style.width).map { style.paint($0, .dim) }
  }

  /// How to learn more.
  ///
  /// An id that carries the whole record is nothing to type.
  private var hint: String {
    answer.decision.utf8.count <= 40
      ? "To see what counted: attune explain \(answer.decision)"
      : "To see what counted, add --explain. Nothing was stored: the decision's id carries its record; --json has it."
  }

  private func opening(_ style: Style) -> String {
    if let similarTo { return "Similar to \(DisplayText.safe(similarTo)), for everybody." }
    let who = answer.subject.map(style.person)
    if answer.basis == .personal, answer.segment == nil, !answer.items.isEmpty,
      answer.items.allSatisfy({ $0.basis == .general })
    {
      let history = "Nothing in the history of \(who ?? "the person")"
      return answer.purpose == .search
        ? history + " bears on these items: the order is everybody's."
        : history + " leads to other items yet: what is popular fills the list."
    }
    return BasisText.sentence(
      answer.basis, reason: answer.reason, segment: answer.segment, purpose: answer.purpose, who: who)
  }

  private func items(_ style: Style) -> [String] {
    let isWide = style.width >= 96
    var table = Table([
      .init(onRight: true, ink: .bold), .init(shrinksTo: 8, ink: .dim), .init(shrinksTo: 14),
      .init(ink: .accent),
    ])
    table.padsLast = isWide
    let greatest = answer.items.map(\.score).max() ?? 0
    for item in answer.items {
      let bar = Bar.text(item.score, of: greatest, columns: Self.barColumns)
      table.add("\(item.rank)", DisplayText.safe(item.item), DisplayText.safe(item.title ?? ""), bar)
    }
    let reasonsAt = isWide ? style.width - 2 - Self.reasonColumns : style.width
    var narrow = style
    narrow.width = reasonsAt
    let left = table.lines(narrow)
    var plain = narrow
    plain.inColor = false
    let leftColumns = isWide ? table.lines(plain).map { DisplayText.width($0) }.max() ?? 0 : 0
    let columns = isWide ? style.width - leftColumns - 2 : style.width - 6
    var lines: [String] = []
    for (item, start) in zip(answer.items, left) {
      let reasons = DisplayText.wrap(reason(item), to: columns)
      if isWide {
        lines.append((start + "  " + style.paint(reasons[0], .dim)).trimmingTrailingSpaces)
        lines += reasons.dropFirst().map { String(repeating: " ", count: leftColumns + 2) + style.paint($0, .dim) }
      } else {
        lines.append(start)
        lines += reasons.filter { !$0.isEmpty }.map { "      " + style.paint($0, .dim) }
      }
    }
    return lines
  }

  private func reason(_ item: Report.RankedItem) -> String {
    if similarTo != nil, item.placedBy == "score" { return likeness(item.because) }
    switch item.placedBy {
    case "general-share" where answer.basis != .general: return "a general pick, the same for everybody"
    case "fill": return "to fill the list"
    default: return item.because.sentence(Liking(answer.basis, segment: answer.segment))
    }
  }

  private func likeness(_ causes: [Report.Cause]) -> String {
    let parts = causes.map { cause in
      let origin = Origin(cause, .items)
      let what =
        switch cause.kind {
        case "context": "sought by the same people"
        case "tag": "both \(origin.tagName)"
        case "general": "popular with many people"
        default: origin.clause.predicate
        }
      return "\(what) (\(Wording.percent(cause.share)))"
    }
    return parts.joined(separator: ", ")
  }
}
