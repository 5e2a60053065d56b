import Consent
import Crypto
import Vocabulary

/// A ledger's rows in memory, which a test may tamper with.
final class MemoryLedger: LedgerStorage {
  var rows: [LedgerRow] = []
  var sources: [PersonID: Int64] = [:]

  func ledgerHead() -> (sequence: Int64, hash: Digest) {
    rows.last.map { ($0.sequence, $0.hash) } ?? (0, Digest(filledWith: 0))
  }

  func appendLedger(_ row: LedgerRow) { rows.append(row) }
  func ledgerRows(of person: PersonID) -> [LedgerRow] { rows.filter { $0.person == person } }
  func ledgerRow(_ sequence: Int64) -> LedgerRow? { rows.first { $0.sequence == sequence } }
  func forEachLedgerRow(_ body: (LedgerRow) throws -> Void) rethrows { for row in rows { try body(row) } }
  func peopleInLedger() -> [PersonID] { Set(rows.compactMap(\.person)).sorted() }
  func dropLedgerBodies(of person: PersonID) -> [Int64] {
    let dropped = rows.indices.filter { rows[$0].person == person }
    for index in dropped { (rows[index].person, rows[index].sealed) = (nil, []) }
    return dropped.map { rows[$0].sequence }
  }
  func dropLedgerBody(_ sequence: Int64) {
    for index in rows.indices where rows[index].sequence == sequence {
      (rows[index].person, rows[index].sealed) = (nil, [])
    }
  }
  func sourceGrant(covering person: PersonID) -> Int64? { sources[person] }
}

extension ConsentLedger {
  /// A ledger over rows in memory; ``key`` opens its bodies.
  static func over(_ storage: MemoryLedger, defaults: PurposeSet = []) -> ConsentLedger {
    ConsentLedger(
      storage: storage,
      policy: Policy(version: "test", defaults: defaults, supportFloor: 2, sensitiveFields: ["health"]), key: key)
  }

  static let key = SymmetricKey.random()
}
