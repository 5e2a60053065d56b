import Attune
import Vocabulary

extension Report {
  /// A ranked list and what it was made of.
  struct Recommendation {
    var decision: String
    var subject: String?
    var purpose: Purpose
    var basis: Basis
    /// Why the answer is not personal; `nil` where it is.
    var reason: String?
    /// The leading tag of the segment that was read in place of the person.
    var segment: String?
    var items: [RankedItem]
  }

  /// One place of a ranked list.
  struct RankedItem {
    var rank: Int
    var item: String
    var title: String?
    var score: Int64
    var basis: Basis
    var placedBy: String
    /// The main causes, strongest first.
    var because: [Cause]
  }

  /// A cause of a place in a list.
  struct Cause {
    var kind: String
    var item: String?
    var title: String?
    var event: String?
    var tag: String?
    var word: String?
    /// The part of the item's score, 0…1 (negative for a dislike).
    var share: Double
  }
}

extension Report.Recommendation: ReadableResult {
  init(_ object: ResultObject) throws {
    decision = try object.text("decision")
    subject = object.textIfAny("subject")
    purpose = try object.purpose("purpose")
    basis = try object.word("basis")
    reason = object.textIfAny("reason")
    segment = object.textIfAny("segment")
    items = try object.list("items")
  }
}

extension Report.RankedItem: ReadableResult {
  init(_ object: ResultObject) throws {
    rank = try object.count("rank")
    item = try object.text("item")
    title = object.textIfAny("title")
    score = try object.integer("score")
    basis = try object.word("basis")
    placedBy = try object.text("placedBy")
    because = try object.list("because")
  }
}

extension Report.Cause: ReadableResult {
  init(_ object: ResultObject) throws {
    kind = try object.text("kind")
    item = object.textIfAny("item")
    title = object.textIfAny("title")
    event = object.textIfAny("event")
    tag = object.textIfAny("tag")
    word = object.textIfAny("word")
    share = try object.fraction("share")
  }
}
