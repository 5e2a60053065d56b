public import Vocabulary

/// A recorded answer, computed again.
public struct ReplayReport: Sendable {
  public var decision: String
  public var time: Timestamp
  public var policy: String
  public var model: String
  /// The list with each score computed from the record's own terms and weights.
  public var items: [ReplayedItem]
  /// Whether ranking again, with the same model and inputs, gave this very list.
  public var reproduced: Bool
  /// Why it was not ranked again, where it was not: the model or the inputs of the decision are gone.
  public var note: String?

  package init(
    decision: String, time: Timestamp, policy: String, model: String, items: [ReplayedItem], reproduced: Bool,
    note: String?
  ) {
    self.decision = decision
    self.time = time
    self.policy = policy
    self.model = model
    self.items = items
    self.reproduced = reproduced
    self.note = note
  }
}

/// One place of a replayed list.
public struct ReplayedItem: Sendable {
  /// From 1, counted over all pages.
  public var rank: Int
  public var item: String
  /// In points.
  public var score: Int64

  package init(rank: Int, item: String, score: Int64) {
    self.rank = rank
    self.item = item
    self.score = score
  }
}
