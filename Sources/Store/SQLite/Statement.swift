import CSQLite

/// A prepared statement, kept for the life of its store and prepared when first used.
///
/// Values are bound by position and read by column, both statically typed: the tables are `STRICT`, so a column has the
/// type it was declared with, and a stored value of another type is reported by SQLite as damage.
@safe
final class Statement {
  private let connection: Connection
  private let sql: String
  private var prepared: OpaquePointer?
  private var running = false

  init(_ connection: Connection, _ sql: String) {
    self.connection = connection
    self.sql = sql
  }

  deinit { unsafe sqlite3_finalize(prepared) }

  /// Runs to the end, ignoring rows.
  func run<each Value: Bindable>(_ values: repeat each Value) throws {
    let cursor = try start(repeat each values)
    while try cursor.next() {}
  }

  /// Reads the first row, if there is one.
  func first<Result, each Value: Bindable>(
    _ values: repeat each Value, read: (Row) throws -> Result
  ) throws -> Result? {
    let cursor = try start(repeat each values)
    return try cursor.next() ? read(cursor.row) : nil
  }

  /// Reads every row in turn.
  func forEach<each Value: Bindable>(_ values: repeat each Value, body: (Row) throws -> Void) throws {
    let cursor = try start(repeat each values)
    while try cursor.next() { try body(cursor.row) }
  }

  /// Reads every row into an array.
  func all<Result, each Value: Bindable>(
    _ values: repeat each Value, read: (Row) throws -> Result
  ) throws -> [Result] {
    var results: [Result] = []
    try forEach(repeat each values) { results.append(try read($0)) }
    return results
  }

  /// Binds the values and stands before the first row.
  ///
  /// The statement is free again when the cursor goes.
  func start<each Value: Bindable>(_ values: repeat each Value) throws -> Cursor {
    precondition(!running, "a statement is used inside its own loop")
    if let failure = connection.failure { throw failure }
    let handle = try unsafe prepared ?? connection.prepare(sql)
    unsafe prepared = handle
    var binder = unsafe Binder(handle)
    for value in repeat each values { binder.bind(value) }
    guard binder.code == SQLITE_OK else { throw connection.fail() }
    running = true
    return unsafe Cursor(self, handle)
  }

  fileprivate func step(_ handle: OpaquePointer) throws -> Bool {
    switch unsafe sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw connection.fail()
    }
  }

  fileprivate func stop(_ handle: OpaquePointer) {
    unsafe sqlite3_reset(handle)
    running = false
  }

  /// A pass over the rows of a running statement.
  @safe
  struct Cursor: ~Copyable {
    private let statement: Statement
    private let handle: OpaquePointer

    fileprivate init(_ statement: Statement, _ handle: OpaquePointer) {
      self.statement = statement
      unsafe self.handle = handle
    }

    deinit { unsafe statement.stop(handle) }

    /// Moves to the next row; false after the last.
    func next() throws -> Bool { try unsafe statement.step(handle) }

    /// The row the cursor stands on.
    var row: Row { unsafe Row(handle) }
  }
}

/// The row a cursor stands on; not to be kept past the next step.
@safe
struct Row {
  private let handle: OpaquePointer

  fileprivate init(_ handle: OpaquePointer) { unsafe self.handle = handle }

  func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

  func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

  func isNull(_ column: Int32) -> Bool { unsafe sqlite3_column_type(handle, column) == SQLITE_NULL }

  func bytes(_ column: Int32) -> [UInt8] { unsafe Array(buffer(column)) }

  func text(_ column: Int32) -> String { unsafe String(decoding: buffer(column), as: UTF8.self) }

  /// The bytes of a column where SQLite has them, valid until the cursor moves.
  @unsafe
  func buffer(_ column: Int32) -> UnsafeRawBufferPointer {
    // The pointer first, the length second, as SQLite asks.
    let start = unsafe sqlite3_column_blob(handle, column)
    return unsafe UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
  }
}
