/// Reads JSON (RFC 8259) strictly: one value, UTF-8, no comments, no trailing commas, no key twice in an object.
package struct JSONParser {
  /// Why a text is no JSON, and where.
  package struct Refusal: Error, Equatable, Sendable {
    /// In bytes, from 0.
    package let place: Int
    package let what: String

    package init(place: Int, what: String) {
      self.place = place
      self.what = what
    }
  }

  /// How deep arrays and objects may stand in one another.
  package static let depthLimit = 64

  private let bytes: ArraySlice<UInt8>
  private var place: Int
  private var depth = 0

  private init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    place = bytes.startIndex
  }

  /// The value that a text holds.
  ///
  /// - Throws: ``Refusal``. Complexity: linear, apart from objects of very many keys.
  package static func parse(_ bytes: ArraySlice<UInt8>) throws(Refusal) -> JSONValue {
    var parser = JSONParser(bytes)
    parser.skipBlanks()
    let value = try parser.value()
    parser.skipBlanks()
    if parser.place < bytes.endIndex { throw parser.refusal("text after the value") }
    return value
  }

  /// The members of the object that a text holds, each value read and as it stands in the text.
  ///
  /// - Throws: ``Refusal``, also where the text holds another value.
  package static func members(
    of bytes: ArraySlice<UInt8>
  ) throws(Refusal) -> [(key: String, value: JSONValue, bytes: ArraySlice<UInt8>)] {
    var parser = JSONParser(bytes)
    parser.skipBlanks()
    guard parser.take("{") else { throw parser.refusal("no object") }
    parser.depth = 1
    var members: [(key: String, value: JSONValue, bytes: ArraySlice<UInt8>)] = []
    try parser.eachMember { members.append(($0.key, $0.value, $1)) }
    parser.skipBlanks()
    if parser.place < bytes.endIndex { throw parser.refusal("text after the value") }
    return members
  }

  private func refusal(_ what: String) -> Refusal { Refusal(place: place - bytes.startIndex, what: what) }

  private mutating func skipBlanks() {
    while place < bytes.endIndex {
      let byte = bytes[place]
      guard byte == 32 || byte == 10 || byte == 13 || byte == 9 else { return }
      place += 1
    }
  }

  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard place < bytes.endIndex, bytes[place] == UInt8(ascii: byte) else { return false }
    place += 1
    return true
  }

  private mutating func value() throws(Refusal) -> JSONValue {
    guard place < bytes.endIndex else { throw refusal("the end, where a value was expected") }
    switch bytes[place] {
    case UInt8(ascii: "{"): return try nested { parser throws(Refusal) in try parser.object() }
    case UInt8(ascii: "["): return try nested { parser throws(Refusal) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default: return try number()
    }
  }

  private mutating func nested(
    _ body: (inout JSONParser) throws(Refusal) -> JSONValue
  ) throws(Refusal) -> JSONValue {
    if depth == JSONParser.depthLimit { throw refusal("more than \(JSONParser.depthLimit) levels") }
    depth += 1
    place += 1
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func literal(_ word: StaticString, _ value: JSONValue) throws(Refusal) -> JSONValue {
    let text = Array("\(word)".utf8)
    guard bytes[place...].starts(with: text) else { throw refusal("no value") }
    place += text.count
    return value
  }

  private mutating func array() throws(Refusal) -> JSONValue {
    var elements: [JSONValue] = []
    skipBlanks()
    if take("]") { return .array(elements) }
    while true {
      skipBlanks()
      elements.append(try value())
      skipBlanks()
      if take("]") { return .array(elements) }
      if !take(",") { throw refusal("no comma and no end of the array") }
    }
  }

  private mutating func object() throws(Refusal) -> JSONValue {
    var members: [JSONValue.Member] = []
    try eachMember { member, _ in members.append(member) }
    return .object(members)
  }

  /// Reads an object whose opening brace is read; hands over each member, and its value as it stands in the text.
  private mutating func eachMember(_ body: (JSONValue.Member, ArraySlice<UInt8>) -> Void) throws(Refusal) {
    var known = KnownKeys()
    skipBlanks()
    if take("}") { return }
    while true {
      skipBlanks()
      guard place < bytes.endIndex, bytes[place] == UInt8(ascii: "\"") else { throw refusal("no key") }
      let start = place
      let key = try string()
      if !known.insert(key) {
        place = start
        throw refusal("a key that stands there already")
      }
      skipBlanks()
      if !take(":") { throw refusal("no colon after a key") }
      skipBlanks()
      let valueStart = place
      let value = try value()
      body(JSONValue.Member(key, value), bytes[valueStart..<place])
      skipBlanks()
      if take("}") { return }
      if !take(",") { throw refusal("no comma and no end of the object") }
    }
  }

  // MARK: Texts

  private mutating func string() throws(Refusal) -> String {
    place += 1
    let start = place
    // Most texts have no escapes and are taken as they stand.
    while place < bytes.endIndex, bytes[place] != 34, bytes[place] != 92, bytes[place] >= 32 { place += 1 }
    if place < bytes.endIndex, bytes[place] == 34 {
      guard let valid = String(validating: bytes[start..<place], as: UTF8.self) else {
        place = start
        throw refusal("a text that is not UTF-8")
      }
      place += 1
      return valid
    }
    var text = Array(bytes[start..<place])
    while true {
      guard place < bytes.endIndex else { throw refusal("a text that does not end") }
      let byte = bytes[place]
      place += 1
      if byte == 34 { break }
      if byte < 32 {
        place -= 1
        throw refusal("a control character in a text")
      }
      if byte == 92 { try escape(into: &text) } else { text.append(byte) }
    }
    guard let valid = String(validating: text, as: UTF8.self) else {
      place = start
      throw refusal("a text that is not UTF-8")
    }
    return valid
  }

  private mutating func escape(into text: inout [UInt8]) throws(Refusal) {
    guard place < bytes.endIndex else { throw refusal("a text that does not end") }
    let byte = bytes[place]
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(8)
    case UInt8(ascii: "f"): text.append(12)
    case UInt8(ascii: "n"): text.append(10)
    case UInt8(ascii: "r"): text.append(13)
    case UInt8(ascii: "t"): text.append(9)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800...0xDBFF).contains(code), place + 1 < bytes.endIndex, bytes[place] == 92,
        bytes[place + 1] == UInt8(ascii: "u")
      {
        place += 2
        let low = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(low) else { throw refusal("half of a character") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw refusal("half of a character") }
      text += Array(String(Character(scalar)).utf8)
    default:
      place -= 1
      throw refusal("an escape that does not exist")
    }
  }

  private mutating func hexadecimal() throws(Refusal) -> UInt32 {
    guard place + 4 <= bytes.endIndex else { throw refusal("an escape that is cut short") }
    var code: UInt32 = 0
    for byte in bytes[place..<place + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 128 else {
        throw refusal("an escape without four digits")
      }
      code = code << 4 | UInt32(digit)
    }
    place += 4
    return code
  }

  // MARK: Numbers

  private mutating func number() throws(Refusal) -> JSONValue {
    let start = place
    func isDigit(_ place: Int) -> Bool { place < bytes.endIndex && bytes[place] >= 48 && bytes[place] <= 57 }
    var isWhole = true
    _ = take("-")
    guard isDigit(place) else {
      place = start
      throw refusal("no value")
    }
    if bytes[place] == 48 { place += 1 } else { while isDigit(place) { place += 1 } }
    if place < bytes.endIndex, bytes[place] == UInt8(ascii: ".") {
      isWhole = false
      place += 1
      guard isDigit(place) else { throw refusal("a number without digits after the point") }
      while isDigit(place) { place += 1 }
    }
    if place < bytes.endIndex, bytes[place] == UInt8(ascii: "e") || bytes[place] == UInt8(ascii: "E") {
      isWhole = false
      place += 1
      if !take("+") { _ = take("-") }
      guard isDigit(place) else { throw refusal("a number without digits in its exponent") }
      while isDigit(place) { place += 1 }
    }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    if isWhole, let integer = Int64(text) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else {
      place = start
      throw refusal("a number that is too large")
    }
    return .number(number)
  }
}

/// The keys of one object, told apart by their bytes: Swift takes two spellings of one text for the same.
private struct KnownKeys {
  private var few: [String] = []
  private var many: Set<[UInt8]> = []
  /// Up to here it is cheaper to look at each than to hash them.
  private static let fewAtMost = 16

  /// False where the key is known already.
  mutating func insert(_ key: String) -> Bool {
    if !many.isEmpty { return many.insert(Array(key.utf8)).inserted }
    for known in few where known.utf8.count == key.utf8.count && known.utf8.elementsEqual(key.utf8) { return false }
    few.append(key)
    if few.count > KnownKeys.fewAtMost { many = Set(few.map { Array($0.utf8) }) }
    return true
  }
}
