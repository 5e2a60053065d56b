import Attune
import SystemIO
import Vocabulary

/// `recommend` in one warm process, decisions recorded.
enum Serving {
  static func run(_ options: BenchOptions) throws {
    let engine = try Engine.open(try options.value("store"))
    let wanted = Int(options.value("history", default: "40")) ?? 40
    let subjects = try Subjects.withHistory(
      near: wanted, in: try options.value("events"), column: try options.value("subject-column"), limit: 2000)
    print("  \(subjects.count) people with about \(wanted) events each")
    var medians: [Double] = []
    var tails: [Double] = []
    for _ in 0..<options.runs {
      var times: [Double] = []
      for subject in subjects { _ = try engine.recommend(RecommendationRequest(subject: subject)) }
      for subject in subjects {
        times.append(
          Double(try nanoseconds { _ = try engine.recommend(RecommendationRequest(subject: subject)) }) / 1000)
      }
      let spread = Spread(times)
      medians.append(spread.quantile(0.5))
      tails.append(spread.quantile(0.99))
    }
    print("recommend, p50, µs: \(Spread(medians))")
    print("recommend, p99, µs: \(Spread(tails))")
  }
}

/// The people of a log, counted by a plain scan.
enum Subjects {
  /// Outside ids of people with a number of events near `wanted`, in order of id.
  static func withHistory(near wanted: Int, in path: String, column: String, limit: Int) throws -> [String] {
    let counts = try self.counts(in: path, column: column)
    return Array(counts.filter { abs($0.value - wanted) <= max(1, wanted / 10) }.keys.sorted().prefix(limit))
  }

  /// Outside ids of people evenly over all of them, whatever they did, in order of id.
  static func sample(in path: String, column: String, limit: Int) throws -> [String] {
    let all = try counts(in: path, column: column).keys.sorted()
    return stride(from: 0, to: all.count, by: max(1, all.count / limit)).map { all[$0] }
  }

  private static func counts(in path: String, column: String) throws -> [String: Int] {
    let chunks = try ChunkReader(path: path)
    var counts: [String: Int] = [:]
    var rest: [UInt8] = []
    var place: Int?
    while let chunk = try chunks.next() {
      rest += chunk
      let lines = rest.split(separator: 10, omittingEmptySubsequences: false)
      for line in lines.dropLast() {
        let cells = line.split(
          separator: UInt8(ascii: ","), maxSplits: (place ?? 30) + 1, omittingEmptySubsequences: false)
        if let place {
          counts[String(decoding: cells[place], as: UTF8.self), default: 0] += 1
        } else {
          place = cells.firstIndex { $0.elementsEqual(column.utf8) }
          guard place != nil else { throw Failure(.badInput, "no such column", at: path, expected: column) }
        }
      }
      rest = Array(lines.last ?? [])
    }
    return counts
  }
}
