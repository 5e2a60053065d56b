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
  /// Handing data to somebody in another region than the store's.
  case transfer = 7

  /// What a consent to everything covers: all but ``transfer``, which takes a consent of its own (PIPL, article 39).
  public static let together = allCases.filter { $0 != .transfer }

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
  public var isPermission: Bool { [.training, .location, .partners, .transfer].contains(self) }
}

/// A set of purposes, one bit each.
public struct PurposeSet: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public init(_ purpose: Purpose) { rawValue = 1 << purpose.rawValue }

  /// Every purpose and permission.
  public static let all = PurposeSet(rawValue: .max >> (8 - UInt8(Purpose.allCases.count)))

  public func contains(_ purpose: Purpose) -> Bool { rawValue & (1 << purpose.rawValue) != 0 }

  /// Whether nothing may be collected for these: none is there but permissions that say what else may be done with what
  /// another purpose has let in.
  public var admitNothing: Bool { isSubset(of: PurposeSet.widening) }

  private static let widening: PurposeSet = [.location, .partners, .transfer].reduce(into: []) {
    $0.formUnion(PurposeSet($1))
  }

  /// The members in order of raw value.
  public var purposes: [Purpose] { Purpose.allCases.filter { contains($0) } }
}
