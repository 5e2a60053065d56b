package import Crypto
package import Vocabulary

final class ImportStatements {
  let find, insert, scan: Statement

  init(_ connection: Connection) {
    let columns = "digest, name, time, what, accepted, refused, rejected"
    find = Statement(connection, "SELECT \(columns) FROM imports WHERE digest = ?")
    insert = Statement(connection, "INSERT OR REPLACE INTO imports VALUES (?, ?, ?, ?, ?, ?, ?)")
    scan = Statement(connection, "SELECT \(columns) FROM imports ORDER BY time, digest")
  }
}

/// A file that was imported, so that the same one is noticed the next time.
package struct ImportRecord: Hashable, Sendable {
  /// SHA-256 of the file as it was read.
  package var digest: Digest
  /// The file's name as given.
  package var name: String
  package var time: Timestamp
  /// `items` or `events`.
  package var what: String
  /// Lines taken in, lines the ledger did not allow, and lines that could not be understood.
  package var accepted, refused, rejected: Int

  package init(
    digest: Digest, name: String, time: Timestamp, what: String, accepted: Int, refused: Int, rejected: Int
  ) {
    self.digest = digest
    self.name = name
    self.time = time
    self.what = what
    self.accepted = accepted
    self.refused = refused
    self.rejected = rejected
  }
}

extension SQLiteStore {
  /// Notes an import; the newest of the same file counts.
  package func recordImport(_ record: ImportRecord) throws {
    try writing { _ in
      try imports.insert.run(
        record.digest.bytes, record.name, record.time.milliseconds, record.what, Int64(record.accepted),
        Int64(record.refused), Int64(record.rejected))
    }
  }

  /// The earlier import of a file with this digest, if there was one.
  package func importRecord(digest: Digest) throws -> ImportRecord? {
    try imports.find.first(digest.bytes) { try importRecord($0) }
  }

  /// Every import, oldest first; equal times in order of digest.
  package func importRecords() throws -> [ImportRecord] { try imports.scan.all { try importRecord($0) } }

  private func importRecord(_ row: Row) throws -> ImportRecord {
    guard let digest = Digest(bytes: row.bytes(0)) else { throw SQLiteError.damaged(main.file) }
    return ImportRecord(
      digest: digest, name: row.text(1), time: Timestamp(milliseconds: row.integer(2)), what: row.text(3),
      accepted: Int(row.integer(4)), refused: Int(row.integer(5)), rejected: Int(row.integer(6)))
  }
}
