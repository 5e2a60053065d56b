import Consent
import Crypto
import Decisions
import Intake
public import Rights
import Store
import SystemIO
public import Vocabulary

/// What somebody asks for by right; see ``Engine/openRequest(_:)``.
public struct RequestInput: Sendable {
  /// The outside id; `nil` only for an appeal against an answer to nobody in particular.
  public var subject: String?
  public var kind: RequestKind
  public var regime: Regime
  public var words: String?
  /// Who speaks for the person, by what name, and what shows that they may.
  public var by = Requester.person
  public var name: String?
  public var evidence: String?
  /// The day of receipt, where it was not today.
  public var received: Day?
  /// What an appeal is about.
  public var decision: String?

  public init(_ kind: RequestKind, of subject: String?, regime: Regime) {
    self.kind = kind
    self.subject = subject
    self.regime = regime
  }
}

extension Engine {
  // MARK: The register

  /// Puts a request on the register, with the days by which it must be confirmed and answered; durable when it returns.
  ///
  /// - Throws: ``Failure``: `usage` where something is missing; `notFound` for an appeal against a decision that is not
  ///   this person's.
  public func openRequest(_ input: RequestInput) throws -> RequestReport {
    guard input.subject?.isEmpty == false || input.kind == .appeal else {
      throw Failure(.usage, "nobody is named", at: "subject", expected: "whom the request is about")
    }
    guard (input.kind == .appeal) == (input.decision != nil) else {
      throw Failure(
        .usage, "an appeal is against a decision, and nothing else is", at: "decision",
        expected: "the id that came with the answer")
    }
    guard input.by == .person || input.name?.isEmpty == false else {
      throw Failure(.usage, "whoever speaks for the person has no name", at: "name", expected: "their name")
    }
    let now = try registerClock()
    let today = Day(of: now, hoursAhead: input.regime.hoursAhead)
    guard input.received.map({ $0 <= today && $0 > today.adding(days: -3660) }) ?? true else {
      throw Failure(
        .usage, "the day of receipt is not one of the past ten years", at: "received", expected: "a past day")
    }
    var subject = input.subject
    var owner: PersonID?
    if let decision = input.decision {
      (_, owner) = try record(of: decision)
      if let subject, let owner, try person(subject) != owner {
        throw Failure(
          .notFound, "no such decision", at: "decision", expected: "an id that came with an answer to this person")
      }
      if subject?.isEmpty == true { subject = nil }
    }
    let (holidays, digest) = try holidays(of: input.regime.calendar)
    var details = RequestRecord.Details()
    details.subject = subject
    (details.by, details.name, details.evidence) = (input.by, input.name, input.evidence)
    (details.words, details.decision) = (input.words, input.decision)
    let record = RequestRecord(
      kind: input.kind, regime: input.regime, received: input.received, time: now, holidays: holidays,
      holidayDigest: digest, details: details)
    return try store.transaction {
      let person = try subject.map { try makePerson($0) } ?? owner
      let number = try store.lastRequest() + 1
      try put(record, number: number, person: person)
      try note("request.open", person: person, subject: subject, changes: true)
      return try RequestReport(number, record, now: registerClock())
    }
  }

  /// Takes a request one step further; durable when it returns.
  ///
  /// - Throws: ``Failure`` with `refused` for a step that the request's state, its rule or the policy does not allow.
  public func changeRequest(_ number: Int, _ change: RequestRecord.Change) throws -> RequestReport {
    guard change.measures.isEmpty else {
      throw Failure(.usage, "measures are taken by deciding an appeal", at: "measures", expected: "none")
    }
    return try step(number, change, act: "request.change")
  }

  /// One request of the register.
  public func request(_ number: Int) throws -> RequestReport {
    let (row, record) = try openRow(number)
    try note("request.show", person: row.person, subject: record.details?.subject)
    return try RequestReport(row.number, record, now: registerClock())
  }

  /// The register, or part of it, in order of number.
  ///
  /// - Parameters:
  ///   - subject: Only what concerns this person.
  ///   - days: Only what is open and to be done within so many days, or late.
  ///   - open: Only what is open.
  /// - Complexity: linear in the register.
  public func requests(of subject: String? = nil, dueWithin days: Int? = nil, open: Bool = false) throws
    -> RequestList
  {
    let now = try registerClock()
    var wanted: PersonID?
    if let subject {
      guard let person = try person(subject) else { return RequestList(requests: []) }
      wanted = person
    }
    var list = RequestList(requests: [])
    let rows = try wanted.map { try store.requests(of: $0) } ?? store.allRequests()
    for row in rows {
      let record = try requestRecord(row)
      if open || days != nil, record.state.isClosed { continue }
      if let days {
        let today = Day(of: now, hoursAhead: record.regime.hoursAhead)
        if record.nextDue > today.adding(days: days) { continue }
      }
      list.requests.append(RequestReport(row.number, record, now: now))
    }
    try note("request.list", of: subject)
    return list
  }

  /// Puts a calendar's list of holidays in place of the one before; what is due already stays due.
  ///
  /// - Parameter text: See ``HolidayList``.
  public func setHolidays(_ text: String, calendar: String) throws -> HolidayReport {
    guard Regime.calendars.contains(calendar) else {
      throw Failure(
        .usage, "there is no such calendar", at: "calendar", expected: Regime.calendars.joined(separator: ", "))
    }
    let list = try HolidayList(text: text)
    try store.transaction { try store.setFact("holidays " + calendar, bytes: Array(list.text.utf8)) }
    return HolidayReport(
      calendar: calendar, holidays: list.holidays.count, workedWeekends: list.workedWeekends.count,
      first: list.holidays.min()?.text, last: list.holidays.max()?.text)
  }

  /// The clock by which periods run: the store's, where it is fixed.
  func registerClock() throws -> Timestamp { try store.asOf() ?? wall() }

  func holidays(of calendar: String) throws -> (list: HolidayList, digest: [UInt8]) {
    guard let bytes = try store.factBytes("holidays " + calendar) else { return (HolidayList(), []) }
    return (try HolidayList(text: String(decoding: bytes, as: UTF8.self)), Array(SHA256.hash(bytes).bytes.prefix(8)))
  }

  // MARK: Rows

  private func context(_ part: String, _ number: Int64) -> [UInt8] {
    var bytes = Array("request \(part)".utf8)
    bytes.appendZigzag(number)
    return bytes
  }

  private func detailsKey(_ person: PersonID?) throws -> SymmetricKey {
    try person.map { try store.requireKey(of: $0) } ?? registerKey
  }

  func put(_ record: RequestRecord, number: Int64, person: PersonID?) throws {
    let frame = try sealer.seal(record.frame, key: registerKey, context: context("frame", number))
    let details = try record.details.map {
      try sealer.seal($0.encoded, key: detailsKey(person), context: context("details", number))
    }
    try store.putRequest(RequestRow(number: number, person: person, frame: frame, details: details ?? []))
  }

  /// The record in a row of the register.
  func requestRecord(_ row: RequestRow) throws -> RequestRecord {
    let damaged = Failure(
      .badStore, "request \(row.number) of the register does not open", expected: "an unchanged record",
      remedy: "Restore the store from a backup")
    var details: RequestRecord.Details?
    if !row.details.isEmpty {
      guard
        let plain = try? sealer.open(row.details, key: detailsKey(row.person), context: context("details", row.number)),
        let read = RequestRecord.Details(encoded: plain)
      else { throw damaged }
      details = read
    }
    guard let plain = try? sealer.open(row.frame, key: registerKey, context: context("frame", row.number)),
      let record = RequestRecord(frame: plain, details: details)
    else { throw damaged }
    return record
  }

  private func openRow(_ number: Int) throws -> (RequestRow, RequestRecord) {
    guard let row = try store.request(Int64(number)) else {
      throw Failure(
        .notFound, "there is no request \(number)", at: "request", expected: "a number of the register",
        remedy: "See attune request list")
    }
    return (row, try requestRecord(row))
  }

  /// Takes a step, with what has to be done in the same transaction.
  func step(
    _ number: Int, _ change: RequestRecord.Change, act: String,
    also: (PersonID?, RequestRecord) throws -> Void = { _, _ in }
  ) throws -> RequestReport {
    let now = try registerClock()
    return try store.transaction {
      var (row, record) = try openRow(number)
      try record.take(change, at: now, reasons: policy.refusalReasons)
      try also(row.person, record)
      try put(record, number: row.number, person: row.person)
      try note(act, person: row.person, subject: record.details?.subject, changes: true)
      return RequestReport(row.number, record, now: now)
    }
  }
}
