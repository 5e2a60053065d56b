@_spi(_Unicode) internal import Swift

/// Makes spellings of one text the same: case, width, accents, ligatures and canonical composition.
///
/// What Unicode calls compatibility is folded where shops write it: full-width and half-width forms, ligatures,
/// superscript and subscript digits. Accents go from Latin letters only, because elsewhere a mark makes another letter
/// (й, ガ, हि).
enum Folding {
  /// Appends a text's folded scalars.
  ///
  /// - Complexity: linear in the text; ASCII costs a few nanoseconds a byte.
  static func fold(_ text: String, into scalars: inout [UInt32]) {
    if text.utf8.allSatisfy({ $0 < 0x80 }) {
      for byte in text.utf8 { scalars.append(UInt32(byte | (byte &- 65 < 26 ? 32 : 0))) }
      return
    }
    var mapped = ""
    for scalar in text.unicodeScalars { map(scalar, into: &mapped) }
    var plain = ""
    var isLatin = false
    for scalar in mapped._nfd {
      if (0x300...0x36F).contains(scalar.value) {
        if !isLatin { plain.unicodeScalars.append(scalar) }
      } else {
        isLatin = scalar.value < 0x250 && scalar.properties.isAlphabetic
        plain.unicodeScalars.append(scalar)
      }
    }
    for scalar in plain._nfc { scalars.append(scalar.value) }
  }

  private static func map(_ scalar: Unicode.Scalar, into text: inout String) {
    switch scalar.value {
    case 0xFF01...0xFF5E: append(scalar.value - 0xFEE0, to: &text)
    case 0xFF61...0xFF9F: text.unicodeScalars.append(halfWidth[Int(scalar.value - 0xFF61)])
    case 0x3000: text += " "
    case 0xAD, 0x200B...0x200D, 0x2060, 0xFEFF, 0xFE00...0xFE0F: break
    case 0xB2, 0xB3: append(scalar.value - 0x80, to: &text)
    case 0xB9: text += "1"
    case 0x2070, 0x2074...0x2079: append(scalar.value - 0x2070 + 48, to: &text)
    case 0x2080...0x2089: append(scalar.value - 0x2080 + 48, to: &text)
    case 0xDF, 0x1E9E: text += "ss"
    case 0xC6, 0xE6: text += "ae"
    case 0x152, 0x153: text += "oe"
    case 0xD8, 0xF8: text += "o"
    case 0x110, 0x111: text += "d"
    case 0x141, 0x142: text += "l"
    case 0x131: text += "i"
    case 0x3C2: text += "\u{3C3}"
    case 0xFB00...0xFB06: text += ["ff", "fi", "fl", "ffi", "ffl", "st", "st"][Int(scalar.value - 0xFB00)]
    default: text += scalar.properties.lowercaseMapping
    }
  }

  /// Appends an ASCII character in lower case.
  private static func append(_ value: UInt32, to text: inout String) {
    text.unicodeScalars.append(Unicode.Scalar(UInt8(value) | (value &- 65 < 26 ? 32 : 0)))
  }

  /// U+FF61 to U+FF9F; the voicing marks are the combining ones, so that composition joins them.
  private static let halfWidth: [Unicode.Scalar] = Array(
    "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u{3099}\u{309A}"
      .unicodeScalars)
}
