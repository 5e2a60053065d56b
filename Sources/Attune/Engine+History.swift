import Consent
import Crypto
import Intake
import ModelFile
import Rights
import Store
import Vocabulary

extension Engine {
  /// What a person did, as far as it is held: latest first.
  ///
  /// This is the person's own access, so it shows events whose purposes are off as well; nothing but the caller sees
  /// it.
  ///
  /// - Parameters:
  ///   - limit: The most events to return, from 1.
  ///   - filter: What to look for.
  /// - Complexity: linear in all that is held of the person.
  public func history(
    of subject: String, limit: Int = 1000, filter: HistoryFilter = HistoryFilter()
  ) throws -> HistoryReport {
    guard (1...1_000_000).contains(limit) else {
      throw Failure(.usage, "\(limit) events were asked for", at: "n", expected: "1 to 1000000")
    }
    try note("history", of: subject)
    return try historyReport(of: subject, limit: limit, filter: filter)
  }

  func historyReport(
    of subject: String, limit: Int, filter: HistoryFilter = HistoryFilter()
  ) throws -> HistoryReport {
    let isFiltered = filter != HistoryFilter()
    guard let person = try person(subject) else {
      return HistoryReport(subject: subject, held: 0, found: isFiltered ? 0 : nil, events: [])
    }
    let events = try blobs(of: ledger.accessPermit(for: person)).flatMap(\.events)
    let snapshot = (try? model())?.snapshot
    let clock = try retentionClock()
    let latest = events.enumerated().filter { filter.matches($0.element.event) }.sorted {
      ($1.element.event.time, $1.offset) < ($0.element.event.time, $0.offset)
    }
    var report = HistoryReport(subject: subject, held: events.count, events: [])
    let words = (filter.words ?? "").lowercased().split(separator: " ").map(String.init)
    var found = 0
    for (_, held) in latest {
      // Without words to look for, only what is shown is looked up.
      if words.isEmpty, found >= limit {
        found = latest.count
        break
      }
      let event = try shown(held, snapshot, clock)
      if !words.isEmpty, !event.contains(words) { continue }
      found += 1
      if report.events.count < limit { report.events.append(event) }
    }
    report.found = isFiltered ? found : nil
    return report
  }

  private func shown(_ held: Held, _ snapshot: Snapshot?, _ clock: Timestamp?) throws -> HistoryEvent {
    let (event, retention) = (held.event, policy.retention)
    return HistoryEvent(
      id: held.id, time: event.time, event: event.kind.name,
      item: event.item == .none ? nil : try store.itemID(of: event.item),
      title: event.item == .none ? nil : snapshot.flatMap { $0.index(of: event.item).flatMap($0.title(of:)) },
      value: event.kind == .rate ? Double(event.value) / 1000 : nil, query: event.detail?.query,
      tags: event.detail?.tags ?? [], source: event.detail?.source, decision: event.detail?.decision,
      purposes: event.purposes.purposes.map(\.name),
      until: clock == nil ? nil : retention.endOfKeeping(event.kind, event.time),
      restricted: clock.flatMap {
        retention.horizon(at: $0).isPast(event.kind, event.time) ? retention[event.kind].hold?.basis : nil
      })
  }

  // MARK: Forgetting

  /// Forgets some of a person's events: they are gone from their sealed blobs, and profile and answers follow at once.
  ///
  /// What was learned with one of them loses the person's whole contribution before this returns; it comes back, without
  /// the events, with the next training, so that the difference shows nobody which they were. What is left is sealed
  /// anew and the pages with the old blobs are wiped; a crash in between is made good when the store is next opened.
  /// Decisions on record keep what they were made from until they are erased.
  ///
  /// - Throws: ``Failure``: `notFound` where an id names no event that is held.
  /// - Complexity: linear in the store where the model is concerned.
  public func forget(_ request: ForgetRequest, of subject: String) throws -> ForgetReport {
    let isLimited = !request.events.isEmpty || !request.kinds.isEmpty || request.since != nil || request.before != nil
    guard isLimited else {
      throw Failure(
        .usage, "nothing says which events", at: "event", expected: "an id, a kind, or a period",
        remedy: "To forget everything about somebody, erase them")
    }
    return try forget { try takeOut(request, of: subject) }
  }

  /// Forgets what `body` takes out, within the one transaction that it may do more in.
  func forget(_ body: () throws -> (ForgetReport, Removal)) throws -> ForgetReport {
    // Whatever a transaction that breaks off has read is let go as well.
    defer { cache.removeAll() }
    var (report, removal) = try store.transaction(body)
    cache.removeAll()
    if report.forgotten > 0 {
      report.items = try finishErasure(removal.retraction, touched: removal.touched, patience: Engine.patience)
    }
    return report
  }

  /// Takes some of a person's events out of their blobs, within the open transaction, and puts the rest on record.
  func takeOut(_ request: ForgetRequest, of subject: String) throws -> (ForgetReport, Removal) {
    var report = ForgetReport(subject: subject, forgotten: 0, held: 0, items: 0, withdrawn: false)
    var removal = Removal()
    guard let person = try person(subject) else {
      if request.events.isEmpty { return (report, removal) }
      throw Engine.noSuchEvent
    }
    try note("history.forget", person: person, subject: subject, changes: true)
    let permit = try ledger.custodyPermit(for: person)
    let watermark = try store.watermark()
    var missing = Set(request.events)
    var isLearned = false
    let learned = try learnedItems(of: person)
    let searches = try searchEvidence(of: person)
    let key = try store.requireKey(of: person)
    for blob in try blobs(of: permit) {
      let gone = blob.events.filter { request.matches($0.event, id: $0.id) }
      report.held += blob.events.count - gone.count
      if gone.isEmpty { continue }
      missing.subtract(gone.map(\.id))
      isLearned = isLearned || blob.sequence <= watermark && gone.contains { $0.event.purposes.contains(.training) }
      try remove(
        gone.map(\.event), leaving: blob.events.filter { !request.matches($0.event, id: $0.id) }.map(\.event),
        from: blob.sealed, sequence: blob.sequence, key: key, permit, &removal)
    }
    if !missing.isEmpty { throw Engine.noSuchEvent }
    report.forgotten = removal.events
    if report.forgotten == 0 { return (report, removal) }
    removal.replaced += try leaveSegments([person])
    try notifyRecipients(of: person, .change)
    if isLearned { try withdrawContribution(of: person, learned: learned, searches, &removal) }
    report.withdrawn = removal.people > 0
    try record(&removal)
    return (report, removal)
  }

  static var noSuchEvent: Failure {
    Failure(
      .notFound, "no such event is held of this person", at: "event", expected: "an id that their history shows",
      remedy: "Ask for their history")
  }

  /// One of a person's events with the id it goes by.
  struct Held {
    var id: String
    var event: AdmittedEvent
  }

  /// A person's events blob by blob, as far as the permit goes.
  func blobs(of permit: Permit) throws -> [(sequence: Int64, sealed: [UInt8], events: [Held])] {
    guard let key = try store.key(of: permit.person) else { return [] }
    return try store.sealedEvents(of: permit.person).map { blob in
      var events: [AdmittedEvent] = []
      try self.events.open(blob.sealed, sequence: blob.sequence, key: key, permit: permit, into: &events)
      // Equal events of one blob are told apart by counting them.
      var met: [[UInt8]: UInt64] = [:]
      let held = events.map { event in
        let bytes = event.bytes
        met[bytes, default: 0] += 1
        var message = Array("event:".utf8)
        message.appendZigzag(permit.person.rawValue)
        message.appendZigzag(blob.sequence)
        message.appendVarint(met[bytes] ?? 0)
        let digest = decisionAuthenticator.authenticate(message + bytes)
        return Held(id: "e-" + Base64URL.encode(Array(digest.bytes.prefix(9))), event: event)
      }
      return (blob.sequence, blob.sealed, held)
    }
  }
}

extension ForgetRequest {
  fileprivate func matches(_ event: AdmittedEvent, id: String) -> Bool {
    (events.isEmpty || events.contains(id)) && (kinds.isEmpty || kinds.contains(event.kind))
      && (since.map { event.time >= $0 } ?? true) && (before.map { event.time < $0 } ?? true)
  }
}

extension HistoryFilter {
  fileprivate func matches(_ event: AdmittedEvent) -> Bool {
    (kinds.isEmpty || kinds.contains(event.kind)) && (since.map { event.time >= $0 } ?? true)
      && (before.map { event.time < $0 } ?? true)
  }
}

extension HistoryEvent {
  /// Whether each of some words, in small letters, stands in one of the event's texts.
  fileprivate func contains(_ words: [String]) -> Bool {
    let texts = ([query, item, title].compactMap(\.self) + tags).map { $0.lowercased() }
    return words.allSatisfy { word in texts.contains { $0.contains(word) } }
  }
}
