import Vocabulary

/// What was learned, in the numbering of a model file.
struct LearnedColumns {
  var support: [UInt32] = []
  var sales: [UInt32] = []
  var general: [UInt64] = []
  /// Row i is `rowItem[rowStart[i]..<rowEnd[i]]`: the rows that are served.
  var rowStart: [UInt32] = []
  var rowEnd: [UInt32] = []
  var rowItem: [UInt32] = []
  var rowValue: [UInt32] = []
  var rowShift: [UInt8] = []

  func row(of item: Int) -> Range<Int> { Int(rowStart[item])..<Int(rowEnd[item]) }
}

/// The columns of a model file that follow from what was learned and the query-time exponents.
struct DerivedColumns {
  /// The mean over rows of the largest source · raw · target, with 16 fraction bits; see ``Snapshot/unit``.
  private(set) var unit: UInt128 = 1
  private(set) var source: [UInt64] = []
  private(set) var target: [UInt32] = []
  private(set) var rowTotal: [UInt64] = []
  private(set) var generalPoints: [UInt32] = []
  private(set) var generalOrder: [UInt32] = []

  init() {}

  /// - Parameter isRefined: Whether the rows are refined ones; else they are the counts.
  /// - Complexity: one pass over the rows, plus sorting the items by general score.
  init(_ learned: LearnedColumns, _ parameters: ModelParameters, isRefined: Bool) {
    let sourceExponent = parameters.query.sourceExponent
    let targetExponent = parameters.query.targetExponent
    var known: [UInt32: (UInt64, UInt64)] = [:]
    let factors = learned.support.map { support in
      if let factors = known[support] { return factors }
      let people = UInt64(max(1, support))
      let factors = (
        UInt64(FixedPoint.power(people, minus: sourceExponent, fractionBits: Snapshot.sourceFractionBits)),
        UInt64(FixedPoint.power(people, minus: targetExponent, fractionBits: 16))
      )
      known[support] = factors
      return factors
    }
    // The penalty of refined rows has the source exponent in it.
    let one = UInt64(1) << UInt64(Snapshot.sourceFractionBits)
    source = isRefined ? factors.map { _ in one } : factors.map { max(1, $0.0) }
    // A negative exponent favours popular items; the greatest factor is then scaled to 1.
    let greatest = max(1 << 16, factors.map(\.1).max() ?? 0)
    target = factors.map { UInt32(max(1, $0.1 << 16 / greatest)) }
    sumRows(learned)

    let most = UInt128(max(1, learned.general.max() ?? 0))
    generalPoints = learned.general.map { UInt32((UInt128($0) << 20) / most) }
    // Greatest first, ties by place: points are at most 2^20.
    let order = generalPoints.enumerated().map { UInt64((1 << 21) - $1) << 32 | UInt64($0) }.sorted()
    generalOrder = order.map { UInt32(truncatingIfNeeded: $0) }
  }

  private mutating func sumRows(_ learned: LearnedColumns) {
    rowTotal = [UInt64](repeating: 0, count: learned.support.count)
    var sum: UInt128 = 0
    var rows: UInt128 = 0
    for item in learned.support.indices {
      let range = learned.row(of: item)
      if range.isEmpty { continue }
      let (total, largest) = sumRow(learned.rowItem[range], learned.rowValue[range])
      rowTotal[item] = total
      // source (36 fraction bits) · raw · target, kept with 16 fraction bits.
      // Below 2^40 · 2^38 · 2^(36 + 20), the last for a negative exponent: so large at once in no real model.
      let raw = UInt128(largest) << UInt128(learned.rowShift[item])
      let product = raw.multipliedReportingOverflow(by: UInt128(source[item]))
      sum += (product.overflow ? UInt128.max >> 32 : product.partialValue) >> 20
      rows += 1
    }
    unit = rows == 0 ? 1 : max(1, sum / rows)
  }

  /// Σ value · target over a row, and the greatest of them.
  private func sumRow(_ items: ArraySlice<UInt32>, _ values: ArraySlice<UInt32>) -> (total: UInt64, largest: UInt64) {
    var total: UInt64 = 0
    var largest: UInt64 = 0
    for (item, value) in zip(items, values) {
      let part = UInt64(value) * UInt64(target[Int(item)])
      total += part
      largest = max(largest, part)
    }
    return (total, largest)
  }
}
