import CSQLite

/// Inserts rows into one table, 32 a statement: a third of the time of one by one.
///
/// A row is in the table after ``flush()`` or when the batch is full, so whoever reads the table flushes first. An
/// error such as a duplicate key shows then, and undoes the statement's other rows too; inside a transaction it ends
/// that.
@safe
final class BatchInsert {
  private static let rows: Int32 = 32
  private let connection: Connection
  private let sql: String
  private let columns: Int32
  private var prepared: OpaquePointer?
  private var filled: Int32 = 0

  /// - Parameters:
  ///   - columns: How many columns a row has; the first is never NULL.
  ///   - conflict: What becomes of a row whose key is taken, in SQL; nothing for an error.
  init(_ connection: Connection, into table: String, columns: Int32, onConflict conflict: String = "") {
    self.connection = connection
    self.columns = columns
    let row = "(" + Array(repeating: "?", count: Int(columns)).joined(separator: ",") + ")"
    let all = Array(repeating: row, count: Int(BatchInsert.rows)).joined(separator: ",")
    // Rows not bound are NULL throughout.
    sql = "INSERT INTO \(table) SELECT * FROM (VALUES \(all)) WHERE column1 IS NOT NULL \(conflict)"
  }

  deinit { unsafe sqlite3_finalize(prepared) }

  /// Adds a row, one value a column.
  func add<each Value: Bindable>(_ values: repeat each Value) throws {
    if let failure = connection.failure { throw failure }
    let handle = try unsafe prepared ?? connection.prepare(sql)
    unsafe prepared = handle
    var binder = unsafe Binder(handle, after: filled * columns)
    for value in repeat each values { binder.bind(value) }
    guard binder.code == SQLITE_OK else { throw connection.fail() }
    filled += 1
    if filled == BatchInsert.rows { try flush() }
  }

  /// Writes the rows added so far.
  func flush() throws {
    guard filled > 0, let handle = unsafe prepared else { return }
    defer { discard() }
    if let failure = connection.failure { throw failure }
    guard unsafe sqlite3_step(handle) == SQLITE_DONE else { throw connection.fail() }
  }

  /// Forgets the rows added so far.
  func discard() {
    filled = 0
    guard let handle = unsafe prepared else { return }
    unsafe sqlite3_reset(handle)
    unsafe sqlite3_clear_bindings(handle)
  }
}
