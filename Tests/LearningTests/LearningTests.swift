import Learning
import ModelFile
import TestSupport
import Testing
import Vocabulary

@Suite("Counting pairs")
struct LearningTests {
  @Test("the rows are those of a slow count, pair by pair")
  func againstSlowReference() {
    var rows = 0
    checkProperty(cases: 400, seed: 1000) { random in
      let log = try Log(&random)
      let learned = log.learn()
      rows += learned.pairCount
      return text(learned) == SlowReference(log: log).text
    }
    #expect(rows > 1000, "the cases are too thin to mean anything")
  }

  @Test("neither the order of people nor the number of threads changes a byte")
  func order() {
    checkProperty(cases: 150, seed: 2000) { random in
      let log = try Log(&random)
      var shuffled = log.people
      for index in shuffled.indices { shuffled.swapAt(index, random.below(index + 1)) }
      for person in shuffled.indices {
        for index in shuffled[person].indices { shuffled[person].swapAt(index, random.below(index + 1)) }
      }
      let learned = log.learn()
      return learned.digest == log.learn(shuffled, threads: 1 + random.below(5)).digest
        && text(learned) == text(log.learn(shuffled, threads: 3))
    }
  }

  @Test("the numbers a catalogue gives to items do not show")
  func numbering() {
    checkProperty(cases: 100, seed: 3000) { random in
      let log = try Log(&random)
      var other = log
      // Numbers backwards: number n is now called last − n.
      let last = UInt32(log.ranks.count - 1)
      other.ranks = log.ranks.reversed()
      other.people = log.people.map { events in
        events.map {
          TimelineEvent(time: $0.time, item: ItemNumber(last - $0.item.rawValue), kind: $0.kind, value: $0.value)
        }
      }
      return log.learn().digest == other.learn().digest
    }
  }

  @Test("two people, counted by hand")
  func byHand() throws {
    var random = SplitMix64(seed: 1)
    var log = try Log(&random)
    log.ids = ["a", "b", "c"]
    log.ranks = [0, 1, 2]
    log.parameters = ModelParameters()
    for (path, value) in [
      ("events.view.strength", "1"), ("events.purchase.strength", "2"), ("timeline.gapDecay", "0.5"),
      ("timeline.backward", "0.25"), ("timeline.subjectExponent", "1"), ("rows.support", "1"),
    ] { try log.parameters.set(path, value) }
    func event(_ second: Int64, _ item: UInt32, _ kind: EventKind) -> TimelineEvent {
      TimelineEvent(time: Timestamp(seconds: second), item: ItemNumber(item), kind: kind, value: 0)
    }
    // a, b, then c is bought: three items, so every pair is divided by 3.
    log.people = [[event(1, 0, .view), event(2, 1, .view), event(3, 2, .purchase)], [event(1, 0, .view)]]
    // In Q20: 1·1/3 is 349,525; 1·2/3 is 699,050. (1/3 in Q24 is 5,592,405, and 2^8·2^8·5,592,405 / 2^20 = 349,525.3.)
    // a→b 349,525; a→c one step further: 699,050 / 2; b→c 699,050; backward a quarter of each.
    #expect(
      text(log.learn()) == """
        a d2 g131072 s0 <<0: b=349525 c=349525
        b d1 g65536 s0 <<0: c=699050 a=87381
        c d1 g131072 s1 <<0: b=174762 a=87381
        """)
  }
}

@Suite("G5: a person removed and a person never seen")
struct RelearningTests {
  @Test("learning again after a removal is learning without, byte for byte")
  func removal() {
    var removals = 0
    checkProperty(cases: 400, seed: 5000) { random in
      let log = try Log(&random)
      if log.people.isEmpty { return true }
      let gone = Set((0...random.below(3)).map { _ in random.below(log.people.count) })
      let rest = log.people.indices.filter { !gone.contains($0) }.map { log.people[$0] }
      let touched = Set(gone.flatMap { log.people[$0] }.map { log.ranks[Int($0.item.rawValue)] }).sorted()
      let again = Learning.relearn(
        log.learn(), log.timelines(of: rest), ids: log.ids, touched: touched, parameters: log.parameters)
      removals += touched.isEmpty ? 0 : 1
      return again.digest == log.learn(rest).digest && text(again) == text(log.learn(rest))
    }
    #expect(removals > 200)
  }

  @Test("items that the catalogue gained since do not disturb it")
  func newItems() {
    checkProperty(cases: 100, seed: 6000) { random in
      let log = try Log(&random)
      if log.people.isEmpty { return true }
      var grown = log
      // One id before all others, one among them and one after.
      grown.ids =
        ["a"] + log.ids[..<(log.ids.count / 2)] + [log.ids[log.ids.count / 2] + " "] + log.ids[(log.ids.count / 2)...]
        + ["z"]
      grown.ids.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      grown.ranks = log.ranks.map { old in UInt32(grown.ids.firstIndex(of: log.ids[Int(old)]) ?? 0) }
      let rest = Array(log.people.dropFirst())
      let touched = Set((log.people.first ?? []).map { grown.ranks[Int($0.item.rawValue)] }).sorted()
      let again = Learning.relearn(
        log.learn(), grown.timelines(of: rest), ids: grown.ids, touched: touched, parameters: log.parameters)
      return text(again) == text(log.learn(rest))
    }
  }
}

@Suite("G5: people taken out of the counts kept in memory")
struct LearnedCountsTests {
  @Test("whoever is taken out, one after another or together, leaves what learning without them gives")
  func removal() {
    var removals = 0
    var recounted = 0
    checkProperty(cases: 400, seed: 7000) { random in
      let log = try Log(&random)
      // Who has nothing that counts is not in the timelines.
      let present = log.people.indices.filter { log.timelines(of: [log.people[$0]]).personCount == 1 }
      let counts = LearnedCounts(
        log.timelines(), itemCount: log.ids.count, parameters: log.parameters, threads: 1 + random.below(2),
        spare: [nil, 0, 1, 3][random.below(4)])
      if text(counts.segment(ids: log.ids)) != text(log.learn()) { return false }
      var gone: Set<Int> = []
      for _ in 0..<4 {
        let leaving = Set((0..<random.below(4)).map { _ in random.below(max(1, present.count)) })
          .filter { $0 < present.count && !gone.contains($0) }
        let changed = counts.remove(leaving.sorted())
        gone.formUnion(leaving)
        removals += leaving.count
        let rest = log.people.indices.filter { !gone.map { present[$0] }.contains($0) }.map { log.people[$0] }
        let never = log.learn(rest)
        guard text(counts.segment(ids: log.ids)) == text(never), changed == changed.sorted() else { return false }
        for rank in log.ids.indices {
          let place = never.ids.firstIndex(of: log.ids[rank])
          guard counts.item(UInt32(rank)) == place.map({ item($0, of: never, in: log) }) else { return false }
        }
      }
      recounted += counts.recounted
      return true
    }
    #expect(removals > 500 && recounted > 50, "the cases are too thin to mean anything: \(removals), \(recounted)")
  }

  @Test("nothing but the rows it names changes")
  func named() {
    checkProperty(cases: 150, seed: 8000) { random in
      let log = try Log(&random)
      let counts = LearnedCounts(log.timelines(), itemCount: log.ids.count, parameters: log.parameters, threads: 1)
      if log.timelines().personCount == 0 { return true }
      let before = log.ids.indices.map { counts.item(UInt32($0)) }
      let changed = Set(counts.remove([random.below(log.timelines().personCount)]))
      return log.ids.indices.allSatisfy { changed.contains(UInt32($0)) || counts.item(UInt32($0)) == before[$0] }
    }
  }

  /// An item of a segment with ranks for its neighbours.
  private func item(_ place: Int, of segment: LearnedSegment, in log: Log) -> LearnedItem {
    var item = LearnedItem(
      support: segment.support[place], general: segment.general[place], sales: segment.sales[place])
    item.shift = segment.rowShift[place]
    let row = Int(segment.rowStart[place])..<Int(segment.rowStart[place + 1])
    item.neighbours = row.map { entry in
      UInt32(log.ids.firstIndex(of: segment.ids[Int(segment.rowItem[entry])]) ?? 0)
    }
    item.values = Array(segment.rowValue[row])
    return item
  }
}
