package import Attune
import Intake
import Learning
import ModelFile
import SystemIO
import Vocabulary

/// How a log is cut into what is learned from and what is to be found.
package enum LogSplit: String, CaseIterable, Sendable {
  /// What came last by the clock is held out, as serving would meet it.
  case time
  /// Each person's last event is held out; training then knows what others did after it.
  case leaveLast = "leave-last"
}

extension TaskReader {
  /// Reads logs as an import would and splits them into a task of `interactions`.
  ///
  /// - Parameters:
  ///   - share: Of the time between the first and the last event, the percentage held out by ``LogSplit/time``.
  ///   - repeats: Whether items of the history may be found again; else they are not looked for.
  ///   - catalogue: What is known of the items besides.
  /// - Throws: ``Failure`` where a log cannot be read or leaves no case.
  package static func read(
    _ inputs: [ImportInput], split: LogSplit, share: Int, repeats: Bool,
    catalogue: ResearchCatalogue = ResearchCatalogue(), progress: (Progress) -> Void = { _ in }
  ) throws -> TaskData {
    let log = try ResearchLog(inputs, progress: progress)
    let name = inputs.first?.name ?? inputs.first?.path
    var data = TaskData(task: .interactions)
    data.split = split
    data.rejected = log.rejected
    data.hasTimes = log.events.contains { $0.hasTime }
    if split == .time {
      guard let cut = cut(log, share: share) else {
        throw Failure(
          .badInput, "no event has a time", at: name, expected: "--map time=COLUMN",
          remedy: "Without times try --split leave-last")
      }
      data.cut = cut
    }
    data.take(log, catalogue, repeats: repeats)
    if data.cases.isEmpty {
      throw Failure(
        .badInput, "there is no case to evaluate", at: name,
        expected: "people with events before and after the split",
        remedy: repeats ? nil : "Where people mostly come back to the same items, try --repeats")
    }
    return data
  }

  /// Where the last part of the time begins; `nil` without any time.
  private static func cut(_ log: ResearchLog, share: Int) -> Timestamp? {
    // Times after tomorrow are mistakes, and would stretch the log.
    let limit = Timestamp(milliseconds: Clock.now().milliseconds + 86_400_000)
    let times = log.events.lazy.filter { $0.hasTime && $0.time <= limit }.map(\.time)
    guard let first = times.min(), let last = times.max() else { return nil }
    let span = last.milliseconds - first.milliseconds
    return Timestamp(milliseconds: last.milliseconds - Int64(Double(span) * Double(share) / 100))
  }
}

extension TaskData {
  /// Takes a log's events for training or holds them out, by ``split`` and ``cut``.
  ///
  /// Searches concern no item, so they are neither learned from nor found again; with no catalogue at hand their words
  /// tell nothing. Kinds that say “less of this” stay in the history, where they act as in serving. What is held out
  /// does not depend on the model, so that two models meet the same cases.
  fileprivate mutating func take(_ log: ResearchLog, _ catalogue: ResearchCatalogue, repeats: Bool) {
    var own = [[ResearchLog.Event]](repeating: [], count: log.personCount)
    for event in log.events where event.item != .none { own[event.person].append(event) }
    let usual = ModelParameters()
    func isWanted(_ event: ResearchLog.Event) -> Bool {
      !event.kind.isNegative && usual.strength(of: event.kind, value: event.value) > 0
    }
    var held: [Set<ItemNumber>] = []
    var numbers: [ExactText: UInt32] = [:]
    func number(_ id: String, _ ids: inout [String]) -> UInt32 {
      if let known = numbers[ExactText(id)] { return known }
      let next = UInt32(ids.count)
      numbers[ExactText(id)] = next
      ids.append(id)
      return next
    }
    func number(_ item: ItemNumber, _ ids: inout [String]) -> UInt32 { number(log.items[Int(item.rawValue)], &ids) }
    for events in own {
      // By time, equals by line.
      let ordered = events.indices.sorted { (events[$0].time, $0) < (events[$1].time, $1) }.map { events[$0] }
      let end: Int
      if let cut {
        // What has no time may be of any, so it is not held out.
        end = ordered.firstIndex { $0.hasTime && $0.time >= cut } ?? ordered.count
      } else {
        end = ordered.lastIndex(where: isWanted) ?? ordered.count
      }
      let wanted = split == .leaveLast ? ordered[end...].prefix(1) : ordered[end...].filter(isWanted)[...]
      if end == 0 {
        // Nobody's history: with nothing else to learn of them, a lone event is as good for training as any.
        if cut != nil { strangers += wanted.isEmpty ? 0 : 1 } else { keep(ordered.prefix(1)) }
        continue
      }
      keep(ordered[..<end])
      var items = Set(wanted.map(\.item))
      if !repeats { items.subtract(ordered[..<end].map(\.item)) }
      if items.isEmpty, !wanted.isEmpty { metBefore += 1 }
      held[held.count - 1] = items
    }
    func keep(_ kept: ArraySlice<ResearchLog.Event>) {
      if kept.isEmpty { return }
      for event in kept {
        events.append(
          TimelineEvent(
            time: event.time, item: ItemNumber(number(event.item, &ids)), kind: event.kind, value: event.value))
      }
      starts.append(events.count)
      held.append([])
    }
    trainedItems = ids.count
    take(catalogue, number: number)
    catalogueItems = ids.count
    for person in held.indices where !held[person].isEmpty {
      // In a fixed order, so that items of the test part are numbered alike in every run.
      let items = held[person].sorted().map { number($0, &ids) }
      cases.append(Case(history: starts[person]..<starts[person + 1], held: items.sorted()))
    }
  }
}
