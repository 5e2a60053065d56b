package import Vocabulary

final class DecisionStatements {
  let insert, ofPerson, byNumber, last, delete: Statement

  init(_ connection: Connection) {
    insert = Statement(connection, DecisionStatements.insertion)
    ofPerson = Statement(
      connection, "SELECT number, person, time, sealed FROM decisions WHERE person = ? ORDER BY number")
    byNumber = Statement(connection, "SELECT number, person, time, sealed FROM decisions WHERE number = ?")
    last = Statement(connection, "SELECT \(DecisionStatements.lastNumber)")
    delete = Statement(connection, "DELETE FROM decisions WHERE person = ?")
  }

  /// The newest number given out: of the newest row, or as noted when newer rows were deleted.
  ///
  /// `AUTOINCREMENT` would do the same at the price of a page more to write with every decision.
  private static let lastNumber = """
    max(coalesce((SELECT max(number) FROM decisions), 0),
      coalesce((SELECT number FROM meta WHERE name = 'last decision'), 0))
    """

  static let insertion = "INSERT INTO decisions VALUES (\(lastNumber) + 1, ?, ?, ?)"
}

/// The connection that appends decisions outside transactions; its commits do not wait for the disk.
final class DecisionLog {
  let connection: Connection
  let insert: Statement

  init(beside main: Connection) throws {
    connection = try Connection(file: main.file, mode: .existing, durability: .process, patience: main.patience)
    insert = Statement(connection, DecisionStatements.insertion)
  }
}

/// A decision at rest.
package struct DecisionRow: Sendable {
  package let number: Int64
  package let person: PersonID
  package let time: Timestamp
  package let sealed: [UInt8]
}

extension SQLiteStore {
  /// Keeps a decision and gives its number, from 1; invariant 7, or, inside a transaction, as durable as that.
  ///
  /// - Complexity: Some 20 µs outside a transaction, as it does not wait for the disk.
  @discardableResult
  package func appendDecision(of person: PersonID, time: Timestamp, sealed: [UInt8]) throws -> Int64 {
    if work != nil {
      try decisions.insert.run(person.rawValue, time.milliseconds, sealed)
      return main.lastRow
    }
    let log = try decisionLog ?? DecisionLog(beside: main)
    decisionLog = log
    try log.insert.run(person.rawValue, time.milliseconds, sealed)
    return log.connection.lastRow
  }

  /// One decision by number.
  package func decision(_ number: Int64) throws -> DecisionRow? {
    try decisions.byNumber.first(number) { SQLiteStore.decisionRow($0) }
  }

  /// A person's decisions, oldest first.
  package func decisions(of person: PersonID) throws -> [DecisionRow] {
    try decisions.ofPerson.all(person.rawValue) { SQLiteStore.decisionRow($0) }
  }

  /// The number of the newest decision, deleted or not; 0 before the first.
  package func lastDecision() throws -> Int64 { try decisions.last.first { $0.integer(0) } ?? 0 }

  /// Deletes a person's decisions and says how many they were.
  @discardableResult
  package func deleteDecisions(of person: PersonID) throws -> Int {
    try writing { _ in
      try facts.set("last decision", number: lastDecision())
      try decisions.delete.run(person.rawValue)
      return main.changes
    }
  }

  private static func decisionRow(_ row: Row) -> DecisionRow {
    DecisionRow(
      number: row.integer(0), person: PersonID(row.integer(1)), time: Timestamp(milliseconds: row.integer(2)),
      sealed: row.bytes(3))
  }
}
