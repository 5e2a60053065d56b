import CSQLite
import Vocabulary

/// What the library reported, and the ``Failure`` it becomes.
///
/// The text is about files and space, never about the values of a statement.
@safe
struct SQLiteError {
  let code: Int32
  let message: String
  let systemError: Int32
  let file: String

  /// Takes the last error off a connection.
  init(_ handle: OpaquePointer?, file: String) {
    self.file = file
    guard let handle = unsafe handle else {
      code = SQLITE_NOMEM
      message = "out of memory"
      systemError = 0
      return
    }
    code = unsafe sqlite3_extended_errcode(handle)
    message = unsafe String(cString: sqlite3_errmsg(handle))
    systemError = unsafe sqlite3_system_errno(handle)
  }

  var failure: Failure {
    switch code & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED:
      Failure(
        .busy, "another process is writing to the store", at: file,
        remedy: "Wait until the other command has ended, then try again")
    case SQLITE_FULL:
      Failure(
        .system, "the disk is full", at: file,
        remedy: "Free some space, then run the command again; nothing of the interrupted step was kept")
    case SQLITE_IOERR where code == SQLiteError.failedWrite || code == SQLiteError.failedSync:
      Failure(
        .system, "the disk refused a write (system error \(systemError))", at: file,
        remedy: "Check free space, file size limits and the disk, then run the command again; "
          + "nothing of the interrupted step was kept")
    case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
      Failure(.system, "the store cannot be written to", at: file, remedy: "Check who owns the folder and its files")
    case SQLITE_CANTOPEN:
      Failure(
        .system, "cannot open the file (system error \(systemError))", at: file,
        remedy: "Check that it exists and who may read it")
    case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT, SQLITE_MISMATCH:
      SQLiteError.damaged(file)
    default:
      Failure(.system, "SQLite reports \(code): \(message)", at: file)
    }
  }

  /// The failure of a file whose content is not what a store writes.
  static func damaged(_ file: String, _ what: String = "the file is damaged or is not a database") -> Failure {
    Failure(
      .badStore, what, at: file, expected: "a store's database",
      remedy:
        "Restore the store from a backup; do not delete the files beside it, they may hold what was not yet folded in")
  }
}

extension SQLiteError {
  // Macros with arithmetic, which are not imported: SQLITE_IOERR_WRITE and SQLITE_IOERR_FSYNC.
  private static let failedWrite = SQLITE_IOERR | (3 << 8)
  private static let failedSync = SQLITE_IOERR | (4 << 8)
}
