/// Finds what a mistyped word was probably meant to be.
enum Spelling {
  /// The candidate with the fewest edits to `word`; `nil` where even the best is too far to be meant.
  ///
  /// Too far is more than a third of the word's length, and at least two edits are always allowed. Equal distances go
  /// to the candidate that comes first.
  static func nearest(to word: String, among candidates: [String]) -> String? {
    let limit = max(2, word.count / 3)
    var best: (name: String, distance: Int)?
    for name in candidates {
      let distance = distance(Array(word), Array(name))
      if distance <= limit, distance < max(word.count, 1), distance < best?.distance ?? .max {
        best = (name, distance)
      }
    }
    return best?.name
  }

  /// Edits between two words: insert, delete, replace, or swap two neighbours (optimal string alignment).
  ///
  /// - Complexity: O(`a.count` × `b.count`).
  static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var before = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var best = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
        row.append(best)
      }
      before = last
      last = row
    }
    return last[b.count]
  }
}
