import Attune
package import Learning
package import Vocabulary

/// What is asked of a ranking in an evaluation.
package enum EvaluationTask: String, CaseIterable, Sendable {
  /// For each person, find the held-out items among all.
  case interactions
  /// For each beginning of a session, find the next item.
  case nextItem = "next-item"
}

/// Training people and test cases, with items numbered.
package struct TaskData: Sendable {
  /// One question: a history, and what came after it.
  package struct Case: Sendable {
    /// Where the history lies: in ``TaskData/events`` for a person of training, else in ``TaskData/prefixes``.
    package var history: Range<Int>
    /// Distinct, ascending; at least one.
    package var held: [UInt32]
  }

  package var task: EvaluationTask
  /// Outside ids by item number: first those that occur in training, then those of test histories, then those that only
  /// the catalogue names, then those that are held out only.
  package var ids: [String] = []
  /// How many items occur in training: the numbers below this.
  package var trainedItems = 0
  /// How many items occur in training, in a test history or in the catalogue: no list can know of others.
  package var catalogueItems = 0
  /// Each item's features by its number; empty without a catalogue.
  package var features: [[String]] = []
  /// Person p has `events[starts[p]..<starts[p + 1]]`, in the order of the file.
  package var events: [TimelineEvent] = []
  package var starts: [Int] = [0]
  package var prefixes: [TimelineEvent] = []
  package var cases: [Case] = []
  /// Test subjects that training lacks; nothing is known of them, so they are no cases.
  package var strangers = 0
  /// Whether any event came with a time.
  package var hasTimes = false
  /// Words that name no kind of event, ascending; they count as views.
  package var unknownKinds: [String] = []
  /// How a log of one's own was split; `nil` where training and test came as two files.
  package var split: LogSplit?
  /// The time from which events were held out.
  package var cut: Timestamp?
  /// People who are no case because they had met all that was held out before.
  package var metBefore = 0
  /// Lines of a log that could not be understood.
  package var rejected = 0

  package init(task: EvaluationTask) { self.task = task }

  /// Adds what a catalogue says, before any item is numbered that is held out only.
  ///
  /// - Parameter number: The number of an item, a new one where it is met for the first time.
  mutating func take(_ catalogue: ResearchCatalogue, number: (String, inout [String]) -> UInt32) {
    for (id, own) in zip(catalogue.ids, catalogue.features) {
      let item = Int(number(id, &ids))
      while features.count < ids.count { features.append([]) }
      features[item] = own
    }
    rejected += catalogue.rejected
  }

  package var personCount: Int { starts.count - 1 }

  package func person(_ person: Int) -> ArraySlice<TimelineEvent> { events[starts[person]..<starts[person + 1]] }

  package func history(of question: Case) -> ArraySlice<TimelineEvent> {
    task == .interactions ? events[question.history] : prefixes[question.history]
  }

  /// Distinct people of training who have each item.
  package var support: [Int] {
    var support = [Int](repeating: 0, count: trainedItems)
    var last = [Int](repeating: -1, count: trainedItems)
    for person in 0..<personCount {
      for event in self.person(person) where last[Int(event.item.rawValue)] != person {
        last[Int(event.item.rawValue)] = person
        support[Int(event.item.rawValue)] += 1
      }
    }
    return support
  }

  /// For each item of training its place in the order of outside ids, the order in which equals are ranked.
  package var idOrder: [UInt32] {
    let order = (0..<trainedItems).sorted { ids[$0].utf8.lexicographicallyPrecedes(ids[$1].utf8) }
    var places = [UInt32](repeating: 0, count: trainedItems)
    for (place, item) in order.enumerated() { places[item] = UInt32(place) }
    return places
  }
}
