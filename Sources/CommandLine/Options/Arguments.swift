import Vocabulary

/// What was typed after a verb, taken apart by its option table.
struct Arguments: Sendable, Equatable {
  /// One option or operand, in the order typed.
  enum Word: Sendable, Equatable {
    case option(String, value: String?)
    case operand(String)
  }

  var words: [Word] = []

  /// The arguments that belong to no option.
  var operands: [String] {
    words.compactMap { if case .operand(let text) = $0 { text } else { nil } }
  }

  /// Whether the option was given.
  func has(_ long: String) -> Bool { words.contains { $0.isOption(long) } }

  /// The values given to the option, in order; an optional value that was left out counts as empty.
  func values(_ long: String) -> [String] {
    words.compactMap { if case .option(long, let value) = $0 { value ?? "" } else { nil } }
  }

  /// The value of an option that is given once; `nil` where it was not given.
  func value(_ long: String) -> String? { values(long).last }

  /// The entries of an option whose value is a list at commas, over all its uses.
  ///
  /// Empty entries are dropped.
  func list(_ long: String) -> [String] {
    values(long).flatMap { $0.split(separator: ",").map(String.init) }
  }

  /// A whole number, or `standard` where the option was not given.
  func number(_ long: String, in range: ClosedRange<Int>, standard: Int) throws -> Int {
    guard let text = value(long) else { return standard }
    guard let number = Int(text), range.contains(number) else {
      throw Failure(.usage, "“\(text)” is no count", at: "--\(long)", expected: "a whole number \(range.words)")
    }
    return number
  }
}

extension Arguments.Word {
  fileprivate func isOption(_ long: String) -> Bool {
    if case .option(long, _) = self { true } else { false }
  }
}

extension ClosedRange<Int> {
  fileprivate var words: String { "from \(lowerBound) to \(upperBound)" }
}
