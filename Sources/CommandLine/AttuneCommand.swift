import Attune
import SystemIO
import Vocabulary

/// The `attune` command: one verb a call.
public enum AttuneCommand {
  /// The version that `attune version` shows.
  static let version = "0.1.0"

  /// How a call ended, as the shell sees it.
  enum Exit: Int32 {
    case done = 0
    /// Refused or failed.
    case failed = 1
    case usage = 2
  }

  /// Runs the process's own command line.
  public static func main() -> Never {
    StopSignals.ignoreBrokenPipes()
    let console = Console.standard()
    let exit = run(Array(Swift.CommandLine.arguments.dropFirst()), console)
    Host.exit(exit.rawValue)
  }

  /// Runs a command line and writes what went wrong, if anything, as a message.
  static func run(_ words: [String], _ console: Console) -> Exit {
    do {
      _ = try perform(words, console)
      try console.flush()
      return .done
    } catch let failure as Failure {
      // Whoever cannot read the message still gets the exit code.
      let text = DisplayText.safe(failure.description)
      try? console.message(text.hasPrefix("attune ") ? text : "attune: \(text)")
      return failure.code == .usage ? .usage : .failed
    } catch is ClosedPipe {
      return .done
    } catch {
      try? console.message("attune: unexpected failure: \(DisplayText.safe("\(error)"))")
      return .failed
    }
  }

  /// Runs a command line and returns what it answered.
  @discardableResult
  static func perform(_ words: [String], _ console: Console) throws -> Outcome {
    guard let name = words.first else { return try perform(["help"], console) }
    switch name {
    case "--help", "-h": return try perform(["help"], console)
    case "--version": return try perform(["version"], console)
    default: break
    }
    let verb = try verb(named: name)
    let arguments = try OptionParser(verb: verb.name, options: verb.allOptions).parse(Array(words.dropFirst()))
    console.isJSON = arguments.has("json")
    console.style.unmasked = arguments.has("unmask")
    if arguments.has("help") {
      try console.lines(verb.help(console.style))
      return .done
    }
    let call = Call(verb: verb, arguments: arguments, console: console)
    if arguments.operands.count > verb.operands.upperBound {
      throw call.usage("\(Wording.place(verb.operands.upperBound)) is one too many")
    }
    return try verb.run(call)
  }

  /// The verb with that name.
  static func verb(named name: String) throws -> Verb {
    if let verb = Verb.named(name) { return verb }
    let nearest = Spelling.nearest(to: name, among: Verb.all.map(\.name))
    throw Failure(
      .usage, name.hasPrefix("-") ? "a verb comes first" : "\(Wording.place(0)) is no verb of attune",
      remedy: nearest.map { "Did you mean attune \($0)?" } ?? "Try attune help")
  }

  /// The list of verbs.
  static func overview(_ style: Style) -> [String] {
    var table = Table([.init(), .init(shrinksTo: 20)], indent: 2)
    for verb in Verb.all { table.add(verb.name, verb.summary) }
    return [
      "attune: recommendations that respect consent and explain themselves", "", "Usage: attune VERB [options]", "",
    ] + table.lines(style) + ["", "attune VERB --help shows a verb's options; attune demo shows everything once."]
  }
}
