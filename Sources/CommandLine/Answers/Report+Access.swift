import Vocabulary

extension Report {
  /// What is held of a person, why, for how long, who looked at it, and by what logic it is used.
  struct Access {
    var subject: String
    var isKnown: Bool
    var purposes: [ConsentState]
    var events: [HeldEvents]
    var tags: [ProfileTag]
    var segment: String?
    var instructions: Instructions
    var decisions: Int
    var decisionDays: Int
    var ledgerDays: Int
    var accessLogDays: Int
    var requests: [Request]
    var accesses: [AccessCount]
    var recipients: [Disclosure]
    var policy: String
    var parameters: [PolicyParameter]
  }

  /// What is held of one kind of event.
  struct HeldEvents {
    var event: String
    var count: Int
    var first: Timestamp?
    var last: Timestamp?
    var use: Int
    var keep: Int
    var basis: String?
  }

  /// To whom it was given.
  struct Disclosure {
    var recipient: String
    var purpose: Purpose
    var region: String?
    var time: Timestamp?
    var events: Int
  }

  /// How often somebody of a role did something with it.
  struct AccessCount {
    var role: String
    var act: String
    var count: Int
  }

  /// What closing an account did.
  struct Closing {
    var request: Int
    var receipt: Erasure
    /// As it stands in the answer, to be written to a file.
    var proof: String
  }
}

extension Report.Access: ReadableResult {
  init(_ object: ResultObject) throws {
    let days = try object.object("days")
    subject = try object.text("subject")
    isKnown = try object.flag("known")
    purposes = try object.list("purposes")
    events = try object.list("events")
    tags = try object.list("tags")
    segment = object.textIfAny("segment")
    instructions = try Report.Instructions(object.object("instructions"))
    decisions = try object.count("decisions")
    decisionDays = try days.count("decisions")
    ledgerDays = try days.count("ledger")
    accessLogDays = try days.count("accessLog")
    requests = try object.list("requests")
    accesses = try object.list("accesses")
    recipients = try object.list("recipients")
    policy = try object.text("policy")
    parameters = try object.list("parameters")
  }
}

extension Report.HeldEvents: ReadableResult {
  init(_ object: ResultObject) throws {
    event = try object.text("event")
    count = try object.count("count")
    first = try object.timeIfAny("first")
    last = try object.timeIfAny("last")
    use = try object.count("use")
    keep = try object.count("keep")
    basis = object.textIfAny("basis")
  }
}

extension Report.AccessCount: ReadableResult {
  init(_ object: ResultObject) throws {
    role = try object.text("role")
    act = try object.text("act")
    count = try object.count("count")
  }
}

extension Report.Closing: ReadableResult {
  init(_ object: ResultObject) throws {
    request = try object.count("request")
    receipt = try Report.Erasure(object.object("receipt"))
    proof = try object.object("receipt").text("proof")
  }
}

extension Report.Disclosure: ReadableResult {
  init(_ object: ResultObject) throws {
    recipient = try object.text("recipient")
    purpose = try object.purpose("purpose")
    region = object.textIfAny("region")
    time = try object.timeIfAny("time")
    events = try object.count("events")
  }
}
