import CSQLite
import Vocabulary

/// One connection to one SQLite file; with ``Statement`` the only code that calls the C library.
///
/// A connection is used by one thread at a time (it is opened without SQLite's mutex). The first error inside an
/// explicit transaction ends that transaction: SQLite may have rolled it back already, and what came later would then
/// be committed piece by piece, so every later statement throws the same error until ``rollback()``.
@safe
final class Connection {
  /// How much a commit waits for.
  enum Durability {
    /// Until the disk has it: survives a loss of power.
    case disk
    /// Until the operating system has it: survives the death of the process, and no more. The file stays whole.
    case process
  }

  /// What opening may do.
  enum Mode { case create, existing }

  let file: String
  let patience: Int32
  private let durability: Durability
  private let handle: OpaquePointer
  private(set) var failure: (any Error)?

  /// - Parameter patience: How long to wait for another writer, in milliseconds.
  /// - Throws: ``Failure`` with the code `busy`, `system` or `badStore`.
  init(
    file: String, mode: Mode, durability: Durability = .disk, patience: Int32 = Connection.patience
  ) throws {
    self.file = file
    self.patience = patience
    self.durability = durability
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (mode == .create ? SQLITE_OPEN_CREATE : 0)
    let code = unsafe sqlite3_open_v2(file, &opened, flags, nil)
    guard code == SQLITE_OK, let opened = unsafe opened else {
      let error = unsafe SQLiteError(opened, file: file)
      unsafe sqlite3_close_v2(opened)
      throw error.failure
    }
    unsafe handle = opened
    unsafe sqlite3_extended_result_codes(opened, 1)
    unsafe sqlite3_busy_timeout(opened, patience)
    // Deleted content is overwritten; a page that lies about its cells is reported rather than read.
    try execute("PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF")
    try execute("PRAGMA synchronous = \(durability == .disk ? "FULL" : "NORMAL")")
  }

  deinit {
    // The last statement to go really closes it; the last connection to a file then folds the log into it.
    unsafe sqlite3_close_v2(handle)
  }

  /// How long to wait for another writer, in milliseconds.
  static let patience: Int32 = 10_000

  /// Runs statements that take no values and give no rows.
  func execute(_ sql: String) throws {
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    if code != SQLITE_OK { throw fail() }
  }

  /// Folds the write-ahead log into the file and cuts it; false where another process is reading from it.
  func truncateLog() throws -> Bool {
    try Statement(self, "PRAGMA wal_checkpoint(TRUNCATE)").first { $0.integer(0) } == 0
  }

  /// `SQLITE_IOERR_SHORT_READ`, a macro that is not imported.
  private static let shortRead = SQLITE_IOERR | 2 << 8

  /// Hands over the file as it lies on disk, deleted bytes included, in pieces that overlap.
  ///
  /// Read through the handle that the library has open: to open the file once more and close it would let go of the
  /// locks that this process holds on it, as POSIX has it.
  func forEachRawChunk(overlap: Int, _ body: (UnsafeRawBufferPointer) -> Void) throws {
    var pointer: UnsafeMutablePointer<sqlite3_file>?
    let found = unsafe withUnsafeMutablePointer(to: &pointer) {
      unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, $0)
    }
    guard found == SQLITE_OK, let file = unsafe pointer, let methods = unsafe file.pointee.pMethods else {
      throw SQLiteError.damaged(self.file)
    }
    var size: sqlite3_int64 = 0
    guard unsafe methods.pointee.xFileSize(file, &size) == SQLITE_OK else { throw SQLiteError.damaged(self.file) }
    let capacity = 1 << 20
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
    defer { unsafe buffer.deallocate() }
    var offset: Int64 = 0
    while offset < size {
      let count = Int(min(Int64(capacity), size - offset))
      let code = unsafe methods.pointee.xRead(file, buffer.baseAddress, Int32(count), offset)
      // Cut short by another process; what is gone needs no search.
      if code == Connection.shortRead { break }
      guard code == SQLITE_OK else { throw SQLiteError.damaged(self.file) }
      unsafe body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      if offset + Int64(count) >= size { break }
      offset += Int64(count - overlap)
    }
  }

  /// The error the library just reported; inside a transaction it also ends the transaction.
  func fail() -> Failure {
    let error = unsafe SQLiteError(handle, file: file).failure
    if inTransaction, failure == nil { failure = error }
    return error
  }

  func prepare(_ sql: String) throws -> OpaquePointer {
    var statement: OpaquePointer?
    let code = unsafe sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK, let statement = unsafe statement else {
      let error = fail()
      // The statements are ours and fixed: one that does not compile has met tables that are not.
      throw code & 0xFF == SQLITE_ERROR ? SQLiteError.damaged(file) : error
    }
    return unsafe statement
  }

  /// Rows that the last statement inserted, changed or deleted.
  var changes: Int { unsafe Int(sqlite3_changes64(handle)) }

  /// The row number that the last insertion gave.
  var lastRow: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

  // MARK: Transactions

  private(set) var inTransaction = false

  /// Starts a transaction; a writing one takes the file's write lock at once, so that it cannot fail half-way for it.
  func begin(writing: Bool = true) throws {
    precondition(!inTransaction, "a transaction is open")
    try execute(writing ? "BEGIN IMMEDIATE" : "BEGIN")
    inTransaction = true
  }

  /// Does something whose commits wait for the operating system alone, because what is durable already makes good for
  /// their loss.
  func withoutWaiting<Result>(_ body: () throws -> Result) throws -> Result {
    precondition(!inTransaction, "a transaction is open")
    if durability == .process { return try body() }
    try execute("PRAGMA synchronous = NORMAL")
    defer { try? execute("PRAGMA synchronous = FULL") }
    return try body()
  }

  /// Makes the transaction's work last, as long as the connection's durability promises.
  func commit() throws {
    precondition(inTransaction, "no transaction is open")
    if let failure { throw failure }
    try execute("COMMIT")
    inTransaction = false
  }

  /// Undoes the transaction, if there is one.
  func rollback() {
    guard inTransaction else { return }
    inTransaction = false
    failure = nil
    // SQLite rolls back by itself after some errors. If this fails the connection still holds nothing committed.
    if unsafe sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
  }

  /// Ends the transaction on behalf of code that threw inside it.
  func poison(_ error: any Error) {
    if inTransaction, failure == nil { failure = error }
  }
}
