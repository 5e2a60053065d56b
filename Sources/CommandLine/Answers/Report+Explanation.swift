import Attune
import Vocabulary

extension Report {
  /// A recorded decision, explained from its record.
  struct Explanation {
    var decision: String
    /// When the decision was made; `nil` only where the answer does not say.
    var time: Timestamp?
    var purpose: Purpose
    var basis: Basis
    var reason: String?
    /// The leading tag of the segment that was read in place of the person.
    var segment: String?
    var policy: String
    var model: String
    var items: [ExplainedItem]
    /// Why items of the catalogue were not shown, in order of the rules.
    var notShown: [(name: String, count: Int)]
    /// Commands that change or switch off what was used.
    var controls: [String]
    /// Why there is no `without`, where there is none.
    var counterfactualNote: String?
  }

  /// One item of an explained decision; `contributions` add up to `score` exactly.
  struct ExplainedItem {
    var item: String
    var title: String?
    var rank: Int
    var score: Int64
    var placedBy: String
    var contributions: [Contribution]
    /// What the item's rank would be without one of its causes.
    var without: [Counterfactual]
  }

  /// An exact part of a score, in points.
  struct Contribution {
    var kind: String
    var item: String?
    var title: String?
    var event: String?
    var time: Timestamp?
    var tag: String?
    var word: String?
    var points: Int64
  }

  /// The rank an item would have had without one event or tag.
  struct Counterfactual {
    var kind: String
    var item: String?
    var title: String?
    var tag: String?
    /// The rank then, from 1; `nil` where the item would not be in the ranking.
    var rank: Int?
  }
}

extension Report.Explanation: ReadableResult {
  init(_ object: ResultObject) throws {
    decision = try object.text("decision")
    time = try object.timeIfAny("time")
    purpose = try object.purpose("purpose")
    basis = try object.word("basis")
    reason = object.textIfAny("reason")
    segment = object.textIfAny("segment")
    policy = try object.text("policy")
    model = try object.text("model")
    items = try object.list("items")
    notShown = try object.counts("notShown")
    controls = try object.texts("controls")
    counterfactualNote = object.textIfAny("counterfactualNote")
  }
}

extension Report.ExplainedItem: ReadableResult {
  init(_ object: ResultObject) throws {
    item = try object.text("item")
    title = object.textIfAny("title")
    rank = try object.count("rank")
    score = try object.integer("score")
    placedBy = try object.text("placedBy")
    contributions = try object.list("contributions")
    without = try object.list("without")
  }
}

extension Report.Contribution: ReadableResult {
  init(_ object: ResultObject) throws {
    kind = try object.text("kind")
    item = object.textIfAny("item")
    title = object.textIfAny("title")
    event = object.textIfAny("event")
    time = try object.timeIfAny("time")
    tag = object.textIfAny("tag")
    word = object.textIfAny("word")
    points = try object.integer("points")
  }
}

extension Report.Counterfactual: ReadableResult {
  init(_ object: ResultObject) throws {
    let removed = try object.object("remove")
    kind = try removed.text("kind")
    item = removed.textIfAny("item")
    title = removed.textIfAny("title")
    tag = removed.textIfAny("tag")
    rank = object.integerIfAny("rank").map { Int(clamping: $0) }
  }
}
