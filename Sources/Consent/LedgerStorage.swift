package import Crypto
package import Vocabulary

/// Where ledger rows are kept; the store conforms.
package protocol LedgerStorage: AnyObject {
  /// The last row's sequence number and hash; 0 and all zeros for an empty ledger.
  func ledgerHead() throws -> (sequence: Int64, hash: Digest)
  func appendLedger(_ row: LedgerRow) throws
  /// The person's own rows in order.
  func ledgerRows(of person: PersonID) throws -> [LedgerRow]
  /// One row by number.
  func ledgerRow(_ sequence: Int64) throws -> LedgerRow?
  /// Every row in order, for verification.
  func forEachLedgerRow(_ body: (LedgerRow) throws -> Void) throws
  /// The people who have rows of their own.
  func peopleInLedger() throws -> [PersonID]
  /// Drops the bodies of a person's rows and whose they were; gives the rows' numbers, ascending.
  func dropLedgerBodies(of person: PersonID) throws -> [Int64]
  /// Drops the body of one row and whose it was.
  func dropLedgerBody(_ sequence: Int64) throws
  /// The source grant that covers a person, if any.
  func sourceGrant(covering person: PersonID) throws -> Int64?
  /// How many versions of the policy were published; 0 where the first is in force.
  func publishedPolicies() throws -> Int64
  /// One of them as JSON, from 1.
  func publishedPolicy(_ number: Int64) throws -> [UInt8]?
}

extension LedgerStorage {
  package func publishedPolicies() throws -> Int64 { 0 }
  package func publishedPolicy(_ number: Int64) throws -> [UInt8]? { nil }
}
