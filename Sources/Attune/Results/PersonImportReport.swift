/// What came in with a person's export.
public struct PersonImportReport: Sendable {
  public var subject: String
  public var events = 0
  public var choices = 0
  /// Blocks, and tags removed and added.
  public var instructions = 0
  /// Events that were not let in, and tags set by the person of fields that this store keeps out of every profile.
  public var refused = 0
  /// Records of what is no input: decisions and profiles.
  public var skipped = 0
}

extension PersonImportReport: JSONWritable {
  /// The report as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("subject", subject)
      $0.member("events", events)
      $0.member("choices", choices)
      $0.member("instructions", instructions)
      $0.member("refused", refused)
      $0.member("skipped", skipped)
    }
  }
}
