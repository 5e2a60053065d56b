extension SearchIndex {
  /// The term most like a word that the catalogue lacks; `nil` where none is like it.
  ///
  /// A letter missing, added, changed or swapped with its neighbour counts one (the restricted distance of Damerau and
  /// Levenshtein); words of 3 to 5 letters may differ by one, longer ones by two. Of equally like terms the one of more
  /// items comes first, then the one first by its bytes. Words with digits are names of models, of which a like one is
  /// another thing; they have none.
  ///
  /// - Complexity: the part of the dictionary whose beginnings are that like the word's; a few thousand terms.
  package func nearest(to word: String) -> UInt32? {
    let wanted = word.unicodeScalars.map(\.value)
    guard (3...40).contains(wanted.count),
      !word.unicodeScalars.contains(where: { $0.properties.numericType != nil })
    else { return nil }
    var beginning = LikeBeginning(wanted, limit: wanted.count < 6 ? 1 : 2)
    var best: (distance: Int, items: Int, term: UInt32)?
    var term: UInt32 = 0
    while term < termCount {
      let letters = unsafe bytes(of: term)
      guard let distance = unsafe beginning.distance(of: letters) else {
        term = end(ofTermsFrom: term, beginning: beginning.byteCount)
        continue
      }
      if distance <= beginning.limit, unsafe !letters.contains(UInt8(ascii: ":")) {
        let items = postings(of: term).count
        if best.map({ (distance, -items) < ($0.distance, -$0.items) }) ?? true { best = (distance, items, term) }
      }
      term += 1
    }
    return best?.term
  }

  /// The first term after one that does not share its first bytes.
  ///
  /// - Complexity: O(log of how many do), for most share them with few.
  private func end(ofTermsFrom first: UInt32, beginning count: Int) -> UInt32 {
    let shared = unsafe bytes(of: first).prefix(count)
    func isShared(_ term: Int) -> Bool { unsafe bytes(of: UInt32(term)).starts(with: shared) }
    var step = 1
    while Int(first) + step < termCount, isShared(Int(first) + step) { step *= 2 }
    var low = Int(first) + step / 2
    var high = min(Int(first) + step, termCount)
    while low + 1 < high {
      let middle = (low + high) / 2
      if isShared(middle) { low = middle } else { high = middle }
    }
    return UInt32(high)
  }
}

/// The beginning of one term after another, and how far each of its own beginnings is from those of a word.
///
/// Terms come in order of their bytes, so most of what was reckoned for one holds for the next.
private struct LikeBeginning {
  private let wanted: [UInt32]
  /// The greatest distance that counts; beyond it all are `limit` + 1.
  let limit: Int
  private var bytes: [UInt8] = []
  private var letters: [UInt32] = []
  /// Where each letter ends in ``bytes``, after a 0.
  private var ends = [0]
  /// Row p holds the distances of the first p letters to every beginning of the word.
  ///
  /// Only those within `limit` of the diagonal, and their neighbours, are ever set.
  private var rows: [UInt8]

  init(_ wanted: [UInt32], limit: Int) {
    self.wanted = wanted
    self.limit = limit
    // A term with more letters is too far by their number.
    rows = [UInt8](repeating: 0, count: (wanted.count + limit + 2) * (wanted.count + 1))
    for column in 0...wanted.count { rows[column] = UInt8(column) }
  }

  var byteCount: Int { bytes.count }

  /// How far a term is; `nil` once a beginning of it is too far, which then is this.
  mutating func distance(of term: UnsafeBufferPointer<UInt8>) -> Int? {
    var shared = 0
    let least = min(bytes.count, term.count)
    while shared < least, unsafe bytes[shared] == term[shared] { shared += 1 }
    while ends[ends.count - 1] > shared {
      ends.removeLast()
      letters.removeLast()
    }
    bytes.removeLast(bytes.count - ends[ends.count - 1])
    while bytes.count < term.count {
      unsafe take(term)
      if fillRow() > limit { return nil }
    }
    // Where the lengths differ by more, the last column was never set.
    if abs(letters.count - wanted.count) > limit { return limit + 1 }
    return Int(rows[letters.count * (wanted.count + 1) + wanted.count])
  }

  /// Takes the next letter of a term.
  private mutating func take(_ term: UnsafeBufferPointer<UInt8>) {
    let first = unsafe term[bytes.count]
    let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    var letter = length == 1 ? UInt32(first) : UInt32(first) & (0x7F >> UInt32(length))
    bytes.append(first)
    for _ in 1..<length where bytes.count < term.count {
      let next = unsafe term[bytes.count]
      letter = letter << 6 | UInt32(next & 0x3F)
      bytes.append(next)
    }
    letters.append(letter)
    ends.append(bytes.count)
  }

  /// Reckons the row of the last letter; returns its least distance.
  private mutating func fillRow() -> Int {
    let depth = letters.count
    let width = wanted.count + 1
    let (row, above) = (depth * width, (depth - 1) * width)
    let far = UInt8(limit + 1)
    let low = max(1, depth - limit)
    let high = min(wanted.count, depth + limit)
    rows[row + low - 1] = low == 1 ? UInt8(min(depth, limit + 1)) : far
    if low > high { return limit + 1 }
    var least = rows[row + low - 1]
    let letter = letters[depth - 1]
    for column in low...high {
      let isSame = letter == wanted[column - 1]
      var distance = min(rows[above + column], rows[row + column - 1]) + 1
      distance = min(distance, rows[above + column - 1] + (isSame ? 0 : 1), far)
      if depth > 1, column > 1, letter == wanted[column - 2], letters[depth - 2] == wanted[column - 1] {
        distance = min(distance, rows[above - width + column - 2] + 1)
      }
      rows[row + column] = distance
      least = min(least, distance)
    }
    if high < wanted.count { rows[row + high + 1] = far }
    return Int(least)
  }
}
