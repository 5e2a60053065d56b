/// Crockford's base 32, lower case: no letters that look like digits, safe in shells and file names.
package enum Base32 {
  private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

  package static func encode(_ bytes: [UInt8]) -> String {
    String(decoding: regroup(bytes, from: 8, to: 5, padding: true).map { digits[Int($0)] }, as: UTF8.self)
  }

  /// The bytes of a text in either case.
  ///
  /// - Returns: `nil` for a character that is no digit, or for bits left over that are not zero.
  package static func decode(_ text: String) -> [UInt8]? {
    var values: [UInt8] = []
    for character in text.utf8 {
      let isUpperCase = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(character)
      guard let value = digits.firstIndex(of: isUpperCase ? character | 0x20 : character) else { return nil }
      values.append(UInt8(value))
    }
    let bytes = regroup(values, from: 5, to: 8, padding: false)
    // What the bytes give back differs where bits are left over.
    return regroup(bytes, from: 8, to: 5, padding: true) == values ? bytes : nil
  }
}

/// Base 64 for URLs and file names, without padding (RFC 4648, section 5).
package enum Base64URL {
  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
  private static let values: [UInt8: UInt8] = Dictionary(
    uniqueKeysWithValues: digits.enumerated().map { ($0.element, UInt8($0.offset)) })

  package static func encode(_ bytes: [UInt8]) -> String {
    String(decoding: regroup(bytes, from: 8, to: 6, padding: true).map { digits[Int($0)] }, as: UTF8.self)
  }

  /// - Returns: `nil` for a character that is no digit, or for bits left over that are not zero.
  package static func decode(_ text: String) -> [UInt8]? {
    var groups: [UInt8] = []
    for character in text.utf8 {
      guard let value = values[character] else { return nil }
      groups.append(value)
    }
    let bytes = regroup(groups, from: 6, to: 8, padding: false)
    return regroup(bytes, from: 8, to: 6, padding: true) == groups ? bytes : nil
  }
}

/// Regroups a bit string from groups of one width to groups of another, most significant bit first.
private func regroup(_ groups: [UInt8], from width: Int, to wanted: Int, padding: Bool) -> [UInt8] {
  var result: [UInt8] = []
  var bits = 0
  var count = 0
  for group in groups {
    bits = (bits << width | Int(group)) & 0xFFFF
    count += width
    while count >= wanted {
      count -= wanted
      result.append(UInt8(truncatingIfNeeded: bits >> count & (1 << wanted - 1)))
    }
  }
  if padding, count > 0 { result.append(UInt8(truncatingIfNeeded: bits << (wanted - count) & (1 << wanted - 1))) }
  return result
}
