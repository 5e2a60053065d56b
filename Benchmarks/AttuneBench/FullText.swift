import CSQLite
import Vocabulary

/// The same documents in an FTS5 table of SQLite, in memory, ranked by its BM25.
@safe final class FullText {
  private var database: OpaquePointer?
  private var insert: OpaquePointer?
  private var select: OpaquePointer?
  private static let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  init() throws {
    try check(unsafe sqlite3_open(":memory:", &database))
    try run("CREATE VIRTUAL TABLE t USING fts5(title, text, tokenize = 'porter unicode61')")
    let row = "INSERT INTO t(rowid, title, text) VALUES (?, ?, ?)"
    try check(unsafe sqlite3_prepare_v2(database, row, -1, &insert, nil))
    let query = "SELECT rowid FROM t WHERE t MATCH ? ORDER BY bm25(t, 3.0, 1.0) LIMIT 10"
    try check(unsafe sqlite3_prepare_v2(database, query, -1, &select, nil))
    try run("BEGIN")
  }

  deinit {
    unsafe sqlite3_finalize(insert)
    unsafe sqlite3_finalize(select)
    unsafe sqlite3_close(database)
  }

  func add(_ number: Int, title: String, text: String) throws {
    unsafe sqlite3_bind_int64(insert, 1, Int64(number))
    unsafe sqlite3_bind_text(insert, 2, title, -1, FullText.transient)
    unsafe sqlite3_bind_text(insert, 3, text, -1, FullText.transient)
    unsafe sqlite3_step(insert)
    unsafe sqlite3_reset(insert)
  }

  func finish() throws {
    try run("COMMIT")
    try run("INSERT INTO t(t) VALUES ('optimize')")
  }

  /// The ten best documents, all words or any of them required.
  func search(_ words: [String], any: Bool) -> [Int] {
    let query = words.map { "\"\($0)\"" }.joined(separator: any ? " OR " : " ")
    unsafe sqlite3_bind_text(select, 1, query, -1, FullText.transient)
    var found: [Int] = []
    while unsafe sqlite3_step(select) == SQLITE_ROW { unsafe found.append(Int(sqlite3_column_int64(select, 0))) }
    unsafe sqlite3_reset(select)
    return found
  }

  private func run(_ statement: String) throws { try check(unsafe sqlite3_exec(database, statement, nil, nil, nil)) }

  private func check(_ code: Int32) throws {
    if code != SQLITE_OK { throw Failure(.system, "SQLite refused with code \(code)", expected: "SQLite with FTS5") }
  }
}
