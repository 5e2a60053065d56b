public import Rights
import Vocabulary

/// A request of the register as it stands.
public struct RequestReport: Sendable {
  public var request: Int64
  public var record: RequestRecord
  /// Whether something was to be done by now and was not, or was done too late.
  public var late: Bool

  init(_ request: Int64, _ record: RequestRecord, now: Timestamp) {
    self.request = request
    self.record = record
    late = record.isLate(at: now) || record.wasLate
  }
}

/// Some of the register.
public struct RequestList: Sendable {
  public var requests: [RequestReport]
  /// How many of them are open and late.
  public var late: Int { requests.filter { $0.late && !$0.record.state.isClosed }.count }
}

/// A list of holidays that was put in place.
public struct HolidayReport: Sendable {
  public var calendar: String
  public var holidays: Int
  public var workedWeekends: Int
  public var first: String?
  public var last: String?
}

extension RequestReport: JSONWritable {
  /// The request as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("request", request)
      $0.member("kind", record.kind.name)
      $0.member("subject", record.details?.subject)
      $0.member("state", record.state.name)
      $0.member("regime", record.regime.rawValue)
      $0.member("received", record.received.text)
      $0.member("confirmBy", record.confirmBy?.text)
      $0.member("due", record.due.text)
      $0.member("extendedTo", record.extendedTo?.text)
      $0.member("late", late)
      $0.member("holidays", record.holidays.isEmpty ? nil : record.holidays.hex)
      $0.member("reason", record.reason)
      $0.member("outcome", record.outcome?.name)
      $0.member("reviewer", record.reviewer)
      if let details = record.details {
        $0.member("by", details.by.name)
        $0.member("name", details.name)
        $0.member("evidence", details.evidence)
        $0.member("words", details.words)
        $0.member("decision", details.decision)
        if !details.measures.isEmpty { $0.member("measures", details.measures) }
      }
      $0.member("forgotten", record.details == nil)
      $0.key("steps")
      $0.array { list in
        for (index, step) in record.steps.enumerated() {
          list.object {
            $0.member("state", step.state.name)
            $0.member("time", step.time)
            let note = record.details.flatMap { index < $0.notes.count ? $0.notes[index] : nil }
            $0.member("note", note?.isEmpty == false ? note : nil)
          }
        }
      }
    }
  }
}

extension RequestList: JSONWritable {
  /// The list as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("late", late)
      $0.member("requests", requests)
    }
  }
}

extension HolidayReport: JSONWritable {
  /// The list's extent as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("calendar", calendar)
      $0.member("holidays", holidays)
      $0.member("workedWeekends", workedWeekends)
      $0.member("first", first)
      $0.member("last", last)
    }
  }
}
