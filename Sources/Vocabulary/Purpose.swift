/// What a person's data may be used for.
///
/// The first four are purposes that a surface asks for; the rest are permissions. Both are switched by the same calls
/// and kept in the same ledger. Raw values are part of the ledger and event encodings: append, never renumber.
public enum Purpose: UInt8, CaseIterable, Sendable {
  case recommendation = 0
  case search = 1
  case advertising = 2
  case push = 3
  case training = 4
  case location = 5
  /// Handing data on to partners, for a stated purpose.
  case partners = 6

  /// The word used by the commands, the policy and JSON.
  public var name: String { Purpose.names[Int(rawValue)] }

  // Asking for a case's name at run time takes a microsecond.
  private static let names = allCases.map { "\($0)" }

  /// The purpose with that name; `nil` for a word that names none.
  public init?(name: some StringProtocol) {
    guard let purpose = Purpose.allCases.first(where: { $0.name == name }) else { return nil }
    self = purpose
  }

  /// Whether this is a permission rather than a surface's purpose.
  public var isPermission: Bool { self == .training || self == .location || self == .partners }
}

/// A set of purposes, one bit each.
public struct PurposeSet: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public init(_ purpose: Purpose) { rawValue = 1 << purpose.rawValue }

  /// Every purpose and permission.
  public static let all = PurposeSet(rawValue: UInt8((1 << Purpose.allCases.count) - 1))

  public func contains(_ purpose: Purpose) -> Bool { rawValue & (1 << purpose.rawValue) != 0 }

  /// The members in order of raw value.
  public var purposes: [Purpose] { Purpose.allCases.filter { contains($0) } }
}
