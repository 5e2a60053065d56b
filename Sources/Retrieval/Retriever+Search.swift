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
  /// Less than any item has, so far that nothing taken from it or added for missing words leaves the range.
  private static let needsNothing: Int64 = -1 << 62
  /// No order but that of scores has a greater key.
  private static let greatestSortKey: Int64 = 1 << 53

  /// The best matches.
  ///
  /// - Parameter general: The weight of the general score, Q16.
  func select(
    _ search: WordQuery, wanted: Int, among allowed: [UInt32]?, general: Int64
  ) -> [Candidate] {
    if search.isImpossible { return [] }
    let isByScore = search.order == .score
    let others = isByScore ? OtherPoints(base: greatestBase(), general: general) : OtherPoints(base: 0, general: 0)
    let all = search.countedWords
    var best = TopCandidates(capacity: wanted)
    for least in Retriever.leasts(all) {
      best = TopCandidates(capacity: wanted)
      scan(search, least: least, among: allowed, others) { item, most in
        guard let worst = best.worst else { return Retriever.needsNothing }
        let matched = Int64(most) << Retriever.countShift
        // The other orders' keys are no sums of points.
        if !isByScore { return worst.score > matched &+ Retriever.greatestSortKey ? .max : Retriever.needsNothing }
        // Items come ascending, so one behind the worst needs more than as much.
        return worst.score &- matched &+ (item > worst.item ? 1 : 0)
      } visit: { item, count, points in
        let key = isByScore ? points : sortKey(item, search.order)
        let candidate = Candidate(item: item, score: (Int64(count) << Retriever.countShift) &+ key)
        if !best.accepts(candidate) { return false }
        best.insert(candidate)
        return true
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
      scan(search, least: least, among: allowed, OtherPoints(base: 0, general: 0)) { _, _ in
        Retriever.needsNothing
      } visit: { item, count, _ in
        if count < most { return false }
        if count > most { found.removeAll(keepingCapacity: true) }
        most = count
        found.append(item)
        return true
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
    case .priceDescending: return snapshot.price(of: item).map { min($0, Retriever.greatestSortKey) } ?? last
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
    /// Of a word: its place in the query.
    var number: Int
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

  private func cursor(_ term: UInt32, isForbidden: Bool = false) -> Cursor {
    let range = snapshot.words.postings(of: term)
    return unsafe Cursor(
      range: range, place: range.lowerBound, term: term, number: 0, factor: 0, counts: false, greatest: 0,
      isForbidden: isForbidden, dense: dense(term, range))
  }

  /// - Parameter number: The word's place in the query.
  private func cursor(_ word: WordQuery.Word, number: Int) -> Cursor {
    let index = snapshot.words
    let isKnown = word.term != WordQuery.Word.noTerm
    let range = isKnown ? index.postings(of: word.term) : 0..<0
    let greatest = isKnown ? Int64(index.greatestImpact(of: word.term)) : 0
    return unsafe Cursor(
      range: range, place: range.lowerBound, term: word.term, number: number, factor: word.factor, counts: word.counts,
      greatest: WordQuery.Word.points(factor: word.factor, impact: greatest), dense: dense(word.term, range))
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

  /// What an item may have besides the points of words.
  struct OtherPoints {
    /// The most that the query's other terms give one.
    var base: Int64
    /// The weight of the general score, Q16.
    var general: Int64
  }

  /// What a scan looks for: the same in each of its walks.
  private struct Wanted {
    var search: WordQuery
    /// Counted words that may be missing.
    var missing: Int
    var counted: Int
    var conditions: [Cursor]
    var others: OtherPoints
  }

  /// Visits every item that may be shown, meets the conditions and matches at least so many words, each once, except
  /// those that are not needed.
  ///
  /// - Parameters:
  ///   - need: The points below which an item is not needed, one no earlier than the given if it matches so many words;
  ///     a word less costs one more at ``countShift``.
  ///   - visit: An item, how many words it matches, and its points with all others; whether the need has changed.
  @inline(__always)
  private func scan(
    _ search: WordQuery, least: Int, among allowed: [UInt32]?, _ others: OtherPoints,
    need: (_ item: UInt32, _ most: Int) -> Int64, visit: (_ item: UInt32, _ count: Int, _ points: Int64) -> Bool
  ) {
    func order(_ cursors: [Cursor]) -> [Cursor] {
      cursors.sorted { ($0.range.count, $0.term) < ($1.range.count, $1.term) }
    }
    let all = search.words.enumerated().map { cursor($0.element, number: $0.offset) }
    let counted = order(all.filter(\.counts))
    let words = counted + order(all.filter { !$0.counts })
    var conditions = order(search.required.map { cursor($0) })
    let forbidden = search.excluded.filter { $0.count == 1 }.map { cursor($0[0], isForbidden: true) }
    var wanted = Wanted(
      search: search, missing: counted.count - least, counted: counted.count, conditions: conditions + forbidden,
      others: others)
    let items = unsafe snapshot.words.items

    if !search.searched.isEmpty {
      // What people chose after searching for a word matches it whatever its text: such items are visited by themselves.
      let chosen =
        allowed.map { allowed in search.searched.filter { Retriever.holds(allowed, $0.item) } } ?? search.searched
      let list = chosen.map(\.item)
      unsafe list.withUnsafeBufferPointer { list in
        if let start = list.baseAddress {
          unsafe walk(start, 0..<list.count, nil, words, visited: 0, wanted, chosen: chosen, need, visit)
        }
      }
      for entry in search.searched { unsafe isSearched[Int(entry.item)] = true }
    }
    defer { for entry in search.searched { unsafe isSearched[Int(entry.item)] = false } }
    if let allowed {
      unsafe allowed.withUnsafeBufferPointer { list in
        if let start = list.baseAddress {
          unsafe walk(start, 0..<list.count, nil, words, visited: 0, wanted, need, visit)
        }
      }
    } else if let first = conditions.first,
      wanted.missing > 0 || counted.isEmpty || first.range.count < counted[0].range.count
    {
      conditions.removeFirst()
      wanted.conditions = conditions + forbidden
      unsafe walk(items, first.range, nil, words, visited: 0, wanted, need, visit)
    } else if counted.isEmpty || least == 0 {
      let everything = Array(0..<UInt32(count))
      unsafe everything.withUnsafeBufferPointer { list in
        if let start = list.baseAddress {
          unsafe walk(start, 0..<list.count, nil, words, visited: 0, wanted, need, visit)
        }
      }
    } else {
      // What has one of the words walked before was visited then.
      for number in 0...wanted.missing {
        var others = words
        let driver = others.remove(at: number)
        unsafe walk(items, driver.range, driver, others, visited: number, wanted, need, visit)
      }
    }
  }

  /// Visits the matches in one ascending list.
  ///
  /// - Parameters:
  ///   - driver: The word whose postings the list is; `nil` for another list.
  ///   - words: The other words; an item with one of the first `visited` is left out.
  ///   - chosen: The list's items with what people chose after searching; empty for any other list, in which such items
  ///     are left out.
  @inline(__always)
  private func walk(
    _ list: UnsafePointer<UInt32>, _ range: Range<Int>, _ driver: Cursor?, _ words: [Cursor], visited: Int,
    _ wanted: Wanted, chosen: [WordQuery.Searched] = [], _ need: (UInt32, Int) -> Int64,
    _ visit: (UInt32, Int, Int64) -> Bool
  ) {
    if range.isEmpty { return }
    var words = words
    var conditions = wanted.conditions
    let index = snapshot.words
    let (items, impacts) = unsafe (index.items, index.impacts)
    let firstBlock = driver.map { index.firstBlock(of: $0.term) } ?? 0
    let factor = driver?.factor ?? 0
    let most = wanted.counted &- visited
    let others = wanted.others
    let greatestGeneral = (others.general &* SearchIndex.greatestGeneral) >> 2
    // What the words from each on may still give; an item with one visited before is not needed.
    var rests = [Int64](repeating: 0, count: words.count + 1)
    for number in words.indices.reversed() {
      rests[number] = rests[number + 1] &+ (number < visited ? 0 : words[number].greatest)
      if !chosen.isEmpty {
        rests[number] &+= WordQuery.Word.points(factor: words[number].factor, impact: SearchIndex.greatestImpact)
      }
    }
    let leavesOut = chosen.isEmpty && !wanted.search.searched.isEmpty
    let search = wanted.search
    let hasPrice = search.leastPrice != nil || search.greatestPrice != nil
    let forbiddenPhrases = search.excluded.filter { $0.count > 1 }
    let isPlain = !hasPrice && forbiddenPhrases.isEmpty && search.phrases.isEmpty

    unsafe words.withUnsafeMutableBufferPointer { words in
      unsafe conditions.withUnsafeMutableBufferPointer { conditions in
        unsafe rests.withUnsafeBufferPointer { rests in
          var place = range.lowerBound
          while place < range.upperBound {
            let end = min(range.upperBound, place &+ SearchIndex.block)
            var needed = unsafe need(list[place], most)
            var limit: Int64 = 0
            var generalBound = greatestGeneral
            if driver != nil {
              let block = firstBlock &+ (place &- range.lowerBound) / SearchIndex.block
              let general = unsafe Int64(index.blockGenerals[block]) &<< SearchIndex.generalBoundShift
              generalBound = (others.general &* general) >> 2
              limit = unsafe Retriever.leastImpact(needed, rests[0] &+ others.base &+ generalBound, factor)
              if unsafe limit > Int64(index.blockImpacts[block]) {
                place = end
                continue
              }
            } else if needed == .max {
              return
            }
            next: while place < end {
              if limit > 0 {
                place = unsafe ByteScan.first(in: impacts, from: place, to: end, atLeast: UInt8(limit))
                if place == end { break }
              }
              let item = unsafe list[place]
              if leavesOut, unsafe isSearched[Int(item)] {
                place &+= 1
                continue
              }
              var count = 0
              var points: Int64 = 0
              if driver != nil {
                count = 1
                points = unsafe WordQuery.Word.points(factor: factor, impact: Int64(impacts[place]))
              }
              let entry = place
              place &+= 1
              // What the words alone have to give; most items have nothing from elsewhere.
              let isBare = unsafe others.base == 0 || !isTouched[Int(item)]
              var itemNeed = needed &- generalBound &- (isBare ? 0 : others.base)
              if unsafe points &+ rests[0] < itemNeed { continue }
              var missing = 0
              for number in words.indices {
                var impact = unsafe words[number].impact(of: item, items, impacts)
                if !chosen.isEmpty {
                  let more = unsafe chosen[entry].impacts[words[number].number]
                  if more > 0 { impact = max(0, impact) &+ Int64(more) }
                }
                if impact >= 0 {
                  if number < visited { continue next }
                  unsafe points &+= WordQuery.Word.points(factor: words[number].factor, impact: impact)
                  unsafe count &+= words[number].counts ? 1 : 0
                } else if unsafe words[number].counts, number >= visited {
                  missing &+= 1
                  if missing &+ visited > wanted.missing { continue next }
                  itemNeed &+= 1 << Retriever.countShift
                }
                if unsafe points &+ rests[number &+ 1] < itemNeed { continue next }
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
              points &+= score(Int(item), general: others.general)
              if visit(item, count, points) { needed = need(item, most) }
            }
          }
        }
      }
    }
  }

  /// The least impact of a word with which an item reaches the points needed; 0 where it needs none, 256 where no impact
  /// suffices.
  @inline(__always)
  private static func leastImpact(_ needed: Int64, _ besides: Int64, _ factor: Int64) -> Int64 {
    if needed == .max { return 256 }
    if needed <= besides { return 0 }
    let one = WordQuery.Word.points(factor: factor, impact: 1)
    if one == 0 { return 256 }
    return min(256, (needed &- besides &+ one &- 1) / one)
  }

  /// Whether an ascending list has an item.
  private static func holds(_ list: [UInt32], _ item: UInt32) -> Bool {
    var range = 0..<list.count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      if list[middle] == item { return true }
      range = list[middle] < item ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return false
  }

  /// The impact of a term in an item; `nil` where it lacks the term.
  ///
  /// - Complexity: O(log postings).
  func impact(of term: UInt32, in item: UInt32) -> UInt8? {
    if term == WordQuery.Word.noTerm { return nil }
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
