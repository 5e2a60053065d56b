extension SearchIndex {
  /// The term most like a word that the catalogue lacks; `nil` where none is like it.
  ///
  /// A letter missing, added, changed or swapped with its neighbour counts one; words of 3 to 5 letters may differ by
  /// one, longer ones by two. Of equally like terms the one of more items comes first, then the one first by its bytes.
  /// Words with digits are names of models, of which a like one is another thing; they have none.
  ///
  /// - Complexity: the part of the dictionary whose beginnings are that like the word's; a few thousand terms.
  package func nearest(to word: String) -> UInt32? {
    let wanted = Array(word.unicodeScalars)
    guard (3...40).contains(wanted.count), !wanted.contains(where: { $0.properties.numericType != nil }) else {
      return nil
    }
    let limit = wanted.count < 6 ? 1 : 2
    var best: (distance: Int, items: Int, term: UInt32)?
    var prefix: [Unicode.Scalar] = []
    // Row p is the distances of the first p letters of a term to every beginning of the word.
    var rows = [Array(0...wanted.count)]
    var term: UInt32 = 0
    while term < termCount {
      let letters = Array(text(of: term).unicodeScalars)
      var depth = 0
      while depth < min(prefix.count, letters.count), prefix[depth] == letters[depth] { depth += 1 }
      prefix.removeSubrange(depth...)
      rows.removeSubrange((depth + 1)...)
      var isFar = false
      while depth < letters.count, !isFar {
        prefix.append(letters[depth])
        depth += 1
        rows.append(SearchIndex.row(after: rows, prefix: prefix, wanted: wanted))
        isFar = (rows[depth].min() ?? 0) > limit
      }
      if isFar {
        term = max(term + 1, lowerBound(Array(String(String.UnicodeScalarView(prefix)).utf8) + [0xFF]))
        continue
      }
      let distance = rows[depth][wanted.count]
      if distance <= limit, !letters.contains(":") {
        let items = postings(of: term).count
        if best.map({ (distance, -items) < ($0.distance, -$0.items) }) ?? true { best = (distance, items, term) }
      }
      term += 1
    }
    return best?.term
  }

  private static func row(
    after rows: [[Int]], prefix: [Unicode.Scalar], wanted: [Unicode.Scalar]
  ) -> [Int] {
    let depth = prefix.count
    let above = rows[depth - 1]
    var row = [depth]
    row.reserveCapacity(wanted.count + 1)
    for column in 1...wanted.count {
      let isSame = prefix[depth - 1] == wanted[column - 1]
      var least = min(above[column] + 1, row[column - 1] + 1, above[column - 1] + (isSame ? 0 : 1))
      if depth > 1, column > 1, prefix[depth - 1] == wanted[column - 2], prefix[depth - 2] == wanted[column - 1] {
        least = min(least, rows[depth - 2][column - 2] + 1)
      }
      row.append(least)
    }
    return row
  }
}
