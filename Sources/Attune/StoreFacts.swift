import Consent
import Crypto
import Intake
import Store
import Vocabulary

/// What the engine keeps in the store beside people, items and decisions.
extension SQLiteStore {
  /// What an answer has to know before it can use anything kept in memory.
  struct Now {
    var generation: Int64
    var modelVersion: Int64
    /// The store's fixed clock.
    var asOf: Timestamp?
  }

  func now() throws -> Now {
    let (generation, version, asOf) = try factNumbers("generation", "model version", "as-of")
    return Now(
      generation: generation ?? 0, modelVersion: version ?? 0, asOf: asOf.map { Timestamp(milliseconds: $0) })
  }

  /// Counts the writes that concern people; a cache is good for one value.
  func generation() throws -> Int64 { try factNumber("generation") ?? 0 }

  /// Makes every cache of every process look again.
  ///
  /// Call in the transaction of the change.
  func advanceGeneration() throws { try setFact("generation", number: try generation() + 1) }

  /// Counts publications: the model file was replaced where this differs.
  func modelVersion() throws -> Int64 { try factNumber("model version") ?? 0 }

  func modelPublishedAt() throws -> Timestamp? {
    try factNumber("model time").map { Timestamp(milliseconds: $0) }
  }

  func modelPublished(at time: Timestamp) throws {
    try setFact("model version", number: try modelVersion() + 1)
    try setFact("model time", number: time.milliseconds)
  }

  /// The parameters of the last training, as a model file.
  func modelJSON() throws -> [UInt8]? { try factBytes("model parameters") }

  func setModelJSON(_ json: [UInt8]) throws { try setFact("model parameters", bytes: json) }

  /// The newest batch of events that the last tick knows.
  func watermark() throws -> Int64 { try factNumber("watermark") ?? 0 }

  func setWatermark(_ sequence: Int64) throws { try setFact("watermark", number: sequence) }

  /// Whether what is kept grows old by the fixed clock.
  func retainsByFixedClock() throws -> Bool { try factNumber("fixed clock retains") == 1 }

  func setRetainsByFixedClock(_ isOn: Bool) throws { try setFact("fixed clock retains", number: isOn ? 1 : nil) }

  /// What was too old to be learned from at the last tick; `nil` where nothing was.
  func tickHorizon() throws -> Horizon? { try factBytes("tick horizon").flatMap { Horizon(bytes: $0) } }

  func setTickHorizon(_ horizon: Horizon?) throws { try setFact("tick horizon", bytes: horizon?.bytes) }

  /// The terms of retention by which it is noted when people's events fall due.
  func retentionTerms() throws -> [UInt8]? { try factBytes("retention terms") }

  func setRetentionTerms(_ terms: [UInt8]) throws { try setFact("retention terms", bytes: terms) }

  /// Whether somebody set the clock or let it go, so that logs do not move it.
  func clockIsSet() throws -> Bool { try factNumber("clock is set") == 1 }

  func setClockIsSet() throws { try setFact("clock is set", number: 1) }

  func advanceTick() throws -> Int64 {
    let tick = try tick() + 1
    try setTick(tick)
    return tick
  }

  /// The ledger entry of the last withdrawal of `training` or erasure whose effect on the model is not published yet, or
  /// the generation of a forgetting, negative; 0 for none.
  func pendingRetraction() throws -> Int64 { try factNumber("pending retraction") ?? 0 }

  func setPendingRetraction(_ entry: Int64) throws {
    if entry != 0 { try setFact("retractions", number: try retractions() + 1) }
    try setFact("pending retraction", number: entry == 0 ? nil : entry)
  }

  /// Counts what was to leave the model between trainings, so that nothing kept in memory misses any of it.
  func retractions() throws -> Int64 { try factNumber("retractions") ?? 0 }

  /// The key of somebody who is known to have one.
  func requireKey(of person: PersonID) throws -> SymmetricKey {
    if let key = try key(of: person) { return key }
    throw Failure(
      .badStore, "a person's key is missing", expected: "a key for every person of the store",
      remedy: "Put keys.sqlite back from the key backup that belongs to this store")
  }
}
