/// The word that somebody is typing, at the end of a text.
package struct Beginning: Sendable {
  /// What stands before it, as typed.
  package var head: String
  /// What terms begin with, folded; where nothing does, its stem may be a term.
  package var letters: String
  package var stem: String?

  /// Where there are no blanks between words, the last character begins a pair; `nil` where no word is being typed.
  ///
  /// - Complexity: linear in the text.
  package init?(of text: String) {
    let scalars = text.unicodeScalars
    let blank = scalars.lastIndex { $0.properties.isWhitespace }
    let start = blank.map { scalars.index(after: $0) } ?? scalars.startIndex
    head = String(scalars[..<start])
    let word = String(scalars[start...])
    let folded = TextAnalyzer.key(of: word).unicodeScalars
    guard let last = folded.last else { return nil }
    if TextAnalyzer.sort(of: last.value) == .dense {
      letters = String(last)
      head += String(folded.dropLast())
      return
    }
    // As in compounds and contractions: dn-50 is dn50.
    let kept = folded.filter { !"-‐‑‒–'’ʼ".unicodeScalars.contains($0) }
    guard let first = kept.first, TextAnalyzer.sort(of: first.value) == .word,
      kept.allSatisfy({ TextAnalyzer.sort(of: $0.value) == .word || $0 == "." })
    else { return nil }
    letters = String(String.UnicodeScalarView(kept))
    let terms = TextAnalyzer.terms(of: letters, for: .query)
    if terms.count == 1, terms[0] != letters { stem = terms[0] }
  }
}
