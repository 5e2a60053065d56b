import Consent
import Intake
import ModelFile
import Ranking
public import Rights
import Store
import SystemIO
public import Vocabulary

extension Engine {
  /// Everything that a person may know of what is held of them.
  ///
  /// - Complexity: linear in what is held of the person.
  public func access(of subject: String) throws -> AccessReport {
    try note("access", of: subject)
    let policy = try policyReport()
    let terms = self.policy
    var report = AccessReport(
      subject: subject, isKnown: false, purposes: [], events: [], tags: [], instructions: .init(subject, .init()),
      decisions: 0, decisionDays: terms.retention.decisions, ledgerDays: terms.retention.ledger,
      accessLogDays: terms.accessLogDays, requests: [], accesses: [], policy: policy.version,
      parameters: policy.parameters)
    report.purposes = try consentReport(of: subject).purposes
    guard let person = try person(subject) else { return report }
    report.isKnown = true
    var held: [EventKind: HeldEvents] = [:]
    for event in try readEvents(ledger.accessPermit(for: person), upTo: .max) {
      let term = terms.retention[event.kind]
      var known =
        held[event.kind]
        ?? HeldEvents(
          event: event.kind.name, count: 0, first: event.time, last: event.time, use: term.use, keep: term.keep,
          basis: term.hold?.basis, sources: [])
      known.count += 1
      (known.first, known.last) = (min(known.first, event.time), max(known.last, event.time))
      if let source = event.detail?.source, !known.sources.contains(source) { known.sources.append(source) }
      held[event.kind] = known
    }
    report.events = EventKind.allCases.compactMap { held[$0] }
    if Files.exists(store.modelPath) {
      report.tags = try profileReport(of: subject, purpose: .recommendation).tags
      report.segment = try profileReport(of: subject, purpose: .advertising).segment
    }
    try refreshCache()
    report.instructions = InstructionsReport(subject, try readInstructions(person))
    report.decisions = try store.decisions(of: person).count
    let now = try registerClock()
    report.requests = try store.requests(of: person).map { RequestReport($0.number, try requestRecord($0), now: now) }
    var counts: [[String]: Int] = [:]
    for row in try store.accesses(of: person) {
      let entry = try entry(row)
      counts[[entry.role, entry.act], default: 0] += 1
    }
    report.accesses = counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
      (role: $0.key[0], act: $0.key[1], count: $0.value)
    }
    report.recipients = try disclosures(of: person).map {
      let given = $0.disclosure
      return HeldDisclosure(
        recipient: given.recipient, purpose: given.purpose, region: given.region, time: given.time,
        events: given.events)
    }
    return report
  }

  /// Closes an account: erases the person (``erase(_:)``), and keeps on the register that it was asked for and done.
  ///
  /// Erasing alone leaves a receipt and nothing else. Closing also leaves a deletion request with its days, open until
  /// the erasure is done, so that one that breaks off is seen as due; like every request it then names nobody.
  public func close(_ subject: String, regime: Regime) throws -> ClosingReport {
    let request = try openRequest(RequestInput(.deletion, of: subject, regime: regime)).request
    _ = try changeRequest(Int(request), RequestRecord.Change(to: .inWork))
    let receipt = try erase([subject])
    _ = try changeRequest(Int(request), RequestRecord.Change(to: .answered))
    return ClosingReport(request: request, receipt: receipt)
  }

  /// Corrects an event: what is said of it takes the place of what was held, the rest stays.
  ///
  /// The corrected event is admitted as any event is, under the consents of now, and the old one forgotten in the same
  /// transaction, with all that ``forget(_:of:)`` does.
  ///
  /// - Parameter event: The id that the history shows.
  /// - Throws: ``Failure``: `notFound` where no such event is held; `refused` where consent does not allow the new one.
  ///   Then nothing was changed.
  public func correct(_ event: String, with correction: EventCorrection, of subject: String) throws -> ForgetReport {
    let held = try historyReport(of: subject, limit: 1_000_000).events.first { $0.id == event }
    guard let held else { throw Engine.noSuchEvent }
    var request = ForgetRequest()
    request.events = [event]
    return try forget {
      let recorded = try record([correction.line(for: held, of: subject)])[0].get()
      guard recorded.admitted == 1 else {
        if let reason = recorded.rejectedBy.first?.reason {
          throw Failure(.badInput, "the correction is not understood: \(reason)", at: "event", expected: "one event")
        }
        throw Failure(
          .refused, "consent does not allow the corrected event", at: "event", expected: "a purpose that is on",
          remedy: "Forget the event instead")
      }
      try note("correct", of: subject, changes: true)
      return try takeOut(request, of: subject)
    }
  }
}

/// What is to be changed of an event that is held; `nil` leaves a part as it was.
public struct EventCorrection: Sendable {
  public var item: String?
  public var kind: EventKind?
  public var time: Timestamp?
  public var value: Double?
  public var query: String?

  public init() {}

  /// The event as it should be, as a line of a log.
  func line(for held: HistoryEvent, of subject: String) -> [UInt8] {
    let time = time ?? held.time
    var json = JSONWriter()
    json.object {
      $0.member("subject", subject)
      $0.member("kind", kind?.name ?? held.event)
      $0.member("item", item ?? held.item)
      $0.member("query", query ?? held.query)
      if let value = value ?? held.value { $0.member("value", value) }
      $0.member("time", time.isClock ? time.milliseconds : nil)
      $0.member("source", held.source)
      $0.member("decision", held.decision)
      if !held.tags.isEmpty { $0.member("tags", held.tags) }
    }
    return json.bytes + [10]
  }
}
