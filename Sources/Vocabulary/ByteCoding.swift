/// Reads the little pieces of a compact encoding and refuses to run past its end.
package struct ByteReader {
  private let bytes: [UInt8]
  package private(set) var position = 0

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package var isAtEnd: Bool { position == bytes.count }

  package mutating func byte() -> UInt8? {
    guard position < bytes.count else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  /// A LEB128 number; `nil` at the end, or where it does not fit 64 bits.
  package mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let next = byte() {
      if shift == 63, next > 1 { return nil }
      value |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return value }
      shift += 7
      if shift > 63 { return nil }
    }
    return nil
  }

  /// The next `count` bytes.
  package mutating func take(_ count: UInt64) -> [UInt8]? {
    guard count <= UInt64(bytes.count - position) else { return nil }
    defer { position += Int(count) }
    return Array(bytes[position..<position + Int(count)])
  }
}

extension [UInt8] {
  /// Appends a number as LEB128: seven bits a byte, least significant first.
  package mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }
}

extension [UInt8] {
  /// Appends a signed number as LEB128 with its sign in the lowest bit.
  package mutating func appendZigzag(_ value: Int64) {
    appendVarint(UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  /// Appends a text: its length in UTF-8, then its bytes.
  package mutating func appendText(_ text: String) {
    let utf8 = text.utf8
    appendVarint(UInt64(utf8.count))
    append(contentsOf: utf8)
  }
}

extension ByteReader {
  package mutating func zigzag() -> Int64? {
    varint().map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
  }

  package mutating func text() -> String? {
    guard let count = varint(), let bytes = take(count) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
