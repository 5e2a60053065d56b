import Dispatch
import ModelFile
import Vocabulary

/// Refined rows: a ridge regression of each item on its strongest neighbours, from the published counts.
///
/// S(i, j) is the count of a pair, the greater of its two directions, and S(i, i) the item's own count
/// (``RowLearner/ownCount(of:)``). For an item j, let N be the `rows.refine` items with the greatest S(i, j) · d(i)^(−s),
/// ties by id, where s is `query.sourceExponent`. Its weights b solve
///
///     (S_NN + diag(p(i))) b = S_Nj,   p(i) = rows.ridge · m · d(i)^s
///
/// where m is the mean of S(i, i) / d(i) over all people. What is above zero becomes row[i→j] = b(i), served in place of
/// the counts and without d(i)^(−s), which is in the penalty: the greater `rows.ridge`, the nearer the list comes to that
/// of the counts. After EASE (Steck 2019) with the neighbours of SLIM (Ning and Karypis 2011).
///
/// Two machines agree to the last bit: every step is one addition, subtraction, multiplication or division of IEEE 754
/// doubles, each of which the standard rounds in one way only, in an order that the program fixes. Swift neither
/// reorders nor fuses them; where the compiler works on several at once they are elements that do not meet. The result
/// is rounded down to 2^−32.
struct Refinement {
  /// The greater direction of each pair: rows of places ascending.
  private let pairs: Pairs
  private let own: [Double]
  private let penalty: [Double]
  /// d(i)^(−s) · 2^36.
  private let source: [Double]
  private let neighbours: Int

  /// - Parameter own: By place in the segment.
  init(_ learned: LearnedSegment, own: [UInt64]) {
    let parameters = learned.parameters
    pairs = Pairs(learned.counted)
    self.own = own.map { Double($0) }
    neighbours = Int(parameters.rows.refine)
    let people = learned.support.reduce(UInt64(0)) { $0 + UInt64($1) }
    let mean = Double(own.reduce(0, +)) / Double(max(1, people))
    let unit = Double(parameters.rows.ridge) / 65_536 * max(mean, 1)
    let exponent = parameters.query.sourceExponent
    penalty = learned.support.map {
      unit * (Double(FixedPoint.power(UInt64(max(1, $0)), minus: -exponent, fractionBits: 24)) / 16_777_216)
    }
    source = learned.support.map {
      Double(FixedPoint.power(UInt64(max(1, $0)), minus: exponent, fractionBits: Snapshot.sourceFractionBits))
    }
  }

  /// Solves for every item.
  ///
  /// - Complexity: items · (n³/6 + the rows of its n neighbours). Scratch memory: 8 n² bytes and 4 an item a worker.
  func rows(threads: Int) -> ItemRows {
    let workers = max(1, threads)
    var columns = [[(item: UInt32, weight: Int64)]](repeating: [], count: own.count)
    unsafe columns.withUnsafeMutableBufferPointer { columns in
      let slots = unsafe Slots(columns: columns)
      DispatchQueue.concurrentPerform(iterations: workers) { worker in
        var scratch = Scratch(items: own.count, neighbours: neighbours)
        for item in stride(from: worker, to: own.count, by: workers) {
          unsafe slots.columns[item] = column(of: item, &scratch)
        }
      }
    }
    return Refinement.transposed(columns)
  }

  @safe private struct Slots: @unchecked Sendable {  // unchecked: each worker writes its own columns only
    @unsafe var columns: UnsafeMutableBufferPointer<[(item: UInt32, weight: Int64)]>
  }

  private struct Scratch {
    /// By item: its place among the neighbours, −1 for none.
    var place: [Int32]
    /// By row, the upper half.
    var matrix: [Double]
    var solution: [Double]

    init(items: Int, neighbours: Int) {
      place = [Int32](repeating: -1, count: items)
      matrix = [Double](repeating: 0, count: neighbours * neighbours)
      solution = [Double](repeating: 0, count: neighbours)
    }
  }

  /// The weights above zero with which other items stand for this one.
  private func column(of item: Int, _ scratch: inout Scratch) -> [(item: UInt32, weight: Int64)] {
    // Positive doubles are ordered as their bits are.
    var strongest: [RowLearner.Neighbour] = pairs.row(item).map { entry in
      let other = pairs.item[entry]
      return RowLearner.Neighbour(
        rank: other, count: Int64(bitPattern: (pairs.count[entry] * source[Int(other)]).bitPattern))
    }
    strongest.keepGreatest(neighbours)
    strongest.sort { $0.precedes($1) }
    let count = strongest.count
    for (place, neighbour) in strongest.enumerated() { scratch.place[Int(neighbour.rank)] = Int32(place) }
    defer { for neighbour in strongest { scratch.place[Int(neighbour.rank)] = -1 } }
    for cell in 0..<count * count { scratch.matrix[cell] = 0 }
    for (row, neighbour) in strongest.enumerated() {
      let own = Int(neighbour.rank)
      for entry in pairs.row(own) {
        let column = Int(scratch.place[Int(pairs.item[entry])])
        if column > row { scratch.matrix[row * count + column] = pairs.count[entry] }
      }
      scratch.matrix[row * count + row] = self.own[own] + penalty[own]
    }
    for entry in pairs.row(item) {
      let place = Int(scratch.place[Int(pairs.item[entry])])
      if place >= 0 { scratch.solution[place] = pairs.count[entry] }
    }
    let least = strongest.map { penalty[Int($0.rank)] }
    unsafe scratch.matrix.withUnsafeMutableBufferPointer { matrix in
      unsafe scratch.solution.withUnsafeMutableBufferPointer { solution in
        unsafe least.withUnsafeBufferPointer { least in
          guard let matrix = matrix.baseAddress, let solution = solution.baseAddress, let least = least.baseAddress
          else { return }
          unsafe Refinement.solve(matrix, solution, count, leastPivots: least)
        }
      }
    }
    var column: [(item: UInt32, weight: Int64)] = []
    for (place, neighbour) in strongest.enumerated() where scratch.solution[place] > 0 {
      let weight = Int64(min(scratch.solution[place], 256) * 4_294_967_296)
      if weight > 0 { column.append((neighbour.rank, weight)) }
    }
    return column
  }

  /// Gauss's elimination of a symmetric matrix, of which the upper half is given; the right side becomes the solution.
  ///
  /// The pivots of a true Gram matrix with a penalty are at least the penalty. Rows that were cut to their greatest
  /// entries need not be one, so smaller pivots are lifted to it.
  private static func solve(
    _ matrix: UnsafeMutablePointer<Double>, _ side: UnsafeMutablePointer<Double>, _ count: Int,
    leastPivots: UnsafePointer<Double>
  ) {
    for k in 0..<count {
      let pivotRow = unsafe matrix + k * count
      let pivot = unsafe max(pivotRow[k], leastPivots[k])
      unsafe pivotRow[k] = pivot
      for i in k + 1..<max(count, k + 1) {
        let entry = unsafe pivotRow[i]
        if entry == 0 { continue }
        let factor = entry / pivot
        let row = unsafe matrix + i * count
        var c = i
        while c < count {
          unsafe row[c] -= factor * pivotRow[c]
          c &+= 1
        }
        unsafe side[i] -= factor * side[k]
      }
    }
    for k in stride(from: count - 1, through: 0, by: -1) {
      let row = unsafe matrix + k * count
      var sum = unsafe side[k]
      var c = k + 1
      while c < count {
        unsafe sum -= row[c] * side[c]
        c &+= 1
      }
      unsafe side[k] = sum / row[k]
    }
  }

  /// From what stands for each item to what each item stands for.
  private static func transposed(_ columns: [[(item: UInt32, weight: Int64)]]) -> ItemRows {
    var lists = [[(item: UInt32, weight: Int64)]](repeating: [], count: columns.count)
    for (item, column) in columns.enumerated() {
      for entry in column { lists[Int(entry.item)].append((UInt32(item), entry.weight)) }
    }
    var rows = ItemRows()
    for place in lists.indices {
      lists[place].sort { $0.weight != $1.weight ? $0.weight > $1.weight : $0.item < $1.item }
      rows.append(lists[place])
    }
    return rows
  }
}

/// The pairs of some rows in both directions, each with the greater of its counts.
private struct Pairs {
  private var start: [Int]
  private(set) var item: [UInt32] = []
  private(set) var count: [Double] = []

  /// A row's entries, ascending by item.
  func row(_ item: Int) -> Range<Int> { start[item]..<start[item + 1] }

  init(_ rows: ItemRows) {
    let items = rows.shift.count
    var given: [Entry] = []
    given.reserveCapacity(rows.item.count)
    for row in 0..<items {
      let shift = UInt64(rows.shift[row])
      for entry in Int(rows.start[row])..<Int(rows.start[row + 1]) {
        given.append((UInt32(row), rows.item[entry], Double(UInt64(rows.value[entry]) << shift)))
      }
    }
    // Ascending by item and row, and from that ascending by row and item.
    let turned = Pairs.sorted(given, items) { $0.item }
    let ordered = Pairs.sorted(turned, items) { $0.row }
    start = [0]
    var a = 0
    var b = 0
    for row in 0..<UInt32(items) {
      while true {
        let there = a < ordered.count && ordered[a].row == row ? ordered[a].item : .max
        let back = b < turned.count && turned[b].item == row ? turned[b].row : .max
        let next = min(there, back)
        if next == .max { break }
        item.append(next)
        count.append(max(there == next ? ordered[a].count : 0, back == next ? turned[b].count : 0))
        if there == next { a += 1 }
        if back == next { b += 1 }
      }
      start.append(item.count)
    }
  }

  private typealias Entry = (row: UInt32, item: UInt32, count: Double)

  /// Entries by a key below `keys`, those of equal keys as they stood.
  private static func sorted(_ entries: [Entry], _ keys: Int, by key: (Entry) -> UInt32) -> [Entry] {
    var next = [Int](repeating: 0, count: keys + 1)
    for entry in entries { next[Int(key(entry)) + 1] += 1 }
    for index in 0..<keys { next[index + 1] += next[index] }
    var sorted = entries
    for entry in entries {
      sorted[next[Int(key(entry))]] = entry
      next[Int(key(entry))] += 1
    }
    return sorted
  }
}
