package import Attune
import Dispatch
import Learning
package import ModelFile
import Ranking
import SystemIO
import Vocabulary

/// How to evaluate.
package struct EvaluationOptions: Sendable {
  /// A model file.
  package var model: [UInt8]
  /// Single parameters to change, such as `query.repeat`.
  package var changes: [(key: String, value: String)] = []
  /// The length of the lists.
  package var k = 20
  /// Whether items of the history may come again in `interactions`; in `next-item` they always may, as far as the
  /// model's own rules let them.
  package var repeats = false
  package var threads = Processors.count
  /// Of the shuffled yardstick and the intervals.
  package var seed: UInt64 = 1

  package init(model: [UInt8]) { self.model = model }

  /// The model file with the changes made.
  package func changedModel() throws -> [UInt8] {
    var parameters = try ModelParameters(json: model)
    for change in changes {
      do { try parameters.set(change.key, change.value) } catch let failure as Failure {
        throw Failure(.usage, failure.what, at: "--set \(change.key)", expected: failure.expected)
      }
    }
    return parameters.canonicalJSON
  }
}

/// Measures a ranking model on a task, through the code that serves.
package struct Evaluator {
  private let data: TaskData
  private let options: EvaluationOptions

  package init(_ data: TaskData, _ options: EvaluationOptions) {
    self.data = data
    self.options = options
  }

  /// What an evaluation sets unless told otherwise: published figures know neither a general share, nor a rule of
  /// diversity, nor a threshold.
  package static let assumptions: [(key: String, value: String)] = [
    ("rows.support", "1"), ("general.share", "0"), ("diversity.similarity", "0"),
  ]

  /// Whether items of the history stay out of the lists.
  package var leavesOut: Bool { data.task == .interactions && !options.repeats }

  /// The model's parameters with the assumptions, then the caller's changes, then the task's rule about repeats.
  package func parameters() throws -> ModelParameters {
    var parameters = try ModelParameters(json: options.model)
    for change in Evaluator.assumptions + options.changes {
      do { try parameters.set(change.key, change.value) } catch let failure as Failure {
        throw Failure(.usage, failure.what, at: "--set \(change.key)", expected: failure.expected)
      }
    }
    if leavesOut {
      if options.changes.contains(where: { $0.key == "query.repeat" }), parameters.query.repeat > 0 {
        throw Failure(
          .usage, "items of the training file are left out, so nothing can be repeated", at: "--set query.repeat",
          expected: "0, or --repeats")
      }
      parameters.query.repeat = 0
      parameters.seen = [ModelParameters.Seen(kinds: EventKind.allCases, days: 0)]
    }
    return parameters
  }

  /// Learns, ranks every case, and scores the lists beside those of the yardsticks.
  ///
  /// - Complexity: the timelines' pairs to learn; the rows of every history to rank; the cases times
  ///   ``Bootstrap/resamples`` for the intervals.
  ///
  /// - Parameter yardsticks: Whether to rank by the yardsticks too.
  package func run(yardsticks isCompared: Bool = true, progress: (Progress) -> Void = { _ in }) throws
    -> EvaluationReport
  {
    let parameters = try parameters()
    progress(Progress(stage: "learning", fraction: nil, count: data.events.count))
    let started = Clock.monotonicNanoseconds()
    let engine = try learn(parameters)
    let learned = Clock.monotonicNanoseconds()
    let answers = rank(engine, progress)
    let ranked = Clock.monotonicNanoseconds()

    let support = data.support
    let generalPlaces = answers.lists.indices.reduce(0) { $0 + answers.general[$1] }
    let places = max(1, answers.lists.reduce(0) { $0 + $1.count })
    var report = EvaluationReport(
      data, options, parameters, leavesOut: leavesOut, own: score("model", answers.lists, support))
    report.digest = engine.digest
    report.pairs = engine.pairs
    report.generalShare = Double(generalPlaces) / Double(places)
    report.fitSeconds = Double(learned - started) / 1e9
    report.rankSeconds = Double(ranked - learned) / 1e9
    report.latencies = Latencies(answers.nanoseconds)
    let times = answers.nanoseconds.sorted()
    report.rankMicroseconds = (
      Double(times[times.count / 2]) / 1000, Double(times[min(times.count - 1, times.count * 99 / 100)]) / 1000
    )

    report.groups = groups(report.own.cases, support)
    guard isCompared else { return report }
    let general = engine.makeSession().rankGeneral(count: options.k).places.map {
      engine.snapshot.number(of: $0.item).rawValue
    }
    report.optedOut = score("opted out", [[UInt32]](repeating: general, count: data.cases.count), support)
    let yardsticks = Yardsticks(data, support: support, k: options.k, leavesOut: leavesOut)
    progress(Progress(stage: "yardsticks", fraction: nil, count: 0))
    report.yardsticks = [
      score("popularity", yardsticks.popularity(), support),
      score("shuffled", yardsticks.shuffled(seed: options.seed), support),
      score("last item", yardsticks.lastItem(), support),
    ]
    return report
  }

  /// The mean NDCG alone, for a search that asks often.
  func ndcg() throws -> Double {
    let lists = rank(try learn(try parameters()), { _ in }).lists
    return CaseScores.mean(scores(lists)).ndcg
  }

  private func learn(_ parameters: ModelParameters) throws -> EphemeralEngine {
    try EphemeralEngine(
      ids: Array(data.ids[..<data.catalogueItems]), features: data.features,
      people: (0..<data.personCount).lazy.map { Array(data.person($0)) },
      asOf: data.events.lazy.map(\.time).max() ?? Timestamp(milliseconds: 0), parameters: parameters,
      threads: options.threads)
  }

  private func scores(_ lists: [[UInt32]]) -> [CaseScores] {
    let discounts = Discounts(k: options.k)
    return zip(lists, data.cases).map { CaseScores($0, held: $1.held, k: options.k, discounts: discounts) }
  }

  private func score(_ name: String, _ lists: [[UInt32]], _ support: [Int]) -> EvaluationReport.Ranking {
    let scores = scores(lists)
    return EvaluationReport.Ranking(
      name: name, cases: scores, mean: CaseScores.mean(scores),
      intervals: Bootstrap.intervals(scores, seed: options.seed, threads: options.threads),
      lists: ListScores(lists, support: support, people: data.personCount),
      cold: ColdScores(lists, data, support: support),
      curve: Curve(lists, data.cases, items: support.count, k: options.k, discounts: Discounts(k: options.k)))
  }

  /// The same metrics for cases that are alike: by the length of the history, and by how many people of training have
  /// the held items (their mean).
  private func groups(_ scores: [CaseScores], _ support: [Int]) -> [EvaluationReport.Group] {
    let lengths = data.cases.map { $0.history.count }
    let popularity = data.cases.map { question in
      question.held.reduce(0) { $0 + (Int($1) < data.trainedItems ? support[Int($1)] : 0) } / question.held.count
    }
    return group("history", lengths, scores) + group("support", popularity, scores)
  }

  private func group(_ name: String, _ values: [Int], _ scores: [CaseScores]) -> [EvaluationReport.Group] {
    let bounds = [0, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000]
    return bounds.indices.compactMap { index in
      let from = bounds[index]
      let to = index + 1 < bounds.count ? bounds[index + 1] - 1 : nil
      let own = values.indices.filter { values[$0] >= from && values[$0] <= to ?? .max }.map { scores[$0] }
      if own.isEmpty { return nil }
      return EvaluationReport.Group(by: name, from: from, to: to, cases: own.count, mean: CaseScores.mean(own))
    }
  }

  // MARK: Ranking on several threads

  /// By case: the list, how many of its places are general, and how long it took.
  struct Answers {
    var lists: [[UInt32]]
    var general: [Int]
    var nanoseconds: [UInt64]
  }

  /// Cases a turn; between turns progress is shown.
  private static let turn = 1024

  private func rank(_ engine: EphemeralEngine, _ progress: (Progress) -> Void) -> Answers {
    let workers = max(1, options.threads)
    let sessions = Sessions(all: (0..<workers).map { _ in engine.makeSession() })
    var answers = Answers(
      lists: [[UInt32]](repeating: [], count: data.cases.count), general: [Int](repeating: 0, count: data.cases.count),
      nanoseconds: [UInt64](repeating: 0, count: data.cases.count))
    unsafe answers.lists.withUnsafeMutableBufferPointer { lists in
      unsafe answers.general.withUnsafeMutableBufferPointer { general in
        unsafe answers.nanoseconds.withUnsafeMutableBufferPointer { nanoseconds in
          let slots = unsafe Slots(lists: lists, general: general, nanoseconds: nanoseconds)
          for start in stride(from: 0, to: data.cases.count, by: Evaluator.turn) {
            progress(
              Progress(stage: "ranking", fraction: Double(start) / Double(data.cases.count), count: start))
            let end = min(start + Evaluator.turn, data.cases.count)
            DispatchQueue.concurrentPerform(iterations: workers) { worker in
              for index in stride(from: start + worker, to: end, by: workers) {
                let began = Clock.monotonicNanoseconds()
                let list = sessions.all[worker].rank(data.history(of: data.cases[index]), count: options.k)
                unsafe slots.nanoseconds[index] = Clock.monotonicNanoseconds() - began
                unsafe slots.lists[index] = list.places.map { engine.snapshot.number(of: $0.item).rawValue }
                unsafe slots.general[index] = list.places.count { $0.placement != .score }
              }
            }
          }
        }
      }
    }
    return answers
  }

  private struct Sessions: @unchecked Sendable {  // unchecked: each worker uses its own session only
    let all: [EphemeralEngine.Session]
  }

  @safe private struct Slots: @unchecked Sendable {  // unchecked: each worker writes its own cases only
    @unsafe var lists: UnsafeMutableBufferPointer<[UInt32]>
    @unsafe var general: UnsafeMutableBufferPointer<Int>
    @unsafe var nanoseconds: UnsafeMutableBufferPointer<UInt64>
  }
}
