/// What a line of a log says that a person did.
///
/// Raw values are part of the sealed event encoding: append, never renumber.
public enum EventKind: UInt8, CaseIterable, Sendable {
  case view = 0
  case click = 1
  case search = 2
  case favorite = 3
  case cart = 4
  case purchase = 5
  case aftersales = 6
  case follow = 7
  case share = 8
  case publish = 9
  case rate = 10
  case impression = 11
  case dislike = 12
  case hide = 13

  /// The word used in logs, model files and JSON.
  public var name: String { EventKind.names[Int(rawValue)] }

  // Asking for a case's name at run time takes a microsecond.
  private static let names = allCases.map { "\($0)" }

  /// The kind with that name; `nil` for a word that names none.
  public init?(name: some StringProtocol) {
    guard let kind = EventKind.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }

  /// Whether the kind says "less of this"; such events act in the query only, never in related-item rows.
  public var isNegative: Bool { self == .dislike || self == .hide }
}
