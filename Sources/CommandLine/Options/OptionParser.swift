import Vocabulary

/// Takes a command line apart by the conventions of `getopt_long`.
///
/// `--name value`, `--name=value`, `-n value`, `-nvalue`, several short options in one word, options and operands in
/// any order, `--` ends the options, and a long name may be cut short as long as it stays unambiguous.
struct OptionParser {
  let verb: String
  let options: [OptionSpec]

  /// - Throws: ``Failure`` of code `usage` for an unknown or ambiguous option, a missing or needless value, and an
  ///   option given twice that may be given once.
  func parse(_ words: [String]) throws -> Arguments {
    var result = Arguments()
    var rest = words[...]
    var seen: Set<String> = []
    while let word = rest.popFirst() {
      if word == "--" {
        result.words += rest.map { .operand($0) }
        break
      }
      if word.hasPrefix("--") {
        try parseLong(word.dropFirst(2), &rest, &result)
      } else if word.hasPrefix("-"), word != "-" {
        try parseShort(word.dropFirst(), &rest, &result)
      } else {
        result.words.append(.operand(word))
      }
    }
    for case .option(let long, _) in result.words where !seen.insert(long).inserted {
      guard options.contains(where: { $0.long == long && $0.repeats }) else {
        throw Failure(.usage, "--\(long) was given twice", at: place)
      }
    }
    return result
  }

  private var place: String { "attune \(verb)" }
  private var remedy: String { "Try attune \(verb) --help" }

  private func parseLong(_ word: Substring, _ rest: inout ArraySlice<String>, _ result: inout Arguments) throws {
    let name = String(word.prefix { $0 != "=" })
    let attached = word.count > name.count ? String(word.dropFirst(name.count + 1)) : nil
    let option = try option(named: name)
    switch option.argument {
    case .none:
      guard attached == nil else { throw Failure(.usage, "--\(option.long) takes no value", at: place, remedy: remedy) }
      result.words.append(.option(option.long, value: nil))
    case .optional:
      result.words.append(.option(option.long, value: attached))
    case .required(let what):
      guard let value = attached ?? rest.popFirst() else { throw missing("--\(option.long)", what) }
      result.words.append(.option(option.long, value: value))
    }
  }

  private func parseShort(_ word: Substring, _ rest: inout ArraySlice<String>, _ result: inout Arguments) throws {
    var letters = word
    while let letter = letters.popFirst() {
      guard let option = options.first(where: { $0.short == letter }) else {
        throw Failure(.usage, "unknown option -\(letter)", at: place, remedy: remedy)
      }
      switch option.argument {
      case .none:
        result.words.append(.option(option.long, value: nil))
      case .optional:
        result.words.append(.option(option.long, value: letters.isEmpty ? nil : String(letters)))
        return
      case .required(let what):
        guard let value = letters.isEmpty ? rest.popFirst() : String(letters) else { throw missing("-\(letter)", what) }
        result.words.append(.option(option.long, value: value))
        return
      }
    }
  }

  private func option(named name: String) throws -> OptionSpec {
    if let exact = options.first(where: { $0.long == name }) { return exact }
    let matches = options.filter { !name.isEmpty && $0.long.hasPrefix(name) }
    if matches.count == 1 { return matches[0] }
    if matches.count > 1 {
      let names = matches.map { "--\($0.long)" }.joined(separator: ", ")
      throw Failure(.usage, "--\(name) is ambiguous", at: place, expected: "one of \(names)")
    }
    let nearest = Spelling.nearest(to: name, among: options.map(\.long))
    throw Failure(
      .usage, "unknown option --\(name)", at: place,
      remedy: nearest.map { "Did you mean --\($0)?" } ?? remedy)
  }

  private func missing(_ option: String, _ what: String) -> Failure {
    Failure(.usage, "\(option) needs a value", at: place, expected: "\(option) \(what)")
  }
}
