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
package struct JSONWriter {
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  package init() {}

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
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  package mutating func null() { append(literal: "null") }

  package mutating func value(_ flag: Bool) { append(literal: flag ? "true" : "false") }

  package mutating func value(_ text: String) {
    separate()
    append(quoted: text)
    needsComma = true
  }

  package mutating func value(_ number: some FixedWidthInteger) { append(literal: String(number)) }

  package mutating func value(_ number: Double) {
    guard number.isFinite else { return null() }
    let text = number.description
    append(literal: text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }

  private mutating func enclose(_ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONWriter) -> Void) {
    bytes.append(UInt8(ascii: open))
    needsComma = false
    body(&self)
    bytes.append(UInt8(ascii: close))
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = false
  }

  private mutating func append(literal: String) {
    separate()
    bytes.append(contentsOf: literal.utf8)
    needsComma = true
  }

  private mutating func append(quoted text: String) {
    bytes.append(UInt8(ascii: "\""))
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
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(UInt8(ascii: "0") + byte >> 4)
        bytes.append(Self.digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func append(escape byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    bytes.append(byte)
  }

  private static let digits = Array("0123456789abcdef".utf8)
}
