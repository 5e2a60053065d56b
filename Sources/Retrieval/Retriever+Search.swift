import ModelFile
import Vocabulary

/// Search: the items that match a query's words, by how many of them, then by score.
///
/// An item is listed if it matches all words that count, or where that does not fill the list, at least half of them, or
/// where that finds nothing, one. It has to meet every condition. Whatever has at least t of m words has one of the
/// m − t + 1 rarest, so only their postings are walked and the others' searched.
extension Retriever {
  /// The bits of a place's key below the number of matched words.
  private static let countShift: Int64 = 56

  /// The best matches.
  ///
  /// - Parameter general: The weight of the general score, Q16.
  func select(
    _ search: WordQuery, wanted: Int, among allowed: [UInt32]?, general: Int64
  ) -> [Candidate] {
    if search.isImpossible { return [] }
    let base = greatestBase()
    let all = search.countedWords
    var best = TopCandidates(capacity: wanted)
    for least in Retriever.leasts(all) {
      best = TopCandidates(capacity: wanted)
      scan(search, least: least, among: allowed) { item, most, bound, generalBound in
        if search.order != .score { return true }
        let points = bound &+ base &+ ((general &* generalBound) >> 2)
        // Items come ascending, so an equal score is not enough to displace an item met before.
        return best.accepts(Candidate(item: item, score: (Int64(most) << Retriever.countShift) &+ points))
      } visit: { item, count, points in
        let key =
          search.order == .score
          ? points &+ score(Int(item), general: general) : sortKey(item, search.order)
        let candidate = Candidate(item: item, score: (Int64(count) << Retriever.countShift) &+ key)
        if best.accepts(candidate) { best.insert(candidate) }
      }
      if best.isFull { break }
      // Half the words fill up what all of them left; less only stands in for nothing.
      if least < all, !best.sorted().isEmpty { break }
    }
    return best.sorted()
  }

  /// Every item that matches as many words as any does, ascending.
  package func matches(_ search: WordQuery, among allowed: [UInt32]?) -> [UInt32] {
    if search.isImpossible { return [] }
    for least in Retriever.leasts(search.countedWords) {
      var most = -1
      var found: [UInt32] = []
      scan(search, least: least, among: allowed) { _, _, _, _ in
        true
      } visit: { item, count, _ in
        if count < most { return }
        if count > most { found.removeAll(keepingCapacity: true) }
        most = count
        found.append(item)
      }
      if !found.isEmpty { return found.sorted() }
    }
    return []
  }

  /// How many words have to match, in the order in which that is tried.
  static func leasts(_ all: Int) -> [Int] {
    let half = (all + 1) / 2
    return [all] + (half < all ? [half] : []) + (half > 1 ? [1] : [])
  }

  /// What order stands for, greatest first.
  private func sortKey(_ item: UInt32, _ order: WordQuery.Order) -> Int64 {
    let last: Int64 = -1 << 54
    switch order {
    case .score: return 0
    case .sales: return Int64(snapshot.sales(of: item))
    case .priceAscending: return snapshot.price(of: item).map { -min($0, 1 << 53) } ?? last
    case .priceDescending: return snapshot.price(of: item).map { min($0, 1 << 53) } ?? last
    case .newest:
      let number = snapshot.number(of: item).rawValue
      return number == .max ? last : Int64(number)
    }
  }

  /// No item has more points from the query's other terms than this, its general score left out.
  private func greatestBase() -> Int64 {
    var greatest: Int64 = 0
    for place in 0..<touchedCount {
      let item = unsafe Int(touched[place])
      unsafe greatest = max(greatest, related[item] &* Int64(snapshot.targets[item]) &+ direct[item])
    }
    return greatest
  }

  // MARK: The scan

  /// A list in which the scan looks items up.
  @safe struct Cursor {
    var range: Range<Int>
    var place: Int
    var term: UInt32
    /// 0 for a condition.
    var factor: Int64
    var counts: Bool
    /// The most points it gives an item.
    var greatest: Int64
    /// Whether an item must not be in it.
    var isForbidden = false
    /// Each item's impact (1 for a tag's), 0 for none; `nil` where the list is searched instead.
    var dense: UnsafeMutablePointer<UInt8>?

    /// The impact of an item; −1 where the list lacks it.
    ///
    /// Items come ascending.
    @inline(__always)
    mutating func impact(of item: UInt32, _ items: UnsafePointer<UInt32>, _ impacts: UnsafePointer<UInt8>) -> Int64 {
      if let dense = unsafe dense {
        let impact = unsafe dense[Int(item)]
        return impact == 0 ? -1 : Int64(impact)
      }
      let end = range.upperBound
      var low = place
      var step = 1
      while unsafe low &+ step < end && items[low &+ step] <= item {
        low &+= step
        step &<<= 1
      }
      // The last that is no greater than the item lies in low..<low + step.
      var high = min(end, low &+ step)
      while high &- low > 1 {
        let middle = (low &+ high) &>> 1
        if unsafe items[middle] <= item { low = middle } else { high = middle }
      }
      place = low
      return unsafe low < end && items[low] == item ? Int64(impacts[low]) : -1
    }
  }

  private func cursor(_ term: UInt32, factor: Int64 = 0, counts: Bool = false, isForbidden: Bool = false) -> Cursor {
    let index = snapshot.words
    let range = index.postings(of: term)
    let greatest =
      factor == 0 ? 0 : WordQuery.Word.points(factor: factor, impact: Int64(index.greatestImpact(of: term)))
    return unsafe Cursor(
      range: range, place: range.lowerBound, term: term, factor: factor, counts: counts, greatest: greatest,
      isForbidden: isForbidden, dense: dense(term, range))
  }

  /// A frequent term's impacts by item, made when first needed and kept as long as the retriever.
  ///
  /// At most 64 of them, a byte an item each.
  @unsafe private func dense(_ term: UInt32, _ range: Range<Int>) -> UnsafeMutablePointer<UInt8>? {
    if let known = denseColumns[term] { return unsafe known.impacts }
    guard range.count > 4096, range.count > count / 16, denseColumns.count < 64 else { return nil }
    let column = DenseColumn(count: count)
    let index = snapshot.words
    for entry in range { unsafe column.impacts[Int(index.items[entry])] = max(1, index.impacts[entry]) }
    denseColumns[term] = column
    return unsafe column.impacts
  }

  /// What a scan looks for: the same in each of its walks.
  private struct Wanted {
    var search: WordQuery
    /// Counted words that may be missing.
    var missing: Int
    var counted: Int
    var conditions: [Cursor]
  }

  /// Visits every item that may be shown, meets the conditions and matches at least so many words, each once.
  ///
  /// - Parameters:
  ///   - mayHold: Whether a block of a list, or one item, has to be looked at, by its first item, the most words and
  ///     points that can match there, and the bound of its general points.
  ///   - visit: An item, how many words it matches, and the points of all of them.
  @inline(__always)
  private func scan(
    _ search: WordQuery, least: Int, among allowed: [UInt32]?,
    mayHold: (_ item: UInt32, _ most: Int, _ points: Int64, _ general: Int64) -> Bool,
    visit: (_ item: UInt32, _ count: Int, _ points: Int64) -> Void
  ) {
    func order(_ cursors: [Cursor]) -> [Cursor] {
      cursors.sorted { ($0.range.count, $0.term) < ($1.range.count, $1.term) }
    }
    let counted = order(search.words.filter(\.counts).map { cursor($0.term, factor: $0.factor, counts: true) })
    let words = counted + order(search.words.filter { !$0.counts }.map { cursor($0.term, factor: $0.factor) })
    var conditions = order(search.required.map { cursor($0) })
    let forbidden = search.excluded.filter { $0.count == 1 }.map { cursor($0[0], isForbidden: true) }
    var wanted = Wanted(
      search: search, missing: counted.count - least, counted: counted.count, conditions: conditions + forbidden)
    let items = unsafe snapshot.words.items

    if let allowed {
      unsafe allowed.withUnsafeBufferPointer { list in
        if let start = list.baseAddress {
          unsafe walk(start, 0..<list.count, nil, words, visited: 0, wanted, mayHold, visit)
        }
      }
    } else if let first = conditions.first,
      wanted.missing > 0 || counted.isEmpty || first.range.count < counted[0].range.count
    {
      conditions.removeFirst()
      wanted.conditions = conditions + forbidden
      unsafe walk(items, first.range, nil, words, visited: 0, wanted, mayHold, visit)
    } else if counted.isEmpty || least == 0 {
      let everything = Array(0..<UInt32(count))
      unsafe everything.withUnsafeBufferPointer { list in
        if let start = list.baseAddress {
          unsafe walk(start, 0..<list.count, nil, words, visited: 0, wanted, mayHold, visit)
        }
      }
    } else {
      // What has one of the words walked before was visited then.
      for number in 0...wanted.missing {
        var others = words
        let driver = others.remove(at: number)
        unsafe walk(items, driver.range, driver, others, visited: number, wanted, mayHold, visit)
      }
    }
  }

  /// Visits the matches in one ascending list.
  ///
  /// - Parameters:
  ///   - driver: The word whose postings the list is; `nil` for another list.
  ///   - words: The other words; an item with one of the first `visited` is left out.
  @inline(__always)
  private func walk(
    _ list: UnsafePointer<UInt32>, _ range: Range<Int>, _ driver: Cursor?, _ words: [Cursor], visited: Int,
    _ wanted: Wanted, _ mayHold: (UInt32, Int, Int64, Int64) -> Bool, _ visit: (UInt32, Int, Int64) -> Void
  ) {
    var words = words
    var conditions = wanted.conditions
    let index = snapshot.words
    let (items, impacts) = unsafe (index.items, index.impacts)
    let block = driver.map { index.firstBlock(of: $0.term) } ?? 0
    let most = wanted.counted &- visited
    let others = words.reduce(Int64(0)) { $0 &+ $1.greatest }
    let search = wanted.search
    let hasPrice = search.leastPrice != nil || search.greatestPrice != nil
    let forbiddenPhrases = search.excluded.filter { $0.count > 1 }
    let isPlain = !hasPrice && forbiddenPhrases.isEmpty && search.phrases.isEmpty

    unsafe words.withUnsafeMutableBufferPointer { words in
      unsafe conditions.withUnsafeMutableBufferPointer { conditions in
        var place = range.lowerBound
        while place < range.upperBound {
          let end = min(range.upperBound, place &+ SearchIndex.block)
          var generalBound: Int64 = 0
          if let driver {
            let number = block &+ (place &- range.lowerBound) / SearchIndex.block
            let own = unsafe WordQuery.Word.points(factor: driver.factor, impact: Int64(index.blockImpacts[number]))
            generalBound = unsafe Int64(index.blockGenerals[number]) &<< SearchIndex.generalBoundShift
            if unsafe !mayHold(list[place], most, own &+ others, generalBound) {
              place = end
              continue
            }
          }
          next: while place < end {
            let item = unsafe list[place]
            var count = 0
            var points: Int64 = 0
            if let driver {
              count = 1
              points = unsafe WordQuery.Word.points(factor: driver.factor, impact: Int64(impacts[place]))
              if !mayHold(item, most, points &+ others, generalBound) {
                place &+= 1
                continue
              }
            }
            place &+= 1
            var missing = 0
            for number in words.indices {
              let impact = unsafe words[number].impact(of: item, items, impacts)
              if impact >= 0 {
                if number < visited { continue next }
                unsafe points &+= WordQuery.Word.points(factor: words[number].factor, impact: impact)
                unsafe count &+= words[number].counts ? 1 : 0
              } else if unsafe words[number].counts {
                missing &+= 1
                if missing > wanted.missing { continue next }
              }
            }
            for number in conditions.indices {
              let isIn = unsafe conditions[number].impact(of: item, items, impacts) >= 0
              if unsafe isIn == conditions[number].isForbidden { continue next }
            }
            if !mayShow(Int(item)) { continue }
            if !isPlain {
              if hasPrice {
                guard let price = snapshot.price(of: item), price >= search.leastPrice ?? 0,
                  price <= search.greatestPrice ?? .max
                else { continue }
              }
              if !search.phrases.allSatisfy({ index.holds($0, in: item) }) { continue }
              if forbiddenPhrases.contains(where: { index.holds($0, in: item) }) { continue }
            }
            visit(item, count, points)
          }
        }
      }
    }
  }

  /// The impact of a term in an item; `nil` where it lacks the term.
  ///
  /// - Complexity: O(log postings).
  func impact(of term: UInt32, in item: UInt32) -> UInt8? {
    let index = snapshot.words
    var range = index.postings(of: term)
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      let found = unsafe index.items[middle]
      if found == item { return unsafe index.impacts[middle] }
      range = found < item ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return nil
  }
}

/// A frequent term's impacts by item.
@safe final class DenseColumn {
  let impacts: UnsafeMutablePointer<UInt8>

  init(count: Int) {
    unsafe impacts = .allocate(capacity: count)
    unsafe impacts.initialize(repeating: 0, count: count)
  }

  deinit { unsafe impacts.deallocate() }
}
