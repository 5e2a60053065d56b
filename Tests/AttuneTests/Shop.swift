import Attune
import Foundation
import TestSupport
import Vocabulary

/// A small made-up shop on disk: seeded items and events, and an engine over a fresh store.
struct Shop {
  struct Event {
    var subject: String
    var item: String?
    var kind: String
    var time: Int
    var query: String?
  }

  var items: [(id: String, title: String, tags: [String])]
  var events: [Event]
  static let start = 1_750_000_000

  /// Random items with three tag fields and random histories of `people` people.
  static func random(
    seed: UInt64, people: Int, items itemCount: Int, eventsEach: ClosedRange<Int> = 3...12
  ) -> Shop {
    var random = SplitMix64(seed: seed)
    let colours = ["red", "green", "blue"]
    let items = (0..<itemCount).map { number in
      (
        id: "i\(number)", title: "thing \(number) of \(colours[random.below(3)])",
        tags: ["brand:b\(random.below(5))", "colour:\(colours[random.below(3)])", "shape:s\(random.below(4))"]
      )
    }
    var events: [Event] = []
    let kinds = ["view", "view", "view", "click", "cart", "purchase", "favorite", "dislike"]
    for person in 0..<people {
      let count = eventsEach.lowerBound + random.below(eventsEach.count)
      let taste = random.below(max(1, itemCount))
      for _ in 0..<count {
        let near = (taste + random.below(max(1, itemCount / 4))) % max(1, itemCount)
        let item = random.chance(3, in: 4) ? near : random.below(itemCount)
        let time = start + random.below(5_000_000)
        if random.chance(1, in: 10) {
          events.append(
            Event(subject: "u\(person)", item: nil, kind: "search", time: time, query: colours[random.below(3)]))
        } else {
          events.append(
            Event(subject: "u\(person)", item: "i\(item)", kind: kinds[random.below(kinds.count)], time: time))
        }
      }
    }
    return Shop(items: items, events: events)
  }

  var itemLines: String {
    items.map { item in
      let tags = item.tags.map { "\"\($0)\"" }.joined(separator: ",")
      return "{\"item\":\"\(item.id)\",\"title\":\"\(item.title)\",\"tags\":[\(tags)]}\n"
    }.joined()
  }

  static func lines(_ events: [Event]) -> String {
    events.map { event in
      let what = event.item.map { "\"item\":\"\($0)\"" } ?? "\"query\":\"\(event.query ?? "")\""
      return "{\"subject\":\"\(event.subject)\",\"kind\":\"\(event.kind)\",\"time\":\(event.time),\(what)}\n"
    }.joined()
  }

  /// An engine over a new store in `folder` that holds this shop, trained unless asked otherwise.
  func engine(in folder: String, name: String = "shop", train: Bool = true, set: [(String, String)] = []) throws
    -> Engine
  {
    let engine = try Engine.open("\(folder)/\(name).attune", create: true)
    if !items.isEmpty { _ = try engine.importItems(input(itemLines, "\(folder)/\(name)-items.ndjson")) }
    try importEvents(events, into: engine, "\(folder)/\(name)-events.ndjson")
    if train { _ = try engine.train(set: set.map { (key: $0.0, value: $0.1) }) }
    return engine
  }

  func importEvents(_ events: [Event], into engine: Engine, _ path: String) throws {
    if events.isEmpty { return }
    var input = try input(Shop.lines(events), path)
    input.grantAll = true
    _ = try engine.importEvents(input)
  }

  func input(_ text: String, _ path: String) throws -> ImportInput {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return ImportInput(path: path)
  }
}

extension Recommendation {
  /// The items with their scores.
  var scores: String { items.map { "\($0.item)=\($0.score)" }.joined(separator: " ") }

  /// The answer without what names it: equal texts are equal answers.
  var answerText: String {
    var lines = ["\(basis.rawValue) \(reason ?? "-") \(model) \(policy) \(purpose.name)"]
    for item in items {
      lines.append(
        "\(item.rank) \(item.item) \(item.score) \(item.basis.rawValue) \(item.placedBy) "
          + item.because.map { "\($0.kind)/\($0.item ?? "")/\($0.tag ?? "")/\($0.share)" }.joined(separator: ","))
    }
    return lines.joined(separator: "\n")
  }
}
