package import ModelFile

/// Multiplies sparse query vectors with the item vectors of one snapshot.
///
/// Holds dense accumulators for the whole catalogue, so that a query allocates next to nothing; one thread at a time.
/// Memory: 25 bytes an item.
@safe package final class Retriever {
  package let snapshot: Snapshot
  let count: Int
  /// Per item: the sum of what the target factor multiplies; the sum of everything else.
  let related: UnsafeMutablePointer<Int64>
  let direct: UnsafeMutablePointer<Int64>
  /// Per item: whether a term touched it; why it may not be shown.
  let isTouched: UnsafeMutablePointer<Bool>
  let exclusions: UnsafeMutablePointer<UInt8>
  let touched: UnsafeMutablePointer<UInt32>
  /// Per item: its place, from 1, among those whose contributions are being collected.
  let shownPlace: UnsafeMutablePointer<UInt16>
  /// Per item: whether it is among those chosen after searching for a word of the query.
  let isSearched: UnsafeMutablePointer<Bool>
  var touchedCount = 0
  private var marked: [UInt32] = []
  /// Frequent terms' impacts by item; see ``dense(_:_:)``; at most 64 bytes an item.
  var denseColumns: [UInt32: DenseColumn] = [:]

  package init(snapshot: Snapshot) {
    self.snapshot = snapshot
    count = snapshot.itemCount
    unsafe related = .allocate(capacity: count)
    unsafe related.initialize(repeating: 0, count: count)
    unsafe direct = .allocate(capacity: count)
    unsafe direct.initialize(repeating: 0, count: count)
    unsafe isTouched = .allocate(capacity: count)
    unsafe isTouched.initialize(repeating: false, count: count)
    unsafe exclusions = .allocate(capacity: count)
    unsafe exclusions.initialize(repeating: 0, count: count)
    unsafe touched = .allocate(capacity: count + 1)
    unsafe shownPlace = .allocate(capacity: count)
    unsafe shownPlace.initialize(repeating: 0, count: count)
    unsafe isSearched = .allocate(capacity: count)
    unsafe isSearched.initialize(repeating: false, count: count)
  }

  deinit {
    unsafe related.deallocate()
    unsafe direct.deallocate()
    unsafe isTouched.deallocate()
    unsafe exclusions.deallocate()
    unsafe touched.deallocate()
    unsafe shownPlace.deallocate()
    unsafe isSearched.deallocate()
  }

  // MARK: Exclusions

  /// Rules an item out for the next query, unless an earlier rule already did; false in that case.
  @discardableResult
  package func exclude(_ item: UInt32, because cause: Exclusion) -> Bool {
    precondition(item < count, "no such item in the snapshot")
    guard unsafe exclusions[Int(item)] == 0, snapshot.isAvailable(item) else { return false }
    unsafe exclusions[Int(item)] = cause.rawValue
    marked.append(item)
    return true
  }

  /// Why an item is ruled out for the next query.
  package func exclusion(of item: UInt32) -> Exclusion {
    if !snapshot.isAvailable(item) { return .unavailable }
    return unsafe Exclusion(rawValue: exclusions[Int(item)]) ?? .none
  }

  /// Forgets every exclusion.
  package func clearExclusions() {
    for item in marked { unsafe exclusions[Int(item)] = 0 }
    marked.removeAll(keepingCapacity: true)
  }

  // MARK: Queries

  /// The factor of a history item of this weight (Q16), so that one unit comes out as 2^34 points.
  ///
  /// weight · source(i) · 2^(shift + 22) / unit, truncated towards zero and limited to ±2^28.
  package func factor(of item: UInt32, weight: Int64) -> Int64 {
    var numerator = UInt128(weight.magnitude) * UInt128(snapshot.source(of: item))
    var unit = snapshot.unit
    if numerator == 0 || unit == 0 { return 0 }
    let shift = Int(snapshot.shift(of: item)) + 22
    let excess = 128 - numerator.leadingZeroBitCount + shift - 127
    if excess > 0 {
      numerator >>= UInt128(excess)
      unit = max(1, unit >> UInt128(excess))
    }
    let limited = Int64(min(numerator << UInt128(shift) / unit, 1 << 28))
    return weight < 0 ? -limited : limited
  }

  /// The best items for a query, those excluded left out.
  ///
  /// A search lists what matches its words only; the candidates' scores are then keys of that order.
  ///
  /// - Parameters:
  ///   - wanted: How many places to fill. Fewer come back only where fewer items may be shown.
  ///   - allowed: The only items that may be shown, ascending; `nil` for all.
  /// - Complexity: the rows and postings of the query's terms, plus `wanted`; plus `allowed` where given.
  package func retrieve(_ query: QueryVector, wanted: Int, allowed: [UInt32]? = nil) -> RetrievalResult {
    for term in query.history { addRow(of: term) }
    let hops = query.hop > 0 ? hopTerms(query) : []
    for term in hops { addRow(of: term) }
    for term in query.repeats {
      touch(term.item)
      unsafe direct[Int(term.item)] &+= term.points
    }
    for term in query.features { addPostings(of: term, byTarget: query.featuresByTarget) }
    if let search = query.search {
      let found = select(search, wanted: wanted, among: allowed, general: query.general)
      reset()
      return RetrievalResult(candidates: found, scored: found.count, hops: hops)
    }
    let selected =
      allowed.map { select(wanted, among: $0, general: query.general) } ?? select(wanted, general: query.general)
    reset()
    return RetrievalResult(candidates: selected.candidates, scored: selected.scored, hops: hops)
  }

  private func addRow(of term: QueryVector.Related) {
    let factor = term.factor
    if factor == 0 { return }
    let row = snapshot.row(of: term.item)
    let items = unsafe snapshot.rowItems
    let values = unsafe snapshot.rowValues
    let (related, isTouched, touched) = unsafe (self.related, self.isTouched, self.touched)
    var touchedCount = self.touchedCount
    var entry = row.lowerBound
    while entry < row.upperBound {
      let item = unsafe Int(items[entry])
      // Without a branch, which the processor could not foresee: the list has room for one more than all items.
      unsafe touched[touchedCount] = UInt32(truncatingIfNeeded: item)
      touchedCount &+= unsafe isTouched[item] ? 0 : 1
      unsafe isTouched[item] = true
      unsafe related[item] &+= (factor &* Int64(values[entry])) >> 24
      entry &+= 1
    }
    self.touchedCount = touchedCount
  }

  private func addPostings(of term: QueryVector.Feature, byTarget: Bool) {
    let range = snapshot.postings(of: term.feature)
    let items = unsafe snapshot.postingItems
    let weights = unsafe snapshot.postingWeights
    for entry in range {
      let item = unsafe Int(items[entry])
      if unsafe !isTouched[item] {
        unsafe isTouched[item] = true
        unsafe touched[touchedCount] = UInt32(truncatingIfNeeded: item)
        touchedCount += 1
      }
      let product = unsafe term.factor &* Int64(weights[entry])
      if byTarget { unsafe related[item] &+= product >> 12 } else { unsafe direct[item] &+= product << 4 }
    }
  }

  private func touch(_ item: UInt32) {
    if unsafe isTouched[Int(item)] { return }
    unsafe isTouched[Int(item)] = true
    unsafe touched[touchedCount] = item
    touchedCount += 1
  }

  /// The best items of the first pass as history of the second; items seen lately lead nowhere.
  private func hopTerms(_ query: QueryVector) -> [QueryVector.Related] {
    var best = TopCandidates(capacity: query.hopItems)
    let targets = unsafe snapshot.targets
    for place in 0..<touchedCount {
      let item = unsafe Int(touched[place])
      let score = unsafe related[item] &* Int64(targets[item])
      let candidate = Candidate(item: UInt32(truncatingIfNeeded: item), score: score)
      if score > 0, best.accepts(candidate), unsafe exclusions[item] != Exclusion.seen.rawValue {
        best.insert(candidate)
      }
    }
    return best.sorted().compactMap { candidate in
      let total = snapshot.rowTotal(of: candidate.item)
      if total == 0 { return nil }
      // score · hop / total, so that row values (24 bits) times targets sum to hop · score.
      let factor = UInt128(candidate.score.magnitude) * UInt128(query.hop.magnitude) << 8 / UInt128(total)
      return QueryVector.Related(item: candidate.item, factor: Int64(min(factor, 1 << 38)))
    }
  }

  func reset() {
    for place in 0..<touchedCount {
      let item = unsafe Int(touched[place])
      unsafe related[item] = 0
      unsafe direct[item] = 0
      unsafe isTouched[item] = false
    }
    touchedCount = 0
  }
}
