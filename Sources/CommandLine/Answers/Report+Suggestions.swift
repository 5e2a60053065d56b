extension Report {
  /// What somebody may be about to search for.
  struct Suggestions {
    struct Suggestion {
      var text: String
      var kind: String
      var items: Int?
      var people: Int?
      var events: [String]
    }

    var prefix: String
    var reason: String?
    var suggestions: [Suggestion]
  }
}

extension Report.Suggestions: ReadableResult {
  init(_ object: ResultObject) throws {
    prefix = try object.text("prefix")
    reason = object.textIfAny("reason")
    suggestions = try object.list("suggestions")
  }
}

extension Report.Suggestions.Suggestion: ReadableResult {
  init(_ object: ResultObject) throws {
    text = try object.text("text")
    kind = try object.text("kind")
    items = object.integerIfAny("items").map { Int(clamping: $0) }
    people = object.integerIfAny("people").map { Int(clamping: $0) }
    events = kind == "own" ? try object.texts("events") : []
  }
}
