package import Vocabulary

/// `decisions.sqlite`: every personal answer, sealed.
///
/// A file of its own, so that an answer waits for no import, and none of its commits for the disk: see invariant 7 of
/// ``SQLiteStore``.
final class DecisionLog {
  let connection: Connection
  private let facts: Facts
  /// Whether what is appended waits for ``commitGathered()``.
  var gathers = false
  private var isGathering = false
  private let insert, ofPerson, byNumber, last, delete, scan, deleteUpTo: Statement

  init(_ connection: Connection) throws {
    self.connection = connection
    facts = Facts(connection)
    insert = Statement(connection, "INSERT INTO decisions VALUES (\(DecisionLog.lastNumber) + 1, ?, ?, ?)")
    ofPerson = Statement(
      connection, "SELECT number, person, time, sealed FROM decisions WHERE person = ? ORDER BY number")
    byNumber = Statement(connection, "SELECT number, person, time, sealed FROM decisions WHERE number = ?")
    last = Statement(connection, "SELECT \(DecisionLog.lastNumber)")
    delete = Statement(connection, "DELETE FROM decisions WHERE person = ?")
    scan = Statement(connection, "SELECT number, person, time, sealed FROM decisions ORDER BY number")
    deleteUpTo = Statement(connection, "DELETE FROM decisions WHERE number <= ?")
    // Folding the log into the file waits for the disk: some thousand decisions share that.
    try connection.execute("PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 33554432")
  }

  /// The newest number given out: of the newest row, or as noted when newer rows were deleted.
  ///
  /// `AUTOINCREMENT` would do the same at the price of a page more to write with every decision.
  private static let lastNumber = """
    max(coalesce((SELECT max(number) FROM decisions), 0),
      coalesce((SELECT number FROM meta WHERE name = 'last decision'), 0))
    """

  func append(_ person: PersonID, time: Timestamp, sealed: [UInt8]) throws -> Int64 {
    if gathers, !isGathering {
      try connection.begin()
      isGathering = true
    }
    try insert.run(person.rawValue, time.milliseconds, sealed)
    return connection.lastRow
  }

  /// Commits what was appended while ``gathers`` was set: all of it, or none.
  func commitGathered() throws {
    if !isGathering { return }
    isGathering = false
    defer { connection.rollback() }
    try connection.commit()
  }

  func row(_ number: Int64) throws -> DecisionRow? { try byNumber.first(number) { DecisionRow($0) } }

  func rows(of person: PersonID) throws -> [DecisionRow] { try ofPerson.all(person.rawValue) { DecisionRow($0) } }

  func lastNumber() throws -> Int64 { try last.first { $0.integer(0) } ?? 0 }

  /// Deletes the decisions made before a time, and says how many they were.
  ///
  /// Numbers follow the clock, so it looks from the oldest on and stops at the first that stays. A clock that was set
  /// back keeps some for longer, never less.
  func delete(before time: Timestamp, _ body: ([UInt8]) -> Void) throws -> Int {
    try commitGathered()
    let newest = try last(before: time, body)
    return newest == 0 ? 0 : try deleting([{ try self.deleteUpTo.run(newest) }])
  }

  func oldest() throws -> Timestamp? {
    try commitGathered()
    return try scan.first { DecisionRow($0).time }
  }

  private func last(before time: Timestamp, _ body: ([UInt8]) -> Void) throws -> Int64 {
    var newest: Int64 = 0
    let rows = try scan.start()
    while try rows.next() {
      let row = DecisionRow(rows.row)
      guard row.time < time else { break }
      newest = row.number
      body(row.sealed)
    }
    return newest
  }

  /// Deletes people's decisions, for good and durably, and says how many they were.
  func delete(of people: [PersonID]) throws -> Int {
    try commitGathered()
    return try deleting(people.map { person in { try self.delete.run(person.rawValue) } })
  }

  private func deleting(_ steps: [() throws -> Void]) throws -> Int {
    try connection.execute("PRAGMA synchronous = FULL")
    defer { try? connection.execute("PRAGMA synchronous = NORMAL") }
    try connection.begin()
    defer { connection.rollback() }
    try facts.set("last decision", number: lastNumber())
    var deleted = 0
    for step in steps {
      try step()
      deleted += connection.changes
    }
    try connection.commit()
    return deleted
  }
}

/// A decision at rest.
package struct DecisionRow: Sendable {
  package let number: Int64
  package let person: PersonID
  package let time: Timestamp
  package let sealed: [UInt8]

  init(_ row: Row) {
    number = row.integer(0)
    person = PersonID(row.integer(1))
    time = Timestamp(milliseconds: row.integer(2))
    sealed = row.bytes(3)
  }
}
