/// What somebody typed into a search box, taken apart.
///
/// | written | meaning |
/// |---|---|
/// | `canvas tent` | these words; items with all of them first |
/// | `"down bag"` | the words in this order, side by side; required |
/// | `-gas`, `-"gas stove"` | not with this word or phrase |
/// | `brand:acme`, `brand:"Down Under"` | only with this tag; `-brand:acme` only without |
/// | `price:10..50`, `price:..50` | only at a price in this range, ends included |
///
/// Anything else is separation: unbalanced quotes end with the text, lone operators mean nothing.
package struct SearchQuery: Hashable, Sendable {
  /// A word to look for.
  package struct Word: Hashable, Sendable {
    package var term: String
    /// Whether an item without it lacks something: not so for words such as `the`, unless there are no others.
    package var counts: Bool

    package init(term: String, counts: Bool) {
      self.term = term
      self.counts = counts
    }
  }

  /// Distinct, in the order of the text; those of phrases too.
  package var words: [Word] = []
  /// Sequences of terms, each at least one.
  package var phrases: [[String]] = []
  package var excludedPhrases: [[String]] = []
  /// `field:value` keys, folded.
  package var tags: [String] = []
  package var excludedTags: [String] = []
  /// Thousandths of the currency's unit.
  package var leastPrice: Int64?
  package var greatestPrice: Int64?

  package init() {}

  /// Whether nothing at all is asked for.
  package var isEmpty: Bool {
    words.isEmpty && phrases.isEmpty && tags.isEmpty && leastPrice == nil && greatestPrice == nil
  }

  /// The longest text that is taken apart, in bytes, and the most words and conditions.
  package static let longest = 4096
  package static let mostParts = 64

  /// Why a text is no query.
  package enum Refusal: Error, Hashable, Sendable {
    case tooLong(bytes: Int)
    case tooManyParts
  }

  /// Takes a text apart.
  ///
  /// - Throws: ``Refusal`` for a text that is too long or has too many parts.
  /// - Complexity: linear in the text.
  package init(_ text: String) throws(Refusal) {
    if text.utf8.count > SearchQuery.longest { throw .tooLong(bytes: text.utf8.count) }
    var scanner = Scanner(text)
    while let part = scanner.next() {
      add(part)
      if partCount > SearchQuery.mostParts { throw .tooManyParts }
    }
    if !words.contains(where: \.counts) { for index in words.indices { words[index].counts = true } }
  }

  /// Adds a condition on a tag, as `field:value`; false for a text without a field or a value.
  @discardableResult
  package mutating func require(tag: String) -> Bool {
    guard let colon = tag.firstIndex(of: ":"), let key = SearchQuery.key(tag[..<colon], tag[tag.index(after: colon)...])
    else { return false }
    if !tags.contains(key) { tags.append(key) }
    return true
  }

  /// Narrows the prices to a range such as `10..50`; false for a text that is none.
  @discardableResult
  package mutating func require(price text: String) -> Bool {
    guard let range = SearchQuery.prices(text) else { return false }
    leastPrice = [leastPrice, range.least].compactMap(\.self).max()
    greatestPrice = [greatestPrice, range.greatest].compactMap(\.self).min()
    return true
  }

  private var partCount: Int {
    words.count + phrases.count + excludedPhrases.count + tags.count + excludedTags.count
  }

  private mutating func add(_ part: Scanner.Part) {
    // `12:30` is no tag.
    if let field = part.field, field.unicodeScalars.first?.properties.isAlphabetic == true {
      if TextAnalyzer.key(of: field) == "price", !part.isExcluded, require(price: part.value) { return }
      if let key = SearchQuery.key(field[...], part.value[...]) {
        if part.isExcluded {
          if !excludedTags.contains(key) { excludedTags.append(key) }
        } else if !tags.contains(key) {
          tags.append(key)
        }
        return
      }
    }
    let text = part.field.map { $0 + " " + part.value } ?? part.value
    if part.isExcluded || part.isQuoted {
      let terms = TextAnalyzer.terms(of: text, for: .item)
      if terms.isEmpty { return }
      if part.isExcluded {
        if !excludedPhrases.contains(terms) { excludedPhrases.append(terms) }
        return
      }
      if !phrases.contains(terms) { phrases.append(terms) }
      for term in terms { add(term) }
    } else {
      for term in TextAnalyzer.terms(of: text, for: .query) { add(term) }
    }
  }

  private mutating func add(_ term: String) {
    if words.contains(where: { $0.term.utf8.elementsEqual(term.utf8) }) { return }
    words.append(Word(term: term, counts: !StopWords.contains(term)))
  }

  /// The key of a tag; `nil` where field or value is empty.
  package static func key(_ field: Substring, _ value: Substring) -> String? {
    let (field, value) = (TextAnalyzer.key(of: field), TextAnalyzer.key(of: value))
    return field.isEmpty || value.isEmpty ? nil : "\(field):\(value)"
  }

  /// `10..50`, `10..`, `..50` or one price; `nil` for anything else.
  private static func prices(_ text: String) -> (least: Int64?, greatest: Int64?)? {
    let parts = text.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = parts.map { thousandths($0) }
    guard zip(parts, numbers).allSatisfy({ $0.isEmpty || $1 != nil }), numbers.contains(where: { $0 != nil }) else {
      return nil
    }
    return (numbers[0], parts.count == 2 ? numbers[1] : numbers[0])
  }

  /// A price in thousandths; `nil` for a text that is none.
  package static func thousandths(_ text: some StringProtocol) -> Int64? {
    guard text.utf8.count <= 20, text.utf8.allSatisfy({ $0 &- 48 < 10 || $0 == 46 }), let number = Double(text),
      number < 1e12
    else { return nil }
    return Int64((number * 1000).rounded())
  }
}

/// Cuts a query at blanks outside quotes.
private struct Scanner {
  struct Part {
    var isExcluded = false
    var isQuoted = false
    var field: String?
    var value = ""
  }

  private var rest: Substring.UnicodeScalarView

  init(_ text: String) { rest = text[...].unicodeScalars }

  mutating func next() -> Part? {
    while let scalar = rest.first, Scanner.isBlank(scalar) { rest.removeFirst() }
    guard !rest.isEmpty else { return nil }
    var part = Part()
    if rest.first == "-" || rest.first == "\u{FF0D}" {
      rest.removeFirst()
      part.isExcluded = true
    }
    while let scalar = rest.first, !Scanner.isBlank(scalar) {
      if Scanner.isQuote(scalar) {
        // A quote in the middle of a word begins another part, except behind a field.
        if !part.value.isEmpty { return part }
        rest.removeFirst()
        part.isQuoted = true
        while let scalar = rest.popFirst(), !Scanner.isQuote(scalar) { part.value.unicodeScalars.append(scalar) }
        return part
      }
      rest.removeFirst()
      if scalar == ":" || scalar == "\u{FF1A}", part.field == nil, !part.value.isEmpty, let next = rest.first,
        !Scanner.isBlank(next)
      {
        part.field = part.value
        part.value = ""
      } else {
        part.value.unicodeScalars.append(scalar)
      }
    }
    return part
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    // Asking for properties takes longer than all else that is done with a letter.
    scalar.isASCII ? scalar.value <= 0x20 || scalar.value == 0x7F : scalar.properties.isWhitespace
  }

  private static func isQuote(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\"" || ("\u{201C}"..."\u{201F}").contains(scalar) || scalar == "\u{FF02}"
  }
}
