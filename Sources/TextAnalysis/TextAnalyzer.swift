/// Cuts texts into terms: the words of a language with blanks, pairs of characters of one without.
///
/// | text | terms in an item | terms in a query |
/// |---|---|---|
/// | `Tents for Cafés` | tent, for, cafe | the same |
/// | `DN50 304L 3.5` | dn50, 304l, 3.5 | the same |
/// | `DN-50` | dn, 50, and dn50 | dn50 |
/// | `绿茶杯` | 绿茶, 茶杯, and 绿, 茶, 杯 | 绿茶, 茶杯 |
/// | `茶` | 茶 | 茶 |
///
/// Folding comes first (``Folding``), so width, case and accents do not matter; English plurals are stemmed. A value
/// keeps its buffers from text to text; one thread at a time.
package struct TextAnalyzer {
  /// What a text is read for.
  package enum Use: Sendable { case item, query }

  /// One term of the text read last.
  package struct Term: Hashable, Sendable {
    /// Where its UTF-8 lies in ``TextAnalyzer/bytes``.
    package var range: Range<Int>
    /// Whether it stands beside the text's own sequence: a joined compound, or a single character of a pair.
    package var isExtra: Bool
  }

  /// The terms' UTF-8, one after the other.
  package private(set) var bytes: [UInt8] = []
  package private(set) var terms: [Term] = []
  private var scalars: [UInt32] = []
  /// The most terms taken from one text.
  private static let limit = 20_000
  /// Longer runs of letters are no words and are cut.
  private static let longest = 64

  package init() {}

  /// Reads a text; the terms are then in ``terms``.
  ///
  /// - Complexity: linear in the text.
  package mutating func read(_ text: String, for use: Use) {
    bytes.removeAll(keepingCapacity: true)
    terms.removeAll(keepingCapacity: true)
    scalars.removeAll(keepingCapacity: true)
    Folding.fold(text, into: &scalars)
    var place = 0
    while place < scalars.count, terms.count < TextAnalyzer.limit {
      switch Self.sort(of: scalars[place]) {
      case .dense: place = readDense(from: place, use)
      case .word: place = readCompound(from: place, use)
      case .other: place += 1
      }
    }
  }

  /// The terms of a text in order, those beside the sequence left out unless asked for.
  package static func terms(of text: String, for use: Use, extras: Bool = false) -> [String] {
    var analyzer = TextAnalyzer()
    analyzer.read(text, for: use)
    return analyzer.terms.filter { extras || !$0.isExtra }.map {
      String(decoding: analyzer.bytes[$0.range], as: UTF8.self)
    }
  }

  /// A whole value, folded, with single blanks: what a tag is compared by.
  package static func key(of value: some StringProtocol) -> String {
    var scalars: [UInt32] = []
    Folding.fold(String(value), into: &scalars)
    var key = ""
    var isBlankDue = false
    for value in scalars {
      guard let scalar = Unicode.Scalar(value) else { continue }
      if scalar.properties.isWhitespace {
        isBlankDue = !key.isEmpty
      } else {
        if isBlankDue { key += " " }
        isBlankDue = false
        key.unicodeScalars.append(scalar)
      }
    }
    return key
  }

  // MARK: Scripts without blanks

  private mutating func readDense(from start: Int, _ use: Use) -> Int {
    var end = start
    while end < scalars.count, Self.sort(of: scalars[end]) == .dense { end += 1 }
    if end - start == 1 {
      add(scalars[start..<end], isExtra: false)
      return end
    }
    for place in start..<end {
      if place + 1 < end { add(scalars[place..<place + 2], isExtra: false) }
      // A search for one character has to find it inside a word; kana alone are no such search.
      if use == .item, !Self.isKana(scalars[place]) { add(scalars[place..<place + 1], isExtra: true) }
    }
    return end
  }

  // MARK: Words

  /// Reads words joined by hyphens.
  private mutating func readCompound(from start: Int, _ use: Use) -> Int {
    let first = (terms: terms.count, bytes: bytes.count)
    var joined: [UInt8] = []
    var hasDigit = false
    var parts = 0
    var place = start
    while true {
      let before = bytes.count
      let end = readWord(from: place)
      for place in place..<end where Self.isDigit(scalars[place]) { hasDigit = true }
      joined += bytes[before...]
      parts += terms.count - first.terms > parts ? 1 : 0
      place = end
      guard place + 1 < scalars.count, Self.isHyphen(scalars[place]), Self.sort(of: scalars[place + 1]) == .word else {
        break
      }
      place += 1
    }
    guard parts > 1, joined.count <= TextAnalyzer.longest else { return place }
    if use == .item {
      terms.append(Term(range: bytes.count..<bytes.count + joined.count, isExtra: true))
      bytes += joined
    } else if hasDigit {
      terms.removeSubrange(first.terms...)
      bytes.removeSubrange(first.bytes...)
      terms.append(Term(range: bytes.count..<bytes.count + joined.count, isExtra: false))
      bytes += joined
    }
    return place
  }

  /// Reads one word, its apostrophes left out.
  private mutating func readWord(from start: Int) -> Int {
    let first = bytes.count
    var place = start
    var isASCIILetters = true
    var length = 0
    while place < scalars.count {
      let scalar = scalars[place]
      if Self.sort(of: scalar) == .word {
        if scalar &- 97 >= 26 { isASCIILetters = false }
        if length < TextAnalyzer.longest { append(scalar) }
        length += 1
        place += 1
      } else if scalar == 0x2E, place > start, place + 1 < scalars.count, Self.isDigit(scalars[place - 1]),
        Self.isDigit(scalars[place + 1])
      {
        isASCIILetters = false
        append(scalar)
        length += 1
        place += 1
      } else if Self.isApostrophe(scalar), length > 1, place + 1 < scalars.count,
        Self.sort(of: scalars[place + 1]) == .word
      {
        let isPossessive =
          scalars[place + 1] == 0x73
          && (place + 2 == scalars.count || Self.sort(of: scalars[place + 2]) != .word)
        place += isPossessive ? 2 : 1
        if isPossessive { break }
      } else {
        break
      }
    }
    if isASCIILetters {
      let (drop, addsY) = Stemming.cut(bytes[first...])
      bytes.removeLast(drop)
      if addsY { bytes.append(UInt8(ascii: "y")) }
    }
    terms.append(Term(range: first..<bytes.count, isExtra: false))
    return place
  }

  private mutating func add(_ slice: ArraySlice<UInt32>, isExtra: Bool) {
    let first = bytes.count
    for scalar in slice { append(scalar) }
    terms.append(Term(range: first..<bytes.count, isExtra: isExtra))
  }

  private mutating func append(_ scalar: UInt32) {
    if scalar < 0x80 {
      bytes.append(UInt8(scalar))
    } else if let scalar = Unicode.Scalar(scalar) {
      bytes += UTF8.encode(scalar).map(Array.init) ?? []
    }
  }

  // MARK: Sorts of characters

  enum Sort { case word, dense, other }

  static func sort(of value: UInt32) -> Sort {
    if value < 0x80 {
      return value &- 97 < 26 || value &- 48 < 10 || value &- 65 < 26 ? .word : .other
    }
    switch value {
    case 0x3005...0x3007, 0x3041...0x30FA, 0x30FC...0x30FF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0x20000...0x323AF:
      return .dense
    default: break
    }
    guard let scalar = Unicode.Scalar(value) else { return .other }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
      .spacingMark, .decimalNumber, .letterNumber, .otherNumber:
      return .word
    default: return .other
    }
  }

  private static func isDigit(_ value: UInt32) -> Bool { value &- 48 < 10 }

  private static func isKana(_ value: UInt32) -> Bool { (0x3041...0x31FF).contains(value) }

  private static func isHyphen(_ value: UInt32) -> Bool { value == 0x2D || (0x2010...0x2013).contains(value) }

  private static func isApostrophe(_ value: UInt32) -> Bool { value == 0x27 || value == 0x2019 || value == 0x2BC }
}
