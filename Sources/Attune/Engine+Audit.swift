import Consent
import Crypto
import Decisions
import Intake
import ModelFile
import Profiles
import Ranking
import Rights
import Store
import SystemIO
import TextAnalysis
import Vocabulary

extension Engine {
  /// Checks on this store what is guaranteed, as far as a live store can show it.
  ///
  /// Each check reads the store in another way than the code that it checks, and none of them changes anything.
  ///
  /// - Parameter sample: How many people, decisions and rows of the model each check looks at, spread evenly over all;
  ///   `nil` for every one.
  /// - Complexity: linear in the store for the threshold and the search for keys, else in the sample.
  public func audit(sample: Int? = 1000) throws -> AuditReport {
    let start = Clock.monotonicNanoseconds()
    try note("audit", person: nil)
    try refreshCache()
    var report = AuditReport(store: store.path, time: wall(), sample: sample, policy: policy.version)
    let all = try auditedPeople()
    let people = Engine.spread(all, sample)
    let model = Files.exists(store.modelPath) ? try self.model() : nil
    func check(_ guarantee: String, _ title: String, _ body: (inout AuditCheck) throws -> Void) {
      var check = AuditCheck(guarantee: guarantee, title: title)
      do { try body(&check) } catch {
        check.breach((error as? Failure)?.what ?? "the check broke off")
      }
      report.checks.append(check)
    }
    check("store", "every page of every file is whole") { check in
      try store.checkStructure()
      check.cases = 3
    }
    check("G20", "the consent ledger is a chain that nobody has changed") { check in
      check.cases = Int(try ledger.verify())
    }
    check("G1", "whoever has switched a purpose off was given nothing personal since") { check in
      for row in people { try auditSwitches(of: row, &check) }
    }
    check("G5", "nothing is left under the number of somebody who is erased") { check in
      for (table, rows) in try store.orphans() {
        check.cases += 1
        if rows > 0 { check.breach("\(rows) rows of \(table) belong to nobody") }
      }
      if try store.pendingErasure() != nil { check.breach("an erasure on record is not finished") }
    }
    check("G9", "the parts of every score on record add up, and every record opens") { check in
      for number in Engine.spread(try store.decisionNumbers(), sample) {
        check.cases += 1
        // Whom nobody knows is another check's.
        guard let row = try store.decision(number), try store.row(of: row.person) != nil else { continue }
        guard let key = try store.key(of: row.person),
          let plain = try? sealer.open(row.sealed, key: key, context: Engine.decisionContext(row.person)),
          let record = DecisionRecord(encoded: plain)
        else {
          check.breach("decision \(number) does not open")
          continue
        }
        for place in record.places {
          let sum = record.contributions(of: place, titles: nil).reduce(Int64(0)) { $0 &+ $1.points }
          if sum != record.score(of: place) { check.breach("the parts of decision \(number) do not add up") }
        }
      }
    }
    check("G12", "behind everything published stand as many people as the policy says") { check in
      if let model { try auditThreshold(model, sample, &check) }
    }
    check("P1", "every segment has as many people as it says, and as many as the policy asks for") { check in
      try auditSegments(&check)
    }
    check("G15", "nothing that somebody has blocked comes up for them") { check in
      if let model { for row in people { try auditBlocks(of: row.person, model, &check) } }
    }
    check("G16", "nothing is kept for longer than the policy says") { check in
      guard let clock = try retentionClock() else {
        check.note = "the store's clock is fixed, so nothing grows old"
        return
      }
      // A sweep a day is soon enough.
      let latest = Timestamp(milliseconds: clock.milliseconds - 86_400_000)
      let decisions = policy.retention.decisionHorizon(at: Timestamp(milliseconds: wall().milliseconds - 86_400_000))
      if let oldest = try store.oldestDecision(), oldest < decisions { check.breach("a decision is past its time") }
      for row in people {
        check.cases += 1
        let permit = try ledger.custodyPermit(for: row.person)
        let old = try readEvents(permit, upTo: .max).contains { event in
          policy.retention.endOfKeeping(event.kind, event.time).map { $0 < latest } ?? false
        }
        if old { check.breach("person \(row.person.rawValue) has an event past its time") }
      }
    }
    check("G18", "every request is on time, and due on the day that its rule says") { check in
      let now = try registerClock()
      for row in try store.allRequests() {
        check.cases += 1
        let record = try requestRecord(row)
        let (holidays, digest) = try holidays(of: record.regime.calendar)
        // By another list than today's the day cannot be computed again.
        if digest == record.holidays, record.due != record.regime.due(received: record.received, holidays: holidays) {
          check.breach("request \(row.number) is due on another day than its rule says")
        }
        if record.isLate(at: now) { check.breach("request \(row.number) is late") }
      }
    }
    check("H2", "no key lies in a file with what it opens, and the key file is its owner's alone") { check in
      let keys = try Engine.spread(all, sample).compactMap { try store.key(of: $0.person)?.bytes }
      check.cases = keys.count
      let found = try store.residueBesideKeys(of: keys.flatMap { Fingerprint.all(of: $0) })
      if found > 0 { check.breach("\(found) pieces of keys lie outside the key file") }
      if try store.othersMayOpenKeys() {
        check.breach("others than its owner may open the key file")
      }
    }
    report.seconds = Double(Clock.monotonicNanoseconds() - start) / 1e9
    return report
  }

  /// At most `limit` of some things, evenly spaced.
  private static func spread<Element>(_ all: [Element], _ limit: Int?) -> [Element] {
    guard let limit, limit < all.count else { return all }
    return (0..<limit).map { all[$0 * all.count / limit] }
  }

  private func auditedPeople() throws -> [PersonRow] {
    var people: [PersonRow] = []
    try store.forEachPerson { people.append($0) }
    return people
  }

  /// Folds the ledger's rows once more, without the code that answers from them, and compares what is allowed and what
  /// was shown.
  private func auditSwitches(of row: PersonRow, _ check: inout AuditCheck) throws {
    let entries = try ledger.entries(of: row.person)
    let decisions = try store.decisions(of: row.person)
    let key = try store.key(of: row.person)
    for purpose in Purpose.allCases {
      check.cases += 1
      var isOff = !policy.defaults.contains(purpose)
      if let source = row.sourceGrant, try ledger.purposes(ofSource: source).contains(purpose) { isOff = false }
      // Where no policy ever had it on by itself, nothing personal was allowed before the first consent.
      let wasNeverOn = ledger.book.versions.allSatisfy { !$0.defaults.contains(purpose) }
      var since = isOff && wasNeverOn ? Timestamp(milliseconds: .min) : nil
      for entry in entries where entry.purposes.contains(purpose) {
        isOff = entry.act != .grant
        since = isOff ? entry.time : nil
      }
      if isOff, try ledger.permit(for: row.person, purpose: purpose) != nil {
        check.breach("\(purpose.name) is off for person \(row.person.rawValue), and their events would be read")
      }
      guard isOff, let since, let key else { continue }
      for decision in decisions where decision.time > since {
        guard let plain = try? sealer.open(decision.sealed, key: key, context: Engine.decisionContext(row.person)),
          let record = DecisionRecord(encoded: plain)
        else { continue }
        if record.purpose == purpose, record.basis == Basis.personal.rawValue {
          check.breach("decision \(decision.number) is personal, made after \(purpose.name) was switched off")
        }
      }
    }
  }

  /// Counts the people behind items and pairs anew, from the events, without the code that learns.
  private func auditThreshold(_ model: PublishedModel, _ sample: Int?, _ check: inout AuditCheck) throws {
    let snapshot = model.snapshot
    let floor = policy.supportFloor
    let tick = try store.tick()
    let roll = try ledger.roll(for: .training)
    var peopleOf: [[Int32]] = Array(repeating: [], count: snapshot.itemCount)
    var permits: [PersonID: Permit] = [:]
    try store.forEachPerson { row in
      if row.excludedTick != tick { permits[row.person] = try roll.permit(for: row.person, source: row.sourceGrant) }
    }
    var events: [AdmittedEvent] = []
    var askers: [[UInt8]: [PersonID]] = [:]
    for query in try store.askedQueries() { askers[query.key] = [] }
    _ = try store.forEachSealedEvents(upTo: store.watermark()) { row in
      guard let permit = permits[row.person] else { return }
      events.removeAll(keepingCapacity: true)
      try unsafe self.events.open(row.sealed, sequence: row.sequence, key: row.key, permit: permit, into: &events)
      if !askers.isEmpty {
        for query in events.compactMap({ $0.detail?.query }) {
          let key = Array(TextAnalyzer.key(of: query).utf8)
          if let people = askers[key], people.last != row.person { askers[key]?.append(row.person) }
        }
      }
      for event in events where event.item != .none {
        guard let index = snapshot.index(of: event.item).map({ Int($0) }) else { continue }
        let person = Int32(truncatingIfNeeded: row.person.rawValue)
        // Rows of one person follow one another.
        if peopleOf[index].last != person { peopleOf[index].append(person) }
      }
    }
    for (_, people) in askers {
      check.cases += 1
      if people.count < floor { check.breach("a search is suggested to others with \(people.count) people behind it") }
    }
    for pair in try store.searchedPairs() where pair.people < floor {
      check.breach("an item is found by a word with \(pair.people) people behind it")
    }
    var isMine = [Bool](repeating: false, count: Int(permits.keys.map(\.rawValue).max() ?? 0) + 1)
    for index in Engine.spread(Array(0..<snapshot.itemCount), sample) {
      let item = UInt32(index)
      let support = Int(snapshot.support(of: item))
      check.cases += 1
      // What a catalogue names may have nobody behind it; then it says so.
      if support > 0, support < floor || peopleOf[index].count < floor {
        check.breach("an item is published with \(min(support, peopleOf[index].count)) people behind it")
      }
      for person in peopleOf[index] { isMine[Int(person)] = true }
      for entry in snapshot.row(of: item) {
        check.cases += 1
        var both = 0
        for person in peopleOf[Int(unsafe snapshot.rowItems[entry])] where isMine[Int(person)] {
          both += 1
          if both == floor { break }
        }
        if both < floor { check.breach("two items are published as related with \(both) people behind the pair") }
      }
      for person in peopleOf[index] { isMine[Int(person)] = false }
    }
  }

  /// Ranks for a person and looks for what they have blocked.
  private func auditBlocks(of person: PersonID, _ model: PublishedModel, _ check: inout AuditCheck) throws {
    let instructions = try readInstructions(person)
    if instructions.items.isEmpty, instructions.similar.isEmpty, instructions.tags.isEmpty { return }
    check.cases += 1
    var request = RankingRequest()
    request.count = 1000
    let list = model.ranker.rank(request, profile: Profile(), instructions: instructions)
    let snapshot = model.snapshot
    let tags = Set(instructions.tags.map(\.text))
    for place in list.places {
      let id = snapshot.id(of: place.item)
      let carried = snapshot.vector(of: place.item).map { unsafe snapshot.featureName(of: snapshot.vectorFeatures[$0]) }
      if instructions.items.contains(ExactText(id)) || instructions.similar.contains(ExactText(id))
        || carried.contains(where: tags.contains)
      {
        check.breach("something that person \(person.rawValue) has blocked comes up")
      }
    }
  }
}
