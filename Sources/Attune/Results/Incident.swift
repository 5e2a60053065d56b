public import Vocabulary

/// Whose data was within somebody's reach in a period; see ``Engine/incident(since:until:role:candidates:)``.
public struct IncidentReport: Sendable {
  public var since: Timestamp
  public var until: Timestamp
  /// `nil` for any.
  public var role: String?
  public var people: [IncidentPerson] = []
  /// Entries about nobody in particular, or about people who are erased.
  public var unnamed = 0
}

/// Somebody whose data was within reach.
public struct IncidentPerson: Sendable {
  /// The outside id; `nil` where only decisions know of the person.
  public var subject: String?
  /// The pseudonym in the store, in hexadecimal.
  public var pseudonym: String?
  /// What was done, by the names of the methods, and how often.
  public var acts: [String: Int] = [:]
  public var roles: Set<String> = []
}

extension IncidentReport: JSONWritable {
  /// The report as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("since", since)
      $0.member("until", until)
      $0.member("role", role)
      $0.member("people", people)
      $0.member("unnamed", unnamed)
    }
  }
}

extension IncidentPerson: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("subject", subject)
      $0.member("pseudonym", pseudonym)
      $0.member("roles", roles.sorted())
      $0.member(counts: "acts", acts.sorted { $0.key < $1.key }.map { (name: $0.key, count: $0.value) })
    }
  }
}
