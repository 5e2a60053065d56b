import Vocabulary

extension Recommendation: JSONWritable {
  /// The answer as one JSON object in UTF-8, exact, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("decision", decision)
      $0.member("subject", subject)
      $0.member("purpose", purpose.name)
      $0.member("basis", basis.rawValue)
      $0.member("reason", reason)
      $0.member("model", model)
      $0.member("policy", policy)
      $0.member("items", items)
    }
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
      $0.member("share", share)
    }
  }
}
