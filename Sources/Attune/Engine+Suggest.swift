import Consent
import Intake
import ModelFile
import TextAnalysis
import Vocabulary

extension Engine {
  /// Completes the word being typed with words of the catalogue, the same for everybody.
  ///
  /// Words are those of the model's last training: those of the most available items first, equal ones by their bytes.
  /// English plurals stand for their singular, and words without blanks between them are completed by pairs of
  /// characters, as in the index. Words that say nothing, such as `the`, are not offered.
  ///
  /// - Parameters:
  ///   - text: What was typed; the words before the last one stay as they are.
  ///   - count: The most completions, 1…100.
  /// - Throws: ``Failure``: `usage` for a longer text than a search may have, or another count.
  public func complete(_ text: String, count: Int = 10) throws -> [Suggestions.Suggestion] {
    try Engine.checkSuggestion(text, count)
    guard let beginning = Beginning(of: text) else { return [] }
    let index = try present().model.snapshot.words
    for letters in [beginning.letters, beginning.stem].compactMap(\.self) {
      let found = index.completions(of: Array(letters.utf8), count: count + StopWords.count)
      if found.isEmpty { continue }
      return found.lazy.map { (word: index.text(of: $0.term), items: Int($0.items)) }
        .filter { !StopWords.contains($0.word) }.prefix(count)
        .map { Suggestions.Suggestion(text: beginning.head + $0.word, kind: .word, items: $0.items, events: []) }
    }
    return []
  }

  /// What somebody may be about to search for: their own searches that fit, latest first, then what enough others ask
  /// for, then words of the catalogue.
  ///
  /// Own searches are read with the person's leave for the purpose `search`, and stand in no other person's
  /// suggestions. Each names its events, by which it can be forgotten. One fits where it begins, or one of its words
  /// begins, with what was typed; every one fits nothing. Others' are those of at least `rows.support` people at the last
  /// training, of the most people first; to nothing typed those asked for more in the week before it than in the four
  /// weeks before that.
  ///
  /// - Parameters:
  ///   - text: What was typed.
  ///   - subject: The outside id of the person who types; `nil` suggests the same as to everybody.
  ///   - count: The most suggestions, 1…100.
  /// - Complexity: linear in the person's events.
  public func suggest(_ text: String, subject: String? = nil, count: Int = 10) throws -> Suggestions {
    try Engine.checkSuggestion(text, count)
    var answer = Suggestions(text: text, reason: "anonymous", suggestions: [])
    if let subject {
      try note("suggest", of: subject)
      (answer.suggestions, answer.reason) = try ownSearches(of: subject, fitting: TextAnalyzer.key(of: text))
      answer.suggestions = Array(answer.suggestions.prefix(count))
    }
    var known = Set(answer.suggestions.map { TextAnalyzer.key(of: $0.text) })
    for suggestion in try queries(text, count: count) + complete(text, count: count)
    where answer.suggestions.count < count && known.insert(TextAnalyzer.key(of: suggestion.text)).inserted {
      answer.suggestions.append(suggestion)
    }
    return answer
  }

  /// What enough people ask for that begins like a text; of an empty one what is asked for more than before.
  private func queries(_ text: String, count: Int) throws -> [Suggestions.Suggestion] {
    let key = TextAnalyzer.key(of: text)
    let asked = try askedQueries()
    let (found, kind) =
      key.isEmpty
      ? (Array(asked.trending.prefix(count)), Suggestions.Suggestion.Kind.trending)
      : (asked.completions(of: key, count: count), .query)
    return found.map { Suggestions.Suggestion(text: $0.text, kind: kind, people: $0.people, events: []) }
  }

  private func ownSearches(
    of subject: String, fitting key: String
  ) throws -> (found: [Suggestions.Suggestion], reason: String?) {
    guard let person = try lookUp(subject) else {
      return ([], try ledger.choices(of: nil).allowed.contains(.search) ? "no-history" : "opted-out")
    }
    guard let permit = try ledger.permit(for: person, purpose: .search) else {
      return ([], try ledger.choices(of: person).standing == .minor ? "minor" : "opted-out")
    }
    let searches = try blobs(of: permit).flatMap(\.events).filter { $0.event.kind == .search }
    // Of searches at the same moment the one that came in last.
    let latest = searches.enumerated().sorted {
      ($1.element.event.time, $1.offset) < ($0.element.event.time, $0.offset)
    }
    var places: [String: Int] = [:]
    var found: [Suggestions.Suggestion] = []
    for (_, held) in latest {
      guard let query = held.event.detail?.query else { continue }
      let own = TextAnalyzer.key(of: query)
      guard !own.isEmpty, key.isEmpty || own.hasPrefix(key) || own.contains(" " + key) else { continue }
      if let place = places[own] {
        found[place].events.append(held.id)
      } else {
        places[own] = found.count
        found.append(Suggestions.Suggestion(text: query, kind: .own, items: nil, events: [held.id]))
      }
    }
    return (found, nil)
  }

  private static func checkSuggestion(_ text: String, _ count: Int) throws {
    guard (1...100).contains(count) else {
      throw Failure(.usage, "\(count) suggestions were asked for", at: "n", expected: "1 to 100")
    }
    guard text.utf8.count <= SearchQuery.longest else {
      throw Failure(
        .usage, "the text has \(text.utf8.count) bytes", at: "prefix", expected: "at most \(SearchQuery.longest) bytes")
    }
  }
}
