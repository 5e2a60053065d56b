/// A light English stemming: plurals, and nothing that changes a word's meaning.
///
/// Source: the S stemmer of D. Harman, "How effective is suffixing?" (1991), with -es taken off where it is a syllable of
/// its own (`boxes`), and with the commonest words that only look like plurals left alone, so that a stem is a word.
enum Stemming {
  /// How many bytes at the end of a word go, and whether a `y` comes in their place.
  ///
  /// - Parameter word: Lower case ASCII letters only.
  static func cut(_ word: ArraySlice<UInt8>) -> (drop: Int, addsY: Bool) {
    let count = word.count
    func ends(_ suffix: StaticString) -> Bool {
      let length = suffix.utf8CodeUnitCount
      guard length < count else { return false }
      for index in 0..<length where unsafe word[word.endIndex - length + index] != suffix.utf8Start[index] {
        return false
      }
      return true
    }
    guard count >= 4, ends("s"), !ends("ss"), !ends("us"), !ends("is") else { return (0, false) }
    let text = String(decoding: word, as: UTF8.self)
    if singulars.contains(text) { return (0, false) }
    if count >= 5, ends("ies"), !plainPlurals.contains(text) { return (3, true) }
    if ends("sses") || ends("shes") || ends("ches") || ends("xes") || ends("zzes") { return (2, false) }
    return (1, false)
  }

  private static let singulars: Set<String> = [
    "always", "atlas", "canvas", "chaos", "christmas", "corps", "gps", "lens", "mars", "news", "pancreas", "perhaps",
    "series", "species", "texas", "vegas",
  ]

  /// Plurals of words in -ie.
  private static let plainPlurals: Set<String> = [
    "beanies", "birdies", "brownies", "calories", "cookies", "foodies", "genies", "hoodies", "hippies", "lies",
    "movies", "onesies", "pies", "pixies", "rookies", "selfies", "smoothies", "ties", "zombies",
  ]
}
