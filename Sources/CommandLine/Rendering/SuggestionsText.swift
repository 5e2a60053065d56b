import Vocabulary

/// Suggestions for people: one's own searches with what forgets them, then words.
struct SuggestionsText {
  let answer: Report.Suggestions

  func lines(_ style: Style) -> [String] {
    if answer.suggestions.isEmpty {
      let isBegun = !answer.prefix.isEmpty
      return [isBegun ? "Nothing begins like that." : "Nothing is on the rise that enough people ask for."]
    }
    var table = Table([.init(shrinksTo: 16), .init(ink: .dim)], indent: 2)
    for suggestion in answer.suggestions {
      table.add(DisplayText.safe(suggestion.text), Self.origin(suggestion))
    }
    return table.lines(style)
  }

  private static func origin(_ suggestion: Report.Suggestions.Suggestion) -> String {
    switch suggestion.kind {
    case "own": "searched before: \(suggestion.events.map { DisplayText.safe($0) }.joined(separator: " "))"
    case "query": "asked by \(Wording.count(suggestion.people ?? 0, "person", "people"))"
    case "trending": "asked lately by \(Wording.count(suggestion.people ?? 0, "person", "people"))"
    default: Wording.count(suggestion.items ?? 0, "item")
    }
  }
}
