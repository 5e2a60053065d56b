import Crypto
import Vocabulary

/// `keys.sqlite`: one key a person, and the store's own secrets.
///
/// Written only by somebody who holds the store's write lock, except for secrets, which are made once.
final class KeyRing {
  let connection: Connection
  private let facts: Facts
  private let insert: BatchInsert
  private let find, delete, scan, makeSecret, findSecret: Statement

  /// - Parameter connection: An open, checked key file.
  init(_ connection: Connection) {
    self.connection = connection
    facts = Facts(connection)
    insert = BatchInsert(
      connection, into: "keys", columns: 2, onConflict: "ON CONFLICT DO UPDATE SET key = excluded.key")
    find = Statement(connection, "SELECT key FROM keys WHERE person = ?")
    delete = Statement(connection, "DELETE FROM keys WHERE person = ?")
    scan = Statement(connection, "SELECT person, key FROM keys ORDER BY person")
    makeSecret = Statement(connection, "INSERT OR IGNORE INTO secrets VALUES (?, ?)")
    findSecret = Statement(connection, "SELECT value FROM secrets WHERE name = ?")
  }

  /// Keys made since the last commit, one after the other, for people numbered one after the other.
  private var made: [UInt8] = []
  private var firstMade: Int64 = 0
  /// Random bytes fetched ahead: one call for 256 keys costs little more than one for a key.
  private var fresh: ArraySlice<UInt8> = []

  /// Locks the key file for the transaction that is open on the store, so that look-ups are cheap and changes possible.
  func join() throws {
    if !connection.inTransaction { try connection.begin() }
  }

  /// Makes a key for a person new to the store, numbered one above the last.
  ///
  /// A key left by a transaction that never committed is replaced. Nothing lasts before ``commit()``.
  func make(for person: PersonID) throws {
    try join()
    if made.isEmpty { firstMade = person.rawValue }
    precondition(person.rawValue == firstMade + Int64(made.count / SymmetricKey.length), "people are numbered in order")
    if fresh.isEmpty { fresh = Random.bytes(SymmetricKey.length * 256)[...] }
    let key = Array(fresh.prefix(SymmetricKey.length))
    fresh = fresh.dropFirst(SymmetricKey.length)
    try insert.add(person.rawValue, key)
    made += key
  }

  func commit() throws {
    guard connection.inTransaction else { return }
    try insert.flush()
    try connection.commit()
    made = []
  }

  func rollback() {
    insert.discard()
    connection.rollback()
    made = []
  }

  /// A person's key; `nil` where it was destroyed or never was.
  func key(of person: PersonID) throws -> SymmetricKey? {
    let offset = Int(person.rawValue - firstMade) * SymmetricKey.length
    if offset >= 0, offset < made.count {
      return SymmetricKey(bytes: Array(made[offset..<offset + SymmetricKey.length]))
    }
    return try find.first(person.rawValue) { try self.key(in: $0, 0) }
  }

  /// A secret of the store, made at first use and durable before it is given out.
  func secret(_ name: String) throws -> SymmetricKey {
    if let known = try findSecret.first(name, read: { try key(in: $0, 0) }) { return known }
    // People's keys made so far become durable with it, which hurts nobody: see invariant 3 of SQLiteStore.
    try join()
    do {
      try makeSecret.run(name, Random.bytes(SymmetricKey.length))
      try insert.flush()
      try connection.commit()
    } catch {
      rollback()
      throw error
    }
    guard let made = try findSecret.first(name, read: { try key(in: $0, 0) }) else {
      throw SQLiteError.damaged(connection.file)
    }
    return made
  }

  /// Destroys keys for good: deleted, overwritten, and gone from the write-ahead log too.
  func destroy(_ people: [PersonID]) throws {
    // Cutting the log waits for the disk.
    try connection.withoutWaiting {
      try connection.begin()
      do {
        for person in people { try delete.run(person.rawValue) }
        try connection.commit()
      } catch {
        connection.rollback()
        throw error
      }
    }
    // Until the log is folded in and cut, it holds the page as it was.
    guard try connection.truncateLog() else {
      throw Failure(
        .busy, "a key is deleted but still in the write-ahead log, which another process is reading",
        at: connection.file, remedy: "It goes when the store is next opened or written to")
    }
  }

  /// Starts a pass over every key, in order of person.
  ///
  /// It sees one state of the file.
  func walk() throws -> Walk {
    try insert.flush()
    let cursor = try scan.start()
    return Walk(ring: self, more: try cursor.next(), cursor: cursor)
  }

  /// A pass over the keys, for people asked about in ascending order.
  struct Walk: ~Copyable {
    private let ring: KeyRing
    private let cursor: Statement.Cursor
    private var more: Bool
    private var current: (person: PersonID, key: SymmetricKey)?

    fileprivate init(ring: KeyRing, more: Bool, cursor: consuming Statement.Cursor) {
      self.ring = ring
      self.more = more
      self.cursor = cursor
    }

    /// The key of a person not before the last one asked about; `nil` where there is none.
    mutating func key(of person: PersonID) throws -> SymmetricKey? {
      if let current, current.person == person { return current.key }
      while more {
        let row = cursor.row
        let at = PersonID(row.integer(0))
        if at > person { break }
        if at == person { current = (person, try ring.key(in: row, 1)) }
        more = try cursor.next()
        if at == person { return current?.key }
      }
      return nil
    }
  }

  fileprivate func key(in row: Row, _ column: Int32) throws -> SymmetricKey {
    let bytes = row.bytes(column)
    guard bytes.count == SymmetricKey.length else { throw SQLiteError.damaged(connection.file) }
    return SymmetricKey(bytes: bytes)
  }

  // MARK: The ledger's head, kept beside the keys

  /// The newest ledger entry this key file knows of: its number and hash.
  func ledgerHead() throws -> (sequence: Int64, hash: [UInt8])? {
    guard let sequence = try facts.number("ledger head"), let hash = try facts.bytes("ledger head") else { return nil }
    return (sequence, hash)
  }

  /// Waits for no disk: after a loss of power the head may be an older one, which is allowed.
  func noteLedgerHead(_ sequence: Int64, hash: [UInt8]) throws {
    try connection.withoutWaiting { try facts.set("ledger head", number: sequence, bytes: hash) }
  }
}
