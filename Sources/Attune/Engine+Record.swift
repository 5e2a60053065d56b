import Consent
import Intake
import Store
import SystemIO
public import Vocabulary

/// What became of events handed over one call at a time.
public struct RecordReport: Sendable {
  public var admitted = 0
  /// Not allowed by consent; nothing else is kept of them.
  public var refused = 0
  /// Already there by their event ids.
  public var repeated = 0
  /// Fields that were not kept of events that were, by name.
  public var dropped: [(field: String, count: Int)] = []
  /// Not understood, by reason.
  public var rejectedBy: [(reason: String, count: Int)] = []
}

extension Engine {
  /// Records events as they happen: those the ledger allows count from the next answer on.
  ///
  /// All calls share one transaction, which is durable when this returns, so that many callers wait for the disk once.
  ///
  /// - Parameter calls: Each call's events, as NDJSON with the roles' own names.
  /// - Returns: A report a call, or why nothing of it could be used; one call's fault is not another's.
  /// - Throws: ``Failure`` where nothing could be recorded.
  public func record(_ calls: [[UInt8]]) throws -> [Result<RecordReport, Failure>] {
    try refreshPolicy()
    let before = try store.generation()
    var changed: Set<PersonID> = []
    let reports = try store.transaction {
      let reports = try calls.map { try recordOne($0, &changed) }
      if !changed.isEmpty { try store.advanceGeneration() }
      return reports
    }
    if !changed.isEmpty { cache.forget(changed, from: before, to: before + 1) }
    return reports
  }

  private func formOfCalls() throws -> EventReader {
    if let callForm { return callForm }
    let nowhere = RejectSink(input: "events", path: nil, keepsLines: false, isStrict: false)
    let form = try EventReader(
      chunks: ChunkReader(bytes: []), options: LogOptions(callsOf: .events), rejects: nowhere, name: "events")
    callForm = form
    return form
  }

  private func recordOne(_ lines: [UInt8], _ changed: inout Set<PersonID>) throws -> Result<RecordReport, Failure> {
    let rejects = RejectSink(input: "events", path: nil, keepsLines: false, isStrict: false)
    let reader = EventReader(like: try formOfCalls(), chunks: ChunkReader(bytes: lines), rejects: rejects)
    var gate = Gate(pseudonymizer: pseudonymizer, ledger: ledger, directory: store, grant: nil)
    var run = EventImport(reader: reader, newest: nil)
    run.people = []
    do {
      while try run.step(engine: self, gate: &gate, limit: 10_000, progress: { _ in }) {}
    } catch let failure as Failure where failure.code == .badInput {
      // Nothing of the call was stored: its lines are read before the first is.
      return .failure(failure)
    }
    changed.formUnion(run.people ?? [])
    return .success(
      RecordReport(
        admitted: run.admitted, refused: run.refusals.values.reduce(0, +), repeated: run.repeated,
        dropped: EventField.allCases.compactMap { field in run.dropped[field].map { (field.rawValue, $0) } },
        rejectedBy: rejects.reasons))
  }
}
