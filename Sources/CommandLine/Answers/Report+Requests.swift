import Vocabulary

extension Report {
  /// A request of the register.
  struct Request {
    var request: Int
    var kind: String
    /// `nil` where nobody named themselves, or they are gone.
    var subject: String?
    var state: String
    var regime: String
    var received: String
    var confirmBy: String?
    var due: String
    var extendedTo: String?
    var late: Bool
    var reason: String?
    var outcome: String?
    var reviewer: String?
    var by: String?
    var name: String?
    var evidence: String?
    var words: String?
    var decision: String?
    var measures: [String]
    /// Whose it was and what was said went with the person.
    var forgotten: Bool
    var steps: [RequestStep]
  }

  /// A state that a request reached.
  struct RequestStep {
    var state: String
    var time: Timestamp?
    var note: String?
  }

  /// Some of the register.
  struct RequestList {
    /// How many of them are open and late.
    var late: Int
    var requests: [Request]
  }

  /// A list of holidays that was put in place.
  struct Holidays {
    var calendar: String
    var holidays: Int
    var workedWeekends: Int
    var first: String?
    var last: String?
  }

  /// Whose data was within reach.
  struct Incident {
    var since: Timestamp?
    var people: [IncidentPerson]
    var unnamed: Int
  }

  /// Somebody whose data was within reach.
  struct IncidentPerson {
    var subject: String?
    var pseudonym: String?
    var roles: [String]
    var acts: [(name: String, count: Int)]
  }
}

extension Report.Request: ReadableResult {
  init(_ object: ResultObject) throws {
    request = try object.count("request")
    kind = try object.text("kind")
    subject = object.textIfAny("subject")
    state = try object.text("state")
    regime = try object.text("regime")
    received = try object.text("received")
    confirmBy = object.textIfAny("confirmBy")
    due = try object.text("due")
    extendedTo = object.textIfAny("extendedTo")
    late = try object.flag("late")
    reason = object.textIfAny("reason")
    outcome = object.textIfAny("outcome")
    reviewer = object.textIfAny("reviewer")
    by = object.textIfAny("by")
    name = object.textIfAny("name")
    evidence = object.textIfAny("evidence")
    words = object.textIfAny("words")
    decision = object.textIfAny("decision")
    measures = object.has("measures") ? try object.texts("measures") : []
    forgotten = try object.flag("forgotten")
    steps = try object.list("steps")
  }
}

extension Report.RequestStep: ReadableResult {
  init(_ object: ResultObject) throws {
    state = try object.text("state")
    time = try object.timeIfAny("time")
    note = object.textIfAny("note")
  }
}

extension Report.RequestList: ReadableResult {
  init(_ object: ResultObject) throws {
    late = try object.count("late")
    requests = try object.list("requests")
  }
}

extension Report.Holidays: ReadableResult {
  init(_ object: ResultObject) throws {
    calendar = try object.text("calendar")
    holidays = try object.count("holidays")
    workedWeekends = try object.count("workedWeekends")
    first = object.textIfAny("first")
    last = object.textIfAny("last")
  }
}

extension Report.Incident: ReadableResult {
  init(_ object: ResultObject) throws {
    since = try object.timeIfAny("since")
    people = try object.list("people")
    unnamed = try object.count("unnamed")
  }
}

extension Report.IncidentPerson: ReadableResult {
  init(_ object: ResultObject) throws {
    subject = object.textIfAny("subject")
    pseudonym = object.textIfAny("pseudonym")
    roles = try object.texts("roles")
    acts = try object.counts("acts")
  }
}
