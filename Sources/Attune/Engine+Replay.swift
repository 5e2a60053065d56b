import Decisions
import Ranking

extension Engine {
  /// Computes a recorded answer again: every score from the record alone, and the list itself while its model and
  /// inputs live.
  ///
  /// - Parameter decision: The id that came with the answer.
  /// - Throws: ``Failure``: `notFound` for an id that this store did not issue, or of an erased person.
  public func replay(_ decision: String) throws -> ReplayReport {
    try refreshCache()
    let (record, person) = try self.record(of: decision)
    try self.note("replay", person: person)
    var note: String?
    do { _ = try rerun(record, person: person, model: try? model()) } catch let gone as InputsGone { note = gone.why }
    return ReplayReport(
      decision: decision, time: record.time, policy: record.policy, model: "sha256:" + record.model.hex,
      items: record.places.map { ReplayedItem(rank: $0.rank, item: $0.item, score: record.score(of: $0)) },
      reproduced: note == nil, note: note)
  }
}
