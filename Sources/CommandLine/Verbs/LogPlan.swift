import Attune
import Evaluation
import Vocabulary

/// The logs of a call of `attune evaluate`, and how they are split.
struct LogPlan {
  private let inputs: [ImportInput]
  private let split: LogSplit
  private let share: Int

  /// `nil` where the call names a training and a test file instead.
  init?(_ call: Call) throws {
    let arguments = call.arguments
    guard arguments.has("events") else {
      if let stray = ["split", "share"].first(where: arguments.has) {
        throw call.usage("--\(stray) belongs to --events")
      }
      return nil
    }
    for stray in ["train", "test"] where arguments.has(stray) {
      throw call.usage("--\(stray) and --events exclude each other")
    }
    if let task = arguments.value("task"), task != EvaluationTask.interactions.rawValue {
      throw call.usage("--events has the task interactions and no other")
    }
    let word = arguments.value("split")
    guard let split = word.flatMap(LogSplit.init(rawValue:)) else {
      throw call.usage(
        word.map { "“\(DisplayText.safe($0))” is no split" } ?? "--split is missing",
        expected: Wording.list(LogSplit.allCases.map(\.rawValue), "or"))
    }
    self.split = split
    if arguments.has("share"), split != .time { throw call.usage("--share belongs to --split time") }
    share = try arguments.number("share", in: 1...99, standard: 20)

    inputs = try LogPlan.files(call).filter { !$0.isItems }.map(\.input)
  }

  func read(_ catalogue: ResearchCatalogue, repeats: Bool, progress: (Progress) -> Void) throws -> TaskData {
    try TaskReader.read(inputs, split: split, share: share, repeats: repeats, catalogue: catalogue, progress: progress)
  }

  /// The catalogue that `--items` names; an empty one without.
  static func catalogue(_ call: Call, progress: (Progress) -> Void) throws -> ResearchCatalogue {
    let inputs = try files(call).filter(\.isItems).map(\.input)
    return try ResearchCatalogue(inputs, progress: progress)
  }

  /// The files of `--events` and `--items`, each with the options that describe it.
  private static func files(_ call: Call) throws -> [ImportPlan.Step] {
    let isLog = call.arguments.has("events")
    guard isLog || call.arguments.has("items") else {
      let describing = ImportPlan.describing.map(\.long).filter { $0 != "kinds" }
      if let stray = describing.first(where: call.arguments.has) {
        throw call.usage("--\(stray) belongs to --events or --items")
      }
      return []
    }
    var words = call.arguments.words
    if let place = placeOfSecondModel(words) { words.remove(at: place) }
    // With a training file the kinds are that file's.
    if !isLog { words.removeAll { if case .option("kinds", _) = $0 { true } else { false } } }
    let plan = try ImportPlan(Call(verb: call.verb, arguments: Arguments(words: words), console: call.console))
    try plan.checkFiles(call)
    return plan.steps.map { step in
      var step = step
      // What a measurement could not read is counted, and no file made of it.
      step.input.rejects = nil
      return step
    }
  }

  /// The word right after `--compare A`; elsewhere words without an option are logs.
  static func secondModel(_ call: Call) -> String? {
    guard let place = placeOfSecondModel(call.arguments.words),
      case .operand(let text) = call.arguments.words[place]
    else { return nil }
    return text
  }

  private static func placeOfSecondModel(_ words: [Arguments.Word]) -> Int? {
    guard
      let place = words.lastIndex(where: { if case .option("compare", _) = $0 { true } else { false } }),
      place + 1 < words.count, case .operand = words[place + 1]
    else { return nil }
    return place + 1
  }
}
