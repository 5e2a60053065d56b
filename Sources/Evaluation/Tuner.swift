package import Attune
import ModelFile
import SystemIO
import Vocabulary

/// Searches the parameters of a model that rank best on a validation cut of the training data.
///
/// It starts from a model and changes one number at a time, in an order that the seed decides; a change stays where NDCG
/// rises, and the search ends when a whole round brings nothing or the trials are used up. What was tried is written to
/// a log as it is found, so that the same search can be taken up again where it was broken off, with the same result.
package struct Tuner {
  /// What a search found.
  package struct Result: Sendable {
    /// The model file.
    package var model: [UInt8]
    /// NDCG on the validation cut, of the model that the search started from and of the best.
    package var before: Double
    package var after: Double
    /// The trials made now, and those taken from the log.
    package var tried: Int
    package var remembered: Int
    package var cases: Int
  }

  private let cut: TaskData
  private let options: EvaluationOptions
  private let header: String
  private var known: [String: Double] = [:]
  private var log: [UInt8]
  private let logPath: String

  /// - Parameters:
  ///   - data: Its cases are not looked at.
  ///   - limit: The most cases of the validation cut.
  ///   - log: Where trials are written; a log of another search is refused.
  package init(_ data: TaskData, _ options: EvaluationOptions, limit: Int, log path: String) throws {
    self.options = options
    let leavesOut = Evaluator(data, options).leavesOut
    cut = data.validationCut(leavesOut: leavesOut, limit: limit, seed: options.seed)
    if cut.cases.isEmpty {
      throw Failure(
        .badInput, "the training data are too few for a validation cut",
        expected: "a person with five events, or ten sessions")
    }
    let start = try ModelParameters(json: options.model)
    let held = options.changes.map { ", \($0.key)=\($0.value)" }.joined()
    header =
      "# attune tune: \(data.task.rawValue), \(data.events.count) events, \(cut.cases.count) cases, seed "
      + "\(options.seed), ndcg@\(options.k)\(options.repeats ? ", repeats" : "")\(held), from "
      + String(decoding: start.canonicalJSON, as: UTF8.self)
    logPath = path
    log = Array((header + "\n").utf8)
    if Files.exists(path) { try remember(try Files.read(path)) }
  }

  /// Takes the trials of an earlier run.
  private mutating func remember(_ bytes: [UInt8]) throws {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard let first = lines.first, first.utf8.elementsEqual(header.utf8) else {
      throw Failure(
        .refused, "this is the log of another search", at: logPath, expected: header,
        remedy: "Remove the log, or write the model elsewhere")
    }
    for line in lines.dropFirst() {
      let fields = line.split(separator: "\t", maxSplits: 1)
      // A line that was cut off counts as not yet tried.
      guard fields.count == 2, fields[1].hasSuffix("}"), let score = Double(String(fields[0])) else { continue }
      known[String(fields[1])] = score
      log += Array((line + "\n").utf8)
    }
  }

  /// Runs the search.
  ///
  /// - Parameter trials: The most models tried, remembered ones included.
  package mutating func run(trials: Int, progress: (Progress) -> Void = { _ in }) throws -> Result {
    var random = SplitMix64(seed: options.seed)
    var best = try ModelParameters(json: options.model)
    var result = Result(model: [], before: 0, after: 0, tried: 0, remembered: 0, cases: cut.cases.count)
    result.before = try score(best, &result)
    result.after = result.before
    var hasImproved = true
    search: while hasImproved {
      hasImproved = false
      for key in moves.keys.sorted().shuffled(using: &random) {
        for candidate in try candidates(of: key, from: best) {
          let made = result.tried + result.remembered
          if made >= trials { break search }
          progress(
            Progress(
              stage: "tuning \(key)", fraction: Double(made) / Double(trials), count: made))
          let score = try score(candidate, &result)
          if score > result.after {
            result.after = score
            best = candidate
            hasImproved = true
          }
        }
      }
    }
    let suffix = ", tuned"
    if !best.name.hasSuffix(suffix), best.name.utf8.count + suffix.utf8.count <= 100 { best.name += suffix }
    result.model = best.canonicalJSON
    return result
  }

  private mutating func score(_ parameters: ModelParameters, _ result: inout Result) throws -> Double {
    let text = String(decoding: parameters.canonicalJSON, as: UTF8.self)
    if let score = known[text] {
      result.remembered += 1
      return score
    }
    var options = options
    options.model = parameters.canonicalJSON
    let score = try Evaluator(cut, options).ndcg()
    known[text] = score
    result.tried += 1
    log += Array("\(score)\t\(text)\n".utf8)
    try Files.writeAtomically(logPath, log)
    return score
  }

  // MARK: Moves

  private enum Move {
    /// Values to try in place of the present one.
    case to([Double])
    /// Factors of the present one; where it is 0, the values.
    case times([Double], fromZero: [Double])
    case plus([Double])
  }

  /// By parameter; those of an order only where there is one, those of repeats only where items may come again.
  private var moves: [String: Move] {
    var moves: [String: Move] = [
      "timeline.subjectExponent": .plus([-0.2, -0.1, 0.1, 0.2]), "rows.exponent": .to([0.7, 0.8, 0.9, 1]),
      "query.sourceExponent": .plus([-0.2, -0.1, 0.1, 0.2]), "query.targetExponent": .plus([-0.1, -0.05, 0.05, 0.1]),
      "query.hop": .times([0, 0.7, 1.4], fromZero: [0.2, 1]),
    ]
    if cut.task == .nextItem || cut.hasTimes {
      moves["timeline.window"] = .to([5, 10, 30, 100, 0])
      moves["timeline.gapDecay"] = .to([0.37, 0.6, 0.8, 0.95, 1])
      moves["timeline.backward"] = .to([0, 0.15, 0.3, 0.5, 0.7, 1])
      moves["query.positionDecay"] = .times([0.7, 1.4], fromZero: [2, 10])
    }
    if !cut.features.isEmpty { moves["tags.weight"] = .times([0, 0.5, 0.7, 1.4, 2], fromZero: [0.3, 1]) }
    if cut.task == .nextItem || options.repeats {
      moves["query.repeat"] = .times([0, 0.7, 1.4], fromZero: [1, 4])
      moves["query.repeatLatest"] = .to([0.2, 0.4, 0.7, 1])
    }
    return moves
  }

  /// The models that differ from this one in the parameter alone.
  private func candidates(of path: String, from best: ModelParameters) throws -> [ModelParameters] {
    guard let key = ParameterKey.all.first(where: { $0.path == path }), let move = moves[path] else { return [] }
    let now = best.value(of: key)
    let values =
      switch move {
      case .to(let values): values
      case .times(let factors, let values): now == 0 ? values : factors.map { $0 * now }
      case .plus(let steps): steps.map { $0 + now }
      }
    return try values.filter { key.range.contains($0) && $0 != now }.map { value in
      var candidate = best
      // Four digits, so that what was found can be read and typed.
      let rounded = (value * 10_000).rounded() / 10_000
      try candidate.set(path, key.isFraction ? "\(rounded)" : "\(Int(rounded))")
      return candidate
    }
  }
}

extension Tuner.Result: JSONWritable {
  /// The result as one JSON object in UTF-8, without a line end.
  package var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("ndcgBefore", before)
      $0.member("ndcgAfter", after)
      $0.member("tried", tried)
      $0.member("remembered", remembered)
      $0.member("cases", cases)
    }
  }
}
