import Attune
import Protocol
import Vocabulary

/// The named parameters of a call, each taken once; what is left over at the end is a mistake.
struct Parameters: Sendable {
  /// What a store's clock is set to: a time, or the wall clock.
  struct Clock {
    var time: Timestamp?
  }

  private let values: JSONValue
  private var taken: Set<String> = []
  /// The one person this caller may speak for; `nil` for any.
  let restriction: String?

  init(_ values: JSONValue, restriction: String? = nil) {
    self.values = values
    self.restriction = restriction
  }

  /// Whom the call is about; a caller who speaks for one person need not say so, and cannot say otherwise.
  mutating func subject() throws -> String? {
    let named = try text("subject")
    guard let restriction else { return named }
    guard named == nil || named.map({ $0.utf8.elementsEqual(restriction.utf8) }) == true else {
      throw Failure(.refused, "this caller speaks for somebody else", at: "subject", expected: "the token's person")
    }
    return restriction
  }

  mutating func requiredSubject() throws -> String {
    guard let subject = try subject(), !subject.isEmpty else {
      throw CallError(CallError.invalidParams, "the parameter 'subject' is missing", at: "subject", expected: "a text")
    }
    return subject
  }

  /// Whom the call is about, one or several; a caller who speaks for one person can name nobody else.
  mutating func requiredSubjects() throws -> [String] {
    let named = try texts("subject") ?? restriction.map { [$0] } ?? []
    guard !named.isEmpty, !named.contains("") else {
      throw CallError(
        CallError.invalidParams, "the parameter 'subject' is missing", at: "subject", expected: "a text or several")
    }
    if let restriction, !named.allSatisfy({ $0.utf8.elementsEqual(restriction.utf8) }) {
      throw Failure(.refused, "this caller speaks for somebody else", at: "subject", expected: "the token's person")
    }
    return named
  }

  /// A receipt: its JSON as an object or as a text, or its proof alone.
  mutating func requiredReceipt(_ name: String) throws(CallError) -> String {
    switch value(name) {
    case .string(let text)? where !text.isEmpty: return text
    case .object(let members)?: return String(decoding: JSONValue.object(members).bytes, as: UTF8.self)
    default: throw wrong(name, "a receipt, or its proof")
    }
  }

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

  /// One whole number or several.
  mutating func requiredNumbers(_ name: String) throws(CallError) -> [Int] {
    let found = value(name)
    let all = found.map { $0.elements.isEmpty ? [$0] : $0.elements } ?? []
    let numbers = all.compactMap(\.integer).map { Int(clamping: $0) }
    guard !numbers.isEmpty, numbers.count == all.count else { throw wrong(name, "a whole number or several") }
    return numbers
  }

  mutating func fraction(_ name: String) throws(CallError) -> Double? {
    guard let found = value(name) else { return nil }
    guard let number = found.number else { throw wrong(name, "a number") }
    return number
  }

  mutating func flag(_ name: String) throws(CallError) -> Bool {
    switch value(name) {
    case nil: return false
    case .bool(let flag)?: return flag
    default: throw wrong(name, "true or false")
    }
  }

  /// A guardian, or that there is none any more.
  struct Guardian {
    var name: String?
  }

  mutating func integerIfAny(_ name: String) throws(CallError) -> Int? {
    value(name) == nil ? nil : try integer(name, default: 0)
  }

  /// A guardian in words, or `false` for none any more; `nil` where the parameter is missing.
  mutating func guardian(_ name: String) throws(CallError) -> Guardian? {
    switch value(name) {
    case nil: nil
    case .string(let text)?: Guardian(name: text)
    case .bool(false)?: Guardian(name: nil)
    default: throw wrong(name, "a text, or false")
    }
  }

  /// True or false; `nil` where the parameter is missing.
  mutating func flagIfAny(_ name: String) throws(CallError) -> Bool? { value(name) == nil ? nil : try flag(name) }

  /// A fixed clock in milliseconds since 1970, or `now` for none; `nil` where the parameter is missing.
  mutating func clock(_ name: String) throws(CallError) -> Clock? {
    switch value(name) {
    case nil: return nil
    case .string("now")?: return Clock(time: nil)
    case .integer(let number)? where Timestamp.accepted.contains(number):
      return Clock(time: Timestamp(milliseconds: number))
    default: throw wrong(name, "milliseconds since 1970, or now")
    }
  }

  /// A moment in milliseconds since 1970; `nil` where the parameter is missing.
  mutating func time(_ name: String) throws(CallError) -> Timestamp? {
    switch value(name) {
    case nil: return nil
    case .integer(let number)? where Timestamp.accepted.contains(number): return Timestamp(milliseconds: number)
    default: throw wrong(name, "milliseconds since 1970")
    }
  }

  /// Kinds of events, one or a list; empty where the parameter is missing.
  mutating func kinds(_ name: String) throws(CallError) -> [EventKind] {
    var kinds: [EventKind] = []
    for word in try texts(name) ?? [] {
      guard let kind = EventKind(name: word) else {
        throw wrong(name, "one or more of \(EventKind.allCases.map(\.name).joined(separator: ", "))")
      }
      kinds.append(kind)
    }
    return kinds
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

  mutating func sort(_ name: String) throws(CallError) -> SearchRequest.Sort? {
    guard let word = try text(name) else { return nil }
    guard let sort = SearchRequest.Sort(rawValue: word) else {
      throw wrong(name, "one of \(SearchRequest.Sort.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return sort
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

  /// Texts by name, in the order of the call.
  mutating func pairs(_ name: String) throws(CallError) -> [(key: String, value: String)] {
    switch value(name) {
    case nil: return []
    case .object(let members)?:
      var pairs: [(key: String, value: String)] = []
      for member in members {
        switch member.value {
        case .string(let text): pairs.append((member.key, text))
        case .integer, .number, .bool: pairs.append((member.key, String(decoding: member.value.bytes, as: UTF8.self)))
        default: throw wrong(name, "an object of texts and numbers")
        }
      }
      return pairs
    default: throw wrong(name, "an object of texts and numbers")
    }
  }

  /// Objects as JSON lines; `nil` where the parameter is missing.
  ///
  /// - Parameter complete: What each object needs beside what it has.
  mutating func lines(
    _ name: String, complete: (JSONValue) -> [JSONValue.Member] = { _ in [] }
  ) throws(CallError) -> [UInt8] {
    guard let objects = try objects(name) else {
      throw CallError(
        CallError.invalidParams, "the parameter '\(name)' is missing", at: name,
        expected: "an object or a list of them")
    }
    if objects.count > 10_000 {
      throw CallError(CallError.invalidParams, "\(objects.count) \(name)", at: name, expected: "at most 10000")
    }
    var lines: [UInt8] = []
    for object in objects {
      guard case .object(let members) = object else { continue }
      JSONValue.object(members + complete(object)).write(to: &lines)
      lines.append(10)
    }
    return lines
  }

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
