package import Vocabulary

/// Every personal answer, sealed: the latest in `decisions.tail`, all others in `decisions.sqlite`.
///
/// The database also has the access log: who looked at what is held of whom, or tried to change it.
///
/// Files of their own, so that an answer waits for no import, and for no disk: see invariant 7 of ``SQLiteStore``.
final class DecisionLog {
  private let database: Connection
  private let facts: Facts
  private let tail: DecisionTail
  /// Whether what is appended waits for ``commitGathered()``.
  var gathers = false
  private let insert, ofPerson, byNumber, last, delete, counts, scan, deleteUpTo: Statement
  private let accesses: AccessStatements
  /// Entries of the access log that wait to be kept.
  private var pendingAccesses: [(person: PersonID?, time: Timestamp, sealed: [UInt8])] = []

  /// How large the tail grows before it is folded in, in bytes.
  ///
  /// One answer in some hundreds pays for that, with a millisecond or two.
  var tailLimit: Int64 = 1 << 19

  init(_ connection: Connection, tail: String, identity: [UInt8]) throws {
    database = connection
    facts = Facts(connection)
    // What was folded by somebody who died before the tail was emptied comes again.
    insert = Statement(connection, "INSERT OR IGNORE INTO decisions VALUES (?, ?, ?, ?)")
    ofPerson = Statement(
      connection, "SELECT number, person, time, sealed FROM decisions WHERE person = ? ORDER BY number")
    byNumber = Statement(connection, "SELECT number, person, time, sealed FROM decisions WHERE number = ?")
    delete = Statement(connection, "DELETE FROM decisions WHERE person = ?")
    counts = Statement(
      connection,
      "SELECT person, count(*) FROM decisions WHERE time >= ? AND time < ? GROUP BY person ORDER BY person")
    scan = Statement(connection, "SELECT number, person, time, sealed FROM decisions ORDER BY number")
    deleteUpTo = Statement(connection, "DELETE FROM decisions WHERE number <= ?")
    accesses = AccessStatements(connection, table: "accesses")
    let last = Statement(connection, "SELECT \(DecisionLog.lastNumber)")
    self.last = last
    self.tail = try DecisionTail(path: tail, identity: identity) { try last.first { $0.integer(0) } ?? 0 }
    // Folding the log into the file waits for the disk: some thousand decisions share that.
    try connection.execute("PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 33554432")
  }

  /// The database with every decision in it.
  func connection() throws -> Connection {
    try fold()
    return database
  }

  /// The newest number given out: of the newest row, or as noted when newer rows were deleted.
  ///
  /// `AUTOINCREMENT` would do the same at the price of a page more to write with every decision.
  private static let lastNumber = """
    max(coalesce((SELECT max(number) FROM decisions), 0),
      coalesce((SELECT number FROM meta WHERE name = 'last decision'), 0))
    """

  func append(_ person: PersonID, time: Timestamp, sealed: [UInt8]) throws -> Int64 {
    let number = try tail.append(person, time: time, sealed: sealed)
    if !gathers { try commitGathered() }
    return number
  }

  /// Keeps what was appended while ``gathers`` was set: all of it, or none.
  func commitGathered() throws {
    try tail.write()
    try keepAccesses()
    guard try tail.size() > tailLimit else { return }
    // The answers are on record as they are; where the database cannot take them now it is tried again.
    try? fold()
  }

  /// Moves what is in the tail into the database.
  ///
  /// - Parameter isDurable: Whether what leaves the tail stays gone after a loss of power.
  func fold(isDurable: Bool = false) throws {
    if !isDurable, try tail.size() == 0 { return }
    try tail.drain(isDurable: isDurable) { entries in
      try database.begin()
      defer { database.rollback() }
      for entry in entries { try insert.run(entry.number, entry.person, entry.time, entry.sealed) }
      try database.commit()
    }
  }

  func row(_ number: Int64) throws -> DecisionRow? {
    let waiting = try tail.entries().first { $0.number == number }
    return try waiting.map(DecisionRow.init) ?? byNumber.first(number) { DecisionRow($0) }
  }

  func rows(of person: PersonID) throws -> [DecisionRow] {
    let waiting = try tail.entries().filter { $0.person == person.rawValue }
    let rows = try ofPerson.all(person.rawValue) { DecisionRow($0) }
    let last = rows.last?.number ?? 0
    return rows + waiting.filter { $0.number > last }.map(DecisionRow.init)
  }

  func lastNumber() throws -> Int64 {
    let waiting = try tail.entries().last?.number
    return try max(waiting ?? 0, last.first { $0.integer(0) } ?? 0)
  }

  /// Deletes the decisions made before a time, and says how many they were.
  ///
  /// Numbers follow the clock, so it looks from the oldest on and stops at the first that stays. A clock that was set
  /// back keeps some for longer, never less.
  func delete(before time: Timestamp, _ body: ([UInt8]) -> Void) throws -> Int {
    try fold()
    let newest = try last(before: time, body)
    if newest == 0 { return 0 }
    return try deleting([
      {
        try self.deleteUpTo.run(newest)
        return self.database.changes
      }
    ])
  }

  func oldest() throws -> Timestamp? {
    try fold()
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
    try deleting(
      people.map { person in
        {
          try self.delete.run(person.rawValue)
          let deleted = self.database.changes
          try self.accesses.delete.run(person.rawValue)
          return deleted
        }
      })
  }

  private func deleting(_ steps: [() throws -> Int]) throws -> Int {
    try database.execute("PRAGMA synchronous = FULL")
    defer { try? database.execute("PRAGMA synchronous = NORMAL") }
    try keepAccesses()
    // The tail first: what came back from it after a loss of power would be there again.
    try fold(isDurable: true)
    try database.begin()
    defer { database.rollback() }
    try facts.set("last decision", number: last.first { $0.integer(0) } ?? 0)
    var deleted = 0
    for step in steps { deleted += try step() }
    try database.commit()
    return deleted
  }

  /// How many decisions each person has from a moment on and before another.
  func counts(from: Timestamp, before: Timestamp) throws -> [(person: PersonID, count: Int)] {
    try fold()
    return try counts.all(from.milliseconds, before.milliseconds) { (PersonID($0.integer(0)), Int($0.integer(1))) }
  }

  // MARK: The access log

  func appendAccess(_ person: PersonID?, time: Timestamp, sealed: [UInt8]) throws {
    pendingAccesses.append((person, time, sealed))
    if !gathers { try keepAccesses() }
  }

  /// Keeps what waits: all of it, or none where this throws.
  ///
  /// In a transaction that is over at once: whoever folds the tail holds the tail's lock and waits for this one.
  private func keepAccesses() throws {
    if pendingAccesses.isEmpty { return }
    defer { pendingAccesses.removeAll(keepingCapacity: true) }
    try database.begin()
    defer { database.rollback() }
    for entry in pendingAccesses {
      try accesses.insert.run(entry.person?.rawValue, entry.time.milliseconds, entry.sealed)
    }
    try database.commit()
  }

  func accesses(from: Timestamp, before: Timestamp) throws -> [AccessRow] {
    try keepAccesses()
    return try accesses.between.all(from.milliseconds, before.milliseconds) { AccessRow($0) }
  }

  func accesses(of person: PersonID) throws -> [AccessRow] {
    try keepAccesses()
    return try accesses.ofPerson.all(person.rawValue) { AccessRow($0) }
  }

  /// Deletes entries before a moment; says how many they were.
  func trimAccesses(before time: Timestamp) throws -> Int {
    try keepAccesses()
    try accesses.trim.run(time.milliseconds)
    return database.changes
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

  init(_ entry: DecisionTail.Entry) {
    number = entry.number
    person = PersonID(entry.person)
    time = Timestamp(milliseconds: entry.time)
    sealed = entry.sealed
  }
}
