package import Vocabulary

final class RetentionStatements {
  let note: BatchInsert
  let put, delete, upTo: Statement

  init(_ connection: Connection) {
    note = BatchInsert(
      connection, into: "due", columns: 2,
      onConflict: "ON CONFLICT DO UPDATE SET time = excluded.time WHERE time > excluded.time")
    put = Statement(connection, "INSERT OR REPLACE INTO due VALUES (?, ?)")
    delete = Statement(connection, "DELETE FROM due WHERE person = ?")
    upTo = Statement(connection, "SELECT person FROM due WHERE time <= ? ORDER BY person")
  }
}

extension SQLiteStore {
  /// Notes that something of a person's falls due at a time; an earlier one that is noted stays.
  package func noteDue(_ person: PersonID, at time: Timestamp) throws {
    try writing { _ in try retention.note.add(person.rawValue, time.milliseconds) }
  }

  /// Puts a time in place of the one that is noted; `nil` for none.
  package func setDue(_ person: PersonID, at time: Timestamp?) throws {
    try writing { _ in
      try retention.note.flush()
      if let time {
        try retention.put.run(person.rawValue, time.milliseconds)
      } else {
        try retention.delete.run(person.rawValue)
      }
    }
  }

  /// The people of whom something is due, in order of number.
  ///
  /// - Complexity: two numbers read for everybody: an index would cost every import more than it saves a sweep.
  package func peopleDue(upTo time: Timestamp) throws -> [PersonID] {
    try retention.note.flush()
    return try retention.upTo.all(time.milliseconds) { PersonID($0.integer(0)) }
  }

  /// When the decision with the lowest number was made; `nil` where there is none.
  package func oldestDecision() throws -> Timestamp? { try decisions.oldest() }

  /// Deletes the decisions made before a time, for good and durably.
  ///
  /// - Parameter body: Is given each one's sealed bytes before they go.
  /// - Returns: How many they were.
  /// - Complexity: linear in them.
  package func deleteDecisions(before time: Timestamp, _ body: ([UInt8]) -> Void) throws -> Int {
    try decisions.delete(before: time, body)
  }
}
