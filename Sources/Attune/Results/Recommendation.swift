public import Vocabulary

/// What an answer was computed from.
public enum Basis: String, Sendable {
  /// The person's own history or profile; where the answer names a segment, the average of the group of people whom they
  /// belong to, and nothing of the person's own.
  case personal
  /// Only the items named in the request.
  case contextual
  /// Nothing about anybody in particular.
  case general
}

/// A question for a ranked list.
public struct RecommendationRequest: Sendable {
  /// The outside id of the person; `nil` asks anonymously.
  public var subject: String?
  public var purpose: Purpose = .recommendation
  /// How many items are wanted, 1…1000.
  public var count = 10
  /// How many places of the ranking to leave out from its start, for paging.
  public var offset = 0
  /// Items the person is looking at now; they act like just-seen history and are not stored.
  public var context: [String] = []
  /// Only items with this tag.
  public var within: String?
  /// Items not wanted this time.
  public var exclude: [String] = []
  /// Rank exactly these items instead of the catalogue.
  public var among: [String]?
  /// The value of a `Sec-GPC` header: anything but a clear "0" or absence counts as the signal.
  public var globalPrivacyControl: String?

  public init(subject: String? = nil, purpose: Purpose = .recommendation, count: Int = 10) {
    self.subject = subject
    self.purpose = purpose
    self.count = count
  }
}

/// A ranked list and what it was made of.
public struct Recommendation: Sendable {
  /// The id to explain, replay or contest this answer by.
  public var decision: String
  public var subject: String?
  public var purpose: Purpose
  public var basis: Basis
  /// Why the answer is not personal: `opted-out`, `no-history`, `no-segment`, `anonymous`, `signal`, `minor`,
  /// `decommissioned`, or of a search `sort`; `nil` where it is, or follows a segment.
  public var reason: String?
  /// The leading tag of the segment that it follows.
  public var segment: String?
  /// The digest of the learned model, `sha256:…`.
  public var model: String
  public var policy: String
  public var items: [RankedItem]
}

/// One place of a ranked list.
public struct RankedItem: Sendable {
  /// The place, from 1, counted over all pages.
  public var rank: Int
  public var item: String
  public var title: String?
  public var score: Int64
  public var basis: Basis
  /// What placed the item: `score`, `general-share`, `fill` (nothing better was left) or a search's `sort`.
  public var placedBy: String
  /// The main causes, strongest first.
  public var because: [Cause]
}

/// A cause of a place in a list, with its share of the score.
public struct Cause: Sendable {
  /// `history`, `context`, `tag`, `related`, `repeat`, `general` or `word`.
  public var kind: String
  public var item: String?
  public var title: String?
  /// The kind of the event behind a `history` cause.
  public var event: String?
  public var tag: String?
  /// A word of the search.
  public var word: String?
  /// The part of the item's score, 0…1 (negative for a dislike).
  public var share: Double
}
