public import Vocabulary

/// A person's events, latest first.
public struct HistoryReport: Sendable {
  public var subject: String
  /// How many events are held in all.
  public var held: Int
  public var events: [HistoryEvent]

  package init(subject: String, held: Int, events: [HistoryEvent]) {
    self.subject = subject
    self.held = held
    self.events = events
  }
}

/// One thing that a person did.
public struct HistoryEvent: Sendable {
  public var time: Timestamp
  /// The kind: `view`, `search`, `purchase` and so on.
  public var event: String
  public var item: String?
  public var title: String?
  /// What a `rate` gave.
  public var value: Double?
  /// The words of a search.
  public var query: String?
  public var tags: [String]
  public var source: String?
  /// The decision that had shown the item.
  public var decision: String?
  /// What the event was admitted for.
  public var purposes: [String]

  package init(
    time: Timestamp, event: String, item: String?, title: String?, value: Double?, query: String?, tags: [String],
    source: String?, decision: String?, purposes: [String]
  ) {
    self.time = time
    self.event = event
    self.item = item
    self.title = title
    self.value = value
    self.query = query
    self.tags = tags
    self.source = source
    self.decision = decision
    self.purposes = purposes
  }
}
