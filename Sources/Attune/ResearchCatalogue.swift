import Intake
import ModelFile
import SystemIO
import Vocabulary

/// A catalogue of research data that was handed over, for an engine without a store: each item's features.
///
/// Prices and what is in stock are left aside: a log of the past was made with those of the past.
package struct ResearchCatalogue: Sendable {
  /// The items' outside ids, in the order of the files.
  package private(set) var ids: [String] = []
  /// By place in ``ids``: `field:value` texts, distinct.
  package private(set) var features: [[String]] = []
  package private(set) var rejected = 0

  package init() {}

  /// Reads catalogue files as an import would, but into memory.
  ///
  /// - Throws: ``Failure`` where a file cannot be read, or no line of it be understood.
  package init(_ inputs: [ImportInput], progress: (Progress) -> Void = { _ in }) throws {
    var records: [ItemRecord] = []
    var places: [ExactText: Int] = [:]
    for input in inputs {
      let chunks = try ChunkReader(input)
      let rejects = RejectSink(input)
      let reader = try ItemReader(
        chunks: chunks, options: LogOptions(input, what: .items), rejects: rejects, name: input.displayName)
      var touched: Set<Int> = []
      while let updates = try reader.next(limit: 10_000) {
        for update in updates {
          let place = places[ExactText(update.record.id)] ?? records.count
          if place == records.count {
            places[ExactText(update.record.id)] = place
            records.append(update.record)
          } else {
            records[place] = update.applied(to: records[place], addsTags: touched.contains(place))
          }
          touched.insert(place)
        }
        progress(chunks.progress("reading items", count: reader.counts.read))
      }
      if reader.counts.read > 0, reader.counts.rejected == reader.counts.read {
        throw Failure(
          .badInput, "none of its lines could be understood: \(rejects.reasons.first?.reason ?? "")",
          at: input.displayName, remedy: "Check --format and --map")
      }
      rejected += reader.counts.rejected
    }
    ids = records.map(\.id)
    features = records.map { CatalogItem(number: .none, id: $0.id, record: $0).features }
  }
}
