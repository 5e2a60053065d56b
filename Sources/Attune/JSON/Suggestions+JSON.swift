import Vocabulary

extension Suggestions: JSONWritable {
  /// The suggestions as one JSON object in UTF-8.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("prefix", text)
      $0.member("reason", reason)
      $0.member("suggestions", suggestions)
    }
  }
}

extension Suggestions.Suggestion: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("text", text)
      $0.member("kind", kind.rawValue)
      $0.member("items", items)
      $0.member("people", people)
      if kind == .own { $0.member("events", events) }
    }
  }
}
