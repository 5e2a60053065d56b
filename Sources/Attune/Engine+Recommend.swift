import Consent
import Crypto
import Decisions
import Intake
import ModelFile
import Profiles
import Ranking
import Retrieval
import Store
import SystemIO
import Vocabulary

extension Engine {
  /// Ranks items for a person, or for nobody in particular.
  ///
  /// Without leave from the ledger, or without history, the list is general (or follows the request's context), with
  /// the reason. A personal decision is on record, sealed, when this returns; others carry their record in their id.
  /// Always `count` items where that many may be shown.
  public func recommend(_ request: RecommendationRequest) throws -> Recommendation {
    try request.validate()
    let present = try present()
    let (model, asOf) = (present.model, present.asOf)
    let person = try request.subject.flatMap(lookUp)
    let instructions = try person.map(readInstructions) ?? Instructions()
    let reading = try read(person, for: request, model: model, asOf: asOf)
    return try answer(
      request, model: model, asOf: asOf, instructions: instructions, reading: reading, person: person
    ).list
  }

  /// Items that people who cared for an item cared for as well, or that have its features.
  public func similar(to item: String, count: Int = 10, offset: Int = 0) throws -> Recommendation {
    guard try model().snapshot.index(ofID: item) != nil else {
      throw Failure(
        .notFound, "no item with this id is published", at: "item", expected: "an item of the catalogue or the model",
        remedy: "Check the id, or import it with `attune import --items`")
    }
    var request = RecommendationRequest(count: count)
    request.offset = offset
    request.context = [item]
    return try recommend(request)
  }

  // MARK: The person, under a permit

  /// What may be read of a person for a request.
  enum Reading {
    case allowed(PersonCache.Entry)
    /// Nothing was read; the word says why.
    case nothing(reason: String)
  }

  func read(
    _ person: PersonID?, for request: RecommendationRequest, model: PublishedModel, asOf: Timestamp
  ) throws -> Reading {
    if request.subject == nil { return .nothing(reason: "anonymous") }
    let isCommercial = request.purpose == .advertising || request.purpose == .push
    let signalled = request.globalPrivacyControl.map { GlobalPrivacyControl.isSet($0) } ?? false
    if signalled, isCommercial { return .nothing(reason: "signal") }
    if isCommercial, let person, try ledger.choices(of: person).standing != .adult { return .nothing(reason: "minor") }
    // Advertising knows groups of people only; from here on it is a path of its own, without leave to read anybody.
    if request.purpose == .advertising { return try readSegment(of: person, model: model, asOf: asOf) }
    guard let person else {
      if try store.isDecommissioned() { return .nothing(reason: "decommissioned") }
      let allowed = try ledger.choices(of: nil).allowed.contains(request.purpose)
      return .nothing(reason: allowed ? "no-history" : "opted-out")
    }
    let key = PersonCache.Key(person: person, purpose: request.purpose)
    if let known = cache[key], known.asOf == asOf {
      return known.profile.isEmpty ? .nothing(reason: "no-history") : .allowed(known)
    }
    guard let permit = try ledger.permit(for: person, purpose: request.purpose) else {
      let isMinor = try ledger.choices(of: person).standing == .minor
      return .nothing(reason: isMinor ? "minor" : "opted-out")
    }
    guard let sealingKey = try store.key(of: person) else { return .nothing(reason: "no-history") }
    let watermark = try store.lastSequence()
    let events = try readEvents(permit, upTo: watermark)
    let builder = ProfileBuilder(rules: model.profileRules, features: model.features, asOf: asOf)
    let profile = builder.profile(of: events, choices: try readInstructions(person).choices)
    let entry = PersonCache.Entry(profile: profile, asOf: asOf, watermark: watermark, key: sealingKey)
    cache[key] = entry
    return profile.isEmpty ? .nothing(reason: "no-history") : .allowed(entry)
  }

  /// A person's events, as far as the permit goes.
  func readEvents(_ permit: Permit, upTo watermark: Int64) throws -> [AdmittedEvent] {
    guard let key = try store.key(of: permit.person) else { return [] }
    var events: [AdmittedEvent] = []
    for blob in try store.sealedEvents(of: permit.person) where blob.sequence <= watermark {
      try self.events.open(blob.sealed, sequence: blob.sequence, key: key, permit: permit, into: &events)
    }
    return events
  }

  func lookUp(_ subject: String) throws -> PersonID? {
    if let known = cache[subject] { return known }
    let found = try person(subject)
    cache[subject] = found
    return found
  }

  /// A person's standing instructions; these need no permit.
  func readInstructions(_ person: PersonID) throws -> Instructions {
    if let known = cache[instructionsOf: person] { return known }
    var instructions = Instructions()
    if let sealed = try store.instructions(of: person), let key = try store.key(of: person) {
      guard let plain = try? sealer.open(sealed, key: key, context: Engine.instructionsContext(person)),
        let read = Instructions(encoded: plain)
      else {
        throw Failure(
          .badStore, "a person's standing instructions do not open", expected: "an unchanged record",
          remedy: "Restore the store from a backup; answering without the person's blocks would break them")
      }
      instructions = read
    }
    cache[instructionsOf: person] = instructions
    return instructions
  }

  static func instructionsContext(_ person: PersonID) -> [UInt8] { context("instructions", person) }
  static func decisionContext(_ person: PersonID) -> [UInt8] { context("decision", person) }

  private static func context(_ what: String, _ person: PersonID) -> [UInt8] {
    var bytes = Array(what.utf8)
    bytes.appendVarint(UInt64(bitPattern: person.rawValue))
    return bytes
  }

  // MARK: The answer

  /// Ranks, and puts on record what was decided.
  ///
  /// - Parameter search: What the ranker is to search for, and how that was asked.
  func answer(
    _ request: RecommendationRequest, search: (RankingSearch, DecisionRecord.Search)? = nil, model: PublishedModel,
    asOf: Timestamp, instructions: Instructions, reading: Reading, person: PersonID?
  ) throws -> (list: Recommendation, findings: SearchFindings?) {
    var profile = Profile()
    var reason: String?
    switch reading {
    case .allowed(let entry): profile = entry.profile
    case .nothing(let why): reason = why
    }
    var resolved = RankingRequest(request, snapshot: model.snapshot)
    resolved.search = search?.0
    let list = model.ranker.rank(resolved, profile: profile, instructions: instructions)
    var segment: String?
    if case .allowed(let entry) = reading { segment = entry.segment }
    let basis: Basis = !profile.isEmpty ? .personal : resolved.context.isEmpty ? .general : .contextual
    var record = DecisionRecord(
      time: wall(), asOf: asOf, purpose: request.purpose, basis: basis.rawValue, reason: reason,
      policy: policy.version, model: model.snapshot.learnedDigest.bytes,
      catalogue: model.snapshot.catalogDigest.bytes, watermark: 0, count: request.count, offset: request.offset,
      context: request.context, within: request.within, exclude: request.exclude, among: request.among, terms: [],
      places: [], notShown: list.notShown.all.map(\.count))
    let parts = DecisionRecord.parts(
      of: list, ranker: model.ranker, contextCount: resolved.distinctContext
    ) { item in
      let number = model.snapshot.number(of: item)
      return profile.history.first { $0.item == number }.map { ($0.kind, $0.time) }
    }
    (record.terms, record.places) = (parts.terms, parts.places)
    record.search = search?.1
    record.segment = segment
    let decision: String
    if case .allowed(let entry) = reading, let person {
      record.watermark = entry.watermark
      let sealed = try sealer.seal(record.encoded, key: entry.key, context: Engine.decisionContext(person))
      let number = try store.appendDecision(of: person, time: record.time, sealed: sealed)
      decision = DecisionID.text(number: number, authenticator: decisionAuthenticator)
    } else {
      decision = DecisionID.text(carrying: record.encoded, authenticator: decisionAuthenticator)
    }
    let answer = Recommendation(
      decision: decision, subject: request.subject, purpose: request.purpose, basis: basis, reason: reason,
      segment: segment,
      model: model.digest, policy: policy.version,
      items: zip(record.places, list.places).map { place, ranked in
        rankedItem(
          place, record, title: model.snapshot.title(of: ranked.item), causes: parts.items, model.snapshot, basis)
      })
    return (answer, list.findings)
  }

  /// - Parameter causes: The item that each of the record's terms is about.
  private func rankedItem(
    _ place: DecisionRecord.Place, _ record: DecisionRecord, title: String?, causes: [UInt32?], _ snapshot: Snapshot,
    _ basis: Basis
  ) -> RankedItem {
    let score = record.score(of: place)
    let placement = Placement(rawValue: place.placement) ?? .score
    let isGeneral = placement != .score || place.parts.allSatisfy { record.terms[$0.term].kind.isOfEverybody }
    return RankedItem(
      rank: place.rank, item: place.item, title: title, score: score, basis: isGeneral ? .general : basis,
      placedBy: placement.name,
      because: record.greatestParts(of: place, 3).map { part, points in
        let term = record.terms[part.term]
        let item = causes[part.term]
        return Cause(
          kind: term.kind.name, item: item == nil ? nil : term.name, title: item.flatMap(snapshot.title(of:)),
          event: term.event?.name, tag: term.kind.isTag ? term.name : nil, word: term.kind.isWord ? term.name : nil,
          share: score == 0 ? 0 : Double(points) / Double(score))
      })
  }
}

extension Placement {
  var name: String {
    switch self {
    case .score: "score"
    case .generalShare: "general-share"
    case .fill: "fill"
    case .order: "sort"
    }
  }
}

extension DecisionRecord.Term.Kind {
  /// Whether such a term says nothing of anybody in particular.
  fileprivate var isOfEverybody: Bool { self == .general || isWord }

  /// Whether its name is a word that was searched for.
  fileprivate var isWord: Bool { self == .word || self == .searched }
}

extension DecisionRecord {
  /// The first `count` parts of a place's score, greatest first; equal ones in the order of the record's terms.
  func greatestParts(of place: Place, _ count: Int) -> [(part: Part, points: Int64)] {
    var greatest: [(part: Part, points: Int64)] = []
    greatest.reserveCapacity(count + 1)
    for part in place.parts {
      let points = points(of: part, in: place)
      var rank = greatest.count
      while rank > 0 {
        let before = greatest[rank - 1]
        let (mine, other) = (points.magnitude, before.points.magnitude)
        if mine < other || mine == other && before.part.term < part.term { break }
        rank -= 1
      }
      if rank == count { continue }
      greatest.insert((part, points), at: rank)
      if greatest.count > count { greatest.removeLast() }
    }
    return greatest
  }

  /// The exact parts of a place's score, in the order of ``greatestParts(of:_:)``.
  func contributions(of place: Place, titles: Snapshot?) -> [Contribution] {
    let parts = place.parts.map { (part: $0, points: points(of: $0, in: place)) }
    let ordered = parts.sorted {
      ($1.points.magnitude, $0.part.term) < ($0.points.magnitude, $1.part.term)
    }
    return ordered.map {
      let term = terms[$0.part.term]
      let isItem = !term.kind.isTag && !term.kind.isOfEverybody
      return Contribution(
        kind: term.kind.name, item: isItem ? term.name : nil,
        title: isItem
          ? titles.flatMap { snapshot in snapshot.index(ofID: term.name).flatMap(snapshot.title(of:)) } : nil,
        event: term.event?.name, time: term.time, tag: term.kind.isTag ? term.name : nil,
        word: term.kind.isWord ? term.name : nil, points: $0.points)
    }
  }
}

extension RankingRequest {
  /// The request with items as places in a snapshot; items it does not know are left out.
  init(_ request: RecommendationRequest, snapshot: Snapshot) {
    self.init()
    count = request.count
    offset = request.offset
    context = request.context.compactMap(snapshot.index(ofID:))
    within = request.within
    exclude = request.exclude.compactMap(snapshot.index(ofID:))
    among = request.among.map { $0.compactMap(snapshot.index(ofID:)) }
  }
}

extension RecommendationRequest {
  func validate(among purposes: [Purpose] = [.recommendation, .advertising, .push]) throws {
    guard (1...1000).contains(count) else {
      throw Failure(.usage, "\(count) items were asked for", at: "n", expected: "1 to 1000")
    }
    guard (0...100_000).contains(offset) else {
      throw Failure(.usage, "the offset is \(offset)", at: "offset", expected: "0 to 100000")
    }
    guard purposes.contains(purpose) else {
      throw Failure(
        .usage, "\(purpose.name) is no purpose of a recommendation", at: "purpose",
        expected: "recommendation, advertising or push")
    }
    guard context.count <= 1000 else {
      throw Failure(.usage, "\(context.count) context items were given", at: "context", expected: "at most 1000")
    }
  }
}
