import Attune
import SystemIO
import Vocabulary

/// The files of one `attune import`, each with the options that describe it.
struct ImportPlan {
  struct Step {
    var isItems: Bool
    var input: ImportInput
  }

  private(set) var steps: [Step] = []

  /// The options that say how a file is to be read.
  static let describing: [OptionSpec] = [
    OptionSpec("format", .required("FORMAT"), repeats: true, "auto (without it), ndjson, csv, tsv or combined."),
    OptionSpec(
      "map", .required("ROLE=COLUMN,…"), repeats: true,
      "Which column has which role: subject item kind time query value source session event decision place gpc "
        + "campaign language browser device, or item title text price seller category available tags tag.FIELD. "
        + "ROLE=:text is a constant."),
    OptionSpec("columns", .required("NAME,…"), repeats: true, "The columns of a file without a header line."),
    OptionSpec(
      "kinds", .required("WORD=KIND,…"), repeats: true, "Translate foreign event kinds; WORD=- leaves such lines out."),
    OptionSpec("separator", .required("TEXT"), repeats: true, "What separates several values in a cell. Without it |."),
    OptionSpec("delimiter", .required("CHAR"), repeats: true, "What separates the columns of a CSV file."),
    OptionSpec("skip-lines", .required("N"), repeats: true, "Leave out the first N lines."),
    OptionSpec(
      "item-pattern", .required("REGEX"), repeats: true, "Web server logs: URLs that are item views; ( ) has the item."),
    OptionSpec(
      "search-pattern", .required("REGEX"), repeats: true,
      "Web server logs: URLs that are searches; ( ) has the words."),
  ]

  /// Reads the words from left to right.
  ///
  /// A run of files of one kind shares the options that follow it; a file after such an option, or of the other kind,
  /// starts a new run. Options before the first file are every file's.
  init(_ call: Call) throws {
    var common = try Self.commonInput(call)
    var runStart = 0
    var isRunOpen = true
    func add(_ path: String, isItems: Bool) {
      if let last = steps.last, last.isItems != isItems || !isRunOpen { runStart = steps.count }
      isRunOpen = true
      var input = common
      input.path = path
      input.rejects = input.rejects ?? Self.rejectsPath(of: path, besides: steps.compactMap(\.input.rejects))
      steps.append(Step(isItems: isItems, input: input))
    }
    for word in call.arguments.words {
      switch word {
      case .option("items", .some(let path)): add(path, isItems: true)
      case .option("events", .some(let path)): add(path, isItems: false)
      case .operand(let path):
        guard let last = steps.last else { throw call.usage("a file stands before --items or --events") }
        add(path, isItems: last.isItems)
      case .option(let name, .some(let value)) where Self.describing.contains { $0.long == name }:
        if steps.isEmpty { try Self.describe(&common, name, value, call) }
        for index in runStart..<steps.count { try Self.describe(&steps[index].input, name, value, call) }
        isRunOpen = false
      default: continue
      }
    }
    try check(call)
  }

  private func check(_ call: Call) throws {
    guard !steps.isEmpty else { throw call.usage("no file is named", expected: "--items FILE or --events FILE") }
    if steps.count > 1 {
      if call.arguments.has("follow") { throw call.usage("--follow reads one file only") }
      if call.arguments.has("rejects") { throw call.usage("--rejects belongs to one file; import the others apart") }
      if steps.count(where: { $0.input.path == "-" }) > 1 { throw call.usage("standard input is named twice") }
    }
  }

  /// Whether another process could read the files: not a pipe, nor a file that is followed from here.
  var isForDaemon: Bool { steps.allSatisfy { !$0.input.follow && Files.isRegular($0.input.path) } }

  /// Makes sure, before anything is made, that the files are there and none is about to be overwritten.
  func checkFiles(_ call: Call) throws {
    for step in steps where step.input.path != "-" {
      guard Files.exists(step.input.path) else {
        throw Failure(.notFound, "there is no such file", at: step.input.path, remedy: "Check the path")
      }
      if let rejects = step.input.rejects, Files.areSame(rejects, step.input.path) {
        throw call.usage("--rejects names the file that is to be read", expected: "another file")
      }
    }
  }

  /// Where rejects go if nothing else is said: a file in the current folder, named after the input.
  private static func rejectsPath(of path: String, besides others: [String]) -> String {
    let name = path == "-" ? "standard-input" : "\(path.split(separator: "/").last ?? "input")"
    var candidate = "\(name).rejects.ndjson"
    // Files of one name in several folders keep theirs apart.
    var number = 2
    while others.contains(candidate) {
      candidate = "\(name).\(number).rejects.ndjson"
      number += 1
    }
    return candidate
  }

  /// The options that hold for every file.
  private static func commonInput(_ call: Call) throws -> ImportInput {
    let arguments = call.arguments
    var input = ImportInput(path: "")
    switch arguments.value("consent") ?? "ledger" {
    case "granted": input.grantAll = true
    case "ledger": input.grantAll = false
    case let word where word.hasPrefix("granted="):
      input.grantAll = true
      input.grantedPurposes = try word.dropFirst(8).split(separator: ",").map { try call.purpose(String($0)) }
      if input.grantedPurposes.isEmpty { throw call.usage("--consent granted= names no purpose") }
    case let word: throw call.usage("“\(DisplayText.safe(word))” is no consent", expected: "granted or ledger")
    }
    input.source = arguments.value("source")
    input.rejects = arguments.value("rejects")
    input.keepLines = arguments.has("keep-lines")
    input.strict = arguments.has("strict")
    input.again = arguments.has("again")
    input.follow = arguments.has("follow")
    input.shouldStop = { StopSignals.wasAsked }
    return input
  }

  private static func describe(_ input: inout ImportInput, _ name: String, _ value: String, _ call: Call) throws {
    switch name {
    case "format":
      let formats = ["auto", "ndjson", "csv", "tsv", "combined"]
      guard formats.contains(value) else {
        throw call.usage(
          "“\(DisplayText.safe(value))” is no format", expected: Wording.list(formats, "or"),
          remedy: Spelling.nearest(to: value, among: formats).map { "Did you mean \($0)?" })
      }
      input.format = value
    case "map": input.map = joined(input.map, value)
    case "columns": input.columns = joined(input.columns, value)
    case "kinds": input.kinds = joined(input.kinds, value)
    case "separator": input.separator = value
    case "delimiter": input.delimiter = value == "\\t" ? "\t" : value
    case "skip-lines":
      guard let lines = Int(value), lines >= 0 else {
        throw call.usage("“\(DisplayText.safe(value))” is no count of lines", expected: "a whole number from 0")
      }
      input.skipLines = lines
    case "item-pattern": input.itemPattern = value
    case "search-pattern": input.searchPattern = value
    default: preconditionFailure("an option that describes files has no place in ImportInput: \(name)")
    }
  }

  /// A list given in pieces is one list.
  private static func joined(_ before: String?, _ more: String) -> String {
    before.map { "\($0),\(more)" } ?? more
  }

  /// A point in time as a person writes it: a date, or a date and a time of day in UTC.
  static func time(_ text: String, _ call: Call) throws -> Timestamp {
    let digits = text.split(whereSeparator: { "-T: Z".contains($0) }).map { Int($0) }
    let fields = digits.compactMap(\.self)
    guard (3...6).contains(fields.count), fields.count == digits.count, fields.count != 4,
      let time = CivilTime(
        year: fields[0], month: fields[1], day: fields[2], hour: fields.count > 3 ? fields[3] : 0,
        minute: fields.count > 4 ? fields[4] : 0, second: fields.count > 5 ? fields[5] : 0
      ).timestamp, Timestamp.accepted.contains(time.milliseconds)
    else {
      throw call.usage(
        "“\(DisplayText.safe(text))” is no time", expected: "a date such as 2026-05-01, or 2026-05-01T09:30:00Z")
    }
    return time
  }
}
