/// Reads one flat JSON object a line (RFC 8259) and keeps the members that are wanted.
///
/// Values become cells: strings unescaped, numbers and booleans as written, `null` as absent, arrays of scalars as lists.
/// Nested objects are passed over. The whole line is checked, wanted or not.
struct JSONLineScanner {
  private let slots: [[UInt8]: [Int]]
  /// How deep nested values may go.
  private static let depthLimit = 32

  init(wanted: [String]) {
    var slots: [[UInt8]: [Int]] = [:]
    for (slot, name) in wanted.enumerated() { slots[Array(name.utf8), default: []].append(slot) }
    self.slots = slots
  }

  func scan(_ record: UnsafeBufferPointer<UInt8>, into row: inout Row, keys: ((String) -> Void)? = nil) throws {
    unsafe row.begin(record)
    var cursor = unsafe Cursor(record)
    try cursor.expect(UInt8(ascii: "{"), "an object")
    if !cursor.take(UInt8(ascii: "}")) {
      repeat {
        cursor.skipBlanks()
        let key = try cursor.string()
        keys?(String(decoding: key, as: UTF8.self))
        try cursor.expect(UInt8(ascii: ":"), "a colon")
        let value = try cursor.value(depth: 0)
        if let value, let wanted = slots[key] { for slot in wanted { row.set(slot, copy: value) } }
      } while cursor.take(UInt8(ascii: ","))
      try cursor.expect(UInt8(ascii: "}"), "a comma or the object's end")
    }
    cursor.skipBlanks()
    if !cursor.isAtEnd { throw cursor.malformed("text after the object", "the end of the line") }
  }

  @safe private struct Cursor {
    @unsafe private let bytes: UnsafeBufferPointer<UInt8>
    private var place = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { unsafe self.bytes = bytes }

    var isAtEnd: Bool { unsafe place >= bytes.count }
    private var byte: UInt8 { isAtEnd ? 0 : unsafe bytes[place] }

    func malformed(_ found: String, _ expected: String) -> Malformed {
      Malformed(column: place + 1, found: isAtEnd ? "the end of the line" : found, expected: expected)
    }

    mutating func skipBlanks() {
      while !isAtEnd, byte == 32 || byte == 9 || byte == 13 || byte == 10 { place += 1 }
    }

    mutating func take(_ wanted: UInt8) -> Bool {
      skipBlanks()
      if isAtEnd || byte != wanted { return false }
      place += 1
      return true
    }

    mutating func expect(_ wanted: UInt8, _ what: String) throws {
      if !take(wanted) { throw malformed("something else", what) }
    }

    /// The bytes of a scalar or list; `nil` for `null` and objects.
    mutating func value(depth: Int) throws -> [UInt8]? {
      skipBlanks()
      if depth > JSONLineScanner.depthLimit {
        throw malformed("values nested too deep", "at most \(JSONLineScanner.depthLimit) levels")
      }
      switch byte {
      case UInt8(ascii: "\""): return try string()
      case UInt8(ascii: "["): return try list(depth: depth)
      case UInt8(ascii: "{"):
        try skipObject(depth: depth)
        return nil
      default: return try scalar()
      }
    }

    private mutating func list(depth: Int) throws -> [UInt8] {
      place += 1
      var joined: [UInt8] = []
      if take(UInt8(ascii: "]")) { return joined }
      repeat {
        if let element = try value(depth: depth + 1) {
          joined += element
          joined.append(Row.listSeparator)
        }
      } while take(UInt8(ascii: ","))
      try expect(UInt8(ascii: "]"), "a comma or the list's end")
      return joined
    }

    private mutating func skipObject(depth: Int) throws {
      place += 1
      if take(UInt8(ascii: "}")) { return }
      repeat {
        skipBlanks()
        _ = try string()
        try expect(UInt8(ascii: ":"), "a colon")
        _ = try value(depth: depth + 1)
      } while take(UInt8(ascii: ","))
      try expect(UInt8(ascii: "}"), "a comma or the object's end")
    }

    private mutating func scalar() throws -> [UInt8]? {
      let start = place
      while !isAtEnd, byte > 32, byte != UInt8(ascii: ","), byte != UInt8(ascii: "}"), byte != UInt8(ascii: "]") {
        place += 1
      }
      let text = unsafe Array(bytes[start..<place])
      if text == Array("null".utf8) { return nil }
      if text == Array("true".utf8) || text == Array("false".utf8) { return text }
      if let first = text.first, first == UInt8(ascii: "-") || (48...57).contains(first),
        text.allSatisfy({ (48...57).contains($0) || Array("+-.eE".utf8).contains($0) }),
        Double(String(decoding: text, as: UTF8.self)) != nil
      {
        return text
      }
      place = start
      throw malformed("something that is no JSON value", "a value")
    }

    mutating func string() throws -> [UInt8] {
      if isAtEnd || byte != UInt8(ascii: "\"") { throw malformed("something else", "a string") }
      place += 1
      var text: [UInt8] = []
      while true {
        if isAtEnd { throw malformed("", "a closing quote") }
        let next = byte
        if next < 32 { throw malformed("a control character in a string", "an escape") }
        place += 1
        if next == UInt8(ascii: "\"") { return text }
        if next != UInt8(ascii: "\\") {
          text.append(next)
          continue
        }
        let escape = byte
        place += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "u"): text += Array(String(try escapedScalar()).utf8)
        default:
          place -= 1
          throw malformed("an escape that JSON does not have", "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u")
        }
      }
    }

    private mutating func escapedScalar() throws -> Character {
      var value = try fourDigits()
      if (0xD800..<0xDC00).contains(value) {
        guard byte == UInt8(ascii: "\\") else { throw malformed("half of a surrogate pair", "its other half") }
        place += 1
        guard byte == UInt8(ascii: "u") else { throw malformed("half of a surrogate pair", "its other half") }
        place += 1
        let low = try fourDigits()
        guard (0xDC00..<0xE000).contains(low) else { throw malformed("half of a surrogate pair", "its other half") }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else { throw malformed("half of a surrogate pair", "a character") }
      return Character(scalar)
    }

    private mutating func fourDigits() throws -> UInt32 {
      var value: UInt32 = 0
      for _ in 0..<4 {
        guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
          throw malformed("a character that is no hexadecimal digit", "four digits after \\u")
        }
        value = value << 4 | UInt32(digit)
        place += 1
      }
      return value
    }
  }
}
