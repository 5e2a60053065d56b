/// Writes JSON (RFC 8259) as UTF-8 bytes, in the order of the calls.
///
/// Whole numbers are written exactly, fractions as the shortest decimal that reads back as the same `Double`. What is
/// not a number in JSON (NaN, infinity) becomes `null`. The writer puts the commas; that keys stand in objects only is
/// the caller's part.
///
/// ```swift
/// var json = JSONWriter()
/// json.object { $0.member("rank", 1) }  // {"rank":1}
/// ```
@safe package struct JSONWriter: ~Copyable {
  // Memory of its own: an array asks at every piece whether it is shared, and answers are made of hundreds.
  private var start: UnsafeMutablePointer<UInt8>
  private var count = 0
  private var capacity = 2048
  private var needsComma = false

  package init() { unsafe start = .allocate(capacity: capacity) }

  deinit { unsafe start.deallocate() }

  /// What was written so far, in UTF-8.
  package var bytes: [UInt8] { unsafe Array(UnsafeBufferPointer(start: start, count: count)) }

  /// An object; `body` writes its members.
  package mutating func object(_ body: (inout JSONWriter) -> Void) {
    separate()
    enclose("{", "}", body)
  }

  /// An array; `body` writes its elements.
  package mutating func array(_ body: (inout JSONWriter) -> Void) {
    separate()
    enclose("[", "]", body)
  }

  /// The key of the next value.
  package mutating func key(_ name: String) {
    separate()
    append(quoted: name)
    append(UInt8(ascii: ":"))
    needsComma = false
  }

  package mutating func null() {
    separate()
    needsComma = true
    append(literal: "null")
  }

  package mutating func value(_ flag: Bool) {
    separate()
    needsComma = true
    append(literal: flag ? "true" : "false")
  }

  package mutating func value(_ text: String) {
    separate()
    append(quoted: text)
    needsComma = true
  }

  package mutating func value(_ number: some FixedWidthInteger) {
    separate()
    needsComma = true
    guard var rest = UInt64(exactly: number.magnitude) else { return append(literal: String(number)) }
    if number < 0 { append(UInt8(ascii: "-")) }
    room(20)
    var length = 1
    var bound: UInt64 = 10
    while rest >= bound, length < 20 {
      length += 1
      bound = length < 20 ? bound &* 10 : bound
    }
    for place in stride(from: length - 1, through: 0, by: -1) {
      unsafe start[count + place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    count += length
  }

  package mutating func value(_ number: Double) {
    guard number.isFinite else { return null() }
    let text = number.description
    separate()
    needsComma = true
    append(literal: text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }

  private mutating func enclose(_ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONWriter) -> Void) {
    append(UInt8(ascii: open))
    needsComma = false
    body(&self)
    append(UInt8(ascii: close))
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { append(UInt8(ascii: ",")) }
    needsComma = false
  }

  /// Makes sure that so many bytes more have room.
  private mutating func room(_ more: Int) {
    if count + more <= capacity { return }
    capacity = max(2 * capacity, count + more)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    unsafe larger.update(from: start, count: count)
    unsafe start.deallocate()
    unsafe start = larger
  }

  private mutating func append(_ byte: UInt8) {
    room(1)
    unsafe start[count] = byte
    count += 1
  }

  private mutating func append(literal: String) {
    var literal = literal
    literal.withUTF8 { utf8 in
      room(utf8.count)
      for index in utf8.indices { unsafe start[count + index] = utf8[index] }
      count += utf8.count
    }
  }

  private mutating func append(quoted text: String) {
    append(UInt8(ascii: "\""))
    var text = text
    // Nearly all texts have nothing to escape and are taken as they stand.
    let isPlain = text.withUTF8 { utf8 in
      if unsafe Self.needsEscape(utf8) { return false }
      room(utf8.count)
      if let base = utf8.baseAddress { unsafe (start + count).update(from: base, count: utf8.count) }
      count += utf8.count
      return true
    }
    if !isPlain { append(escaped: text) }
    append(UInt8(ascii: "\""))
  }

  /// Whether a byte below blank, a quotation mark or a backslash is among them, eight looked at together.
  private static func needsEscape(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var found: UInt64 = 0
    var index = 0
    let bytes = UnsafeRawBufferPointer(utf8)
    while index + 8 <= bytes.count {
      let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      let quote = word ^ (ones &* 0x22)
      let backslash = word ^ (ones &* 0x5C)
      // The high bit of a byte that is less than the number subtracted, and of none in a word without any.
      found |= (word &- ones &* 0x20) & ~word | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash
      index += 8
    }
    if found & (ones &* 0x80) != 0 { return true }
    while index < bytes.count {
      let byte = unsafe bytes[index]
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return true }
      index += 1
    }
    return false
  }

  private mutating func append(escaped text: String) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append(escape: UInt8(ascii: "\""))
      case UInt8(ascii: "\\"): append(escape: UInt8(ascii: "\\"))
      case 0x08: append(escape: UInt8(ascii: "b"))
      case 0x09: append(escape: UInt8(ascii: "t"))
      case 0x0A: append(escape: UInt8(ascii: "n"))
      case 0x0C: append(escape: UInt8(ascii: "f"))
      case 0x0D: append(escape: UInt8(ascii: "r"))
      case 0..<0x20:
        append(literal: "\\u00")
        append(UInt8(ascii: "0") + byte >> 4)
        append(Self.digits[Int(byte & 15)])
      default: append(byte)
      }
    }
  }

  private mutating func append(escape byte: UInt8) {
    append(UInt8(ascii: "\\"))
    append(byte)
  }

  private static let digits = Array("0123456789abcdef".utf8)
}
