public import Vocabulary

/// What was erased, for the person to keep; see ``Engine/erase(_:)``.
///
/// It names nobody. Whoever has it can ask the store that issued it, at any later time, whether it still holds
/// (``Engine/verify(_:)``, `attune verify`): ``proof`` carries everything the receipt says and what to search for,
/// authenticated with a secret of the store, so that nobody can make one up or change one. To be able to check it
/// against the outside id as well, keep the receipt with the request it answers.
public struct ErasureReceipt: Sendable, Equatable {
  /// How many of the people asked for were known.
  public var people: Int
  public var events: Int
  public var decisions: Int
  /// Entries of the consent ledger that lost their bodies; the chain still verifies.
  public var ledgerEntries: Int
  /// Items that nobody else had touched and no catalogue names; they are gone too.
  public var items: Int
  /// `sha256:…` of the learned model before and after; `nil` where nothing was published.
  public var modelBefore: String?
  public var modelAfter: String?
  /// The ledger entry that records the erasure.
  public var ledgerEntry: Int64
  public var seconds: Double
  /// When every file had been searched and nothing was found.
  public var verified: Timestamp
  /// The receipt again, with what to search for, authenticated.
  public var proof: String
}

/// What a search of the whole store for what a receipt says is gone has found.
public struct VerificationReport: Sendable, Equatable {
  /// Whether everything is as the receipt says.
  public var holds: Bool
  /// People the receipt is about, and those of them who have come back of their own accord since.
  public var people: Int
  public var returned: Int
  /// Rows under their numbers in any table, keys and decisions included.
  public var rows: Int
  /// Pieces of their pseudonyms, keys and sealed rows in the bytes of the files.
  public var residue: Int
  /// Whether the chain of the consent ledger verifies.
  public var ledger: Bool
  /// When the erasure was verified first.
  public var erased: Timestamp
  /// How many bytes were searched.
  public var bytes: Int
  public var seconds: Double
}
