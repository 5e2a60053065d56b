/// Counts of people by group, of which only those are shown that enough people stand behind, also by difference.
///
/// The first column counts whom something reached; each further one counts some of the same people. What is not shown is
/// `nil`. From what is shown, sums over rows and over the rest of the table can be worked out by subtraction; each of
/// them, and each complement to the first column, counts no people or at least as many as the threshold.
public struct CountTable: Equatable, Sendable {
  /// One a group, in the order given.
  public private(set) var rows: [[Int?]]
  /// The sums of the columns.
  public private(set) var total: [Int?]

  /// - Parameters:
  ///   - counts: One row a group, all of the same length; no column counts more than the first.
  ///   - columns: How many columns there are, where there may be no row.
  ///   - threshold: From how many people on a count is shown.
  /// - Complexity: quadratic in the rows.
  public init(_ counts: [[Int]], columns: Int, threshold: Int) {
    rows = counts.map { _ in [Int?](repeating: nil, count: columns) }
    total = [Int?](repeating: nil, count: columns)
    /// Whether so many people may be told from others.
    func isSafe(_ people: Int) -> Bool { people == 0 || people >= threshold }
    // What is hidden in one column stays hidden in the next, so that the complement over the hidden rows is one sum.
    var hidden: Set<Int> = []
    for column in 0..<columns {
      let order = counts.indices.sorted { (counts[$0][column], $0) < (counts[$1][column], $1) }
      for row in counts.indices {
        let count = counts[row][column]
        if count < threshold || !isSafe(counts[row][0] - count) { hidden.insert(row) }
      }
      /// Whether what is left when the shown rows are taken from the total may be known.
      func restIsSafe() -> Bool {
        let rest = hidden.reduce(0) { $0 + counts[$1][column] }
        return isSafe(rest) && isSafe(hidden.reduce(0) { $0 + counts[$1][0] } - rest)
      }
      while !restIsSafe(), let smallest = order.first(where: { !hidden.contains($0) }) { hidden.insert(smallest) }
      if !restIsSafe() { return }
      let sum = counts.reduce(0) { $0 + $1[column] }
      if sum < threshold { return }
      total[column] = sum
      for row in counts.indices where !hidden.contains(row) { rows[row][column] = counts[row][column] }
    }
  }
}
