public import Vocabulary

/// What is held of a person, why, for how long, who looked at it, and by what logic it is used (GDPR 15; clause R1).
public struct AccessReport: Sendable {
  public var subject: String
  /// Whether the store knows the person at all; where not, the rest is empty.
  public var isKnown: Bool
  public var purposes: [ConsentState]
  public var events: [HeldEvents]
  /// The profile as it would be used for recommendation now; nothing where that is off.
  public var tags: [ProfileTag]
  /// The leading tag of the segment that advertising reads in place of the person; `nil` for none.
  public var segment: String?
  public var instructions: InstructionsReport
  public var decisions: Int
  /// Days for which a decision, the proof of a consent, and an entry of the access log are kept.
  public var decisionDays: Int
  public var ledgerDays: Int
  public var accessLogDays: Int
  public var requests: [RequestReport]
  /// Who looked at it or changed it: role and operation, and how often.
  public var accesses: [(role: String, act: String, count: Int)]
  /// To whom it was given.
  public var recipients: [HeldDisclosure] = []
  public var policy: String
  /// What counts in a ranking; see ``PolicyReport``.
  public var parameters: [PolicyParameter]
}

/// What is held of one kind of event.
public struct HeldEvents: Sendable {
  public var event: String
  public var count: Int
  public var first: Timestamp
  public var last: Timestamp
  /// Days for which an event may be used.
  public var use: Int
  /// Days after which it is deleted.
  public var keep: Int
  /// The law by which it is kept beyond its use.
  public var basis: String?
  /// The logs that it came with, where they were named.
  public var sources: [String]
}

extension AccessReport: JSONWritable {
  /// The report as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("subject", subject)
      $0.member("known", isKnown)
      $0.member("purposes", purposes)
      $0.member("events", events)
      $0.member("tags", tags)
      $0.member("segment", segment)
      $0.key("instructions")
      instructions.write(to: &$0)
      $0.member("decisions", decisions)
      $0.key("days")
      $0.object {
        $0.member("decisions", decisionDays)
        $0.member("ledger", ledgerDays)
        $0.member("accessLog", accessLogDays)
      }
      $0.member("requests", requests)
      $0.key("accesses")
      $0.array { list in
        for (role, act, count) in accesses {
          list.object {
            $0.member("role", role)
            $0.member("act", act)
            $0.member("count", count)
          }
        }
      }
      $0.member("recipients", recipients)
      $0.member("policy", policy)
      $0.member("parameters", parameters)
    }
  }
}

extension HeldEvents: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("event", event)
      $0.member("count", count)
      $0.member("first", first)
      $0.member("last", last)
      $0.member("use", use)
      $0.member("keep", keep)
      $0.member("basis", basis)
      $0.member("sources", sources)
    }
  }
}

/// What closing an account did; see ``Engine/close(_:regime:)``.
public struct ClosingReport: Sendable {
  /// The deletion request on the register, which names nobody any more.
  public var request: Int64
  public var receipt: ErasureReceipt
}

extension ClosingReport: JSONWritable {
  /// The report as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("closed", true)
      $0.member("request", request)
      $0.key("receipt")
      receipt.write(to: &$0)
    }
  }
}
