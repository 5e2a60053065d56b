/// The words of a title, a text or a search, as terms: lower case, in order, at most 64.
///
/// Runs of letters and digits are words; in scripts without blanks (Han, kana, Hangul) every two neighbouring characters
/// are a term. Numbers are kept whole, single letters and the commonest English words left out.
package func terms(of text: String) -> [String] {
  var all: [String] = []
  var word = ""
  var dense: [Character] = []
  func endWord() {
    if word.unicodeScalars.count > 1, !stopWords.contains(word) { all.append(word) }
    word = ""
  }
  func endDense() {
    if dense.count == 1 { all.append(String(dense)) }
    if dense.count > 1 { for index in 1..<dense.count { all.append(String(dense[index - 1...index])) } }
    dense.removeAll()
  }
  for character in text.lowercased() {
    guard let scalar = character.unicodeScalars.first else { continue }
    if isDense(scalar) {
      endWord()
      dense.append(character)
    } else if character.isLetter || character.isNumber {
      endDense()
      word.append(character)
    } else {
      endWord()
      endDense()
    }
    if all.count >= 64 { break }
  }
  endWord()
  endDense()
  return Array(all.prefix(64))
}

private func isDense(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF, 0x20000...0x323AF: true
  default: false
  }
}

private let stopWords: Set<String> = [
  "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is", "it", "its", "of", "on", "or", "that", "the",
  "their", "this", "to", "was", "were", "which", "with",
]
