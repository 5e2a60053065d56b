import Attune
import Vocabulary

/// What a search found, for people: what was looked for instead, the list, and counts by facet.
struct SearchText {
  let answer: Report.Search
  /// What counted is said right after the list.
  var isExplained = false

  func lines(_ style: Style) -> [String] {
    var lines = answer.corrections.flatMap { correction in
      DisplayText.wrap(sentence(correction), to: style.width).map { style.paint($0, .accent) }
    }
    var list = RecommendationText(answer: answer.list)
    list.emptyText = "Nothing matches. Try fewer or other words."
    list.isExplained = isExplained
    lines += list.lines(style)
    if let matches = answer.matches { lines += ["", "Matches: \(Wording.count(matches))"] }
    for facet in answer.facets {
      let values = facet.values.map { "\(DisplayText.safe($0.value)) (\(Wording.count($0.items)))" }
      let text = "\(DisplayText.safe(facet.field)): \(values.isEmpty ? "none" : values.joined(separator: ", "))"
      lines += DisplayText.wrap(text, to: style.width)
    }
    return lines
  }

  private func sentence(_ correction: Report.Search.Correction) -> String {
    let word = "“\(DisplayText.safe(correction.word))”"
    guard let instead = correction.instead else { return "Nothing has \(word)." }
    return "Nothing has \(word); did you mean “\(DisplayText.safe(instead))”? It was looked for instead."
  }
}
