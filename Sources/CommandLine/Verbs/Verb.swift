import Attune
import SystemIO
import Vocabulary

/// One verb of the command line: its table of options and what it does.
///
/// The help is made from the table.
struct Verb: Sendable {
  var name: String
  /// One line for the list of verbs.
  var summary: String
  /// The forms of the call, after `attune NAME`.
  var synopsis: [String]
  /// A paragraph or more for the verb's own help.
  var details = ""
  var options: [OptionSpec] = []
  /// Whether the verb reads or writes a store.
  var usesStore = true
  /// How many operands are allowed.
  var operands: ClosedRange<Int> = 0...0
  /// Example calls, whole lines.
  var examples: [String] = []
  var run: @Sendable (Call) throws -> Outcome

  /// The verb's options and those that every verb takes.
  var allOptions: [OptionSpec] {
    options + (usesStore ? [OptionSpec.store, .socket, .json, .unmask, .help] : [OptionSpec.json, .help])
  }
}

/// What a verb answered, for callers in the same process.
enum Outcome {
  case done
  case recommendation(Answer<Report.Recommendation>)
  case profile(Answer<Report.Profile>)
}

/// One call of a verb.
struct Call {
  let verb: Verb
  let arguments: Arguments
  let console: Console

  /// The folder of the store: `--store`, else `$ATTUNE_STORE`, else `store.attune`.
  var storePath: String {
    arguments.value("store") ?? Host.environment("ATTUNE_STORE") ?? "store.attune"
  }

  /// Opens the store itself, beside a daemon that serves it too, as several processes may.
  func engine(create: Bool = false, options: Engine.Options = Engine.Options()) throws -> Engine {
    let engine = try Engine.open(storePath, create: create, options: options)
    // Whoever can open the files is what the daemon takes its own user for.
    engine.caller = Engine.Caller(role: "officer", account: Processes.userID)
    return engine
  }

  /// The operand at a place, or a usage failure that names it.
  func operand(_ index: Int, _ name: String) throws -> String {
    let operands = arguments.operands
    guard index < operands.count, !operands[index].isEmpty else { throw usage("\(name) is missing") }
    return operands[index]
  }

  /// A purpose by its word.
  ///
  /// - Parameter place: Where it stands among words that may be ids; then it is not repeated.
  func purpose(
    _ word: String, among allowed: [Purpose] = Purpose.allCases, at place: String? = nil
  ) throws -> Purpose {
    guard let purpose = Purpose(name: word), allowed.contains(purpose) else {
      let names = allowed.map(\.name)
      let nearest = Spelling.nearest(to: word, among: names).map { "Did you mean \($0)?" }
      let what = place ?? "“\(DisplayText.safe(word))”"
      throw usage(
        "\(what) is no purpose here", expected: Wording.list(names, "or"), remedy: nearest)
    }
    return purpose
  }

  func usage(_ what: String, expected: String? = nil, remedy: String? = nil) -> Failure {
    Failure(
      .usage, what, at: "attune \(verb.name)", expected: expected, remedy: remedy ?? "Try attune \(verb.name) --help")
  }

  /// Shows an answer: its exact JSON where asked for, else text for people.
  func show<Content>(_ answer: Answer<Content>, _ lines: (Content, Style) -> [String]) throws {
    let content = console.isJSON ? nil : try answer.content
    try show(answer.json) { style in content.map { lines($0, style) } ?? [] }
  }

  /// Shows a result: exact JSON where asked for, else text for people.
  func show(_ json: @autoclosure () -> [UInt8], _ lines: (Style) -> [String]) throws {
    if console.isJSON {
      try console.json(json())
    } else {
      try console.lines(lines(console.style))
    }
  }
}
