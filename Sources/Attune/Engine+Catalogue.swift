import Intake
import Store
import SystemIO
import Vocabulary

/// What became of catalogue items handed over in a call.
public struct ItemsReport: Sendable {
  public var stored = 0
  /// Not understood, by reason.
  public var rejectedBy: [(reason: String, count: Int)] = []
  /// Items known in all.
  public var items = 0
}

extension Engine {
  /// Adds items or changes what is known of them, from the next answer on; durable and published when it returns.
  ///
  /// What a line leaves open stays; `"available":false` delists.
  ///
  /// - Parameter lines: Items as NDJSON, with the roles' own names.
  /// - Complexity: linear in the catalogue, because the model file is written anew.
  /// - Throws: ``Failure``: `badInput` where nothing could be used.
  public func putItems(_ lines: [UInt8]) throws -> ItemsReport {
    let lock = try store.lockForWriting(patience: Engine.patience)
    defer { _ = lock }
    let rejects = RejectSink(input: "items", path: nil, keepsLines: false, isStrict: false)
    let reader = try ItemReader(
      chunks: ChunkReader(bytes: lines), options: LogOptions(callsOf: .items), rejects: rejects, name: "items")
    var report = ItemsReport()
    var touched: Set<ItemNumber> = []
    try store.transaction {
      while let updates = try reader.next(limit: 10_000) {
        for update in updates { try put(update, &touched) }
        report.stored += updates.count
      }
      if report.stored > 0 { try store.advanceGeneration() }
    }
    if report.stored > 0 { try publishCatalogue() }
    report.rejectedBy = rejects.reasons
    report.items = try store.itemCount().all
    return report
  }
}

extension ItemsReport: JSONWritable {
  /// The report as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("stored", stored)
      $0.member(counts: "rejectedBy", rejectedBy.map { (name: $0.reason, count: $0.count) })
      $0.member("items", items)
    }
  }
}
