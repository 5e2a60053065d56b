import Attune
import Learning
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Evaluation

@Suite("Task files")
struct TaskReaderTests {
  private func read(
    _ task: EvaluationTask, _ train: String, _ test: String, packed: Bool = false, kinds: [String: EventKind] = [:]
  ) throws -> TaskData {
    try withTemporaryDirectory { folder in
      for (name, text) in [("train", train), ("test", test)] {
        let bytes = Array(text.utf8)
        try Files.writeAtomically("\(folder)/\(name)", packed ? gzip(bytes) : bytes)
      }
      return try TaskReader.read(task, train: folder + "/train", test: folder + "/test", kinds: kinds)
    }
  }

  private func items(_ data: TaskData, _ numbers: some Sequence<UInt32>) -> [String] {
    numbers.map { data.ids[Int($0)] }
  }

  @Test("interactions, plain and gzip, with and without a last line end", arguments: [false, true])
  func interactions(packed: Bool) throws {
    let data = try read(
      .interactions, "u1\ta\t-1.5\nu2\tb\t5\r\nu1\tc\t1.25\tpurchase\n\nu2\ta\t\trated", "u2\tx\nu2\tc\nu2\tx\nu9\ta\n",
      packed: packed, kinds: ["buy": .purchase])
    #expect(data.ids == ["a", "b", "c", "x"] && data.trainedItems == 3 && data.personCount == 2)
    #expect(data.catalogueItems == 3)
    #expect(items(data, data.person(0).map(\.item.rawValue)) == ["a", "c"])
    #expect(data.person(0).map(\.time.milliseconds) == [-1500, 1250])
    #expect(data.person(0).map(\.kind) == [.view, .purchase])
    // What has no time keeps its place among all lines.
    #expect(data.person(1).map(\.time.milliseconds) == [5000, 3])
    #expect(data.unknownKinds == ["rated"] && data.hasTimes && data.strangers == 1)
    #expect(data.cases.count == 1 && items(data, data.cases[0].held) == ["c", "x"])
    #expect(items(data, data.history(of: data.cases[0]).map(\.item.rawValue)) == ["b", "a"])
    #expect(data.support == [2, 1, 1])
  }

  @Test("sessions, with items that training lacks", arguments: [false, true])
  func sessions(packed: Bool) throws {
    let data = try read(.nextItem, "a b a\nc\n", "a z\tq\nc y\tb\tb|c\n", packed: packed)
    #expect(data.ids == ["a", "b", "c", "z", "y", "q"] && data.trainedItems == 3 && data.personCount == 2)
    #expect(data.catalogueItems == 5)
    #expect(items(data, data.person(0).map(\.item.rawValue)) == ["a", "b", "a"])
    #expect(data.person(0).map(\.time.milliseconds) == [0, 1, 2])
    #expect(data.cases.map { items(data, data.history(of: $0).map(\.item.rawValue)) } == [["a", "z"], ["c", "y"]])
    #expect(data.cases.map { items(data, $0.held) } == [["q"], ["b"]])
    #expect(data.support == [1, 1, 1])
  }

  @Test(
    "bad lines are named by file and line, and not repeated",
    arguments: [
      (EvaluationTask.interactions, "u\ta\nu secret\n", "u\ta\n", "train:2"),
      (.interactions, "u\ta\tsecret\n", "u\ta\n", "train:1"),
      (.interactions, "u\ta\t1.\n", "u\ta\n", "train:1"),
      (.interactions, "u\ta\t--1\n", "u\ta\n", "train:1"),
      (.interactions, "u\ta\n", "u\ta\nu\t\n", "test:2"),
      (.interactions, "u\ta\t1\tview\tsecret\n", "u\ta\n", "train:1"),
      (.interactions, "u\ta\n", "secret\ta\n", "test"),
      (.nextItem, "a\n  \n", "a\tb\n", "train:2"),
      (.nextItem, "a b\n", "a secret\n", "test:1"),
      (.nextItem, "a b\n", "a\tb secret\n", "test:1"),
      (.nextItem, "a b\n", "", "test"),
    ])
  func bad(task: EvaluationTask, train: String, test: String, place: String) throws {
    do {
      _ = try read(task, train, test)
      Issue.record("nothing was thrown")
    } catch let failure as Failure {
      #expect(failure.code == .badInput)
      #expect(failure.place?.hasSuffix("/" + place) == true)
      #expect(!failure.description.contains("secret"))
    }
  }
}

@Suite("Yardsticks")
struct YardstickTests {
  /// Four people: a with b twice, c once; d alone.
  private func data(_ task: EvaluationTask) -> TaskData {
    var data = TaskData(task: task)
    data.ids = ["d", "c", "b", "a", "x"]
    data.trainedItems = 4
    let people: [[UInt32]] = [[3, 2], [3, 2, 1], [3], [0, 0, 0]]
    for items in people {
      for (position, item) in items.enumerated() { data.append(item, position, to: \.events) }
      data.starts.append(data.events.count)
    }
    return data
  }

  @Test("each ranks by its own count, equals by id, and leaves the history out where asked")
  func lists() {
    var data = data(.interactions)
    data.cases = [TaskData.Case(history: 0..<2, held: [1]), TaskData.Case(history: 6..<9, held: [1])]
    var yardsticks = Yardsticks(data, support: data.support, k: 3, leavesOut: true)
    #expect(data.support == [1, 1, 2, 3])
    #expect(yardsticks.popularity() == [[1, 0], [3, 2, 1]])
    #expect(yardsticks.lastItem() == [[1, 0], [3, 2, 1]])
    #expect(yardsticks.shuffled(seed: 4).map(Set.init) == [[0, 1], [1, 2, 3]])
    yardsticks = Yardsticks(data, support: data.support, k: 3, leavesOut: false)
    #expect(yardsticks.popularity() == [[3, 2, 1], [3, 2, 1]])
    // b was met with a twice and with c once; nothing was met with d, so popularity fills the list.
    #expect(yardsticks.lastItem() == [[3, 1, 2], [3, 2, 1]])
    #expect(yardsticks.shuffled(seed: 4) == yardsticks.shuffled(seed: 4))
    #expect(yardsticks.shuffled(seed: 4).allSatisfy { Set($0).count == 3 })
  }

  @Test("the last item is the last that training knows")
  func unknownLast() {
    var data = data(.nextItem)
    for (position, item) in [2, 4, 4].enumerated() { data.append(UInt32(item), position, to: \.prefixes) }
    data.cases = [TaskData.Case(history: 0..<2, held: [1]), TaskData.Case(history: 2..<3, held: [1])]
    let yardsticks = Yardsticks(data, support: data.support, k: 2, leavesOut: false)
    #expect(yardsticks.lastItem() == [[3, 1], [3, 2]])
  }
}

@Suite("Catalogues of an evaluation")
struct ResearchCatalogueTests {
  private func catalogue(_ files: [String]) throws -> ResearchCatalogue {
    try withTemporaryDirectory { folder in
      let inputs = try files.enumerated().map { index, text in
        try Files.writeAtomically("\(folder)/\(index).csv", Array(text.utf8))
        var input = ImportInput(path: "\(folder)/\(index).csv")
        input.map = "item=id,title=title,tag.genre=genre,available=stock"
        return input
      }
      return try ResearchCatalogue(inputs)
    }
  }

  @Test("lines of one file add tags up, a later file replaces what it tells; words and categories count as in a store")
  func merging() throws {
    let made = try catalogue([
      "id,title,genre,stock\nb,The Big Sleep,noir,0\nb,,crime,1\na,,,\n\"\",x,y,1\n",
      "id,title,genre,stock\nb,,drama|noir,1\nc,,crime,1\n",
    ])
    #expect(made.ids == ["b", "a", "c"] && made.rejected == 1)
    #expect(made.features == [["genre:drama", "genre:noir", "term:big", "term:sleep"], [], ["genre:crime"]])
    #expect(throws: Failure.self) { try catalogue(["id,title,genre,stock\n,x,y,1\n"]) }
  }

  @Test("its items are numbered between those met and those held out only, and can be found", arguments: [false, true])
  func numbering(isSessions: Bool) throws {
    try withTemporaryDirectory { folder in
      let task = isSessions ? EvaluationTask.nextItem : .interactions
      try Files.writeAtomically(folder + "/train", Array((isSessions ? "a b\nb a\na b\n" : "u\ta\nv\tb\nw\ta\n").utf8))
      try Files.writeAtomically(folder + "/test", Array((isSessions ? "a z\tx\na\tq\n" : "u\tx\nu\tq\n").utf8))
      let made = try catalogue(["id,title,genre,stock\nx,,crime,1\na,,crime,1\ny,,noir,0\n"])
      let data = try TaskReader.read(task, train: folder + "/train", test: folder + "/test", catalogue: made)
      let met = isSessions ? ["a", "b", "z"] : ["a", "b"]
      #expect(data.ids == met + ["x", "y", "q"] && data.catalogueItems == met.count + 2 && data.trainedItems == 2)
      #expect(data.features == [["genre:crime"], []] + (isSessions ? [[]] : []) + [["genre:crime"], ["genre:noir"]])

      var options = EvaluationOptions(model: Array("{}".utf8))
      options.k = 2
      options.changes = [("tags.weight", "1")]
      let report = try Evaluator(data, options).run()
      // x is found by its tag, though nobody of training has it; q cannot be.
      #expect(report.own.cold == ColdScores(pairs: 2, hits: 1))
      #expect(report.yardsticks.allSatisfy { $0.cold.hits == 0 && $0.cold.pairs == 2 })
    }
  }
}
