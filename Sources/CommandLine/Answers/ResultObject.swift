import Protocol
import Vocabulary

/// Reads the members of an object in a result, which a daemon of another version may have written.
struct ResultObject {
  private let value: JSONValue

  /// - Throws: ``Failure`` where the value is no object, or not what `Content` is made of.
  static func read<Content: ReadableResult>(_ value: JSONValue) throws -> Content {
    guard case .object = value else { throw unreadable("there is no object where one should be") }
    return try Content(ResultObject(value: value))
  }

  static func unreadable(_ what: String) -> Failure {
    Failure(
      .system, "the daemon's answer cannot be shown: \(what)", expected: "an answer of this version",
      remedy: "Use attune and attuned of one version, or --json")
  }

  private func required<Value>(_ key: String, _ value: Value?) throws -> Value {
    guard let value else { throw Self.unreadable("its member '\(key)' is missing, or of another sort") }
    return value
  }

  func textIfAny(_ key: String) -> String? { value[key]?.text }

  func text(_ key: String) throws -> String { try required(key, textIfAny(key)) }

  func has(_ key: String) -> Bool { value[key] != nil }

  func integerIfAny(_ key: String) -> Int64? { value[key]?.integer }

  func integer(_ key: String) throws -> Int64 { try required(key, integerIfAny(key)) }

  func count(_ key: String) throws -> Int { Int(clamping: try integer(key)) }

  /// A number that is not finite has no other form than `null`.
  func fraction(_ key: String) throws -> Double {
    value[key] == .null ? .nan : try required(key, value[key]?.number)
  }

  func fractionIfAny(_ key: String) throws -> Double? { value[key] == nil ? nil : try fraction(key) }

  func flag(_ key: String) throws -> Bool { try required(key, value[key]?.flag) }

  func word<Word: RawRepresentable<String>>(_ key: String) throws -> Word {
    try required(key, textIfAny(key).flatMap { Word(rawValue: $0) })
  }

  func purpose(_ key: String) throws -> Purpose { try required(key, textIfAny(key).flatMap { Purpose(name: $0) }) }

  /// A time of day; places in a file that stand for a time are left out of results.
  func timeIfAny(_ key: String) throws -> Timestamp? {
    try textIfAny(key).map { try required(key, Timestamp(text: $0)) }
  }

  func texts(_ key: String) throws -> [String] {
    try required(key, value[key]).elements.map { try required(key, $0.text) }
  }

  func list<Element: ReadableResult>(_ key: String) throws -> [Element] {
    try required(key, value[key]).elements.map { try Self.read($0) }
  }

  /// The elements of a list as they are; none where there is no list.
  func elements(_ key: String) -> [JSONValue] { value[key]?.elements ?? [] }

  func object(_ key: String) throws -> ResultObject { ResultObject(value: try required(key, value[key])) }

  /// The texts of an object under their names.
  func namedTexts() throws -> [(language: String, text: String)] {
    try value.members.map { ($0.key, try required($0.key, $0.value.text)) }
  }

  /// The same; empty where there are none.
  func countsIfAny(_ key: String) throws -> [(name: String, count: Int)] { value[key] == nil ? [] : try counts(key) }

  /// Counts under their names, in the order of the text.
  func counts(_ key: String) throws -> [(name: String, count: Int)] {
    try required(key, value[key]).members.map { ($0.key, Int(clamping: try required(key, $0.value.integer))) }
  }
}

extension Timestamp {
  /// Reads what ``Timestamp/text`` writes; `nil` for any other text.
  init?(text: String) {
    let fields = text.split(whereSeparator: { "-T:Z".contains($0) }).compactMap { Int($0) }
    guard fields.count == 6, text.hasSuffix("Z"),
      let time = CivilTime(
        year: fields[0], month: fields[1], day: fields[2], hour: fields[3], minute: fields[4], second: fields[5]
      ).timestamp, time.text == text
    else { return nil }
    self = time
  }
}
