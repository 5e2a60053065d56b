import Learning
import Vocabulary

extension TaskData {
  /// A task of the same kind made of the training part alone, to choose parameters by without a look at the test file.
  ///
  /// - `interactions`: of each person's n events the last ⌊n/5⌋ are held out, or as many at random where nothing came
  ///   with a time. With `leavesOut`, what remains in the history is not to be found again.
  /// - `next-item`: of the sessions the last tenth is held out, and asked for after every beginning.
  ///
  /// - Parameter limit: The most cases; where there are more, so many are drawn.
  package func validationCut(leavesOut: Bool, limit: Int, seed: UInt64) -> TaskData {
    var random = SplitMix64(seed: seed)
    var cut = TaskData(task: task)
    (cut.ids, cut.trainedItems, cut.features) = (ids, trainedItems, features)
    // Items that only test histories have stay unknown; those of a catalogue are known anyhow.
    cut.catalogueItems = features.isEmpty ? trainedItems : catalogueItems
    cut.hasTimes = hasTimes
    switch task {
    case .interactions: cut.cutEvents(of: self, leavesOut: leavesOut, &random)
    case .nextItem: cut.cutSessions(of: self)
    }
    if cut.cases.count > limit {
      // The first of a shuffle, in their own order again.
      let drawn = cut.cases.indices.shuffled(using: &random).prefix(limit).sorted()
      cut.cases = drawn.map { cut.cases[$0] }
    }
    return cut
  }

  private mutating func cutEvents(of whole: TaskData, leavesOut: Bool, _ random: inout SplitMix64) {
    for person in 0..<whole.personCount {
      let own = Array(whole.person(person))
      let order =
        hasTimes
        ? own.indices.sorted { (own[$0].time, $0) < (own[$1].time, $1) } : own.indices.shuffled(using: &random)
      let kept = order.dropLast(own.count / 5).sorted().map { own[$0] }
      var held = Set(order.suffix(own.count / 5).map { own[$0].item.rawValue })
      if leavesOut { held.subtract(kept.map(\.item.rawValue)) }
      events += kept
      starts.append(events.count)
      if !held.isEmpty {
        cases.append(Case(history: starts[starts.count - 2]..<events.count, held: held.sorted()))
      }
    }
  }

  private mutating func cutSessions(of whole: TaskData) {
    let kept = whole.personCount - whole.personCount / 10
    for person in 0..<kept {
      events += whole.person(person)
      starts.append(events.count)
    }
    for person in kept..<whole.personCount {
      let own = whole.person(person)
      let start = prefixes.count
      prefixes += own
      for length in 1..<max(1, own.count) {
        cases.append(Case(history: start..<start + length, held: [prefixes[start + length].item.rawValue]))
      }
    }
  }
}
