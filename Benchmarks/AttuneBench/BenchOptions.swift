import Vocabulary

/// What was typed: `BENCHMARK --name value …`.
struct BenchOptions {
  static let benchmarks = "pipeline, serving, process, daemon, erasing, search, search-titles or search-shown"
  var benchmark: String
  private var values: [String: String] = [:]

  init(_ arguments: [String]) throws {
    guard let first = arguments.first, !first.hasPrefix("-") else {
      throw Failure(.usage, "no benchmark was named", expected: BenchOptions.benchmarks)
    }
    benchmark = first
    var rest = arguments.dropFirst()
    while let name = rest.popFirst() {
      guard name.hasPrefix("--"), let value = rest.popFirst() else {
        throw Failure(.usage, "'\(name)' has no value", expected: "--name value")
      }
      values[String(name.dropFirst(2))] = value
    }
  }

  func value(_ name: String) throws -> String {
    guard let value = values[name] else { throw Failure(.usage, "--\(name) is missing") }
    return value
  }

  func value(_ name: String, default other: String) -> String { values[name] ?? other }

  var runs: Int { values["runs"].flatMap(Int.init) ?? 5 }
}
