import Vocabulary

extension ProfileReport: JSONWritable {
  /// The profile as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("subject", subject)
      $0.member("purpose", purpose.name)
      $0.member("allowed", allowed)
      $0.member("reason", reason)
      $0.member("segment", segment)
      $0.member("events", events)
      $0.member("tags", tags)
      $0.member("removed", removed)
    }
  }
}

extension ProfileTag: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("tag", tag)
      $0.member("weight", weight)
      $0.member("added", added)
      $0.member("from", from)
    }
  }
}

extension ProfileSource: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("event", event)
      $0.member("item", item)
      $0.member("title", title)
      $0.member("query", query)
      $0.member("time", time)
      $0.member("weight", weight)
    }
  }
}

extension ConsentReport: JSONWritable {
  /// The switches as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("subject", subject)
      $0.member("purposes", purposes)
    }
  }
}

extension ConsentState: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("purpose", purpose.name)
      $0.member("allowed", allowed)
      $0.member("by", by)
      $0.member("since", since)
    }
  }
}

extension InstructionsReport: JSONWritable {
  /// The instructions as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("subject", subject)
      $0.key("blocked")
      $0.object {
        $0.member("items", items)
        $0.member("similar", similar)
        $0.member("tags", tags)
      }
      $0.member("removedTags", removedTags)
      $0.member("addedTags", addedTags)
      $0.member("reset", reset)
    }
  }
}
