package import ModelFile
import Vocabulary

/// Everybody's timelines and what was counted from them, in memory, so that people can be taken out exactly and at once.
///
/// A row is kept somewhat longer than it is published, with the first neighbour that was cut off. Taking a person out
/// subtracts their part from the rows of their own items. What then stands before that neighbour is still how the row
/// begins, because nothing behind it can have grown; a row that has too little left before it is counted anew. No other
/// row changes: enough people stand behind each of its pairs who have both its items.
///
/// Memory: some 20 bytes an event and 16 a kept pair. One thread at a time.
package final class LearnedCounts {
  private typealias Neighbour = RowLearner.Neighbour

  private struct Row {
    var neighbours: [Neighbour] = []
    /// The greatest one that is not among them; `nil` where all are.
    var cut: Neighbour?
  }

  private var learner: RowLearner
  private var totals: [RowLearner.Totals]
  private var isPublished: [Bool]
  private var rows: [Row]
  /// How many neighbours of a row are kept at most.
  private let limit: Int
  /// How many rows had to be counted anew, because too little was left of what is kept of them.
  package private(set) var recounted = 0

  /// Counts every row.
  ///
  /// - Parameters:
  ///   - itemCount: How many ranks the timelines' items have.
  ///   - threads: How many workers count rows at once.
  ///   - spare: How many neighbours of a row are kept beyond those that are published; an eighth of them and 8, if not
  ///     given.
  /// - Complexity: the pairs within every timeline's window.
  package init(
    _ timelines: Timelines, itemCount: Int, parameters: ModelParameters, threads: Int, spare: Int? = nil
  ) {
    let learner = RowLearner(timelines, itemCount: itemCount, parameters: parameters)
    let totals = (0..<itemCount).map { learner.totals(of: $0) }
    let isPublished = totals.map { $0.support >= parameters.rows.support }
    let published = Int(parameters.rows.neighbors)
    let limit = published + (spare ?? published / 8 + 8)
    rows = learner.countAll(isPublished: isPublished, threads: threads, none: Row()) {
      LearnedCounts.cut(&$0, to: limit)
    }
    self.learner = learner
    self.totals = totals
    self.isPublished = isPublished
    self.limit = limit
  }

  private static func cut(_ neighbours: inout [Neighbour], to limit: Int) -> Row {
    neighbours.keepGreatest(limit + 1)
    var row = Row(neighbours: neighbours)
    row.neighbours.sort { $0.precedes($1) }
    if row.neighbours.count > limit { row.cut = row.neighbours.removeLast() }
    return row
  }

  /// Everything learned, as ``Learning/learn(_:ids:parameters:threads:)`` gives it.
  package func segment(ids: [String]) -> LearnedSegment {
    Learning.assemble(
      ids, totals, rows: rows.indices.map(published), isPublished: isPublished, learner.parameters)
  }

  /// How many people's events touch an item; those who were taken out do not count.
  package func support(of rank: UInt32) -> UInt32 { totals[Int(rank)].support }

  /// What is published of an item; `nil` where too few people stand behind it.
  ///
  /// Neighbours are ranks.
  package func item(_ rank: UInt32) -> LearnedItem? {
    guard isPublished[Int(rank)] else { return nil }
    return LearnedItem(totals[Int(rank)], published(Int(rank)), learner.parameters)
  }

  private func published(_ item: Int) -> RowLearner.Row {
    var neighbours = Array(rows[item].neighbours.prefix(Int(learner.parameters.rows.neighbors)))
    return learner.published(greatestOf: &neighbours)
  }

  // MARK: Taking people out

  /// Takes people out of the timelines and of everything counted from them.
  ///
  /// - Parameter people: By their places in the timelines; nobody twice, nobody who was taken out before.
  /// - Returns: The ranks of all their items, ascending: whatever changed is among these.
  /// - Complexity: the pairs within their timelines and the kept rows of their items; plus the pairs of a row that has
  ///   to be counted anew.
  package func remove(_ people: [Int]) -> [UInt32] {
    var touched: Set<UInt32> = []
    unsafe RowLearner.withScratch(learner.itemCount) { cells, marks in
      for person in people {
        let timeline = learner.timelines.range(of: person)
        for rank in Set(learner.timelines.items[timeline]) {
          unsafe remove(Int(rank), of: timeline, cells, marks)
          touched.insert(rank)
        }
        learner.wipe(person)
      }
      for rank in touched { isPublished[Int(rank)] = totals[Int(rank)].support >= learner.parameters.rows.support }
      for rank in touched { unsafe settle(Int(rank), cells, marks) }
    }
    return touched.sorted()
  }

  /// Subtracts what one timeline gave to an item and its row, and takes its places out.
  private func remove(
    _ item: Int, of timeline: Range<Int>, _ cells: UnsafeMutableBufferPointer<RowLearner.Cell>,
    _ marks: UnsafeMutableBufferPointer<UInt32>
  ) {
    let range = learner.occurrences.range(of: item, within: timeline)
    totals[item].subtract(learner.totals(of: item, in: range))
    let count = unsafe learner.accumulate(item, in: range, cells, marks)
    for index in rows[item].neighbours.indices {
      let cell = unsafe cells[Int(rows[item].neighbours[index].rank)]
      rows[item].neighbours[index].count -= cell.sum
      rows[item].neighbours[index].people -= cell.people
    }
    for index in 0..<count { unsafe cells[Int(marks[index])] = RowLearner.Cell() }
    learner.remove(range, of: item)
  }

  /// Brings a row that was subtracted from into order.
  private func settle(
    _ item: Int, _ cells: UnsafeMutableBufferPointer<RowLearner.Cell>, _ marks: UnsafeMutableBufferPointer<UInt32>
  ) {
    guard isPublished[item] else {
      rows[item] = Row()
      return
    }
    let support = UInt32(clamping: learner.parameters.rows.support)
    var row = Row(cut: rows[item].cut)
    row.neighbours = rows[item].neighbours.filter { neighbour in
      neighbour.people >= support && row.cut.map { neighbour.precedes($0) } ?? true
    }
    if row.cut != nil, row.neighbours.count < Int(learner.parameters.rows.neighbors) {
      let count = unsafe learner.accumulate(item, in: learner.occurrences.range(of: item), cells, marks)
      var neighbours: [Neighbour] = []
      unsafe learner.select(cells, marks, count, isPublished, &neighbours)
      row = LearnedCounts.cut(&neighbours, to: limit)
      recounted += 1
    } else {
      row.neighbours.sort { $0.precedes($1) }
    }
    rows[item] = row
  }
}

extension RowLearner.Totals {
  fileprivate mutating func subtract(_ other: Self) {
    support -= other.support
    general -= other.general
    buyers -= other.buyers
  }
}
