public import Vocabulary

/// What is known of a person's age, and what follows.
public struct AgeReport: Sendable {
  public var subject: String
  /// `adult`, `guarded` (a child whose guardian consents) or `minor` (a child of whom nothing is collected).
  public var standing: String
  public var born: Int?
  /// Whose law counts; `nil` for the policy's region.
  public var region: String?
  /// The age there from which a person decides for themselves.
  public var from: Int
  /// When they do: on the latest birthday that their year of birth allows.
  public var ofAge: Timestamp?
  /// How many events were deleted, as of a child without a guardian's consent.
  public var deleted = 0
}

extension AgeReport: JSONWritable {
  /// The report as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("subject", subject)
      $0.member("standing", standing)
      $0.member("born", born)
      $0.member("region", region)
      $0.member("from", from)
      $0.member("ofAge", ofAge)
      $0.member("deleted", deleted)
    }
  }
}
