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

/// The statements of one of the access log's two tables.
final class AccessStatements {
  let insert, between, ofPerson, delete, trim: Statement

  /// - Parameter table: `accesses` of `decisions.sqlite`, or `changes` of `store.sqlite`.
  init(_ connection: Connection, table: String) {
    let columns = "number, person, time, sealed"
    insert = Statement(connection, "INSERT INTO \(table)(person, time, sealed) VALUES (?, ?, ?)")
    between = Statement(
      connection, "SELECT \(columns) FROM \(table) WHERE time >= ? AND time < ? ORDER BY number")
    ofPerson = Statement(connection, "SELECT \(columns) FROM \(table) WHERE person = ? ORDER BY number")
    delete = Statement(connection, "DELETE FROM \(table) WHERE person = ?")
    trim = Statement(connection, "DELETE FROM \(table) WHERE time < ?")
  }
}
