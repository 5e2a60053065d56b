package import ModelFile
import Vocabulary

/// From timelines to related-item rows and general scores: exact to add to, exact to take from.
package enum Learning {
  /// Learns every row, and refines them where the parameters say so.
  ///
  /// - Parameters:
  ///   - ids: Outside ids by rank, ascending.
  ///   - threads: How many workers count rows at once; the result is the same for any number.
  /// - Complexity: the pairs within every timeline's window.
  package static func learn(
    _ timelines: Timelines, ids: [String], parameters: ModelParameters, threads: Int
  ) -> LearnedSegment {
    let learner = RowLearner(timelines, itemCount: ids.count, parameters: parameters)
    let totals = ids.indices.map { learner.totals(of: $0) }
    let isPublished = totals.map { $0.support >= parameters.rows.support }
    let rows = learner.countAll(isPublished: isPublished, threads: threads, none: RowLearner.Row()) {
      learner.published(greatestOf: &$0)
    }
    var segment = assemble(ids, totals, rows: rows, isPublished: isPublished, parameters)
    if parameters.rows.refine > 0 {
      let own = ids.indices.filter { isPublished[$0] }.map(learner.ownCount(of:))
      segment.refined = Refinement(segment, own: own).rows(threads: threads)
    }
    return segment
  }

  /// Learns again exactly the rows that a change of some people's events can have changed.
  ///
  /// - Parameters:
  ///   - segment: What had been learned with those people, under the same parameters.
  ///   - timelines: Everybody's events without theirs.
  ///   - touched: The ranks of the items in their events, ascending.
  /// - Returns: The same, byte for byte, as ``learn(_:ids:parameters:threads:)`` over `timelines`, but without refined
  ///   rows: each of them follows from the counts of hundreds of items, so the counts are served until the next training.
  package static func relearn(
    _ segment: LearnedSegment, _ timelines: Timelines, ids: [String], touched: [UInt32], parameters: ModelParameters
  ) -> LearnedSegment {
    let learner = RowLearner(timelines, itemCount: ids.count, parameters: parameters)
    var totals = [RowLearner.Totals](repeating: RowLearner.Totals(), count: ids.count)
    var rows = [RowLearner.Row](repeating: RowLearner.Row(), count: ids.count)
    var ranks: [Int] = []
    var rank = 0
    for id in segment.ids {
      while ids[rank] != id { rank += 1 }
      ranks.append(rank)
    }
    for (place, rank) in ranks.enumerated() {
      totals[rank] = RowLearner.Totals(
        support: segment.support[place], general: segment.general[place], buyers: segment.sales[place])
      let row = Int(segment.rowStart[place])..<Int(segment.rowStart[place + 1])
      rows[rank] = RowLearner.Row(
        row.lazy.map { (UInt32(ranks[Int(segment.rowItem[$0])]), segment.rowValue[$0]) },
        shift: segment.rowShift[place])
    }
    // No other row changes: enough people stand behind each of its pairs who have both items, so none of its
    // neighbours can fall below the threshold by people who did not have its own item.
    let again = touched.map(Int.init)
    for rank in again {
      totals[rank] = learner.totals(of: rank)
      rows[rank] = RowLearner.Row()
    }
    let isPublished = totals.map { $0.support >= parameters.rows.support }
    learner.learn(again, isPublished: isPublished) { rows[$0] = $1 }
    return assemble(ids, totals, rows: rows, isPublished: isPublished, parameters)
  }

  /// Publishes the items that enough people stand behind, renumbered by place.
  static func assemble(
    _ ids: [String], _ totals: [RowLearner.Totals], rows: [RowLearner.Row], isPublished: [Bool],
    _ parameters: ModelParameters
  ) -> LearnedSegment {
    var segment = LearnedSegment(parameters: parameters)
    var place = [UInt32](repeating: .max, count: ids.count)
    var next: UInt32 = 0
    for rank in ids.indices where isPublished[rank] {
      place[rank] = next
      next += 1
    }
    let pairs = rows.reduce(0) { $0 + $1.keys.count }
    segment.rowItem.reserveCapacity(pairs)
    segment.rowValue.reserveCapacity(pairs)
    for rank in ids.indices where isPublished[rank] {
      segment.ids.append(ids[rank])
      segment.support.append(totals[rank].support)
      segment.general.append(totals[rank].general)
      segment.sales.append(totals[rank].publishedBuyers(parameters))
      segment.rowShift.append(rows[rank].shift)
      for key in rows[rank].keys {
        segment.rowItem.append(place[Int(RowLearner.Row.rank(key))])
        segment.rowValue.append(RowLearner.Row.value(key))
      }
      segment.rowStart.append(UInt32(segment.rowItem.count))
    }
    return segment
  }
}

extension RowLearner.Totals {
  fileprivate func publishedBuyers(_ parameters: ModelParameters) -> UInt32 {
    buyers >= UInt32(clamping: parameters.rows.support) ? buyers : 0
  }
}

extension LearnedItem {
  /// An item's counts as they are published; neighbours are ranks.
  init(_ totals: RowLearner.Totals, _ row: RowLearner.Row, _ parameters: ModelParameters) {
    self.init(support: totals.support, general: totals.general, sales: totals.publishedBuyers(parameters))
    shift = row.shift
    neighbours = row.keys.map(RowLearner.Row.rank)
    values = row.keys.map(RowLearner.Row.value)
  }
}
