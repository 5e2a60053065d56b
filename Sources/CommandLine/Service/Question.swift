import Attune
import Protocol
import Rights
import SystemIO
import Vocabulary

/// Something to ask of a store: as a method of the daemon takes it, and as the engine does it.
struct Question<Content: ReadableResult> {
  let method: String
  let parameters: JSONValue
  /// Gives the result's JSON.
  let inStore: (Engine) throws -> [UInt8]

  /// Parameters without a value are left out.
  init(
    _ method: String, _ parameters: KeyValuePairs<String, JSONValue?>, inStore: @escaping (Engine) throws -> [UInt8]
  ) {
    self.method = method
    self.parameters = .object(
      parameters.compactMap { name, value in value.map { JSONValue.Member(name, $0) } })
    self.inStore = inStore
  }
}

// MARK: Lists

extension Question<Report.Recommendation> {
  static func recommend(_ request: RecommendationRequest) -> Self {
    Self(
      "recommend",
      [
        "subject": JSONValue(request.subject), "n": JSONValue(request.count), "offset": JSONValue(request.offset),
        "purpose": .string(request.purpose.name), "context": JSONValue(request.context),
        "within": JSONValue(request.within), "exclude": JSONValue(request.exclude),
        "among": request.among.map { JSONValue($0) }, "gpc": JSONValue(request.globalPrivacyControl),
      ]
    ) { try $0.recommend(request).json }
  }

  static func similar(to item: String, count: Int, offset: Int) -> Self {
    Self("similar", ["item": .string(item), "n": JSONValue(count), "offset": JSONValue(offset)]) {
      try $0.similar(to: item, count: count, offset: offset).json
    }
  }
}

extension Question<Report.Search> {
  static func search(_ request: SearchRequest) -> Self {
    Self(
      "search",
      [
        "query": .string(request.text), "subject": JSONValue(request.subject), "sort": .string(request.sort.rawValue),
        "n": JSONValue(request.count), "offset": JSONValue(request.offset), "tag": JSONValue(request.tags),
        "price": JSONValue(request.price), "facet": JSONValue(request.facets), "context": JSONValue(request.context),
        "exclude": JSONValue(request.exclude), "among": request.among.map { JSONValue($0) },
      ]
    ) { try $0.search(request).json }
  }
}

extension Question<Report.Suggestions> {
  static func suggest(_ text: String, subject: String?, count: Int) -> Self {
    Self("suggest", ["prefix": .string(text), "subject": JSONValue(subject), "n": JSONValue(count)]) {
      try $0.suggest(text, subject: subject, count: count).json
    }
  }
}

extension Question<Report.Explanation> {
  static func explain(_ decision: String, item: String? = nil, level: ExplanationLevel = .full) -> Self {
    Self("explain", ["decision": .string(decision), "item": JSONValue(item), "level": .string(level.rawValue)]) {
      try $0.explain(decision, item: item, level: level).json
    }
  }
}

extension Question<Report.Replay> {
  static func replay(_ decision: String) -> Self {
    Self("replay", ["decision": .string(decision)]) { try $0.replay(decision).json }
  }
}

// MARK: People

extension Question<Report.History> {
  static func history(of subject: String, count: Int, filter: HistoryFilter) -> Self {
    Self(
      "history",
      [
        "subject": .string(subject), "n": JSONValue(count), "words": JSONValue(filter.words),
        "kind": filter.kinds.isEmpty ? nil : JSONValue(filter.kinds.map(\.name)),
        "since": filter.since.map { .integer($0.milliseconds) },
        "before": filter.before.map { .integer($0.milliseconds) },
      ]
    ) { try $0.history(of: subject, limit: count, filter: filter).json }
  }
}

extension Question<Report.Profile> {
  static func profile(of subject: String, purpose: Purpose) -> Self {
    Self("profile", ["subject": .string(subject), "purpose": .string(purpose.name)]) {
      try $0.profile(of: subject, purpose: purpose).json
    }
  }
}

/// What can be done with a person's switches.
enum ConsentChange: String { case grant, withdraw }

extension Question<Report.Consent> {
  static func consent(of subject: String) -> Self {
    Self("consent.get", ["subject": .string(subject)]) { try $0.consent(of: subject).json }
  }

  static func change(_ change: ConsentChange, _ purposes: [Purpose], of subject: String) -> Self {
    let names = JSONValue(purposes.map(\.name))
    return Self("consent.\(change.rawValue)", ["subject": .string(subject), "purposes": names]) { engine in
      switch change {
      case .grant: try engine.grant(purposes, to: subject).json
      case .withdraw: try engine.withdraw(purposes, from: subject).json
      }
    }
  }
}

/// What can be said of a person's age.
enum AgeChange {
  case age(Engine.AgeStatement, region: String?)
  case guardian(String?)
}

extension Question<Report.Age> {
  static func age(of subject: String) -> Self {
    Self("age", ["subject": .string(subject)]) { try $0.age(of: subject).json }
  }

  static func change(_ change: AgeChange, of subject: String) -> Self {
    switch change {
    case .age(let statement, let region):
      var (born, flag): (Int?, String) = (nil, "adult")
      switch statement {
      case .born(let year): born = year
      case .minor: flag = "minor"
      case .adult: break
      }
      return Self(
        "age",
        [
          "subject": .string(subject), "born": born.map { JSONValue($0) }, "is": born == nil ? .string(flag) : nil,
          "region": JSONValue(region),
        ]
      ) { try $0.setAge(statement, of: subject, region: region).json }
    case .guardian(let guardian):
      return Self("age", ["subject": .string(subject), "guardian": guardian.map { .string($0) } ?? .bool(false)]) {
        try $0.setGuardian(guardian, for: subject).json
      }
    }
  }
}

/// What can be done with a tag of a profile.
enum TagChange: String { case remove, restore, add }

extension Question<Report.Instructions> {
  static func instructions(of subject: String) -> Self {
    Self("tags.get", ["subject": .string(subject)]) { try $0.instructions(of: subject).json }
  }

  static func resetTags(of subject: String) -> Self {
    Self("tags.reset", ["subject": .string(subject)]) { try $0.resetTags(for: subject).json }
  }

  static func change(_ change: TagChange, _ tag: String, of subject: String) -> Self {
    Self("tags.\(change.rawValue)", ["subject": .string(subject), "tag": .string(tag)]) { engine in
      switch change {
      case .remove: try engine.removeTag(tag, for: subject).json
      case .restore: try engine.restoreTag(tag, for: subject).json
      case .add: try engine.addTag(tag, for: subject).json
      }
    }
  }

  static func block(_ block: Engine.Block, for subject: String) -> Self {
    Self("block", parameters(block, subject)) { try $0.block(block, for: subject).json }
  }

  static func unblock(_ block: Engine.Block, for subject: String) -> Self {
    Self("unblock", parameters(block, subject)) { try $0.unblock(block, for: subject).json }
  }

  private static func parameters(_ block: Engine.Block, _ subject: String) -> KeyValuePairs<String, JSONValue?> {
    switch block {
    case .item(let item): ["subject": .string(subject), "item": .string(item)]
    case .similar(let item): ["subject": .string(subject), "similar": .string(item)]
    case .tag(let tag): ["subject": .string(subject), "tag": .string(tag)]
    }
  }
}

extension Question<Report.Export> {
  /// - Parameters:
  ///   - partner: The purpose of a partner who is to have it; `nil` for the person's own copy.
  ///   - recipient: Who that partner is.
  ///   - region: Where it goes.
  static func export(of subject: String, partner: Purpose?, recipient: String?, region: String?) -> Self {
    Self(
      "export",
      [
        "subject": .string(subject), "partner": partner.map { .string($0.name) }, "recipient": JSONValue(recipient),
        "region": JSONValue(region),
      ]
    ) { engine in
      guard let partner else { return try engine.export(of: subject, region: region).json }
      return try engine.export(of: subject, toPartnerFor: partner, recipient: recipient ?? "", region: region).json
    }
  }
}

extension Question<Report.PersonImport> {
  static func importPerson(_ path: String) throws -> Self {
    // The daemon has another current folder.
    let path = try Files.absolutePath(path)
    return Self("import", ["export": .string(path)]) { try $0.importPerson(Files.read(path)).json }
  }
}

// MARK: Being forgotten

extension Question<Report.Erasure> {
  static func erase(_ subjects: [String]) -> Self {
    Self("erase", ["subject": JSONValue(subjects), "wait": .bool(true)]) { try $0.erase(subjects).json }
  }

  static func decommission(confirm name: String) -> Self {
    Self("decommission", ["confirm": .string(name)]) { try $0.decommission(confirm: name).json }
  }
}

extension Question<Report.Forgetting> {
  static func correct(_ event: String, with correction: EventCorrection, of subject: String) -> Self {
    Self(
      "correct",
      [
        "subject": .string(subject), "event": .string(event), "item": JSONValue(correction.item),
        "kind": JSONValue(correction.kind?.name), "time": correction.time.map { .integer($0.milliseconds) },
        "value": correction.value.map { .number($0) }, "query": JSONValue(correction.query),
      ]
    ) { try $0.correct(event, with: correction, of: subject).json }
  }

  static func forget(_ request: ForgetRequest, of subject: String) -> Self {
    Self(
      "history.forget",
      [
        "subject": .string(subject), "event": request.events.isEmpty ? nil : JSONValue(request.events),
        "kind": request.kinds.isEmpty ? nil : JSONValue(request.kinds.map(\.name)),
        "since": request.since.map { .integer($0.milliseconds) },
        "before": request.before.map { .integer($0.milliseconds) },
      ]
    ) { try $0.forget(request, of: subject).json }
  }
}

extension Question<Report.Access> {
  static func access(of subject: String) -> Self {
    Self("access", ["subject": .string(subject)]) { try $0.access(of: subject).json }
  }
}

extension Question<Report.Audit> {
  /// - Parameter sample: `nil` for everything.
  static func audit(sample: Int?) -> Self {
    Self("audit", ["sample": JSONValue(sample ?? 0)]) { try $0.audit(sample: sample).json }
  }
}

extension Question<Report.Closing> {
  static func close(_ subject: String, regime: Regime) -> Self {
    Self("close", ["subject": .string(subject), "regime": .string(regime.rawValue)]) {
      try $0.close(subject, regime: regime).json
    }
  }
}

extension Question<Report.Sweep> {
  /// - Parameter byFixedClock: Whether a fixed clock counts from now on; `nil` to leave that as it is.
  static func sweep(byFixedClock: Bool?) -> Self {
    Self("sweep", ["fixed-clock": byFixedClock.map { .bool($0) }]) { engine in
      if let byFixedClock { try engine.setRetention(byFixedClock: byFixedClock) }
      return try engine.sweep().json
    }
  }
}

extension Question<Report.Verification> {
  static func verify(_ receipt: String) -> Self {
    Self("verify", ["receipt": .string(receipt)]) { try $0.verify(receipt).json }
  }
}

// MARK: The register of requests

extension Question<Report.Request> {
  static func open(_ input: RequestInput) -> Self {
    Self(
      "request.open",
      [
        "subject": JSONValue(input.subject), "kind": .string(input.kind.name), "regime": .string(input.regime.rawValue),
        "words": JSONValue(input.words), "by": .string(input.by.name), "name": JSONValue(input.name),
        "evidence": JSONValue(input.evidence), "received": JSONValue(input.received?.text),
      ]
    ) { try $0.openRequest(input).json }
  }

  static func request(_ number: Int) -> Self {
    Self("request.show", ["request": JSONValue(number)]) { try $0.request(number).json }
  }

  static func change(_ number: Int, _ change: RequestRecord.Change) -> Self {
    Self(
      "request.change",
      [
        "request": JSONValue(number), "to": .string(change.to.name), "note": JSONValue(change.note),
        "reason": JSONValue(change.reason), "evidence": JSONValue(change.evidence),
      ]
    ) { try $0.changeRequest(number, change).json }
  }

  static func appeal(_ decision: String, words: String, subject: String?, regime: Regime) -> Self {
    Self(
      "appeal",
      [
        "decision": .string(decision), "words": .string(words), "subject": JSONValue(subject),
        "regime": .string(regime.rawValue),
      ]
    ) { try $0.appeal(decision, words: words, subject: subject, regime: regime).json }
  }

  static func decide(_ number: Int, _ decision: AppealDecision) -> Self {
    var (items, similar, tags): ([String], [String], [String]) = ([], [], [])
    for block in decision.blocks {
      switch block {
      case .item(let item): items.append(item)
      case .similar(let item): similar.append(item)
      case .tag(let tag): tags.append(tag)
      }
    }
    return Self(
      "appeal.decide",
      [
        "request": JSONValue(number), "outcome": .string(decision.outcome.name),
        "reviewer": .string(decision.reviewer), "words": JSONValue(decision.words), "block-item": JSONValue(items),
        "block-similar": JSONValue(similar), "block-tag": JSONValue(tags),
        "remove-tag": JSONValue(decision.removedTags), "add-tag": JSONValue(decision.addedTags),
      ]
    ) { try $0.decideAppeal(number, decision).json }
  }
}

extension Question<Report.RequestList> {
  static func requests(of subject: String?, dueWithin days: Int?, open: Bool) -> Self {
    Self(
      "request.list", ["subject": JSONValue(subject), "due": days.map { JSONValue($0) }, "open": .bool(open)]
    ) { try $0.requests(of: subject, dueWithin: days, open: open).json }
  }
}

extension Question<Report.Holidays> {
  static func holidays(_ list: String, calendar: String) -> Self {
    Self("request.holidays", ["calendar": .string(calendar), "list": .string(list)]) {
      try $0.setHolidays(list, calendar: calendar).json
    }
  }
}

extension Question<Report.Incident> {
  static func incident(since: Timestamp, until: Timestamp?, role: String?, candidates: [String]) -> Self {
    Self(
      "incident",
      [
        "since": .integer(since.milliseconds), "until": until.map { .integer($0.milliseconds) },
        "role": JSONValue(role), "among": candidates.isEmpty ? nil : JSONValue(candidates),
      ]
    ) { try $0.incident(since: since, until: until, role: role, candidates: candidates).json }
  }
}

// MARK: The store

extension Question<Report.Import> {
  /// - Parameters:
  ///   - options: The clock to set before.
  ///   - progress: Not asked where the daemon imports.
  static func importing(
    _ step: ImportPlan.Step, _ options: Engine.Options, progress: @escaping (Progress) -> Void
  ) throws -> Self {
    let input = step.input
    var consent = input.grantAll ? "granted" : "ledger"
    if input.grantAll, input.grantedPurposes != Purpose.together {
      consent = "granted=" + input.grantedPurposes.map(\.name).joined(separator: ",")
    }
    // The daemon has another current folder.
    let path = JSONValue.string(try Files.absolutePath(input.path))
    let asOf: JSONValue? =
      options.releasesClock ? .string("now") : options.asOf.map { JSONValue.integer($0.milliseconds) }
    return Self(
      "import",
      [
        "items": step.isItems ? path : nil, "events": step.isItems ? nil : path, "name": .string(input.path),
        "format": .string(input.format), "map": JSONValue(input.map), "columns": JSONValue(input.columns),
        "kinds": JSONValue(input.kinds), "separator": .string(input.separator),
        "delimiter": JSONValue(input.delimiter), "skip-lines": JSONValue(input.skipLines),
        "item-pattern": JSONValue(input.itemPattern), "search-pattern": JSONValue(input.searchPattern),
        "consent": .string(consent), "source": JSONValue(input.source),
        "rejects": JSONValue(try input.rejects.map { try Files.absolutePath($0) }),
        "keep-lines": .bool(input.keepLines), "strict": .bool(input.strict), "again": .bool(input.again),
        "as-of": asOf,
      ]
    ) { engine in
      try step.isItems
        ? engine.importItems(input, progress: progress).json : engine.importEvents(input, progress: progress).json
    }
  }
}

extension Question<Report.Policy> {
  static func policy(version: String? = nil) -> Self {
    Self("policy", ["version": JSONValue(version)]) { try $0.policyReport(version: version).json }
  }

  static func publish(_ policy: String) -> Self {
    Self("policy.publish", ["policy": .string(policy)]) { try $0.publishPolicy(Array(policy.utf8)).json }
  }
}

extension Question<Report.Segments> {
  static var segments: Self { Self("segments", [:]) { try $0.segments().json } }
}

extension Question<Report.Campaign> {
  static func campaign(_ name: String) -> Self {
    Self("campaign", ["campaign": .string(name)]) { try $0.campaign(name).json }
  }
}

extension Question<Report.Outbox> {
  static var outbox: Self { Self("outbox", [:]) { try $0.outbox().json } }

  static func noticesDone(_ numbers: [Int]) -> Self {
    Self("outbox.done", ["notice": .array(numbers.map { JSONValue($0) })]) { try $0.noticesDone(numbers).json }
  }
}

extension Question<Report.Status> {
  static var status: Self { Self("status", [:]) { try $0.status().json } }
}

extension Question<Report.Training> {
  /// - Parameters:
  ///   - model: A model file's text; `nil` for the store's last.
  ///   - changes: Single parameters, the last word on each standing.
  ///   - progress: Not asked where the daemon trains.
  static func train(
    model: String?, set changes: [(key: String, value: String)], progress: @escaping (Progress) -> Void
  ) -> Self {
    var set: [JSONValue.Member] = []
    for change in changes {
      set.removeAll { $0.key == change.key }
      set.append(JSONValue.Member(change.key, .string(change.value)))
    }
    return Self("train", ["model": JSONValue(model), "set": set.isEmpty ? nil : .object(set)]) {
      try $0.train(model: model.map { Array($0.utf8) }, set: changes, progress: progress).json
    }
  }
}

extension JSONValue {
  fileprivate init(_ number: Int) { self = .integer(Int64(number)) }

  fileprivate init(_ texts: [String]) { self = .array(texts.map { .string($0) }) }

  fileprivate init?(_ text: String?) {
    guard let text else { return nil }
    self = .string(text)
  }
}
