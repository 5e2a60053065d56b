import Glibc
import Vocabulary

/// Figures of the engine on a real log, as medians of repeated runs.
///
/// `attune-bench pipeline|serving|process|daemon|erasing|search|search-titles|search-shown …`
///
/// See ../README.md for the commands behind the dated results.
let arguments = Array(CommandLine.arguments.dropFirst())

do {
  let options = try BenchOptions(arguments)
  print("\(Machine.description); \(options.runs) runs")
  switch options.benchmark {
  case "pipeline": try Pipeline.run(options)
  case "serving": try Serving.run(options)
  case "process": try WholeProcess.run(options)
  case "daemon": try DaemonLoad.run(options)
  case "search": try Searching.run(options)
  case "search-titles": try KnownItems.run(options)
  case "search-shown": try Shown.run(options)
  case "erasing": try Erasing.run(options)
  default: throw Failure(.usage, "unknown benchmark", expected: BenchOptions.benchmarks)
  }
} catch {
  print("attune-bench: \(error)")
  exit(2)
}
