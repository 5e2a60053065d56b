import Vocabulary

/// Suggestions for people: one's own searches with what forgets them, then words.
struct SuggestionsText {
  let answer: Report.Suggestions

  func lines(_ style: Style) -> [String] {
    if answer.suggestions.isEmpty { return ["Nothing begins like that."] }
    var table = Table([.init(shrinksTo: 16), .init(ink: .dim)], indent: 2)
    for suggestion in answer.suggestions {
      let origin =
        suggestion.kind == "own"
        ? "searched before: \(suggestion.events.map { DisplayText.safe($0) }.joined(separator: " "))"
        : Wording.count(suggestion.items ?? 0, "item")
      table.add(DisplayText.safe(suggestion.text), origin)
    }
    return table.lines(style)
  }
}
