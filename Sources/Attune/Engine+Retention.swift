import Consent
import Intake
import Store
import SystemIO
import Vocabulary

extension Engine {
  /// Deletes what has been kept for as long as the policy says, and withdraws from the model what is out of use.
  ///
  /// What is out of use serves no answer from that very moment, swept or not; here it goes for good. Events that the law
  /// has kept longer stay restricted: held, shown to the person, read by nothing else. A person of whom something learned
  /// is out of use leaves the model as a whole until the next training, so that the difference shows nobody which event
  /// it was. The pages are wiped; a crash in between is made good when the store is next opened.
  ///
  /// With a fixed clock nothing is swept unless ``setRetention(byFixedClock:)`` asked for it.
  ///
  /// - Complexity: linear in the events of those of whom something is due, plus a search of the files where anything
  ///   goes; the first time, and when the policy's terms have changed, linear in all.
  public func sweep() throws -> SweepReport {
    let start = Clock.monotonicNanoseconds()
    var report = SweepReport()
    // Its entries are of the wall clock, whatever the store's is.
    try trimAccessLog()
    report.ledgerEntries = try trimLedger()
    guard let use = try retentionClock() else { return report }
    report.isOn = true
    let now = try store.asOf() ?? wall()
    var removal = Removal()
    try store.transaction {
      let terms = policy.retention.termBytes
      let isKnown = try store.retentionTerms() == terms
      let people = try isKnown ? store.peopleDue(upTo: now) : everybody()
      let horizon = policy.retention.horizon(at: use)
      for person in people { try sweep(person, now: now, horizon: horizon, &removal, &report) }
      if !isKnown { try store.setRetentionTerms(terms) }
      if removal.events + removal.people + removal.replaced.count > 0 { try record(&removal) }
    }
    report.events = removal.events
    report.withdrawn = removal.people
    report.decisions = try deleteExpiredDecisions()
    if report.events + report.withdrawn + report.decisions + removal.replaced.count > 0 {
      cache.removeAll()
      report.items = try finishErasure(removal.retraction, touched: removal.touched, patience: Engine.patience)
    }
    report.seconds = Double(Clock.monotonicNanoseconds() - start) / 1e9
    return report
  }

  /// Deletes the proof of choices that others have overtaken, once the policy's time for it is over; at most once a day.
  ///
  /// - Returns: How many entries of the ledger lost their bodies.
  private func trimLedger() throws -> Int {
    let now = wall()
    if let last = try store.factNumber("ledger trimmed"), now.milliseconds < last + 86_400_000 { return 0 }
    var gone: [[UInt8]] = []
    try store.transaction {
      let horizon = Timestamp(milliseconds: now.milliseconds - Int64(policy.retention.ledger) * 86_400_000)
      gone = try ledger.dropOvertaken(before: horizon, time: now)
      try store.setFact("ledger trimmed", number: now.milliseconds)
      if !gone.isEmpty { try addPendingErasure(of: Engine.fingerprints(of: gone)) }
    }
    if !gone.isEmpty { try finishErasure(nil, touched: [], patience: Engine.patience) }
    return gone.count
  }

  /// Whether retention goes by the store's fixed clock where it has one; without this a fixed clock keeps everything.
  public func setRetention(byFixedClock isOn: Bool) throws {
    try store.transaction {
      try store.setRetainsByFixedClock(isOn)
      try store.advanceGeneration()
    }
    cache.removeAll()
  }

  private func everybody() throws -> [PersonID] {
    var people: [PersonID] = []
    try store.forEachPerson { people.append($0.person) }
    return people
  }

  /// Sweeps one person within the open transaction.
  private func sweep(
    _ person: PersonID, now: Timestamp, horizon: Horizon, _ removal: inout Removal, _ report: inout SweepReport
  ) throws {
    guard let key = try store.key(of: person) else { return }
    let retention = policy.retention
    let (permit, watermark) = (try ledger.custodyPermit(for: person), try store.watermark())
    let isOut = try store.row(of: person)?.excludedTick == store.tick()
    let learned = try isOut ? [] : learnedItems(of: person)
    let searches = try isOut ? nil : searchEvidence(of: person)
    let atTick = try self.horizon(for: .training)
    var isLearned = false
    var isInSegment = false
    var next: Timestamp?
    report.people += 1
    for blob in try store.sealedEvents(of: person) {
      var events: [AdmittedEvent] = []
      try self.events.open(blob.sealed, sequence: blob.sequence, key: key, permit: permit, into: &events)
      var gone: [AdmittedEvent] = []
      var rest: [AdmittedEvent] = []
      for event in events {
        let isOfUse = !horizon.isPast(event.kind, event.time)
        let wasLearned =
          blob.sequence <= watermark && event.purposes.contains(.training) && !atTick.isPast(event.kind, event.time)
        isLearned = isLearned || wasLearned && !isOfUse
        let wasGrouped =
          blob.sequence <= watermark && event.purposes.contains(.advertising) && !atTick.isPast(event.kind, event.time)
        isInSegment = isInSegment || wasGrouped && !isOfUse
        guard let end = retention.endOfKeeping(event.kind, event.time) else {
          rest.append(event)
          continue
        }
        if end <= now {
          gone.append(event)
        } else {
          rest.append(event)
          let due = isOfUse ? retention.endOfUse(event.kind, event.time) ?? end : end
          next = min(next ?? due, due)
        }
      }
      if gone.isEmpty { continue }
      try remove(gone, leaving: rest, from: blob.sealed, sequence: blob.sequence, key: key, permit, &removal)
    }
    if isLearned { try withdrawContribution(of: person, learned: learned, searches, &removal) }
    if isInSegment { removal.replaced += try leaveSegments([person]) }
    try store.setDue(person, at: next)
  }

  /// - Returns: How many they were.
  private func deleteExpiredDecisions() throws -> Int {
    var fingerprints: [Fingerprint] = []
    let horizon = policy.retention.decisionHorizon(at: wall())
    guard let oldest = try store.oldestDecision(), oldest < horizon else { return 0 }
    // A crash between the two leaves the logs to be cut.
    try store.transaction { try addPendingErasure(of: []) }
    let deleted = try store.deleteDecisions(before: horizon) { sealed in
      // One piece of each, and of so many, tells whether the pages were wiped.
      if fingerprints.count < 65_536 { fingerprints += Fingerprint.all(of: sealed, stride: max(1, sealed.count)) }
    }
    try store.transaction { try addPendingErasure(of: fingerprints) }
    return deleted
  }

  /// Whether a decision has been kept for as long as the policy says.
  func isExpired(_ decision: DecisionRow) throws -> Bool {
    try retentionClock() != nil && decision.time < policy.retention.decisionHorizon(at: wall())
  }

  // MARK: Clocks

  /// The time that what is kept grows old by; `nil` where nothing does.
  ///
  /// By the wall clock it is the end of the minute under way, because answers share a clock for a minute.
  func retentionClock() throws -> Timestamp? {
    if let fixed = try store.asOf() { return try store.retainsByFixedClock() ? fixed : nil }
    let wall = wall().milliseconds
    return Timestamp(milliseconds: wall + 59_999 - (wall + 59_999) % 60_000)
  }

  /// What has outlived its use for a purpose: for training as of the last tick, so that rows computed anew between ticks
  /// are those of the tick.
  func horizon(for purpose: Purpose) throws -> Horizon {
    if purpose == .training { return try store.tickHorizon() ?? .none }
    return try retentionClock().map { policy.retention.horizon(at: $0) } ?? .none
  }

  /// What a training now may learn from.
  func learningHorizon(_ now: Timestamp) -> Horizon {
    policy.retention.horizon(at: Timestamp(milliseconds: now.milliseconds + Retention.lookAhead))
  }
}

extension Retention {
  /// When the first of some events is out of use; `nil` where none of them ever is.
  func firstDue(_ events: ArraySlice<AdmittedEvent>) -> Timestamp? {
    var first: Timestamp?
    for event in events {
      guard let end = endOfUse(event.kind, event.time) else { continue }
      first = min(first ?? end, end)
    }
    return first
  }
}
