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
      let own = ["split", "share"] + ImportPlan.describing.map(\.long).filter { $0 != "kinds" }
      if let stray = own.first(where: arguments.has) { throw call.usage("--\(stray) belongs to --events") }
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

    var words = arguments.words
    if let place = LogPlan.placeOfSecondModel(words) { words.remove(at: place) }
    let plan = try ImportPlan(Call(verb: call.verb, arguments: Arguments(words: words), console: call.console))
    try plan.checkFiles(call)
    inputs = plan.steps.map { step in
      var input = step.input
      // What a measurement could not read is counted, and no file made of it.
      input.rejects = nil
      return input
    }
  }

  func read(repeats: Bool, progress: (Progress) -> Void) throws -> TaskData {
    try TaskReader.read(inputs, split: split, share: share, repeats: repeats, progress: progress)
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
