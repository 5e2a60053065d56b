import Attune
import Evaluation
import SystemIO
import Vocabulary

extension Verb {
  static let evaluate = Verb(
    name: "evaluate", summary: "measures how well a model ranks, on a training and a test file or on a log",
    synopsis: [
      "--train FILE --test FILE --task interactions [--repeats] [options]",
      "--train FILE --test FILE --task next-item [options]",
      "--events FILE… --split time|leave-last [options]", "… --compare A B", "… --sweep KEY=VALUE,…",
    ],
    details: """
      Learns from the training file in memory, through the code that serves, and ranks all its items for every case of \
      the test file. No store is opened and none is changed. Files may be plain or gzip.
      interactions: both files have lines “subject TAB item”, with TAB time and TAB kind where known. For each subject \
      the held-out items of the test file are to be found; the subject's training items are left out of the list.
      next-item: the training file has one session a line, its items separated by blanks; the test file has lines \
      “prefix TAB next item”. Items of the prefix may come again, unless the model's own rules leave out what was seen.
      --events: logs of events as attune import reads them, of data collected for research. --split time learns from what \
      came before the last 20 % of the log's time and looks for what people did then; leave-last looks for each person's \
      last event. Searches, impressions and “less of this” are looked for by nobody.
      A held-out item that neither training nor the case's own history has met counts as missed. Unless --set says otherwise rows.support is 1, \
      general.share 0 and diversity.similarity 0, as in published figures; each costs something, to be seen by setting it.
      --items: a catalogue, whose tags and words then count as tags.weight says, and whose items can be found even where \
      nobody of training has them.
      --compare ranks by two models and says whether their difference is more than chance; --sweep support=1,2,3,5,10,20 \
      shows what the k-threshold costs.
      """,
    options: [
      OptionSpec("train", .required("FILE"), "What to learn from."),
      OptionSpec("test", .required("FILE"), "What was held out."),
      OptionSpec("task", .required("TASK"), "interactions or next-item."),
      OptionSpec("events", .required("FILE"), repeats: true, "What people did, instead of --train and --test."),
      OptionSpec(
        "items", .required("FILE"), repeats: true,
        "A catalogue, as attune import reads it: its items, their tags and words."),
      OptionSpec("split", .required("HOW"), "With --events: time or leave-last."),
      OptionSpec("share", .required("PERCENT"), "With --split time: the part of the time held out. Without it 20."),
    ] + ImportPlan.describing.filter { $0.long != "kinds" } + ModelChoice.options + [
      OptionSpec("count", short: "k", .required("K"), "The length of the lists, 1 to 1000. Without it 20."),
      OptionSpec("compare", .required("A B"), "Two models, files or names, instead of --model."),
      OptionSpec(
        "sweep", .required("KEY=VALUE,…"), "Evaluate with each value of one parameter; support is rows.support."),
      OptionSpec(
        flag: "groups",
        "Show the metrics by length of history, by popularity of the held-out items, and for opted-out people."),
      OptionSpec(
        "html", .required("FILE"), "Write a page with plots too; - is standard output, in place of the table."),
      OptionSpec(flag: "repeats", "With interactions: items of the history may be recommended again."),
      OptionSpec(
        "kinds", .required("WORD=KIND,…"), repeats: true,
        "Translate foreign event kinds; with --train a word that names no kind counts as a view, with --events WORD=- "
          + "leaves such lines out."),
      OptionSpec("threads", .required("N"), "Threads to learn and rank with. Without it one a processor."),
      OptionSpec("seed", .required("N"), "Of the intervals and the shuffled yardstick. Without it 1."),
    ],
    usesStore: false, operands: 0...100_000,
    examples: [
      "attune evaluate --train train.txt --test test.txt --task next-item",
      "attune evaluate --train train.tsv.gz --test test.tsv.gz --task interactions --model unordered",
      "attune evaluate --train train.tsv --test test.tsv --task interactions --sweep support=1,3,5 --html cost.html",
      "attune evaluate --events events.csv.gz --split time --map subject=user,item=sku,kind=action,time=at",
      "attune evaluate --train train.tsv --test test.tsv --task interactions --items items.csv --map item=sku,tag.x=y",
    ],
    run: { call in
      let log = try LogPlan(call)
      let test = try log == nil ? EvaluationPlan.file("test", call) : ""
      let train = try log == nil ? EvaluationPlan.file("train", call) : ""
      let plan = try EvaluationPlan(call)
      if call.arguments.value("html") == "-", call.console.isJSON {
        throw call.usage("--json and --html - both want standard output")
      }
      let progress = ProgressLine(call.console)
      defer { progress.end() }
      progress.show(Progress(stage: "reading", fraction: nil, count: 0))
      let catalogue = try LogPlan.catalogue(call, progress: progress.show)
      let data =
        try log?.read(catalogue, repeats: plan.repeats, progress: progress.show)
        ?? TaskReader.read(plan.task, train: train, test: test, kinds: plan.kinds, catalogue: catalogue)
      func report(_ options: EvaluationOptions, yardsticks: Bool) throws -> EvaluationReport {
        try Evaluator(data, options).run(yardsticks: yardsticks, progress: progress.show)
      }
      let options = plan.options(for: data)
      if let other = plan.other {
        var others = options
        others.model = other
        let comparison = Comparison(
          try report(options, yardsticks: false), try report(others, yardsticks: false), seed: options.seed,
          threads: options.threads)
        progress.end()
        try call.show(comparison.json, .comparison(comparison)) { comparison.lines($0) }
      } else if let sweep = plan.sweep {
        let runs = try sweep.values.map { value in
          var changed = options
          changed.changes.append((key: sweep.key, value: value))
          return (value: value, report: try report(changed, yardsticks: false))
        }
        let result = Sweep(key: sweep.key, runs: runs)
        progress.end()
        try call.show(result.json, .sweep(result)) { result.lines($0) }
      } else {
        let report = try report(options, yardsticks: true)
        progress.end()
        try call.show(report.json, .report(report)) { report.lines($0, groups: call.arguments.has("groups")) }
      }
      return .done
    })
}

extension Call {
  /// Shows findings, and writes their page where one is asked for.
  fileprivate func show(_ json: [UInt8], _ findings: EvaluationPage.Findings, _ lines: (Style) -> [String]) throws {
    if let path = arguments.value("html") {
      let page = EvaluationPage(findings: findings).html
      if path == "-" { return try console.text(page) }
      try Files.writeAtomically(path, Array(page.utf8))
      try console.message("wrote \(DisplayText.safe(path))")
    }
    try show(json, lines)
  }
}

/// A call of `attune evaluate` or `attune tune`, understood.
struct EvaluationPlan {
  let task: EvaluationTask
  private(set) var kinds: [String: EventKind] = [:]
  private let model: [UInt8]?
  /// The second model of a comparison.
  let other: [UInt8]?
  private(set) var sweep: (key: String, values: [String])?
  private let changes: [(key: String, value: String)]
  private let count: Int
  let repeats: Bool
  private let threads: Int?
  private let seed: Int

  init(_ call: Call) throws {
    let isLog = call.arguments.has("events")
    let word = call.arguments.value("task") ?? (isLog ? EvaluationTask.interactions.rawValue : nil)
    guard let task = word.flatMap(EvaluationTask.init(rawValue:)) else {
      throw call.usage(
        word.map { "“\(DisplayText.safe($0))” is no task" } ?? "--task is missing",
        expected: Wording.list(EvaluationTask.allCases.map(\.rawValue), "or"))
    }
    self.task = task
    repeats = call.arguments.has("repeats")
    if repeats, task != .interactions { throw call.usage("--repeats belongs to --task interactions") }
    changes = try ModelChoice.changes(call)
    let first = call.arguments.value("compare")
    if let first {
      if call.arguments.has("model") { throw call.usage("--compare and --model exclude each other") }
      guard let second = LogPlan.secondModel(call) ?? (isLog ? nil : call.arguments.operands.first) else {
        throw call.usage("the second model of --compare is missing")
      }
      model = try ModelChoice.model(first, option: "--compare")
      other = try ModelChoice.model(second, option: "--compare")
    } else {
      model = try ModelChoice.model(call)
      other = nil
    }
    // Beside the second model, words without an option are further logs.
    let expected = first == nil ? 0 : 1
    if !isLog, call.arguments.operands.count > expected {
      throw call.usage("\(Wording.place(expected)) is one too many")
    }
    count = try call.arguments.number("count", in: 1...1000, standard: 20)
    threads =
      call.arguments.has("threads") ? try call.arguments.number("threads", in: 1...64, standard: 1) : nil
    seed = try call.arguments.number("seed", in: 0...Int.max, standard: 1)
    if let text = call.arguments.value("sweep") {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      let values = parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : []
      guard !values.isEmpty else {
        throw call.usage("--sweep has no values", expected: "--sweep KEY=VALUE,… such as --sweep support=1,2,3,5,10,20")
      }
      if other != nil { throw call.usage("--sweep and --compare exclude each other") }
      sweep = (parts[0] == "support" ? "rows.support" : parts[0], values)
    }
    // A log's kinds are translated where it is read.
    for pair in isLog ? [] : call.arguments.list("kinds") {
      let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, let kind = EventKind(name: parts[1]) else {
        throw call.usage(
          "“\(DisplayText.safe(pair))” translates no kind",
          expected: "WORD=KIND with a kind of \(Wording.list(EventKind.allCases.map(\.name), "or"))")
      }
      kinds[parts[0]] = kind
    }
  }

  /// The file that an option names, which may not be left out.
  static func file(_ name: String, _ call: Call) throws -> String {
    guard let path = call.arguments.value(name), !path.isEmpty else { throw call.usage("--\(name) is missing") }
    return path
  }

  /// Without a model the shipped one for this sort of data.
  func options(for data: TaskData) -> EvaluationOptions {
    let name = task == .nextItem ? "sessions" : data.hasTimes ? "storefront" : "unordered"
    var options = EvaluationOptions(model: model ?? Engine.shippedModel(named: name) ?? [])
    options.changes = changes
    options.k = count
    options.repeats = repeats
    if let threads { options.threads = threads }
    options.seed = UInt64(seed)
    return options
  }
}
