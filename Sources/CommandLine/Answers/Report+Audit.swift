import Vocabulary

extension Report {
  /// What an audit of a store has found.
  struct Audit {
    var passed: Bool
    var store: String
    var time: Timestamp?
    /// How many things each check looked at, at most; `nil` for all.
    var sample: Int?
    var policy: String
    var checks: [AuditCheck]
    var seconds: Double
  }

  /// One guarantee, checked.
  struct AuditCheck {
    var guarantee: String
    var title: String
    var passed: Bool
    var cases: Int
    var breaches: Int
    /// The first breach, or why there was nothing to look at.
    var note: String
  }
}

extension Report.Audit: ReadableResult {
  init(_ object: ResultObject) throws {
    passed = try object.flag("passed")
    store = try object.text("store")
    time = try object.timeIfAny("time")
    sample = object.integerIfAny("sample").map { Int(clamping: $0) }
    policy = try object.text("policy")
    checks = try object.list("checks")
    seconds = try object.fraction("seconds")
  }
}

extension Report.AuditCheck: ReadableResult {
  init(_ object: ResultObject) throws {
    guarantee = try object.text("guarantee")
    title = try object.text("title")
    passed = try object.flag("passed")
    cases = try object.count("cases")
    breaches = try object.count("breaches")
    note = try object.text("note")
  }
}
