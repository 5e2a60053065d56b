package import Attune
import ModelFile
package import Vocabulary

/// What an evaluation found.
package struct EvaluationReport: Sendable {
  /// One way of ranking and how well it did.
  package struct Ranking: Sendable {
    package var name: String
    /// By case.
    package var cases: [CaseScores]
    package var mean: CaseScores
    /// 95 % intervals, in the order of ``CaseScores/metrics``.
    package var intervals: [(low: Double, high: Double)]
    package var lists: ListScores
    package var cold: ColdScores
    package var curve: Curve
  }

  /// The cases whose value lies within from…to; `to` is `nil` for no end.
  package struct Group: Sendable {
    /// `history` for the length of the history, `support` for the people of training who have the held items.
    package var by: String
    package var from: Int
    package var to: Int?
    package var cases: Int
    package var mean: CaseScores
  }

  package var task: EvaluationTask
  package var k: Int
  /// The model's name and the digest of what it learned.
  package var model: String
  package var digest = ""
  /// Parameters that stand other than in the model file, and why: first the evaluation's own, then the caller's.
  package var assumptions: [(key: String, value: String)]
  package var changes: [(key: String, value: String)]
  /// Whether items of the history stay out of the lists.
  package var leavesOut: Bool
  package var cases: Int
  /// Test subjects that training lacks, who are no cases.
  package var strangers: Int
  package var people: Int
  package var items: Int
  package var events: Int
  package var pairs = 0
  /// Words that name no kind of event and count as views.
  package var unknownKinds: [String]
  /// How a log was split, as ``TaskData`` has it.
  package var split: LogSplit?
  package var cut: Timestamp?
  package var metBefore: Int
  package var rejected: Int
  package var own: Ranking
  package var yardsticks: [Ranking] = []
  package var groups: [Group] = []
  /// The same cases as if their people had opted out: the general list, as it is served to them.
  package var optedOut: Ranking?
  /// The share of places that the general ranking filled: the model's general share, and what filled lists up.
  package var generalShare = 0.0
  /// From events in memory to a published model.
  package var fitSeconds = 0.0
  /// All cases, on all threads.
  package var rankSeconds = 0.0
  /// Of one case, in its thread.
  package var rankMicroseconds: (p50: Double, p99: Double) = (0, 0)
  package var latencies = Latencies([])
  package var threads: Int

  init(
    _ data: TaskData, _ options: EvaluationOptions, _ parameters: ModelParameters, leavesOut: Bool, own: Ranking
  ) {
    task = data.task
    k = options.k
    model = parameters.name
    let changed = Set(options.changes.map(\.key))
    assumptions = Evaluator.assumptions.filter { !changed.contains($0.key) }
    changes = options.changes
    self.leavesOut = leavesOut
    cases = data.cases.count
    strangers = data.strangers
    people = data.personCount
    items = data.trainedItems
    events = data.events.count
    unknownKinds = data.unknownKinds
    (split, cut, metBefore, rejected) = (data.split, data.cut, data.metBefore, data.rejected)
    self.own = own
    threads = options.threads
  }
}

extension EvaluationReport: JSONWritable {
  /// The report as one JSON object in UTF-8, without a line end.
  package var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("task", task.rawValue)
      $0.member("model", model)
      $0.member("digest", digest)
      $0.member("k", k)
      own.write(members: &$0, k: k)
      $0.member("general@\(k)", generalShare)
      $0.member("cases", cases)
      $0.member("strangers", strangers)
      $0.member("people", people)
      $0.member("items", items)
      $0.member("events", events)
      $0.member("pairs", pairs)
      $0.member("fitSeconds", fitSeconds)
      $0.member("rankSeconds", rankSeconds)
      $0.member("rankMicrosecondsP50", rankMicroseconds.p50)
      $0.member("rankMicrosecondsP99", rankMicroseconds.p99)
      $0.member("threads", threads)
      $0.member("leavesOutHistory", leavesOut)
      $0.key("assumed")
      $0.object { inner in for (key, value) in assumptions { inner.member(key, value) } }
      $0.key("set")
      $0.object { inner in for (key, value) in changes { inner.member(key, value) } }
      $0.member("kindsTakenAsView", unknownKinds)
      if let split {
        $0.member("split", split.rawValue)
        if let cut { $0.member("heldOutFrom", cut.text) }
        $0.member("metBefore", metBefore)
        $0.member("rejected", rejected)
      }
      $0.key("groups")
      $0.array { list in
        for group in groups {
          list.object { inner in
            inner.member("by", group.by)
            inner.member("from", group.from)
            inner.member("to", group.to)
            inner.member("cases", group.cases)
            for metric in CaseScores.metrics {
              inner.member("\(metric.name)@\(k)", group.mean[keyPath: metric.value])
            }
          }
        }
      }
      if let optedOut {
        $0.key("optedOut")
        $0.object { optedOut.write(members: &$0, k: k) }
      }
      if yardsticks.isEmpty { return }
      $0.key("yardsticks")
      $0.array { list in
        for yardstick in yardsticks {
          list.object { inner in
            inner.member("name", yardstick.name)
            yardstick.write(members: &inner, k: k)
          }
        }
      }
    }
  }
}

extension EvaluationReport.Ranking {
  /// `recall@20`, `recall@20_ci` and so on.
  func write(members json: inout JSONWriter, k: Int) {
    for (metric, interval) in zip(CaseScores.metrics, intervals) {
      json.member("\(metric.name)@\(k)", mean[keyPath: metric.value])
      json.key("\(metric.name)@\(k)_ci")
      json.array { pair in
        pair.value(interval.low)
        pair.value(interval.high)
      }
    }
    for metric in ListScores.metrics { json.member("\(metric.name)@\(k)", lists[keyPath: metric.value]) }
    json.member("cold@\(k)", cold.recall)
    json.member("coldPairs", cold.pairs)
    json.key("curve")
    curve.write(to: &json)
  }
}
