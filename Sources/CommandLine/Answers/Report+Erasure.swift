import Vocabulary

extension Report {
  /// What was erased.
  struct Erasure {
    /// How many of the people asked for were known.
    var people: Int
    var events: Int
    var decisions: Int
    var ledgerEntries: Int
    var items: Int?
    var modelBefore: String?
    var modelAfter: String?
    var seconds: Double
    var verified: Timestamp?
  }

  /// What was forgotten of a history.
  struct Forgetting {
    var subject: String
    var forgotten: Int
    var held: Int
    var items: Int
    var withdrawn: Bool
  }

  /// What was deleted because its time was over.
  struct Sweep {
    /// Whether anything grows old in this store.
    var retention: Bool
    var people: Int
    var events: Int
    var decisions: Int
    var ledgerEntries: Int
    var items: Int
    var withdrawn: Int
    var seconds: Double
  }

  /// What a search for what a receipt says is gone has found.
  struct Verification {
    var holds: Bool
    var people: Int
    var returned: Int
    var rows: Int
    var residue: Int
    var ledger: Bool
    var erased: Timestamp?
    var bytes: Int
    var seconds: Double
  }
}

extension Report.Erasure: ReadableResult {
  init(_ object: ResultObject) throws {
    people = try object.count("people")
    events = try object.count("events")
    decisions = try object.count("decisions")
    ledgerEntries = try object.count("ledgerEntries")
    items = object.integerIfAny("items").map { Int(clamping: $0) }
    modelBefore = object.textIfAny("modelBefore")
    modelAfter = object.textIfAny("modelAfter")
    seconds = try object.fraction("seconds")
    verified = try object.timeIfAny("verified")
  }
}

extension Report.Sweep: ReadableResult {
  init(_ object: ResultObject) throws {
    retention = try object.flag("retention")
    people = try object.count("people")
    events = try object.count("events")
    decisions = try object.count("decisions")
    ledgerEntries = try object.count("ledgerEntries")
    items = try object.count("items")
    withdrawn = try object.count("withdrawn")
    seconds = try object.fraction("seconds")
  }
}

extension Report.Verification: ReadableResult {
  init(_ object: ResultObject) throws {
    holds = try object.flag("holds")
    people = try object.count("people")
    returned = try object.count("returned")
    rows = try object.count("rows")
    residue = try object.count("residue")
    ledger = try object.flag("ledger")
    erased = try object.timeIfAny("erased")
    bytes = try object.count("bytes")
    seconds = try object.fraction("seconds")
  }
}

extension Report.Forgetting: ReadableResult {
  init(_ object: ResultObject) throws {
    subject = try object.text("subject")
    forgotten = try object.count("forgotten")
    held = try object.count("held")
    items = try object.count("items")
    withdrawn = try object.flag("withdrawn")
  }
}
