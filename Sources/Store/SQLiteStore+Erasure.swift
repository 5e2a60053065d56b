package import Intake
import SystemIO
package import Vocabulary

final class ErasureStatements {
  let find, any, put, lift, note: Statement
  let rows, pseudonyms: Statement
  let pending, lastPending, dropPending: Statement

  init(_ connection: Connection) {
    find = Statement(connection, "SELECT returned FROM suppressed WHERE mark = ?")
    any = Statement(connection, "SELECT 1 FROM suppressed LIMIT 1")
    put = Statement(connection, "INSERT OR REPLACE INTO suppressed VALUES (?, 0)")
    lift = Statement(connection, "DELETE FROM suppressed WHERE mark = ?")
    note = Statement(connection, "UPDATE suppressed SET returned = 1 WHERE mark = ?")
    rows = Statement(
      connection,
      """
      SELECT (SELECT count(*) FROM people WHERE person = ?1)
        + (SELECT count(*) FROM events WHERE person = ?1) + (SELECT count(*) FROM event_ids WHERE person = ?1)
        + (SELECT count(*) FROM instructions WHERE person = ?1) + (SELECT count(*) FROM ledger WHERE person = ?1)
        + (SELECT count(*) FROM requests WHERE person = ?1)
        + (SELECT count(*) FROM due WHERE person = ?1) + (SELECT count(*) FROM segment_members WHERE person = ?1)
        + (SELECT count(*) FROM disclosures WHERE person = ?1)
      """)
    pseudonyms = Statement(connection, "SELECT person FROM pseudonyms")
    // The first stood under the name without a number, where there was one at most.
    pending = Statement(
      connection,
      "SELECT name, bytes FROM meta WHERE name >= 'pending erasure' AND name < 'pending erasurf' AND bytes NOT NULL")
    lastPending = Statement(
      connection, "SELECT max(name) FROM meta WHERE name > 'pending erasure ' AND name < 'pending erasurf'")
    dropPending = Statement(connection, "DELETE FROM meta WHERE name = ?")
  }
}

/// An erasure that is on record and not finished.
package struct PendingErasure: Equatable, Sendable {
  package var people: [PersonID]
  /// What must be found nowhere.
  package var fingerprints: [Fingerprint]

  package init(people: [PersonID], fingerprints: [Fingerprint]) {
    self.people = people
    self.fingerprints = fingerprints
  }

  init?(_ bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    var people: [PersonID] = []
    var fingerprints: [Fingerprint] = []
    guard let count = reader.varint() else { return nil }
    for _ in 0..<count {
      guard let number = reader.varint() else { return nil }
      people.append(PersonID(Int64(bitPattern: number)))
    }
    while !reader.isAtEnd {
      guard let taken = reader.take(UInt64(Fingerprint.length)), let fingerprint = Fingerprint(bytes: taken) else {
        return nil
      }
      fingerprints.append(fingerprint)
    }
    self.init(people: people, fingerprints: fingerprints)
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendVarint(UInt64(people.count))
    for person in people { bytes.appendVarint(UInt64(bitPattern: person.rawValue)) }
    for fingerprint in fingerprints { bytes += fingerprint.bytes }
    return bytes
  }
}

// MARK: - The suppression list

extension SQLiteStore {
  /// Whether somebody was erased and has not consented anew.
  package func isSuppressed(_ mark: SuppressionMark) throws -> Bool {
    if let work {
      // An import asks for everybody in it.
      let any = try work.suppressesAnybody ?? erasure.any.first { _ in true } ?? false
      work.suppressesAnybody = any
      if !any { return false }
    }
    return try erasure.find.first(mark.bytes) { _ in true } ?? false
  }

  /// Whether somebody who is suppressed has been back since, by a choice or an instruction of their own.
  package func hasReturned(_ mark: SuppressionMark) throws -> Bool {
    try erasure.find.first(mark.bytes) { $0.integer(0) != 0 } ?? true
  }

  /// Keeps an erased person out.
  package func suppress(_ mark: SuppressionMark) throws {
    try writing { work in
      try erasure.put.run(mark.bytes)
      work.suppressesAnybody = true
    }
  }

  /// Lets somebody back in who consents anew.
  package func liftSuppression(_ mark: SuppressionMark) throws { try writing { _ in try erasure.lift.run(mark.bytes) } }

  /// Notes that somebody is back who was erased, and that logs still may not bring in what they did.
  package func noteReturn(_ mark: SuppressionMark) throws { try writing { _ in try erasure.note.run(mark.bytes) } }
}

// MARK: - Wiping

extension SQLiteStore {
  /// The erasures that are on record and not finished, as one; `nil` where there are none.
  package func pendingErasure() throws -> PendingErasure? {
    let all = try pendingErasures()
    return all.isEmpty
      ? nil
      : PendingErasure(people: all.flatMap(\.pending.people), fingerprints: all.flatMap(\.pending.fingerprints))
  }

  /// Each of them, with the name to take it off by.
  package func pendingErasures() throws -> [(name: String, pending: PendingErasure)] {
    try erasure.pending.all { ($0.text(0), $0.bytes(1)) }.map { name, bytes in
      guard let pending = PendingErasure(bytes) else { throw SQLiteError.damaged(main.file) }
      return (name, pending)
    }
  }

  /// Puts an erasure on record, beside those that are there: what that costs does not grow with their number.
  package func addPendingErasure(_ pending: PendingErasure) throws {
    try writing { _ in
      // Ascending as texts too.
      let last = try erasure.lastPending.first { $0.isNull(0) ? nil : $0.text(0) } ?? nil
      let number = (last.flatMap { Int64($0.dropFirst(SQLiteStore.pendingName.count)) } ?? 0) + 1
      let digits = String(number)
      let name = SQLiteStore.pendingName + String(repeating: "0", count: max(0, 19 - digits.utf8.count)) + digits
      try facts.set(name, bytes: pending.bytes)
    }
  }

  private static let pendingName = "pending erasure "

  /// Takes erasures off the record that are finished.
  package func removePendingErasures(_ names: [String]) throws {
    try writing { _ in for name in names { try erasure.dropPending.run(name) } }
  }

  /// How many rows are held under some people's numbers, keys and decisions included.
  ///
  /// - Complexity: one pass over the pseudonyms, which no index finds by person.
  package func rowCount(of people: [PersonID]) throws -> Int {
    if people.isEmpty { return 0 }
    var count = 0
    for person in people {
      count += try erasure.rows.first(person.rawValue) { Int($0.integer(0)) } ?? 0
      count += try decisions.rows(of: person).count + accesses(of: person).count
      count += try key(of: person) == nil ? 0 : 1
    }
    let wanted = Set(people.map(\.rawValue))
    try erasure.pseudonyms.forEach { count += wanted.contains($0.integer(0)) ? 1 : 0 }
    return count
  }

  /// Destroys keys and decisions of people who are deleted: also an answer that was under way while they were.
  package func deleteRemains(of people: [PersonID]) throws {
    try transaction {
      for person in people {
        try deleteDecisions(of: person)
        try destroyKey(of: person)
      }
    }
  }

  /// Leaves no byte of what the fingerprints stand for in any file.
  ///
  /// Deleted cells are overwritten when they are deleted (`secure_delete`); the write-ahead logs with the pages as they
  /// were are folded in and cut. What remains is rare: a page that was once split still has, in its unused middle, the
  /// cells that moved away. A file where that is found is written anew.
  ///
  /// - Returns: How many bytes were searched.
  /// - Throws: ``Failure``: `busy` where another process reads and will not end.
  @discardableResult
  package func wipe(_ fingerprints: [Fingerprint]) throws -> Int {
    var searched = 0
    for connection in try files() {
      try cutLog(of: connection)
      var result = try search(connection, fingerprints)
      if !result.found.isEmpty {
        try connection.execute("VACUUM")
        try cutLog(of: connection)
        result = try search(connection, fingerprints)
      }
      guard result.found.isEmpty else {
        throw Failure(
          .system, "something that was deleted is still in the file", at: connection.file,
          expected: "nothing left of it", remedy: "Erase again; if it stays, export, import and remove the old store")
      }
      searched += result.searched
    }
    return searched
  }

  /// How many of these fingerprints are found in the files of the store and their logs, and in how many bytes.
  package func residue(of fingerprints: [Fingerprint]) throws -> (found: Int, searched: Int) {
    var found: Set<Fingerprint> = []
    var searched = 0
    for connection in try files() {
      let result = try search(connection, fingerprints)
      found.formUnion(result.found)
      searched += result.searched
    }
    return (found.count, searched)
  }

  private func files() throws -> [Connection] { [main, keys.connection, try decisions.connection()] }

  private func cutLog(of connection: Connection) throws {
    guard try connection.truncateLog() else {
      throw Failure(
        .busy, "what was deleted is still in the write-ahead log, which another process is reading",
        at: connection.file, remedy: "It goes when the store is next opened")
    }
  }

  func search(_ connection: Connection, _ fingerprints: [Fingerprint]) throws -> ResidueSearch {
    var search = ResidueSearch(fingerprints)
    try unsafe connection.forEachRawChunk(overlap: Fingerprint.window - 1) { unsafe search.search($0) }
    // No lock lies on the log, so that it may be opened beside the library.
    let log = connection.file + "-wal"
    if Files.exists(log) { unsafe try Files.read(log).withUnsafeBytes { unsafe search.search($0) } }
    return search
  }
}
