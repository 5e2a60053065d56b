import Crypto
import Intake
import Store
import Vocabulary

/// What the engine keeps in the store beside people, items and decisions.
extension SQLiteStore {
  /// Counts the writes that concern people; a cache is good for one value.
  func generation() throws -> Int64 { try factNumber("generation") ?? 0 }

  /// Makes every cache of every process look again. Call in the transaction of the change.
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

  func advanceTick() throws -> Int64 {
    let tick = try tick() + 1
    try setTick(tick)
    return tick
  }

  /// Whether a withdrawal of `training` has been recorded whose effect on the model is not published yet.
  func retractionPending() throws -> Bool { try factNumber("retraction pending") == 1 }

  func setRetractionPending(_ isPending: Bool) throws {
    try setFact("retraction pending", number: isPending ? 1 : nil)
  }

  /// The key of somebody who is known to have one.
  func requireKey(of person: PersonID) throws -> SymmetricKey {
    if let key = try key(of: person) { return key }
    throw Failure(
      .badStore, "a person's key is missing", expected: "a key for every person of the store",
      remedy: "Put keys.sqlite back from the key backup that belongs to this store")
  }
}
