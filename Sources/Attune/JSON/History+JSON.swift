extension HistoryReport: JSONWritable {
  /// The history as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("subject", subject)
      $0.member("held", held)
      $0.member("found", found)
      $0.member("events", events)
    }
  }
}

extension HistoryEvent: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("id", id)
      $0.member("time", time)
      $0.member("event", event)
      $0.member("item", item)
      $0.member("title", title)
      if let value { $0.member("value", value) }
      $0.member("query", query)
      if !tags.isEmpty { $0.member("tags", tags) }
      $0.member("source", source)
      $0.member("decision", decision)
      $0.member("purposes", purposes)
      $0.member("until", until)
      $0.member("restricted", restricted)
    }
  }
}

extension ForgetReport: JSONWritable {
  /// The report as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("subject", subject)
      $0.member("forgotten", forgotten)
      $0.member("held", held)
      $0.member("items", items)
      $0.member("withdrawn", withdrawn)
    }
  }
}
