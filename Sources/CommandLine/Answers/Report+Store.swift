import Vocabulary

extension Report {
  /// What an import did.
  struct Import {
    /// `items` or `events`.
    var what: String
    var file: String
    var format: String
    var read: Int
    var admitted: Int
    var rejected: Int
    var ignored: Int
    /// Events that consent did not allow, by reason.
    var refused: [(name: String, count: Int)]
    /// Fields that were not kept of events that came in.
    var dropped: [(name: String, count: Int)] = []
    /// Rejects by reason, most frequent first.
    var rejectedBy: [(name: String, count: Int)]
    var rejectsFile: String?
    /// Columns of the input that no role took.
    var unusedColumns: [String]
    /// The file had been imported before, at this time; nothing was changed.
    var importedBefore: Timestamp?
    /// The store's clock was fixed here.
    var clock: Timestamp?
    var people: Int
    var items: Int
    var seconds: Double
  }

  /// What training published.
  struct Training {
    var digest: String
    var model: String
    var people: Int
    var events: Int
    var items: Int
    var rows: Int
    var pairs: Int
    /// The smallest number of people behind anything published.
    var support: Int
    var bytes: Int64
    var seconds: Double
  }

  /// What a store holds.
  struct Status {
    var store: String
    var subjects: Int
    var items: Int
    var events: Int
    var tags: Int
    var decisions: Int
    var modelName: String?
    /// The digest of the published model; `nil` before the first training.
    var digest: String?
    /// The model's age in seconds.
    var age: Int64?
    /// The fixed clock of the store; `nil` for the wall clock.
    var asOf: Timestamp?
    var ledgerEntries: Int
    var policy: String
    /// Since when the store takes in nobody any more.
    var decommissioned: Timestamp?
  }
}

extension Report.Import: ReadableResult {
  init(_ object: ResultObject) throws {
    what = try object.text("what")
    file = try object.text("file")
    format = try object.text("format")
    read = try object.count("read")
    admitted = try object.count("admitted")
    rejected = try object.count("rejected")
    ignored = try object.count("ignored")
    refused = try object.counts("refused")
    dropped = try object.countsIfAny("dropped")
    rejectedBy = try object.counts("rejectedBy")
    rejectsFile = object.textIfAny("rejectsFile")
    unusedColumns = try object.texts("unusedColumns")
    importedBefore = try object.timeIfAny("importedBefore")
    clock = try object.timeIfAny("clock")
    people = try object.count("people")
    items = try object.count("items")
    seconds = try object.fraction("seconds")
  }
}

extension Report.Training: ReadableResult {
  init(_ object: ResultObject) throws {
    digest = try object.text("digest")
    model = try object.text("model")
    people = try object.count("people")
    events = try object.count("events")
    items = try object.count("items")
    rows = try object.count("rows")
    pairs = try object.count("pairs")
    support = try object.count("support")
    bytes = try object.integer("bytes")
    seconds = try object.fraction("seconds")
  }
}

extension Report.Status: ReadableResult {
  init(_ object: ResultObject) throws {
    store = try object.text("store")
    subjects = try object.count("subjects")
    items = try object.count("items")
    events = try object.count("events")
    tags = try object.count("tags")
    decisions = try object.count("decisions")
    modelName = object.textIfAny("model")
    digest = object.textIfAny("digest")
    age = object.integerIfAny("age")
    asOf = try object.timeIfAny("asOf")
    ledgerEntries = try object.count("ledgerEntries")
    policy = try object.text("policy")
    decommissioned = try object.timeIfAny("decommissioned")
  }
}
