package import Intake
import SystemIO
import Vocabulary

extension ResearchLog {
  /// Reads logs as an import would, but into memory and without a gate: they are research data that were handed over.
  package init(_ inputs: [ImportInput], progress: (Progress) -> Void) throws {
    self.init()
    for input in inputs {
      let options = try LogOptions(input, what: .events)
      let chunks = try ChunkReader(input)
      let rejects = RejectSink(input)
      let reader = try EventReader(chunks: chunks, options: options, rejects: rejects, name: input.displayName)
      try append(reader) { progress(chunks.progress("reading events", count: reader.counts.read)) }
      if reader.counts.read > 0, reader.counts.rejected == reader.counts.read {
        throw Failure(
          .badInput, "none of its lines could be understood: \(rejects.reasons.first?.reason ?? "")",
          at: input.displayName, remedy: "Check --format, --map and --kinds")
      }
    }
  }
}
