/// What somebody may be about to search for.
public struct Suggestions: Sendable {
  /// One search that may be meant.
  public struct Suggestion: Sendable {
    public enum Kind: String, Sendable {
      /// The person searched for it before; nobody else is shown it.
      case own
      /// Enough people asked for it; the same for everybody.
      case query
      /// Enough people asked for it lately, more than before; the same for everybody.
      case trending
      /// Items have the word; the same for everybody.
      case word
    }

    /// The whole search.
    public var text: String
    public var kind: Kind
    /// Of a word: how many available items have it.
    public var items: Int?
    /// Of a query: how many people asked for it, lately where it is trending.
    public var people: Int?
    /// Of one's own: the searches, latest first, as ``Engine/forget(_:of:)`` takes them.
    public var events: [String]
  }

  /// What was typed.
  public var text: String
  /// Why nothing of a person's own was read: `anonymous`, `opted-out`, `minor` or `no-history`; `nil` where it was.
  public var reason: String?
  public var suggestions: [Suggestion]
}
