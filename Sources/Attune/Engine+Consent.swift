import Consent
import Intake
import Learning
import ModelFile
import Store
import SystemIO
public import Vocabulary

extension Engine {
  /// The state of every purpose and permission of a person.
  public func consent(of subject: String) throws -> ConsentReport {
    let choices = try ledger.choices(of: person(subject))
    return ConsentReport(
      subject: subject,
      purposes: Purpose.allCases.map {
        ConsentState(
          purpose: $0, allowed: choices[$0].allowed, by: choices[$0].by.rawValue, since: choices[$0].since)
      })
  }

  /// Switches purposes on, from the next request on; durable when it returns.
  ///
  /// A `training` permission given again takes effect at the next training.
  public func grant(_ purposes: [Purpose], to subject: String) throws -> ConsentReport {
    try store.transaction {
      try ledger.record(
        .grant, of: makePerson(subject), purposes: PurposeSet(purposes), time: Clock.now(), method: "api")
      try store.advanceGeneration()
    }
    cache.removeAll()
    return try consent(of: subject)
  }

  /// Switches purposes off, from the next request on; durable when it returns.
  ///
  /// Without `training`, the person's share leaves the related-item rows before this returns.
  public func withdraw(_ purposes: [Purpose], from subject: String) throws -> ConsentReport {
    var touched: [ItemNumber] = []
    try store.transaction {
      let person = try makePerson(subject)
      if purposes.contains(.training), let permit = try ledger.permit(for: person, purpose: .training) {
        touched = try readEvents(permit, upTo: store.watermark()).map(\.item)
      }
      try ledger.record(
        .withdraw, of: person, purposes: PurposeSet(purposes), time: Clock.now(), method: "api")
      if !touched.isEmpty {
        try store.setExcludedTick(store.tick(), of: person)
        try store.setRetractionPending(true)
      }
      try store.advanceGeneration()
    }
    cache.removeAll()
    if !touched.isEmpty { try retract(touched) }
    return try consent(of: subject)
  }

  /// Finishes a withdrawal of `training` that was interrupted between the ledger and the model.
  func finishInterruptedRetraction() throws {
    if try store.retractionPending() { try retract(nil) }
  }

  /// Publishes the model without the people excluded since its tick.
  ///
  /// - Parameter touched: The items whose rows the excluded people took part in; `nil` recomputes every row.
  private func retract(_ touched: [ItemNumber]?) throws {
    guard Files.exists(store.modelPath) else { return try store.transaction { try store.setRetractionPending(false) } }
    let lock = try store.lockForWriting()
    defer { _ = lock }
    let snapshot = try Snapshot(path: store.modelPath)
    let catalogue = try CatalogueIndex(store: store, policy: policy)
    let timelines = try self.timelines(
      catalogue, snapshot.parameters, roll: try ledger.roll(for: .training), tick: try store.tick())
    let learned: LearnedSegment
    if let touched {
      let ranks = Set(touched.filter { $0 != .none }.map { catalogue.ranks[Int($0.rawValue)] }).sorted()
      learned = Learning.relearn(
        snapshot.learned(), timelines, ids: catalogue.ids, touched: ranks, parameters: snapshot.parameters)
    } else {
      learned = Learning.learn(
        timelines, ids: catalogue.ids, parameters: snapshot.parameters, threads: Processors.count)
    }
    try publish(learned, catalogue: catalogue.items, parameters: snapshot.parameters)
    try store.transaction { try store.setRetractionPending(false) }
  }
}

extension PurposeSet {
  init(_ purposes: [Purpose]) { self = purposes.reduce(into: []) { $0.formUnion(PurposeSet($1)) } }
}
