package import Consent
package import Crypto
package import Vocabulary

final class LedgerStatements {
  let head, insert, ofPerson, byNumber, scan, people, numbers, drop, dropOne: Statement

  init(_ connection: Connection) {
    let columns = "sequence, person, time, commitment, sealed, hash"
    head = Statement(connection, "SELECT sequence, hash FROM ledger ORDER BY sequence DESC LIMIT 1")
    insert = Statement(connection, "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)")
    ofPerson = Statement(connection, "SELECT \(columns) FROM ledger WHERE person = ? ORDER BY sequence")
    byNumber = Statement(connection, "SELECT \(columns) FROM ledger WHERE sequence = ?")
    scan = Statement(connection, "SELECT \(columns) FROM ledger ORDER BY sequence")
    numbers = Statement(connection, "SELECT sequence FROM ledger WHERE person = ? ORDER BY sequence")
    drop = Statement(connection, "UPDATE ledger SET person = NULL, sealed = x'' WHERE person = ?")
    dropOne = Statement(connection, "UPDATE ledger SET person = NULL, sealed = x'' WHERE sequence = ?")
    people = Statement(connection, "SELECT DISTINCT person FROM ledger WHERE person IS NOT NULL ORDER BY person")
  }
}

extension SQLiteStore {
  /// The last row's number and hash; 0 and all zeros for an empty ledger.
  package func ledgerHead() throws -> (sequence: Int64, hash: Digest) {
    try ledger.head.first { row in
      guard let hash = Digest(bytes: row.bytes(1)) else { throw SQLiteError.damaged(main.file) }
      return (row.integer(0), hash)
    } ?? (0, SQLiteStore.zero)
  }

  /// Appends a row; its number must be free.
  package func appendLedger(_ row: LedgerRow) throws {
    try writing { work in
      try ledger.insert.run(
        row.sequence, row.person?.rawValue, row.time.milliseconds, row.commitment.bytes, row.sealed, row.hash.bytes)
      work.ledgerHead = (row.sequence, row.hash.bytes)
      if let person = row.person { work.memory.choosers?.insert(person) }
    }
  }

  /// A person's own rows in order.
  package func ledgerRows(of person: PersonID) throws -> [LedgerRow] {
    if let work {
      if work.memory.choosers == nil { work.memory.choosers = Set(try peopleInLedger()) }
      if work.memory.choosers?.contains(person) == false { return [] }
    }
    return try ledger.ofPerson.all(person.rawValue) { try ledgerRow($0) }
  }

  /// One row by number.
  package func ledgerRow(_ sequence: Int64) throws -> LedgerRow? {
    try ledger.byNumber.first(sequence) { try ledgerRow($0) }
  }

  /// Every row in order.
  package func forEachLedgerRow(_ body: (LedgerRow) throws -> Void) throws {
    try ledger.scan.forEach { try body(ledgerRow($0)) }
  }

  /// The people who have rows of their own, in order of number.
  package func peopleInLedger() throws -> [PersonID] { try ledger.people.all { PersonID($0.integer(0)) } }

  /// Drops the bodies of a person's rows and whose they were; gives the rows' numbers, ascending.
  package func dropLedgerBodies(of person: PersonID) throws -> [Int64] {
    try writing { _ in
      let numbers = try ledger.numbers.all(person.rawValue) { $0.integer(0) }
      try ledger.drop.run(person.rawValue)
      return numbers
    }
  }

  /// Drops the body of one row and whose it was.
  package func dropLedgerBody(_ sequence: Int64) throws { try writing { _ in try ledger.dropOne.run(sequence) } }

  private func ledgerRow(_ row: Row) throws -> LedgerRow {
    guard let commitment = Digest(bytes: row.bytes(3)), let hash = Digest(bytes: row.bytes(5)) else {
      throw SQLiteError.damaged(main.file)
    }
    return LedgerRow(
      sequence: row.integer(0), person: row.optionalInteger(1).map { PersonID($0) },
      time: Timestamp(milliseconds: row.integer(2)), commitment: commitment, sealed: row.bytes(4), hash: hash)
  }

  private static let zero = Digest(filledWith: 0)
}
