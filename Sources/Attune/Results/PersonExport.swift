package import Vocabulary

/// A copy of what is held of a person, to keep or to take elsewhere: JSON Lines, one record a line.
public struct PersonExport: Sendable {
  public var subject: String
  package var records: [ExportRecord]

  /// One JSON object a line, each with a line end.
  public var lines: [UInt8] { records.flatMap { $0.bytesOfJSON + [10] } }
}

/// One line of an export; see the page “Export” for the members of each.
package enum ExportRecord: Sendable {
  case header(Header)
  case choice(Choice)
  case tag(String, choice: String)
  /// The tags began anew.
  case reset(Timestamp)
  case block(kind: String, String)
  case event(Event)
  case profile(ProfileReport)
  case decision(Explanation)

  package struct Header: Sendable {
    var subject: String
    /// Whom it is for, where it is no copy for the person.
    var partner: Purpose?
    var made: Timestamp
    var policy: PolicyReport
    var model: String?
    var events: Int
  }

  package struct Choice: Sendable {
    var act: String
    var purposes: [Purpose]
    var time: Timestamp
    var method: String
    var notice: String
    var text: String
  }

  package struct Event: Sendable {
    var kind: EventKind
    var time: Timestamp
    var item: String?
    /// Thousandths.
    var value: Int32
    var query: String?
    var tags: [String]
    var session: UInt32
    var source: String?
    var decision: String?
    var purposes: [Purpose]
    var until: Timestamp?
    var restricted: String?
  }
}

extension Purpose {
  /// The purpose in W3C's Data Privacy Vocabulary (https://w3id.org/dpv, version 2).
  ///
  /// The permissions `location`, `partners` and `transfer` are uses of data rather than purposes there: processing.
  package var dpv: String {
    switch self {
    case .recommendation: "dpv:ProvidePersonalisedRecommendations"
    case .search: "dpv:SearchFunctionalities"
    case .advertising: "dpv:PersonalisedAdvertising"
    case .push: "dpv:DirectMarketing"
    case .training: "dpv:ImproveExistingProductsAndServices"
    case .location: "dpv:Use"
    case .partners: "dpv:Share"
    case .transfer: "dpv:Transfer"
    }
  }
}

extension PersonExport: JSONWritable {
  /// The whole export as one JSON object in UTF-8, its records in a list, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("subject", subject)
      $0.member("records", records)
    }
  }
}

extension ExportRecord: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object { json in
      switch self {
      case .header(let header): header.write(to: &json)
      case .choice(let choice): choice.write(to: &json)
      case .tag(let tag, let choice):
        json.member("record", "tag")
        json.member("tag", tag)
        json.member("choice", choice)
      case .reset(let time):
        json.member("record", "tags-reset")
        json.member("time", time)
        json.member("at", time.milliseconds)
      case .block(let kind, let what):
        json.member("record", "block")
        json.member(kind, what)
      case .event(let event): event.write(to: &json)
      case .profile(let profile):
        json.member("record", "profile")
        json.member("dpv", [profile.purpose.dpv, "dpv:InferredPersonalData"])
        json.key("profile")
        profile.write(to: &json)
      case .decision(let explanation):
        json.member("record", "decision")
        json.member("dpv", [explanation.purpose.dpv])
        json.key("explanation")
        explanation.write(to: &json)
      }
    }
  }
}

extension ExportRecord.Header {
  fileprivate func write(to json: inout JSONWriter) {
    json.member("record", "export")
    json.member("format", 1)
    json.member(partner == nil ? "subject" : "pseudonym", subject)
    json.member("partner", partner?.name)
    json.member("made", made)
    json.member("events", events)
    json.member("model", model)
    json.member("vocabulary", "https://w3id.org/dpv#")
    json.key("purposes")
    json.object { inner in for purpose in Purpose.allCases { inner.member(purpose.name, purpose.dpv) } }
    json.key("policy")
    policy.write(to: &json)
  }
}

extension ExportRecord.Choice {
  fileprivate func write(to json: inout JSONWriter) {
    json.member("record", "choice")
    json.member("act", act)
    if !purposes.isEmpty {
      json.member("purposes", purposes.map(\.name))
      json.member("dpv", purposes.map(\.dpv))
    }
    json.member("time", time)
    json.member("at", time.milliseconds)
    json.member("method", method)
    json.member("notice", notice)
    if !text.isEmpty { json.member("text", text) }
  }
}

extension ExportRecord.Event {
  fileprivate func write(to json: inout JSONWriter) {
    json.member("record", "event")
    json.member("kind", kind.name)
    json.member("time", time)
    json.member("at", time.milliseconds)
    json.member("item", item)
    if value != 0 { json.member("value", Double(value) / 1000) }
    json.member("query", query)
    if !tags.isEmpty { json.member("tags", tags) }
    if session != 0 { json.member("session", session) }
    json.member("source", source)
    json.member("decision", decision)
    if !purposes.isEmpty {
      json.member("purposes", purposes.map(\.name))
      json.member("dpv", purposes.map(\.dpv))
    }
    json.member("until", until)
    json.member("restricted", restricted)
  }
}
