import Consent
import Crypto
import Intake
import Learning
import ModelFile
import Models
import Store
import SystemIO
import Vocabulary

extension Engine {
  /// Whether what is published was written by an older program and has to be trained anew before anything is answered.
  package func needsTraining() throws -> Bool {
    try Files.exists(store.modelPath) && Snapshot.isOutdated(store.modelPath)
  }

  /// Learns from everybody who permits it and publishes the result.
  ///
  /// - Parameters:
  ///   - json: A model file; `nil` for the store's last, or the shipped `storefront`.
  ///   - changes: Single parameters to change, such as `query.repeat`.
  /// - Complexity: linear in the events, plus the pairs within each timeline.
  public func train(
    model json: [UInt8]? = nil, set changes: [(key: String, value: String)] = [],
    progress: (Progress) -> Void = { _ in }
  ) throws -> TrainingReport {
    let lock = try store.lockForWriting()
    defer { _ = lock }
    let start = Clock.monotonicNanoseconds()
    try refreshPolicy()
    var parameters = try ModelParameters(json: try json ?? store.modelJSON() ?? ShippedModel.storefront.json)
    for change in changes {
      do { try parameters.set(change.key, change.value) } catch let failure as Failure {
        throw Failure(.usage, failure.what, at: "--set \(change.key)", expected: failure.expected)
      }
    }
    // What was trained under an older policy goes by the one in force; what somebody asks for now is refused below it.
    if json == nil, !changes.contains(where: { $0.key == "rows.support" }) {
      parameters.rows.support = max(parameters.rows.support, numericCast(policy.supportFloor))
    }
    if parameters.rows.support < policy.supportFloor {
      throw Failure(
        .refused, "rows.support is \(parameters.rows.support)",
        expected: "at least the policy's \(policy.supportFloor)",
        remedy: "The policy sets this floor so that nobody is recognisable in what others see")
    }
    // The tick turns first: whoever may not train now stays out of every recomputation until the next.
    let (tick, roll, retractions, searches) = try store.transaction {
      let tick = try store.advanceTick()
      // What the ledger lets be learned from is bounded by it until the next tick.
      try store.setTickHorizon(try retentionClock().map(learningHorizon))
      // What is counted again before the next tick is counted by the same clock.
      try store.setSearchesFact("clock", (store.asOf() ?? wall()).milliseconds)
      let roll = try ledger.roll(for: .training)
      var outside: [PersonID] = []
      try store.forEachPerson { row in
        if try roll.permit(for: row.person, source: row.sourceGrant) == nil { outside.append(row.person) }
      }
      for person in outside { try store.setExcludedTick(tick, of: person) }
      try store.setModelJSON(parameters.canonicalJSON)
      try store.setWatermark(try store.lastSequence())
      return (tick, roll, try store.retractions(), try store.searchesVersion())
    }
    progress(Progress(stage: "reading events", fraction: nil, count: 0))
    let catalogue = try CatalogueIndex(store: store, policy: policy)
    var tally: SearchTally? = try newTally(parameters, tick: tick)
    let timelines = try self.timelines(catalogue, parameters, roll: roll, tick: tick, searches: &tally)
    progress(Progress(stage: "learning", fraction: nil, count: timelines.timelines.eventCount))
    let learned = learn(timelines, catalogue, parameters, tick: tick, retractions: retractions)
    progress(Progress(stage: "publishing", fraction: nil, count: learned.pairCount))
    try publish(learned, catalogue: catalogue.items, parameters: parameters, tick: tick)
    try formSegments()
    if let tally { try publishSearches(tally, version: searches) }
    return TrainingReport(
      digest: "sha256:" + learned.digest.hex, model: parameters.name, people: timelines.people.count,
      events: timelines.timelines.eventCount, items: learned.ids.count, rows: learned.rowCount,
      pairs: learned.pairCount, support: Int(parameters.rows.support), bytes: try Files.size(of: store.modelPath),
      seconds: Double(Clock.monotonicNanoseconds() - start) / 1e9)
  }

  /// Learns every row; where this engine keeps the training in memory, from there on it is this one.
  ///
  /// - Parameter refines: Whether rows are refined where the parameters say so; what is in memory knows counts alone.
  func learn(
    _ timelines: PeopleTimelines, _ catalogue: CatalogueIndex, _ parameters: ModelParameters, tick: Int64,
    retractions: Int64, refines: Bool = true
  ) -> LearnedSegment {
    training = nil
    guard keepsTraining, !refines || parameters.rows.refine == 0 else {
      return Learning.learn(
        timelines.timelines, ids: catalogue.ids, parameters: parameters, threads: Processors.count)
    }
    let memory = TrainingMemory(timelines, catalogue, parameters, tick: tick, retractions: retractions)
    training = memory
    return memory.segment()
  }

  /// Nothing counted yet of the searches of a tick.
  func newTally(_ parameters: ModelParameters, tick: Int64) throws -> SearchTally {
    let clock = try store.searchesFact("clock").map { Timestamp(milliseconds: $0) }
    return SearchTally(
      SearchesState(
        tick: tick, window: SearchEvidence.Window(end: try clock ?? store.asOf() ?? wall()),
        support: parameters.rows.support, cap: Int(parameters.timeline.cap)))
  }

  /// What a roll permits of everybody, by person's number, which is dense; `nil` where it permits nothing.
  ///
  /// - Parameter isMeant: Whether somebody may have a permit at all.
  func permits(of roll: PermitRoll, where isMeant: (PersonRow) -> Bool = { _ in true }) throws -> [Permit?] {
    var permits: [Permit?] = []
    try store.forEachPerson { row in
      while permits.count <= row.person.rawValue { permits.append(nil) }
      guard isMeant(row) else { return }
      permits[Int(row.person.rawValue)] = try roll.permit(for: row.person, source: row.sourceGrant)
    }
    return permits
  }

  /// The timelines of everybody who permits training, as of the last tick's watermark.
  ///
  /// - Parameter searches: Is given their searches too, unless `nil`.
  func timelines(
    _ catalogue: CatalogueIndex, _ parameters: ModelParameters, roll: PermitRoll, tick: Int64,
    searches: inout SearchTally?
  ) throws -> PeopleTimelines {
    let permits = try permits(of: roll) { $0.excludedTick != tick }
    var timelines = PeopleTimelines(Timelines(itemRank: catalogue.ranks, parameters: parameters))
    var current: PersonID?
    var events: [AdmittedEvent] = []
    var timeline: [TimelineEvent] = []
    func flush() {
      for event in events where event.item != .none && !catalogue.isSensitive(event.item) {
        timeline.append(TimelineEvent(time: event.time, item: event.item, kind: event.kind, value: event.value))
      }
      if let current { timelines.append(timeline, of: current) }
      searches?.add(events)
      timeline.removeAll(keepingCapacity: true)
      events.removeAll(keepingCapacity: true)
    }
    _ = try store.forEachSealedEvents(upTo: store.watermark()) { row in
      guard row.person.rawValue < permits.count, let permit = permits[Int(row.person.rawValue)] else { return }
      if row.person != current {
        flush()
        current = row.person
      }
      try unsafe self.events.open(row.sealed, sequence: row.sequence, key: row.key, permit: permit, into: &events)
    }
    flush()
    return timelines
  }

  /// Publishes the catalogue as it is now, with what was learned before.
  @discardableResult
  func publishCatalogue() throws -> CatalogueIndex {
    let catalogue = try CatalogueIndex(store: store, policy: policy)
    let learned: LearnedSegment
    let parameters: ModelParameters
    var tick: Int64 = 0
    if Files.exists(store.modelPath) {
      let snapshot = try Snapshot(path: store.modelPath)
      learned = snapshot.learned()
      parameters = snapshot.parameters
      tick = snapshot.tick
    } else {
      parameters = try ModelParameters(json: try store.modelJSON() ?? ShippedModel.storefront.json)
      learned = LearnedSegment.empty(parameters)
    }
    try publish(learned, catalogue: catalogue.items, parameters: parameters, tick: tick)
    return catalogue
  }

  /// - Parameter tick: The training that the learned rows are of.
  func publish(
    _ learned: LearnedSegment, catalogue: [CatalogItem], parameters: ModelParameters, tick: Int64
  ) throws {
    let segment = CatalogSegment(items: catalogue, parameters: parameters)
    // A file that is damaged or of another version is replaced all the same, and nothing of it is taken over.
    let earlier = try? Snapshot(path: store.modelPath)
    let isWhole = (try? earlier?.verify()) != nil
    try ModelWriter.write(
      learned: learned, catalog: segment, parameters: parameters, tick: tick, to: store.modelPath,
      reusing: isWhole ? earlier : nil)
    try store.transaction { try store.modelPublished(at: Clock.now()) }
    published = nil
    cache.removeAll()
  }
}
