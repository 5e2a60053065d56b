import Protocol
import Vocabulary

/// The named parameters of a call, each taken once; what is left over at the end is a mistake.
struct Parameters {
  private let values: JSONValue
  private var taken: Set<String> = []

  init(_ values: JSONValue) { self.values = values }

  private mutating func value(_ name: String) -> JSONValue? {
    taken.insert(name)
    let value = values[name]
    return value == .null ? nil : value
  }

  private func wrong(_ name: String, _ expected: String) -> CallError {
    CallError(CallError.invalidParams, "the parameter '\(name)' is not what it should be", at: name, expected: expected)
  }

  mutating func text(_ name: String) throws(CallError) -> String? {
    switch value(name) {
    case nil: return nil
    case .string(let text)?: return text
    default: throw wrong(name, "a text")
    }
  }

  mutating func requiredText(_ name: String) throws(CallError) -> String {
    guard let text = try text(name), !text.isEmpty else {
      throw CallError(CallError.invalidParams, "the parameter '\(name)' is missing", at: name, expected: "a text")
    }
    return text
  }

  mutating func integer(_ name: String, default other: Int) throws(CallError) -> Int {
    switch value(name) {
    case nil: return other
    case .integer(let number)?: return Int(clamping: number)
    default: throw wrong(name, "a whole number")
    }
  }

  mutating func flag(_ name: String) throws(CallError) -> Bool {
    switch value(name) {
    case nil: return false
    case .bool(let flag)?: return flag
    default: throw wrong(name, "true or false")
    }
  }

  /// A list of texts, or one text; `nil` where the parameter is missing.
  mutating func texts(_ name: String) throws(CallError) -> [String]? {
    switch value(name) {
    case nil: return nil
    case .string(let text)?: return [text]
    case .array(let elements)?:
      var texts: [String] = []
      for element in elements {
        guard case .string(let text) = element else { throw wrong(name, "a list of texts") }
        texts.append(text)
      }
      return texts
    default: throw wrong(name, "a list of texts")
    }
  }

  mutating func purpose(_ name: String) throws(CallError) -> Purpose? {
    guard let word = try text(name) else { return nil }
    guard let purpose = Purpose(name: word) else { throw wrong(name, Parameters.purposes) }
    return purpose
  }

  mutating func requiredPurposes(_ name: String) throws(CallError) -> [Purpose] {
    guard let words = try texts(name), !words.isEmpty else {
      throw CallError(
        CallError.invalidParams, "the parameter '\(name)' is missing", at: name, expected: Parameters.purposes)
    }
    var purposes: [Purpose] = []
    for word in words {
      guard let purpose = Purpose(name: word) else { throw wrong(name, Parameters.purposes) }
      purposes.append(purpose)
    }
    return purposes
  }

  /// A list of objects, or one object.
  mutating func objects(_ name: String) throws(CallError) -> [JSONValue]? {
    switch value(name) {
    case nil: return nil
    case .object(let members)?: return [.object(members)]
    case .array(let elements)?:
      for element in elements { guard case .object = element else { throw wrong(name, "a list of objects") } }
      return elements
    default: throw wrong(name, "a list of objects")
    }
  }

  private static let purposes = "one or more of \(Purpose.allCases.map(\.name).joined(separator: ", "))"

  /// Refuses parameters that the method does not have, so that a typing error is no silent default.
  func finish() throws(CallError) {
    guard case .object(let members) = values, let other = members.first(where: { !taken.contains($0.key) }) else {
      return
    }
    throw CallError(
      CallError.invalidParams, "the method has no parameter of this name", at: other.key,
      expected: taken.sorted().joined(separator: ", "))
  }
}
