import Learning
import ModelFile
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Evaluation

@Suite("The validation cut")
struct ValidationCutTests {
  private func texts(_ events: some Sequence<TimelineEvent>) -> [String] {
    events.map { "\($0.item.rawValue) \($0.time.milliseconds) \($0.kind)" }
  }

  @Test("of histories the last fifth by time, or a random one, is held out; the rest stays in its order")
  func interactions() {
    checkProperty(cases: 60, seed: 120_000) { random in
      var data = TaskData.random(&random, .interactions)
      data.hasTimes = random.chance(1, in: 2)
      let leavesOut = random.chance(1, in: 2)
      let cut = data.validationCut(leavesOut: leavesOut, limit: .max, seed: 3)
      guard cut.personCount == data.personCount, cut.trainedItems == data.trainedItems else { return false }
      var held = 0
      for person in 0..<data.personCount {
        let (own, kept) = (Array(data.person(person)), Array(cut.person(person)))
        let fifth = own.count / 5
        // What is missing of the history, one by one.
        var rest = texts(own)
        for text in texts(kept) {
          guard let place = rest.firstIndex(of: text) else { return false }
          rest.remove(at: place)
        }
        guard rest.count == fifth else { return false }
        if data.hasTimes {
          let last = own.indices.sorted { (own[$0].time, $0) < (own[$1].time, $1) }.suffix(fifth).map { own[$0] }
          guard rest.sorted() == texts(last).sorted() else { return false }
        }
        var expected = Set(rest.compactMap { UInt32($0.prefix { $0 != " " }) })
        if leavesOut { expected.subtract(kept.map(\.item.rawValue)) }
        guard !expected.isEmpty else { continue }
        guard cut.cases[held].held == expected.sorted(),
          texts(cut.history(of: cut.cases[held])) == texts(kept)
        else { return false }
        held += 1
      }
      return held == cut.cases.count
    }
  }

  @Test("of sessions the last tenth is held out, after every beginning; no more cases than asked for")
  func sessions() {
    var data = TaskData(task: .nextItem)
    data.ids = ["a", "b", "c"]
    (data.trainedItems, data.catalogueItems) = (3, 3)
    for session in 0..<20 {
      for place in 0..<(session == 19 ? 1 : 4) {
        data.append(UInt32((session + place) % 3), place, to: \.events)
      }
      data.starts.append(data.events.count)
    }
    let cut = data.validationCut(leavesOut: false, limit: .max, seed: 1)
    #expect(cut.personCount == 18 && texts(cut.events) == texts(data.events[..<72]))
    // Session 18 is a, b, c, a; the last has nothing to ask for.
    #expect(cut.cases.map(\.held) == [[1], [2], [0]])
    #expect(cut.cases.map { cut.history(of: $0).map(\.item.rawValue) } == [[0], [0, 1], [0, 1, 2]])
    let two = data.validationCut(leavesOut: false, limit: 2, seed: 1)
    #expect(two.cases.count == 2 && two.cases[0].history.count < two.cases[1].history.count)
  }
}

@Suite("Tuning")
struct TunerTests {
  /// Sessions that walk along one of two rings, so that order matters.
  private func data(_ seed: UInt64) -> TaskData {
    var random = SplitMix64(seed: seed)
    var data = TaskData(task: .nextItem)
    data.ids = (0..<16).map { "i\($0)" }
    (data.trainedItems, data.catalogueItems) = (16, 16)
    for _ in 0..<60 {
      let (ring, start) = (random.below(2), random.below(8))
      for place in 0..<5 { data.append(UInt32(ring * 8 + (start + place) % 8), place, to: \.events) }
      data.starts.append(data.events.count)
    }
    return data
  }

  private func options(_ seed: UInt64 = 1) -> EvaluationOptions {
    var options = EvaluationOptions(model: Array(#"{"name":"start"}"#.utf8))
    options.k = 3
    options.seed = seed
    return options
  }

  @Test("a search finds a better model, and ends at the same one when taken up again")
  func resumes() throws {
    try withTemporaryDirectory { folder in
      var whole = try Tuner(data(1), options(), limit: 100, log: folder + "/whole")
      let found = try whole.run(trials: 40)
      #expect(found.after > found.before && found.tried + found.remembered == 40 && found.cases == 24)
      let model = try ModelParameters(json: found.model)
      #expect(model.name == "start, tuned" && model.rows.support == 3)

      var part = try Tuner(data(1), options(), limit: 100, log: folder + "/part")
      _ = try part.run(trials: 15)
      // The last line was being written when the process was killed.
      let torn = try Files.read(folder + "/part").dropLast(9)
      try Files.writeAtomically(folder + "/part", Array(torn))
      var rest = try Tuner(data(1), options(), limit: 100, log: folder + "/part")
      let resumed = try rest.run(trials: 40)
      #expect(resumed.model == found.model && resumed.after == found.after && resumed.tried < found.tried)
      #expect(try Files.read(folder + "/part").count == Files.read(folder + "/whole").count)
    }
  }

  @Test("the log of another search is refused, and left alone")
  func otherLog() throws {
    try withTemporaryDirectory { folder in
      var tuner = try Tuner(data(1), options(), limit: 100, log: folder + "/log")
      _ = try tuner.run(trials: 2)
      let before = try Files.read(folder + "/log")
      do {
        _ = try Tuner(data(1), options(2), limit: 100, log: folder + "/log")
        Issue.record("another seed was taken for the same search")
      } catch let failure as Failure {
        #expect(failure.code == .refused)
      }
      #expect(try Files.read(folder + "/log") == before)
    }
  }

  @Test("a threshold that is set holds in every trial, is another search's, and stays out of the model")
  func threshold() throws {
    try withTemporaryDirectory { folder in
      var held = options()
      held.changes = [("rows.support", "50")]
      var tuner = try Tuner(data(1), held, limit: 100, log: folder + "/held")
      let found = try tuner.run(trials: 5)
      var free = try Tuner(data(1), options(), limit: 100, log: folder + "/free")
      // So many people share no pair, so nothing that is tried can do better than the general list.
      #expect(try free.run(trials: 5).before > found.before && found.after == found.before)
      #expect(try ModelParameters(json: found.model).rows.support == 3)
      #expect(throws: Failure.self) { try Tuner(data(1), options(), limit: 100, log: folder + "/held") }
    }
  }

  @Test("the cases of the test file are not looked at")
  func testFile() throws {
    try withTemporaryDirectory { folder in
      var other = data(1)
      other.append(3, 0, to: \.prefixes)
      other.cases = [TaskData.Case(history: 0..<1, held: [4])]
      var tuner = try Tuner(data(1), options(), limit: 100, log: folder + "/a")
      var second = try Tuner(other, options(), limit: 100, log: folder + "/b")
      #expect(try tuner.run(trials: 5).model == second.run(trials: 5).model)
      #expect(try Files.read(folder + "/a") == Files.read(folder + "/b"))
    }
  }

  @Test("too few data are refused")
  func few() {
    var data = TaskData(task: .interactions)
    data.ids = ["a"]
    (data.trainedItems, data.catalogueItems) = (1, 1)
    data.append(0, 0, to: \.events)
    data.starts.append(1)
    #expect(throws: Failure.self) { try Tuner(data, options(), limit: 10, log: "/nonexistent/log") }
  }
}
