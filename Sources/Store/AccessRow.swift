package import Vocabulary

/// An entry of the access log at rest.
package struct AccessRow: Sendable {
  package let number: Int64
  /// Whose data it was; `nil` for nobody's in particular.
  package let person: PersonID?
  package let time: Timestamp
  package let sealed: [UInt8]

  init(_ row: Row) {
    number = row.integer(0)
    person = row.optionalInteger(1).map { PersonID($0) }
    time = Timestamp(milliseconds: row.integer(2))
    sealed = row.bytes(3)
  }
}

extension DecisionLog {
  /// The access log's statements.
  final class Accesses {
    let insert, between, ofPerson, delete, trim: Statement

    init(_ connection: Connection) {
      let columns = "number, person, time, sealed"
      insert = Statement(connection, "INSERT INTO accesses(person, time, sealed) VALUES (?, ?, ?)")
      between = Statement(
        connection, "SELECT \(columns) FROM accesses WHERE time >= ? AND time < ? ORDER BY number")
      ofPerson = Statement(connection, "SELECT \(columns) FROM accesses WHERE person = ? ORDER BY number")
      delete = Statement(connection, "DELETE FROM accesses WHERE person = ?")
      trim = Statement(connection, "DELETE FROM accesses WHERE time < ?")
    }
  }
}

extension SQLiteStore {
  /// Keeps an entry of the access log, with the decisions that wait where they do.
  ///
  /// It lies in their file, so that to look at something waits for no import.
  package func appendAccess(of person: PersonID?, time: Timestamp, sealed: [UInt8]) throws {
    try decisions.appendAccess(person, time: time, sealed: sealed)
  }

  /// The entries from a moment on and before another, oldest first.
  package func accesses(from: Timestamp, before: Timestamp) throws -> [AccessRow] {
    try decisions.accesses(from: from, before: before)
  }

  package func accesses(of person: PersonID) throws -> [AccessRow] { try decisions.accesses(of: person) }

  /// Deletes the entries before a moment; says how many they were.
  @discardableResult
  package func trimAccesses(before time: Timestamp) throws -> Int { try decisions.trimAccesses(before: time) }

  /// Which people's decisions were made from a moment on and before another, and how many of each.
  package func decisionCounts(from: Timestamp, before: Timestamp) throws -> [(person: PersonID, count: Int)] {
    try decisions.counts(from: from, before: before)
  }
}
