import Dispatch
import ModelFile
import Vocabulary

/// Counts the rows of some items over all timelines.
///
/// A row is accumulated whole, person by person, in 64-bit integers: the sum does not depend on the order of people, and
/// a person's part in a pair is bounded. Scratch memory: 24 bytes an item and worker.
struct RowLearner {
  /// Where each item occurs: `places[starts[i]..<starts[i + 1]]` are places in the timelines, ascending.
  struct Occurrences {
    private(set) var starts: [Int]
    /// Where an item's places end: before the next item's start, once people were taken out.
    private(set) var ends: [Int]
    private(set) var places: [UInt32]
    /// The person of each place in the timelines.
    var owners: [UInt32]
    /// Each person's subject factor and greatest strength.
    var subject: [Int64]
    var greatest: [Int64]
    /// The one weight of all of a person's pairs, before gaps, where no item comes twice and all strengths are equal;
    /// else −1.
    var plain: [Int64]

    /// The item's own part of ``places``.
    func range(of item: Int) -> Range<Int> { starts[item]..<ends[item] }

    /// The item's part of ``places`` that lies within one person's timeline.
    ///
    /// Complexity: O(log occurrences).
    func range(of item: Int, within timeline: Range<Int>) -> Range<Int> {
      let whole = range(of: item)
      let first = places[whole].firstPlace(notBelow: timeline.lowerBound)
      return first..<places[first..<whole.upperBound].firstPlace(notBelow: timeline.upperBound)
    }

    /// Takes some of an item's places out.
    mutating func remove(_ range: Range<Int>, of item: Int) {
      let count = range.count
      for index in range.lowerBound..<ends[item] - count { places[index] = places[index + count] }
      for index in ends[item] - count..<ends[item] { places[index] = 0 }
      ends[item] -= count
    }

    init(_ timelines: Timelines, itemCount: Int, weights: Weights) {
      starts = [Int](repeating: 0, count: itemCount + 1)
      for item in timelines.items { starts[Int(item) + 1] += 1 }
      for item in 0..<itemCount { starts[item + 1] += starts[item] }
      ends = Array(starts.dropFirst())
      places = [UInt32](repeating: 0, count: timelines.eventCount)
      var next = starts
      for (place, item) in timelines.items.enumerated() {
        places[next[Int(item)]] = UInt32(place)
        next[Int(item)] += 1
      }
      owners = [UInt32](repeating: 0, count: timelines.eventCount)
      subject = []
      greatest = []
      subject.reserveCapacity(timelines.personCount)
      greatest.reserveCapacity(timelines.personCount)
      plain = []
      plain.reserveCapacity(timelines.personCount)
      var lastSeen = [UInt32](repeating: .max, count: itemCount)
      for person in 0..<timelines.personCount {
        var distinct = 0
        var most: UInt32 = 0
        var least: UInt32 = .max
        let own = timelines.starts[person]..<timelines.starts[person + 1]
        for place in own {
          owners[place] = UInt32(person)
          most = max(most, timelines.strengths[place] >> 1)
          least = min(least, timelines.strengths[place] >> 1)
          let item = Int(timelines.items[place])
          if lastSeen[item] != UInt32(person) {
            lastSeen[item] = UInt32(person)
            distinct += 1
          }
        }
        subject.append(weights.subjectFactor(distinct: distinct))
        greatest.append(Int64(most))
        let isPlain = distinct == own.count && least == most
        plain.append(isPlain ? Weights.base(Int64(most), Int64(most), subject[person]) : -1)
      }
    }
  }

  /// An item's counts over people.
  struct Totals: Equatable {
    var support: UInt32 = 0
    /// Q16.
    var general: UInt64 = 0
    var buyers: UInt32 = 0
  }

  /// An item of a row.
  struct Neighbour: Equatable {
    var rank: UInt32
    /// Distinct people behind the pair; 0 where it is not known.
    var people: UInt32 = 0
    /// Q20; in a published row to the power `rows.exponent`.
    var count: Int64

    /// Greatest first, ties by ascending rank: what is kept of a row comes before what is cut off.
    func precedes(_ other: Neighbour) -> Bool { count != other.count ? count > other.count : rank < other.rank }
  }

  /// One learned row: counts (Q20) to the power `rows.exponent`, cut to the 24 significant bits of the greatest.
  struct Row {
    /// The complement of a value above 0 in the upper half, the neighbour's rank in the lower; ascending, so that the
    /// greatest values stand first and equal ones by ascending rank.
    private(set) var keys: [UInt64] = []
    private(set) var shift: UInt8 = 0

    init() {}

    /// - Parameter entries: In any order, of counts above 0.
    init(_ entries: [Neighbour]) {
      var greatest: Int64 = 0
      for entry in entries { greatest = max(greatest, entry.count) }
      let cut = max(0, 40 - greatest.leadingZeroBitCount)
      shift = UInt8(cut)
      keys.reserveCapacity(entries.count)
      for entry in entries where entry.count >> Int64(cut) > 0 {
        keys.append(Row.key(entry.rank, UInt32(entry.count >> Int64(cut))))
      }
      keys.sort()
    }

    /// A row as it was published.
    init(_ entries: some Sequence<(rank: UInt32, value: UInt32)>, shift: UInt8) {
      self.shift = shift
      keys = entries.map { Row.key($0.rank, $0.value) }
    }

    private static func key(_ rank: UInt32, _ value: UInt32) -> UInt64 { UInt64(~value) << 32 | UInt64(rank) }
    static func value(_ key: UInt64) -> UInt32 { ~UInt32(key >> 32) }
    static func rank(_ key: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: key) }
  }

  struct Cell {
    var sum: Int64 = 0
    /// The sum before the current person.
    var before: Int64 = 0
    var people: UInt32 = 0
    var last: UInt32 = .max
  }

  private(set) var timelines: Timelines
  private(set) var occurrences: Occurrences
  let weights: Weights
  let parameters: ModelParameters
  let itemCount: Int

  init(_ timelines: Timelines, itemCount: Int, parameters: ModelParameters) {
    self.timelines = timelines
    self.itemCount = itemCount
    self.parameters = parameters
    weights = Weights(parameters)
    occurrences = Occurrences(timelines, itemCount: itemCount, weights: weights)
  }

  /// The counts of one item over people, or over those whose places are in `range`.
  ///
  /// Complexity: its occurrences.
  func totals(of item: Int, in range: Range<Int>? = nil) -> Totals {
    var totals = Totals()
    var person: UInt32 = .max
    var greatest: UInt32 = 0
    var bought: UInt32 = 0
    for occurrence in range ?? occurrences.range(of: item) {
      let place = Int(occurrences.places[occurrence])
      if occurrences.owners[place] != person {
        totals.general += UInt64(greatest) << 8
        totals.buyers += bought
        (greatest, bought) = (0, 0)
        person = occurrences.owners[place]
        totals.support += 1
      }
      greatest = max(greatest, timelines.strengths[place] >> 1)
      bought |= timelines.strengths[place] & 1
    }
    totals.general += UInt64(greatest) << 8
    totals.buyers += bought
    return totals
  }

  /// An item's count with itself, as its pairs are counted (Q20): over people, the square of their strengths for it.
  ///
  /// Bounded as a pair is: a person's strengths count up to twice their greatest.
  /// Complexity: its occurrences.
  func ownCount(of item: Int) -> UInt64 {
    var sum: UInt64 = 0
    let range = occurrences.range(of: item)
    var occurrence = range.lowerBound
    while occurrence < range.upperBound {
      let person = Int(occurrences.owners[Int(occurrences.places[occurrence])])
      var strength: Int64 = 0
      while occurrence < range.upperBound,
        Int(occurrences.owners[Int(occurrences.places[occurrence])]) == person
      {
        strength += Int64(timelines.strengths[Int(occurrences.places[occurrence])] >> 1)
        occurrence += 1
      }
      strength = min(strength, 2 * occurrences.greatest[person])
      sum += UInt64(Weights.base(strength, strength, occurrences.subject[person]))
    }
    return sum
  }

  /// Counts rows one after another and hands each to `body`, whole and in no order; it may be cut there.
  ///
  /// - Parameters:
  ///   - items: Whose rows, by rank.
  ///   - isPublished: By rank, whether the item's support reaches the threshold; others enter no row.
  func count(_ items: some Sequence<Int>, isPublished: [Bool], _ body: (Int, inout [Neighbour]) -> Void) {
    var neighbours: [Neighbour] = []
    unsafe RowLearner.withScratch(itemCount) { cells, touched in
      for item in items where isPublished[item] {
        let count = unsafe accumulate(item, in: occurrences.range(of: item), cells, touched)
        unsafe select(cells, touched, count, isPublished, &neighbours)
        body(item, &neighbours)
      }
    }
  }

  /// Counts rows one after another and hands each to `body` as it is published.
  func learn(_ items: some Sequence<Int>, isPublished: [Bool], _ body: (Int, Row) -> Void) {
    count(items, isPublished: isPublished) { body($0, published(greatestOf: &$1)) }
  }

  /// Counts every row on several threads, and gives by rank what `make` makes of it; the same for any number of them.
  func countAll<Kept: Sendable>(
    isPublished: [Bool], threads: Int, none: Kept, _ make: @Sendable (inout [Neighbour]) -> Kept
  ) -> [Kept] {
    var rows = [Kept](repeating: none, count: itemCount)
    let workers = max(1, threads)
    unsafe rows.withUnsafeMutableBufferPointer { rows in
      // Worker w takes every workers-th item: each row has one writer, and popular items spread evenly.
      let slots = unsafe Slots(rows: rows)
      DispatchQueue.concurrentPerform(iterations: workers) { worker in
        count(stride(from: worker, to: itemCount, by: workers), isPublished: isPublished) { item, neighbours in
          unsafe slots.rows[item] = make(&neighbours)
        }
      }
    }
    return rows
  }

  @safe private struct Slots<Kept>: @unchecked Sendable {  // unchecked: each worker writes its own rows only
    @unsafe var rows: UnsafeMutableBufferPointer<Kept>
  }

  /// A row as it is published, of neighbours in any order, of which the greatest are left.
  func published(greatestOf neighbours: inout [Neighbour]) -> Row {
    neighbours.keepGreatest(Int(parameters.rows.neighbors))
    if parameters.rows.exponent < FixedPoint.one16 {
      for index in neighbours.indices {
        neighbours[index].count = Weights.damped(neighbours[index].count, exponent: parameters.rows.exponent)
      }
    }
    return Row(neighbours)
  }

  /// Clean cells by rank, and room for the ranks that were touched; what a body leaves in the cells it cleans up.
  static func withScratch<Result>(
    _ itemCount: Int, _ body: (UnsafeMutableBufferPointer<Cell>, UnsafeMutableBufferPointer<UInt32>) -> Result
  ) -> Result {
    var cells = [Cell](repeating: Cell(), count: itemCount)
    // One more than all items, for the entry that is written before it is known to be new.
    var touched = [UInt32](repeating: 0, count: itemCount + 1)
    return unsafe cells.withUnsafeMutableBufferPointer { cells in
      unsafe touched.withUnsafeMutableBufferPointer { touched in unsafe body(cells, touched) }
    }
  }

  /// Takes one person's places out of an item's.
  mutating func remove(_ range: Range<Int>, of item: Int) { occurrences.remove(range, of: item) }

  /// Forgets a person's timeline, whose places were taken out of every item's.
  mutating func wipe(_ person: Int) {
    timelines.wipe(person)
    occurrences.subject[person] = 0
    occurrences.greatest[person] = 0
    occurrences.plain[person] = 0
  }

  /// Sums an item's row over some of its places into the cells; returns how many cells it touched.
  func accumulate(
    _ item: Int, in range: Range<Int>, _ cells: UnsafeMutableBufferPointer<Cell>,
    _ touched: UnsafeMutableBufferPointer<UInt32>
  ) -> Int {
    var count = 0
    unsafe timelines.items.withUnsafeBufferPointer { items in
      unsafe timelines.strengths.withUnsafeBufferPointer { strengths in
        unsafe weights.forward.withUnsafeBufferPointer { forward in
          unsafe weights.backward.withUnsafeBufferPointer { backward in
            for occurrence in range {
              let place = Int(occurrences.places[occurrence])
              let owner = occurrences.owners[place]
              let person = Int(owner)
              if weights.isSymmetric, weights.window == .max, occurrences.plain[person] >= 0 {
                let weight = occurrences.plain[person]
                if weight == 0 { continue }
                unsafe count = RowLearner.addPlain(
                  items, timelines.starts[person]..<place, weight, cells, touched, count)
                unsafe count = RowLearner.addPlain(
                  items, place + 1..<timelines.starts[person + 1], weight, cells, touched, count)
                continue
              }
              let from = max(timelines.starts[person], weights.window == .max ? 0 : place - weights.window)
              let to = min(
                timelines.starts[person + 1], weights.window == .max ? .max : place + weights.window + 1)
              let strength = unsafe Int64(strengths[place] >> 1)
              let subject = occurrences.subject[person]
              let greatest = occurrences.greatest[person]
              let bound = Weights.boundFactor &* Weights.base(greatest, greatest, subject)
              for other in from..<to {
                let neighbour = unsafe Int(items[other])
                if neighbour == item { continue }
                var weight = unsafe Weights.base(strength, Int64(strengths[other] >> 1), subject)
                if !weights.isSymmetric {
                  let gap = other > place ? other - place - 1 : place - other - 1
                  let factor =
                    unsafe other > place
                    ? forward[min(gap, forward.count - 1)] : backward[min(gap, backward.count - 1)]
                  weight = (weight &* factor) >> 16
                }
                if unsafe cells[neighbour].last != owner {
                  if weight == 0 { continue }
                  if unsafe cells[neighbour].people == 0 {
                    unsafe touched[count] = UInt32(truncatingIfNeeded: neighbour)
                    count += 1
                  }
                  unsafe cells[neighbour].last = owner
                  unsafe cells[neighbour].people += 1
                  unsafe cells[neighbour].before = cells[neighbour].sum
                }
                unsafe cells[neighbour].sum = min(cells[neighbour].sum &+ weight, cells[neighbour].before &+ bound)
              }
            }
          }
        }
      }
    }
    return count
  }

  /// Adds the same weight to distinct items; returns how many cells are touched.
  ///
  /// The bound of a pair is four times that weight, so it does not act.
  @inline(__always)
  private static func addPlain(
    _ items: UnsafeBufferPointer<UInt32>, _ places: Range<Int>, _ weight: Int64,
    _ cells: UnsafeMutableBufferPointer<Cell>, _ touched: UnsafeMutableBufferPointer<UInt32>, _ count: Int
  ) -> Int {
    var count = count
    for place in places {
      let neighbour = unsafe items[place]
      let cell = Int(neighbour)
      // Without a branch, which the processor could not foresee.
      unsafe touched[count] = neighbour
      count &+= unsafe cells[cell].people == 0 ? 1 : 0
      unsafe cells[cell].people &+= 1
      unsafe cells[cell].sum &+= weight
    }
    return count
  }

  /// The entries with enough people, in no order, and clean cells for the next row.
  func select(
    _ cells: UnsafeMutableBufferPointer<Cell>, _ touched: UnsafeMutableBufferPointer<UInt32>, _ count: Int,
    _ isPublished: [Bool], _ neighbours: inout [Neighbour]
  ) {
    let support = UInt32(clamping: parameters.rows.support)
    neighbours.removeAll(keepingCapacity: true)
    for index in 0..<count {
      let rank = unsafe touched[index]
      let cell = unsafe cells[Int(rank)]
      unsafe cells[Int(rank)] = Cell()
      if cell.people >= support, isPublished[Int(rank)] {
        neighbours.append(Neighbour(rank: rank, people: cell.people, count: cell.sum))
      }
    }
  }
}

extension [RowLearner.Neighbour] {
  /// Keeps the `limit` greatest by count, ties by ascending rank, in any order.
  ///
  /// Complexity: linear on average (Hoare's selection).
  mutating func keepGreatest(_ limit: Int) {
    var low = 0
    var high = count
    while count > limit, high - low > 32 {
      let pivot = median(self[low], self[(low + high) / 2], self[high - 1])
      var i = low
      var j = high - 1
      while i <= j {
        while self[i].precedes(pivot) { i += 1 }
        while pivot.precedes(self[j]) { j -= 1 }
        if i <= j {
          swapAt(i, j)
          i += 1
          j -= 1
        }
      }
      if limit <= j { high = j + 1 } else if limit >= i { low = i } else { break }
    }
    if count > limit {
      self[low..<high].sort { $0.precedes($1) }
      removeLast(count - limit)
    }
  }

  private func median(_ a: Element, _ b: Element, _ c: Element) -> Element {
    let (small, large) = a.precedes(b) ? (a, b) : (b, a)
    return c.precedes(small) ? small : large.precedes(c) ? large : c
  }
}

extension ArraySlice<UInt32> {
  /// The first index whose place is not below `place`, in ascending places; the end where all are.
  fileprivate func firstPlace(notBelow place: Int) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = (low + high) / 2
      if Int(self[middle]) < place { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
