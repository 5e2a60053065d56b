import Vocabulary

extension Report {
  /// A recorded answer, computed again.
  struct Replay {
    var decision: String
    var time: Timestamp?
    var model: String
    var items: [ReplayedItem]
    /// Whether ranking again gave this very list.
    var reproduced: Bool
    /// Why it was not ranked again.
    var note: String?
  }

  /// One place of a replayed list.
  struct ReplayedItem {
    var rank: Int
    var item: String
    var score: Int64
  }

  /// What is held of what a person did, latest first.
  struct History {
    var subject: String
    /// How many events are held in all.
    var held: Int
    /// How many fit what was looked for.
    var found: Int?
    var events: [HistoryEvent]
  }

  /// One thing that a person did.
  struct HistoryEvent {
    /// `nil` from a daemon that gives none.
    var id: String?
    var time: Timestamp?
    var event: String
    var item: String?
    var title: String?
    /// What a `rate` gave.
    var value: Double?
    /// The words of a search.
    var query: String?
    /// What the event was admitted for.
    var purposes: [String]
    /// Why the law has it kept, now that it serves nothing any more.
    var restricted: String?
  }

  /// What the operator promises.
  struct Policy {
    var version: String
    var purposes: [PolicyPurpose]
    var region: String?
    var supportFloor: Int
    var sensitiveFields: [String]
    var isInForce: Bool
    var summary: [(language: String, text: String)]
    var versions: [PolicyVersion]
    var model: String?
    var parameters: [PolicyParameter]
    var generalShare: Double?
  }

  /// A version of the policy.
  struct PolicyVersion {
    var version: String
    var published: Timestamp?
    var material: [String]
  }

  /// Something that counts in a ranking.
  struct PolicyParameter {
    var name: String
    var weight: Double
    var halfLifeDays: Double?
  }

  /// A purpose, and whether it is on for somebody who never chose.
  struct PolicyPurpose {
    var purpose: Purpose
    var byDefault: Bool
  }
}

extension Report.Replay: ReadableResult {
  init(_ object: ResultObject) throws {
    decision = try object.text("decision")
    time = try object.timeIfAny("time")
    model = try object.text("model")
    items = try object.list("items")
    reproduced = try object.flag("reproduced")
    note = object.textIfAny("note")
  }
}

extension Report.ReplayedItem: ReadableResult {
  init(_ object: ResultObject) throws {
    rank = try object.count("rank")
    item = try object.text("item")
    score = try object.integer("score")
  }
}

extension Report.History: ReadableResult {
  init(_ object: ResultObject) throws {
    subject = try object.text("subject")
    held = try object.count("held")
    found = object.integerIfAny("found").map { Int(clamping: $0) }
    events = try object.list("events")
  }
}

extension Report.HistoryEvent: ReadableResult {
  init(_ object: ResultObject) throws {
    id = object.textIfAny("id")
    time = try object.timeIfAny("time")
    event = try object.text("event")
    item = object.textIfAny("item")
    title = object.textIfAny("title")
    value = try object.fractionIfAny("value")
    query = object.textIfAny("query")
    purposes = try object.texts("purposes")
    restricted = object.textIfAny("restricted")
  }
}

extension Report.Policy: ReadableResult {
  init(_ object: ResultObject) throws {
    version = try object.text("version")
    purposes = try object.list("purposes")
    region = object.textIfAny("region")
    supportFloor = try object.count("supportFloor")
    sensitiveFields = try object.texts("sensitiveFields")
    isInForce = try object.flag("inForce")
    summary = try object.object("summary").namedTexts()
    versions = try object.list("versions")
    model = object.textIfAny("model")
    parameters = try object.list("parameters")
    generalShare = try object.fractionIfAny("generalShare")
  }
}

extension Report.PolicyVersion: ReadableResult {
  init(_ object: ResultObject) throws {
    version = try object.text("version")
    published = try object.timeIfAny("published")
    material = try object.texts("material")
  }
}

extension Report.PolicyParameter: ReadableResult {
  init(_ object: ResultObject) throws {
    name = try object.text("name")
    weight = try object.fraction("weight")
    halfLifeDays = try object.fractionIfAny("halfLifeDays")
  }
}

extension Report.PolicyPurpose: ReadableResult {
  init(_ object: ResultObject) throws {
    purpose = try object.purpose("purpose")
    byDefault = try object.flag("default")
  }
}
