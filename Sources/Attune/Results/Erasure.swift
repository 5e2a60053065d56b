public import Vocabulary

/// What was erased, for the person to keep; see ``Engine/erase(_:)``.
///
/// It names nobody. Whoever has it can ask the store that issued it, at any later time, whether it still holds
/// (``Engine/verify(_:)``, `attune verify`): ``proof`` carries everything the receipt says and what to search for,
/// authenticated with a secret of the store, so that nobody can make one up or change one. To be able to check it
/// against the outside id as well, keep the receipt with the request it answers.
public struct ErasureReceipt: Sendable, Equatable {
  /// How many of the people asked for were known.
  public var people = 0
  public var events = 0
  public var decisions = 0
  /// Entries of the consent ledger that lost their bodies; the chain still verifies.
  public var ledgerEntries = 0
  /// Items that nobody else had touched and no catalogue names; they are gone too.
  ///
  /// `nil` before it is verified.
  public var items: Int?
  /// `sha256:…` of the learned model before and after; `nil` where nothing was published.
  public var modelBefore: String?
  public var modelAfter: String?
  /// The ledger entry that records the erasure.
  public var ledgerEntry: Int64 = 0
  public var seconds = 0.0
  /// When every file had been searched and nothing was found.
  ///
  /// `nil` in a receipt given out before that: everything is deleted then and the keys destroyed, and
  /// ``Engine/verify(_:)`` says when the search is done.
  public var verified: Timestamp?
  /// The receipt again, with what to search for, authenticated.
  public var proof = ""
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
  /// When the erasure was verified first; `nil` where it never was.
  public var erased: Timestamp?
  /// How many bytes were searched.
  public var bytes: Int
  public var seconds: Double
}
