import SystemIO
package import Vocabulary

extension ImportReport: JSONWritable {
  /// The report as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("what", what)
      $0.member("file", file)
      $0.member("format", format)
      $0.member("read", read)
      $0.member("admitted", admitted)
      $0.member("rejected", rejected)
      $0.member("ignored", ignored)
      $0.member(counts: "refused", refused.map { (name: $0.reason, count: $0.count) })
      if !dropped.isEmpty { $0.member(counts: "dropped", dropped.map { (name: $0.field, count: $0.count) }) }
      $0.member(counts: "rejectedBy", rejectedBy.map { (name: $0.reason, count: $0.count) })
      $0.member("rejectsFile", rejectsFile)
      $0.member("unusedColumns", unusedColumns)
      $0.member("importedBefore", importedBefore)
      $0.member("clock", clock)
      $0.member("people", people)
      $0.member("items", items)
      $0.member("seconds", seconds)
    }
  }
}

extension TrainingReport: JSONWritable {
  /// The report as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("digest", digest)
      $0.member("model", model)
      $0.member("people", people)
      $0.member("events", events)
      $0.member("items", items)
      $0.member("rows", rows)
      $0.member("pairs", pairs)
      $0.member("support", support)
      $0.member("bytes", bytes)
      $0.member("seconds", seconds)
    }
  }
}

extension StatusReport: JSONWritable {
  /// The report as one JSON object in UTF-8, without a line end; `age` is in seconds by the wall clock.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) { write(to: &json, now: Clock.now()) }

  /// The same with the time that `age` is counted to.
  package func write(to json: inout JSONWriter, now: Timestamp) {
    json.object {
      $0.member("store", store)
      $0.member("subjects", subjects)
      $0.member("items", items)
      $0.member("events", events)
      $0.member("tags", tags)
      $0.member("decisions", decisions)
      $0.member("model", modelName)
      $0.member("digest", model)
      $0.member("trained", trained)
      $0.member("age", trained.map { max(0, now.milliseconds - $0.milliseconds) / 1000 })
      $0.member("asOf", asOf)
      $0.member("ledgerEntries", ledgerEntries)
      $0.member("policy", policy)
      $0.member("decommissioned", decommissioned)
    }
  }
}

extension RecordReport: JSONWritable {
  /// The report as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("admitted", admitted)
      $0.member("refused", refused)
      $0.member("repeated", repeated)
      if !dropped.isEmpty { $0.member(counts: "dropped", dropped.map { (name: $0.field, count: $0.count) }) }
      $0.member(counts: "rejectedBy", rejectedBy.map { (name: $0.reason, count: $0.count) })
    }
  }
}
