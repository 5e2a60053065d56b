import SystemIO
import Vocabulary

/// `attune recommend` as a whole process: start, open, answer, record, exit.
enum WholeProcess {
  static func run(_ options: BenchOptions) throws {
    let command = [
      try options.value("attune"), "recommend", try options.value("subject"), "--store", try options.value("store"),
      "--json",
    ]
    try ChildProcess(command).wait()
    let times = try (0..<max(20, options.runs)).map { _ in
      Double(try nanoseconds { try ChildProcess(command).wait() }) / 1e6
    }
    print("attune recommend, whole process, ms: \(Spread(times))")
  }
}
