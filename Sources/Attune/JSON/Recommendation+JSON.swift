import Vocabulary

extension Recommendation: JSONWritable {
  /// The answer as one JSON object in UTF-8, exact, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object { writeMembers(to: &$0) }
  }

  /// The members, into an object that may have more.
  func writeMembers(to object: inout JSONWriter) {
    object.member("decision", decision)
    object.member("subject", subject)
    object.member("purpose", purpose.name)
    object.member("basis", basis.rawValue)
    object.member("reason", reason)
    object.member("segment", segment)
    object.member("model", model)
    object.member("policy", policy)
    object.member("items", items)
  }
}

extension RankedItem: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("rank", rank)
      $0.member("item", item)
      $0.member("title", title)
      $0.member("score", score)
      $0.member("basis", basis.rawValue)
      $0.member("placedBy", placedBy)
      $0.member("because", because)
    }
  }
}

extension Cause: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("kind", kind)
      $0.member("item", item)
      $0.member("title", title)
      $0.member("event", event)
      $0.member("tag", tag)
      $0.member("word", word)
      $0.member("share", share)
    }
  }
}
