import Learning
import ModelFile
import TestSupport
import Vocabulary

/// A made-up log: people with events on items whose catalogue numbers and ids have nothing to do with each other.
struct Log {
  var people: [[TimelineEvent]]
  /// Outside ids by rank, ascending.
  var ids: [String]
  /// Catalogue number → rank.
  var ranks: [UInt32]
  var parameters: ModelParameters

  init(_ random: inout SplitMix64) throws {
    let itemCount = 1 + random.below(14)
    ids = (0..<itemCount).map { "i\($0)" }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    ranks = (0..<UInt32(itemCount)).map { $0 }
    for index in ranks.indices { ranks.swapAt(index, random.below(index + 1)) }
    parameters = ModelParameters()
    for (path, values) in [
      ("timeline.cap", ["3", "8", "500"]), ("timeline.window", ["0", "1", "3"]),
      ("timeline.gapDecay", ["1", "0.9", "0.3", "0"]), ("timeline.backward", ["1", "0.5", "0"]),
      ("timeline.subjectExponent", ["0", "0.5", "1"]), ("rows.neighbors", ["1", "3", "200"]),
      ("rows.support", ["1", "2", "3"]), ("rows.exponent", ["1", "0.75", "0.3", "0"]),
      ("rates", ["[[-1,-1],[2,0.5],[4,3]]"]),
    ] {
      try parameters.set(path, values[random.below(values.count)])
    }
    for kind in EventKind.allCases {
      let strength = kind.isNegative ? "-2" : ["0", "0.4", "1", "5", "100"][random.below(5)]
      try parameters.set("events.\(kind.name).strength", strength)
    }
    people = []
    for _ in 0..<random.below(25) {
      people.append(
        (0..<random.below(12)).map { _ in
          TimelineEvent(
            time: Timestamp(seconds: Int64(1_700_000_000 + random.below(9))),
            item: ItemNumber(UInt32(random.below(itemCount))),
            kind: EventKind.allCases[random.below(EventKind.allCases.count)],
            value: Int32(random.below(6) * 1000 - 1000))
        })
    }
  }

  func timelines(of people: [[TimelineEvent]]? = nil) -> Timelines {
    var timelines = Timelines(itemRank: ranks, parameters: parameters)
    for events in people ?? self.people { timelines.append(events) }
    return timelines
  }

  func learn(_ people: [[TimelineEvent]]? = nil, threads: Int = 1) -> LearnedSegment {
    Learning.learn(timelines(of: people), ids: ids, parameters: parameters, threads: threads)
  }
}

/// A learned segment as text, so that two can be compared and a difference read.
func text(_ segment: LearnedSegment) -> String {
  segment.ids.indices.map { index in
    let row = (Int(segment.rowStart[index])..<Int(segment.rowStart[index + 1])).map {
      "\(segment.ids[Int(segment.rowItem[$0])])=\(segment.rowValue[$0])"
    }
    return "\(segment.ids[index]) d\(segment.support[index]) g\(segment.general[index]) s\(segment.sales[index]) "
      + "<<\(segment.rowShift[index]): \(row.joined(separator: " "))"
  }.joined(separator: "\n")
}
