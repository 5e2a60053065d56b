/// What was deleted because its time was over.
public struct SweepReport: Sendable {
  /// Whether anything grows old here: not with a fixed clock, unless asked for.
  public var isOn = false
  /// People of whom something was due.
  public var people = 0
  public var events = 0
  public var decisions = 0
  /// Choices in the ledger that later ones have overtaken, of which the proof is gone.
  public var ledgerEntries = 0
  /// Items that nobody else had touched and no catalogue names; they are gone too.
  public var items = 0
  /// People whose contribution left the model until the next training.
  public var withdrawn = 0
  public var seconds = 0.0
}

extension SweepReport: JSONWritable {
  /// The report as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("retention", isOn)
      $0.member("people", people)
      $0.member("events", events)
      $0.member("decisions", decisions)
      $0.member("ledgerEntries", ledgerEntries)
      $0.member("items", items)
      $0.member("withdrawn", withdrawn)
      $0.member("seconds", seconds)
    }
  }
}
