public import Vocabulary

/// What an audit of a store has found; see ``Engine/audit(sample:)``.
public struct AuditReport: Sendable {
  public var store: String
  public var time: Timestamp
  /// How many people, decisions and rows each check looked at, at most; `nil` for all.
  public var sample: Int?
  public var policy: String
  public var checks: [AuditCheck] = []
  public var seconds = 0.0

  public var passed: Bool { checks.allSatisfy(\.passed) }
}

/// One guarantee, checked.
public struct AuditCheck: Sendable {
  /// Its number in the list of guarantees, or the clause.
  public var guarantee: String
  /// What was checked, in words.
  public var title: String
  public var passed = true
  /// How many things were looked at.
  public var cases = 0
  /// How many breaches were found.
  public var breaches = 0
  /// The first breach, or why there was nothing to look at.
  public var note = ""

  init(guarantee: String, title: String) {
    self.guarantee = guarantee
    self.title = title
  }

  mutating func breach(_ what: String) {
    if passed { note = what }
    passed = false
    breaches += 1
  }
}

extension AuditReport: JSONWritable {
  /// The report as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("passed", passed)
      $0.member("store", store)
      $0.member("time", time)
      $0.member("sample", sample)
      $0.member("policy", policy)
      $0.member("checks", checks)
      $0.member("seconds", seconds)
    }
  }
}

extension AuditCheck: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("guarantee", guarantee)
      $0.member("title", title)
      $0.member("passed", passed)
      $0.member("cases", cases)
      $0.member("breaches", breaches)
      $0.member("note", note)
    }
  }
}
