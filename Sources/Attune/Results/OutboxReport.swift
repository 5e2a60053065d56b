public import Rights
public import Vocabulary

/// What recipients of people's data have to be told.
public struct OutboxReport: Sendable {
  /// Oldest first.
  public var notices: [Entry]

  /// A notice with its number in the outbox.
  public struct Entry: Sendable {
    public var number: Int64
    public var notice: RecipientNotice
  }
}

extension OutboxReport: JSONWritable {
  /// The report as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) { json.object { $0.member("notices", notices) } }
}

extension OutboxReport.Entry: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("notice", number)
      $0.member("recipient", notice.recipient)
      $0.member("purpose", notice.purpose.name)
      $0.member("handle", notice.handle)
      $0.member("act", notice.act.name)
      $0.member("time", notice.time)
    }
  }
}

/// Who was given a person's data, as their access report says it.
public struct HeldDisclosure: Sendable {
  public var recipient: String
  public var purpose: Purpose
  /// Where they are; `nil` where nobody said.
  public var region: String?
  /// When it was last given, and how many events were in it.
  public var time: Timestamp
  public var events: Int
}

extension HeldDisclosure: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("recipient", recipient)
      $0.member("purpose", purpose.name)
      $0.member("region", region)
      $0.member("time", time)
      $0.member("events", events)
    }
  }
}
