/// A JSON value (RFC 8259), as a call takes it and an answer brings it.
///
/// Literals make one: `["subject": "u1", "n": 5, "context": ["i7", "i9"]]`. There is none for `null`, which is written
/// `.null`, so that `nil` always means that nothing is there.
///
/// Two objects are equal where their members are, in the same order.
public enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  /// A number without fraction or exponent that fits 64 bits.
  case integer(Int64)
  /// Any other number; one that is not finite is written as `null`.
  case number(Double)
  case string(String)
  case array([JSONValue])
  /// In the order of the text; keys are distinct.
  case object([Member])

  /// One key of an object with its value.
  public struct Member: Equatable, Sendable {
    public var key: String
    public var value: JSONValue

    public init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// The member of an object with a key, byte for byte; `nil` where there is none, or this is no object.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
  }
}

/// Readers of one sort of value each.
extension JSONValue {
  /// The text; `nil` where this is none.
  public var text: String? { if case .string(let text) = self { text } else { nil } }

  /// The whole number; `nil` where this is none, or one with a fraction or an exponent.
  public var integer: Int64? { if case .integer(let number) = self { number } else { nil } }

  /// The number, whole or not; `nil` where this is none.
  ///
  /// Whole numbers beyond 2⁵³ are rounded.
  public var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }

  /// Whether it is `true`; `nil` where this is neither `true` nor `false`.
  public var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }

  /// The elements of an array; empty where this is none.
  public var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }

  /// The members of an object in the order of the text; empty where this is none.
  public var members: [Member] { if case .object(let members) = self { members } else { [] } }
}

extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringInterpolation, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(booleanLiteral flag: Bool) { self = .bool(flag) }

  public init(integerLiteral number: Int64) { self = .integer(number) }

  public init(floatLiteral number: Double) { self = .number(number) }

  public init(stringLiteral text: String) { self = .string(text) }

  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

  /// An object with the members in the order written.
  ///
  /// - Precondition: The keys are distinct.
  public init(dictionaryLiteral members: (String, JSONValue)...) {
    precondition(Set(members.map { Array($0.0.utf8) }).count == members.count, "a key stands there twice")
    self = .object(members.map { Member($0.0, $0.1) })
  }
}

extension JSONValue {
  /// The value as UTF-8, as short as it can be written, without a line end.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return bytes
  }

  package func write(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes += Array("null".utf8)
    case .bool(let flag): bytes += Array((flag ? "true" : "false").utf8)
    case .integer(let number): bytes += Array("\(number)".utf8)
    case .number(let number): bytes += Array((number.isFinite ? "\(number)" : "null").utf8)
    case .string(let text): JSONValue.write(text, to: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        JSONValue.write(member.key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  /// A text in quotes; control characters, quotes and backslashes escaped, everything else as it is.
  static func write(_ text: String, to bytes: inout [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 10: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
      case 0..<32: bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
