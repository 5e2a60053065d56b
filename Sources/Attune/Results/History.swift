public import Vocabulary

/// A person's events, latest first.
public struct HistoryReport: Sendable {
  public var subject: String
  /// How many events are held in all.
  public var held: Int
  /// How many of them fit what was looked for; `nil` where nothing was.
  public var found: Int?
  public var events: [HistoryEvent]

  package init(subject: String, held: Int, found: Int? = nil, events: [HistoryEvent]) {
    self.subject = subject
    self.held = held
    self.found = found
    self.events = events
  }
}

/// What to look for in a history: events that fit every part that is set.
public struct HistoryFilter: Sendable, Equatable {
  /// Every one of these words, separated by blanks, in any case, in the words of a search, the item's id or title, or a
  /// tag.
  public var words: String?
  /// Kinds; empty for any.
  public var kinds: [EventKind] = []
  /// From this moment on, and before that one.
  public var since: Timestamp?
  public var before: Timestamp?

  public init() {}
}

/// One thing that a person did.
public struct HistoryEvent: Sendable {
  /// What ``Engine/forget(_:of:)`` takes; the same as long as the event is held.
  public var id: String
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
  /// When it is deleted; `nil` where nothing grows old.
  public var until: Timestamp?
  /// Why the law has it kept, now that it serves nothing any more.
  public var restricted: String?

  package init(
    id: String, time: Timestamp, event: String, item: String?, title: String?, value: Double?, query: String?,
    tags: [String], source: String?, decision: String?, purposes: [String], until: Timestamp?, restricted: String?
  ) {
    self.id = id
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
    self.until = until
    self.restricted = restricted
  }
}

/// Which of a person's events are to be forgotten: all that fit every part that is set.
public struct ForgetRequest: Sendable {
  /// Ids as a history shows them; empty for any.
  public var events: [String] = []
  /// Kinds; empty for any.
  public var kinds: [EventKind] = []
  /// From this moment on, and before that one.
  public var since: Timestamp?
  public var before: Timestamp?

  public init() {}
}

/// What was forgotten.
public struct ForgetReport: Sendable {
  public var subject: String
  public var forgotten: Int
  /// How many events are still held.
  public var held: Int
  /// Items that nobody else had touched and no catalogue names; they are gone too.
  public var items: Int
  /// Whether the person's contribution left the model until the next training.
  public var withdrawn: Bool
}
