public import Vocabulary

/// How much an explanation tells.
public enum ExplanationLevel: String, Sendable { case summary, full }

/// A recorded decision, explained from its record.
public struct Explanation: Sendable {
  public var decision: String
  public var time: Timestamp
  public var purpose: Purpose
  public var basis: Basis
  public var reason: String?
  /// The leading tag of the segment that was read in place of the person.
  public var segment: String?
  public var policy: String
  public var model: String
  public var items: [ExplainedItem]
  /// Why items of the catalogue were not shown, each counted under its first cause, in order of the rules.
  public var notShown: [(cause: String, count: Int)]
  /// Commands that change or switch off what was used.
  public var controls: [String]
  /// Why there is no `without`, where there is none: the model or the inputs of the decision are gone.
  public var counterfactualNote: String?
}

/// One item of an explained decision; `contributions` add up to `score` exactly.
public struct ExplainedItem: Sendable {
  public var item: String
  public var title: String?
  public var rank: Int
  public var score: Int64
  public var placedBy: String
  public var contributions: [Contribution]
  /// What the item's rank would be without one of its causes, from a real second run.
  public var without: [Counterfactual]
}

/// An exact part of a score, in points.
public struct Contribution: Sendable {
  /// `history`, `context`, `tag`, `related`, `repeat`, `general` or `word`.
  public var kind: String
  public var item: String?
  public var title: String?
  public var event: String?
  public var time: Timestamp?
  public var tag: String?
  /// A word of the search.
  public var word: String?
  public var points: Int64
}

/// The rank an item would have had without one event or tag.
public struct Counterfactual: Sendable {
  /// What is thought away: `history` (all events of one item), `tag` or `general`.
  public var kind: String
  public var item: String?
  public var title: String?
  public var tag: String?
  /// The rank then, from 1; `nil` where the item would not be eligible or has no score.
  public var rank: Int?
}
