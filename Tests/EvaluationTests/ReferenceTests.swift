import Attune
import Learning
import ModelFile
import Ranking
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Evaluation

extension TaskData {
  mutating func append(
    _ item: UInt32, _ time: Int, kind: EventKind = .view, to events: WritableKeyPath<TaskData, [TimelineEvent]>
  ) {
    self[keyPath: events].append(
      TimelineEvent(time: Timestamp(milliseconds: Int64(time)), item: ItemNumber(item), kind: kind, value: 0))
  }

  /// A small task of some dozens of items and people, with repeats, ties, and items that training lacks.
  static func random(_ random: inout SplitMix64, _ task: EvaluationTask) -> TaskData {
    var data = TaskData(task: task)
    // Ids whose order is not that of the numbers.
    let count = 2 + random.below(25)
    data.ids = (0..<count + 3).map { "\(["b", "a", "c"][$0 % 3])\($0)" }
    data.trainedItems = count
    data.catalogueItems = task == .nextItem ? count + 2 : count
    if random.chance(2, in: 3) {
      // A catalogue names two of the items that nobody of training has; few items have a tag that tells nothing.
      data.catalogueItems = count + 2
      let tags = ["color:0", "color:1", "brand:0", "brand:1", "brand:2", "health:0"]
      data.features = (0..<data.catalogueItems).map { _ in
        tags.filter { random.chance($0 == "health:0" ? 1 : 4, in: 12) }
      }
    }
    let clock = random.chance(1, in: 2) ? 1_700_000_000_000 : 0
    let kinds: [EventKind] = [.view, .view, .cart, .purchase, .hide, .impression]
    func step(_ place: Int, _ random: inout SplitMix64) -> (Int, EventKind) {
      let time = clock + (random.chance(1, in: 5) ? place / 2 : place) * (clock > 0 ? 3_600_000 : 1)
      return (time, task == .nextItem ? .view : kinds[random.below(kinds.count)])
    }
    for _ in 0..<1 + random.below(30) {
      for place in 0..<1 + random.below(12) {
        let (time, kind) = step(place, &random)
        // Few items are frequent, many are rare.
        data.append(UInt32(min(random.below(count), random.below(count))), time, kind: kind, to: \.events)
      }
      data.starts.append(data.events.count)
    }
    for person in 0..<data.personCount {
      let held = Set((0..<1 + random.below(4)).map { _ in UInt32(random.below(data.ids.count)) }).sorted()
      if task == .interactions {
        data.cases.append(Case(history: data.starts[person]..<data.starts[person + 1], held: held))
      } else {
        let start = data.prefixes.count
        for place in 0..<random.below(7) {
          data.append(UInt32(random.below(data.catalogueItems)), place, to: \.prefixes)
        }
        data.cases.append(Case(history: start..<data.prefixes.count, held: [held[0]]))
      }
    }
    return data
  }
}

extension ModelParameters {
  static func random(_ random: inout SplitMix64) -> ModelParameters {
    var made = ModelParameters()
    func fraction(_ most: Int) -> Int64 { Int64(random.below(most << 16 + 1)) }
    made.timeline.cap = Int64(random.chance(1, in: 3) ? 2 + random.below(6) : 500)
    made.timeline.window = Int64(random.chance(1, in: 2) ? 0 : 1 + random.below(6))
    made.timeline.gapDecay = random.chance(1, in: 2) ? 1 << 16 : fraction(1)
    made.timeline.backward = random.chance(1, in: 2) ? 1 << 16 : fraction(1)
    made.timeline.subjectExponent = fraction(2)
    made.rows.neighbors = Int64(1 + random.below(12))
    made.rows.support = Int64(1 + random.below(3))
    made.rows.exponent = random.chance(1, in: 2) ? 1 << 16 : fraction(1)
    if random.chance(1, in: 3) {
      made.rows.refine = Int64(1 + random.below(12))
      made.rows.ridge = 656 + fraction(40)
    }
    made.query.sourceExponent = fraction(2) - 1 << 15
    made.query.targetExponent = fraction(2) - 1 << 15
    made.query.positionDecay = random.chance(1, in: 3) ? 0 : 1 + fraction(6)
    made.query.repeat = random.chance(1, in: 2) ? 0 : fraction(6)
    made.query.repeatLatest = random.chance(1, in: 2) ? 1 << 16 : fraction(1)
    made.query.hop = random.chance(1, in: 3) ? 0 : fraction(4)
    made.query.hopItems = Int64(random.below(9))
    made.query.history = Int64(random.chance(1, in: 3) ? 1 + random.below(4) : 500)
    made.tags.weight = random.chance(1, in: 3) ? 0 : fraction(3)
    made.tags.fields = ["*": fraction(2), "brand": fraction(2)]
    made.general.weight = random.chance(1, in: 2) ? 0 : fraction(1)
    return made
  }
}

@Suite("The engine against the slow one")
struct ReferenceTests {
  @Test("lists and scores agree to the last bit", arguments: EvaluationTask.allCases)
  func lists(task: EvaluationTask) {
    var scored = 0
    checkProperty(cases: 60, seed: task == .interactions ? 60_000 : 70_000) { random in
      let data = TaskData.random(&random, task)
      var parameters = ModelParameters.random(&random)
      let leavesOut = task == .interactions && random.chance(2, in: 3)
      if leavesOut {
        parameters.query.repeat = 0
        parameters.seen = [ModelParameters.Seen(kinds: EventKind.allCases, days: 0)]
      }
      let asOf = data.events.map(\.time).max() ?? Timestamp(milliseconds: 0)
      let engine = try EphemeralEngine(
        ids: Array(data.ids[..<data.catalogueItems]), features: data.features,
        people: (0..<data.personCount).map { Array(data.person($0)) }, asOf: asOf, parameters: parameters,
        threads: 1 + random.below(3))
      let slow = SlowEngine(data, parameters)
      let session = engine.makeSession()
      let k = 1 + random.below(20)
      return data.cases.allSatisfy { question in
        let history = data.history(of: question)
        let list = session.rank(history, count: k).places.map {
          SlowEngine.Shown(item: engine.snapshot.id(of: $0.item), score: $0.score)
        }
        scored += list.count { $0.score > 0 }
        return list == slow.rank(history, k: k, leavesOut: leavesOut, asOf: asOf)
      }
    }
    #expect(scored > 3000, "\(scored) items had a score")
  }

  @Test("a report is the mean over the slow engine's lists, on any number of threads")
  func report() {
    checkProperty(cases: 6, seed: 80_000) { random in
      let task = random.chance(1, in: 2) ? EvaluationTask.interactions : .nextItem
      let data = TaskData.random(&random, task)
      var options = EvaluationOptions(model: ModelParameters.random(&random).canonicalJSON)
      options.k = 1 + random.below(10)
      options.repeats = task == .interactions && random.chance(1, in: 3)
      options.changes = [("general.weight", "0.125")]
      let evaluator = Evaluator(data, options)
      let parameters = try evaluator.parameters()
      let slow = SlowEngine(data, parameters)
      let asOf = data.events.map(\.time).max() ?? Timestamp(milliseconds: 0)
      let discounts = Discounts(k: options.k)
      let scores = data.cases.map { question in
        let list = slow.rank(data.history(of: question), k: options.k, leavesOut: evaluator.leavesOut, asOf: asOf)
        let numbers = list.compactMap { shown in data.ids.firstIndex(of: shown.item).map { UInt32($0) } }
        return CaseScores(numbers, held: question.held, k: options.k, discounts: discounts)
      }
      let report = try evaluator.run()
      options.threads += 2
      let again = try Evaluator(data, options).run()
      return report.own.mean == CaseScores.mean(scores) && again.own.mean == report.own.mean
        && again.digest == report.digest && again.own.lists == report.own.lists && report.cases == data.cases.count
    }
  }

  @Test("the model and the lists are those of a store that was given the same log")
  func store() {
    checkProperty(cases: 3, seed: 90_000) { random in
      try withTemporaryDirectory { folder in
        var data = TaskData.random(&random, .interactions)
        data.features = data.ids.map { _ in ["color:0", "health:0", "brand:1"].filter { _ in random.chance(1, in: 3) } }
        for index in data.events.indices where !data.events[index].time.isClock {
          data.events[index].time.milliseconds += 1_700_000_000_000
        }
        var log = "subject,item,kind,time\n"
        for person in 0..<data.personCount {
          for event in data.person(person) {
            log += "p\(person),\(data.ids[Int(event.item.rawValue)]),\(event.kind.name),\(event.time.milliseconds)\n"
          }
        }
        try Files.writeAtomically(folder + "/log.csv", Array(log.utf8))
        var catalogue = ""
        for (id, tags) in zip(data.ids, data.features) {
          catalogue += "{\"item\":\"\(id)\",\"tags\":[\(tags.map { "\"\($0)\"" }.joined(separator: ","))]}\n"
        }
        try Files.writeAtomically(folder + "/items.ndjson", Array(catalogue.utf8))
        var parameters = ModelParameters.random(&random)
        parameters.rows.support = 3
        parameters.seen = [ModelParameters.Seen(kinds: [.purchase], days: 0)]

        let engine = try Engine.open(folder + "/store", create: true)
        var input = ImportInput(path: folder + "/log.csv")
        input.grantAll = true
        _ = try engine.importEvents(input)
        _ = try engine.importItems(ImportInput(path: folder + "/items.ndjson"))
        let trained = try engine.train(model: parameters.canonicalJSON)
        let asOf = data.events.map(\.time).max() ?? Timestamp(milliseconds: 0)
        let ephemeral = try EphemeralEngine(
          ids: data.ids, features: ResearchCatalogue([ImportInput(path: folder + "/items.ndjson")]).features,
          people: (0..<data.personCount).map { Array(data.person($0)) }, asOf: asOf, parameters: parameters, threads: 2)
        guard trained.digest == ephemeral.digest else { return false }
        let session = ephemeral.makeSession()
        return try (0..<data.personCount).allSatisfy { person in
          let served = try engine.recommend(RecommendationRequest(subject: "p\(person)", count: 10)).items
          let list = session.rank(data.person(person), count: 10).places
          return served.map(\.item) == list.map { ephemeral.snapshot.id(of: $0.item) }
            && served.map(\.score) == list.map(\.score)
        }
      }
    }
  }
}

@Suite("Groups and comparisons")
struct GroupTests {
  @Test("every case is in one group of each kind, and their means make up the whole")
  func groups() {
    checkProperty(cases: 5, seed: 100_000) { random in
      let data = TaskData.random(&random, random.chance(1, in: 2) ? .interactions : .nextItem)
      let options = EvaluationOptions(model: ModelParameters.random(&random).canonicalJSON)
      let report = try Evaluator(data, options).run(yardsticks: false)
      return report.yardsticks.isEmpty
        && ["history", "support"].allSatisfy { by in
          let own = report.groups.filter { $0.by == by }
          let whole = own.reduce(0) { $0 + $1.mean.ndcg * Double($1.cases) } / Double(data.cases.count)
          return own.reduce(0) { $0 + $1.cases } == data.cases.count && abs(whole - report.own.mean.ndcg) < 1e-9
        }
    }
  }

  /// Three people: a has all of them, b the first.
  private var threePeople: TaskData {
    var data = TaskData(task: .interactions)
    data.ids = ["a", "b", "x"]
    data.trainedItems = 2
    data.catalogueItems = 2
    for items in [[0, 1], [0], [0, 0, 0]] as [[UInt32]] {
      for (place, item) in items.enumerated() { data.append(item, place, to: \.events) }
      data.starts.append(data.events.count)
    }
    data.cases = [
      TaskData.Case(history: 2..<3, held: [1, 2]), TaskData.Case(history: 3..<6, held: [1]),
      TaskData.Case(history: 0..<2, held: [0]),
    ]
    return data
  }

  @Test("a case's group is that of its history's length and of its held items' people")
  func bounds() throws {
    let report = try Evaluator(threePeople, EvaluationOptions(model: Array("{}".utf8))).run()
    func names(_ by: String) -> [String] {
      report.groups.filter { $0.by == by }.map { "\($0.from)-\($0.to ?? -1): \($0.cases)" }
    }
    #expect(names("history") == ["1-1: 1", "2-2: 1", "3-4: 1"])
    // b has one person; with x, whom nobody has, half of one.
    #expect(names("support") == ["0-0: 1", "1-1: 1", "3-4: 1"])
  }

  @Test("people who opted out are shown the general list, with what they had before, for nobody reads that")
  func optedOut() throws {
    var options = EvaluationOptions(model: Array("{}".utf8))
    options.k = 1
    let report = try Evaluator(threePeople, options).run()
    let optedOut = try #require(report.optedOut)
    // The list is a: found in the third case only, where a personal list leaves it out.
    #expect(optedOut.cases.map(\.hit) == [0, 0, 1] && report.own.cases.map(\.hit)[2] == 0)
    #expect(optedOut.lists.coverage == 0.5)
    #expect(try Evaluator(threePeople, options).run(yardsticks: false).optedOut == nil)
  }

  @Test("a model does not differ from itself")
  func same() throws {
    var random = SplitMix64(seed: 110_000)
    let data = TaskData.random(&random, .nextItem)
    let report = try Evaluator(data, EvaluationOptions(model: Array("{}".utf8))).run(yardsticks: false)
    let comparison = Comparison(report, report, seed: 1, threads: 2)
    #expect(comparison.differences.allSatisfy { $0 == (0, 0, 0, 1) })
  }
}

@Suite("What an evaluation assumes")
struct AssumptionTests {
  private func evaluator(
    _ task: EvaluationTask, repeats: Bool = false, _ changes: [(String, String)] = []
  ) -> Evaluator {
    var options = EvaluationOptions(
      model: Array(#"{"query":{"repeat":2},"general":{"share":0.1},"seen":[{"kinds":["view"],"days":3}]}"#.utf8))
    options.repeats = repeats
    options.changes = changes.map { (key: $0.0, value: $0.1) }
    return Evaluator(TaskData(task: task), options)
  }

  @Test("neither general share nor diversity nor threshold, unless set")
  func usual() throws {
    let made = try evaluator(.nextItem).parameters()
    #expect(made.general.share == 0 && made.diversity.similarity == 0 && made.rows.support == 1)
    #expect(made.query.repeat == 2 << 16 && made.seen.map(\.kinds) == [[.view]])
    let set = try evaluator(.nextItem, [("rows.support", "5"), ("general.share", "0.5")]).parameters()
    #expect(set.general.share == 1 << 15 && set.rows.support == 5 && set.diversity.similarity == 0)
  }

  @Test("interactions leave the training items out, unless they may come again")
  func repeats() throws {
    let made = try evaluator(.interactions).parameters()
    #expect(made.query.repeat == 0 && made.seen == [ModelParameters.Seen(kinds: EventKind.allCases, days: 0)])
    let again = try evaluator(.interactions, repeats: true).parameters()
    #expect(again.query.repeat == 2 << 16 && again.seen.map(\.kinds) == [[.view]])
    #expect(throws: Failure.self) { try evaluator(.interactions, [("query.repeat", "1")]).parameters() }
    #expect(throws: Failure.self) { try evaluator(.nextItem, [("query.repaet", "1")]).parameters() }
  }
}
