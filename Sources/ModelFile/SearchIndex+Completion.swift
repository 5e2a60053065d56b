extension SearchIndex {
  /// A term that begins in a given way.
  package struct Completion: Equatable, Sendable {
    package var term: UInt32
    /// How many available items have it as a word, from 1.
    package var items: UInt32
  }

  /// The terms that begin with some bytes: those of the most available items first, equal ones by their bytes.
  ///
  /// Exact. Of a group of 64 terms none is looked at unless the group's best belongs among the best so far.
  ///
  /// - Complexity: O(log terms + terms with the beginning / 64), plus the groups that hold one of the best so far.
  package func completions(of beginning: [UInt8], count: Int) -> [Completion] {
    var best: [Completion] = []
    if count <= 0 { return best }
    best.reserveCapacity(count + 1)
    var place = Int(lowerBound(beginning))
    // No UTF-8 has this byte.
    let end = Int(lowerBound(beginning + [0xFF]))
    // What a term has to surpass: of equal ones the earlier is in already.
    var least: UInt32 = 0
    while place < end {
      let group = place / SearchSegment.group
      let next = min(end, (group + 1) * SearchSegment.group)
      if unsafe termGroupItems[group] > least {
        for term in place..<next where unsafe termItems[term] > least {
          let items = unsafe termItems[term]
          var rank = best.count
          while rank > 0, best[rank - 1].items < items { rank -= 1 }
          best.insert(Completion(term: UInt32(term), items: items), at: rank)
          if best.count > count { best.removeLast() }
          if best.count == count { least = best[count - 1].items }
        }
      }
      place = next
    }
    return best
  }
}
