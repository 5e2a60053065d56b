import Attune
import SystemIO
import Vocabulary

/// Import and training from a log to a published model, each run on a fresh store.
enum Pipeline {
  static func run(_ options: BenchOptions) throws {
    var importRates: [Double] = []
    var importSeconds: [Double] = []
    var trainSeconds: [Double] = []
    var digests: Set<String> = []
    for _ in 0..<options.runs {
      let folder = try Files.temporaryDirectory(prefix: "attune-bench")
      defer { try? Files.removeTree(folder) }
      let engine = try Engine.open(folder + "/bench.attune", create: true)
      var input = ImportInput(path: try options.value("events"))
      input.map = try options.value("map")
      input.grantAll = true
      let report = try engine.importEvents(input)
      importSeconds.append(report.seconds)
      importRates.append(Double(report.admitted) / report.seconds)
      let training = try engine.train()
      trainSeconds.append(training.seconds)
      digests.insert(training.digest)
      print(
        "  \(report.admitted) events in \(rounded(report.seconds)) s; trained in \(rounded(training.seconds)) s: "
          + "\(training.items) items, \(training.pairs) pairs, \(training.bytes) bytes")
    }
    print("import, events/s: \(Spread(importRates))")
    print("import, s:        \(Spread(importSeconds))")
    print("train, s:         \(Spread(trainSeconds))")
    print("peak memory, MB:  \(Memory.peakResidentBytes() / 1_000_000)")
    print("digests:          \(digests.count == 1 ? "equal in every run" : "DIFFERENT between runs")")
  }
}
