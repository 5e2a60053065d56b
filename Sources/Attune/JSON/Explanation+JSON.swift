import Vocabulary

extension Explanation: JSONWritable {
  /// The explanation as one JSON object in UTF-8, with exact points, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("decision", decision)
      $0.member("time", time)
      $0.member("basis", basis.rawValue)
      $0.member("reason", reason)
      $0.member("segment", segment)
      $0.member("purpose", purpose.name)
      $0.member("policy", policy)
      $0.member("model", model)
      $0.member("items", items)
      $0.member(counts: "notShown", notShown.map { (name: $0.cause, count: $0.count) })
      $0.member("controls", controls)
      $0.member("counterfactualNote", counterfactualNote)
    }
  }
}

extension ExplainedItem: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("item", item)
      $0.member("title", title)
      $0.member("rank", rank)
      $0.member("score", score)
      $0.member("placedBy", placedBy)
      $0.member("contributions", contributions)
      $0.member("without", without)
    }
  }
}

extension Contribution: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("kind", kind)
      $0.member("item", item)
      $0.member("title", title)
      $0.member("event", event)
      $0.member("time", time)
      $0.member("tag", tag)
      $0.member("word", word)
      $0.member("points", points)
    }
  }
}

extension Counterfactual: JSONWritable {
  /// `rank` is `null` where the item would not be in the ranking at all.
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.key("remove")
      $0.object {
        $0.member("kind", kind)
        $0.member("item", item)
        $0.member("title", title)
        $0.member("tag", tag)
      }
      $0.key("rank")
      if let rank { $0.value(rank) } else { $0.null() }
    }
  }
}
