extension ReplayReport: JSONWritable {
  /// The replay as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("decision", decision)
      $0.member("time", time)
      $0.member("policy", policy)
      $0.member("model", model)
      $0.member("items", items)
      $0.member("reproduced", reproduced)
      $0.member("note", note)
    }
  }
}

extension ReplayedItem: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("rank", rank)
      $0.member("item", item)
      $0.member("score", score)
    }
  }
}
