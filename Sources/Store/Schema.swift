import Vocabulary

/// The tables of the three databases, and how a file says what it is.
///
/// Every table is `STRICT`. A change of shape raises ``version`` and brings a step that carries older files over.
enum Schema {
  /// The version of every file's tables, in `user_version`.
  static let version: Int64 = 6

  /// Bytes a page.
  ///
  /// Twice as many would save a tenth of an import and cost a fifth more for every decision.
  static let pageSize = 4096

  /// The files of a store.
  enum Kind: CaseIterable {
    case keys, decisions, store

    var fileName: String {
      switch self {
      case .keys: "keys.sqlite"
      case .decisions: "decisions.sqlite"
      case .store: "store.sqlite"
      }
    }

    /// `application_id`: "ATTK", "ATTD" or "ATTU" in ASCII.
    var applicationID: Int64 {
      switch self {
      case .keys: 0x4154_544B
      case .decisions: 0x4154_5444
      case .store: 0x4154_5455
      }
    }

    var tables: String {
      switch self {
      case .keys: Schema.keyTables
      case .decisions: Schema.decisionTables
      case .store: Schema.storeTables
      }
    }
  }

  /// Gives an empty file its tables and its mark, all or nothing.
  static func create(_ kind: Kind, in connection: Connection, identity: [UInt8]) throws {
    // Must stand before the first table; the log stays the file's mode for good.
    try connection.execute("PRAGMA page_size = \(pageSize); PRAGMA journal_mode = WAL")
    try connection.begin()
    do {
      try connection.execute(kind.tables)
      for addition in additions where addition.kind == kind { try connection.execute(addition.tables) }
      try Statement(connection, "INSERT INTO meta VALUES ('identity', NULL, ?)").run(identity)
      try connection.execute("PRAGMA application_id = \(kind.applicationID); PRAGMA user_version = \(version)")
      try connection.commit()
    } catch {
      connection.rollback()
      throw error
    }
  }

  /// Checks that a file is what it should be and gives the identity that both files of a store share.
  ///
  /// - Throws: ``Failure`` with the code `badStore` for a foreign, newer, unfinished or damaged file.
  static func check(_ kind: Kind, in connection: Connection) throws -> [UInt8] {
    let mark = try Statement(connection, "PRAGMA application_id").first { $0.integer(0) }
    guard mark == kind.applicationID else {
      throw Failure(
        .badStore,
        mark == 0
          ? "the file is not one of a store, or making the store was interrupted" : "the file is another program's",
        at: connection.file, expected: "a database made by Attune",
        remedy: "Name another folder with --store, or remove this one if it was never used")
    }
    let found = try Statement(connection, "PRAGMA user_version").first { $0.integer(0) } ?? 0
    guard found <= version else {
      throw Failure(
        .badStore, "the store was written by a newer version of Attune (format \(found))", at: connection.file,
        expected: "format \(version)", remedy: "Use the newer version; this one has changed nothing")
    }
    if (1..<version).contains(found) { try raise(kind, from: found, in: connection) }
    let identity = try Statement(connection, "SELECT bytes FROM meta WHERE name = 'identity'").first { $0.bytes(0) }
    guard found >= 1, let identity, identity.count == identityLength else {
      throw SQLiteError.damaged(connection.file)
    }
    return identity
  }

  /// What a version brought to one of the files; each statement may be run again.
  struct Addition {
    let version: Int64
    let kind: Kind
    let tables: String
  }

  /// Carries a file of an older version over.
  private static func raise(_ kind: Kind, from found: Int64, in connection: Connection) throws {
    try connection.begin()
    defer { connection.rollback() }
    // Somebody else may have done it meanwhile.
    for addition in additions where addition.kind == kind && addition.version > found {
      try connection.execute(addition.tables)
    }
    try connection.execute("PRAGMA user_version = \(version)")
    try connection.commit()
  }

  /// Whether a file can be thrown away: it has no tables, or holds no key and no decision.
  static func isUnused(_ kind: Kind, file: String) throws -> Bool {
    let connection = try Connection(file: file, mode: .existing)
    let tables = try Statement(connection, "SELECT count(*) FROM sqlite_schema").first { $0.integer(0) }
    if tables == 0 { return true }
    guard kind != .store, (try? check(kind, in: connection)) != nil else { return false }
    let used = Statement(
      connection,
      kind == .keys
        ? "SELECT (SELECT count(*) FROM keys) + (SELECT count(*) FROM secrets)" : "SELECT count(*) FROM decisions")
    return try used.first { $0.integer(0) } == 0
  }

  static let identityLength = 16

  /// The file that holds the latest decisions; see ``DecisionTail``.
  static let tailName = "decisions.tail"

  /// - `meta`: small facts by name, a number or bytes each.
  /// - `people.source`: the ledger entry of the source grant that covers the person. `people.excluded`: the tick since
  ///   which the person's share is left out of the rows.
  /// - `pseudonyms`: the way back from a pseudonym to the person. A table of its own rather than an index, so that a
  ///   transaction can add many people in order of arrival here and in order of pseudonym there.
  /// - `events`: one sealed blob a person a batch, clustered by person. `sequence` is the batch's number and the
  ///   watermark that a tick refers to; `count` is how many events the blob holds.
  /// - `doomed_keys`, `doomed_decisions`: people whose keys or decisions are to be destroyed; see invariant 5 of
  ///   ``SQLiteStore``.
  /// - `suppressed`: marks of people who were erased. `returned`: they have been back since, without consenting anew.
  /// - `requests`: what people asked for by right; `person` and `details` go with the person.
  /// - `accesses`: who looked at whose data, or tried to change it. `changes`: who changed it.
  /// - `segments`, `segment_members`: groups of people by what they like, and each person's part in one.
  /// - `disclosures`: to which recipients a person's data was given. `outbox`: what recipients have to be told.
  /// - `due`: when the first of a person's events outlives its use or its keeping, at the latest.
  private static let storeTables = """
    CREATE TABLE meta(name TEXT PRIMARY KEY, number INTEGER, bytes BLOB) STRICT, WITHOUT ROWID;
    CREATE TABLE items(number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, named INTEGER NOT NULL, record BLOB) STRICT;
    CREATE TABLE people(
      person INTEGER PRIMARY KEY, pseudonym BLOB NOT NULL, source INTEGER, excluded INTEGER) STRICT;
    CREATE TABLE pseudonyms(pseudonym BLOB PRIMARY KEY, person INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE events(
      person INTEGER NOT NULL, sequence INTEGER NOT NULL, count INTEGER NOT NULL, sealed BLOB NOT NULL,
      PRIMARY KEY(person, sequence)) STRICT, WITHOUT ROWID;
    CREATE TABLE event_ids(
      person INTEGER NOT NULL, id BLOB NOT NULL, PRIMARY KEY(person, id)) STRICT, WITHOUT ROWID;
    CREATE TABLE ledger(
      sequence INTEGER PRIMARY KEY, person INTEGER, time INTEGER NOT NULL, commitment BLOB NOT NULL,
      sealed BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
    CREATE INDEX ledger_person ON ledger(person) WHERE person IS NOT NULL;
    CREATE TABLE instructions(person INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
    CREATE TABLE imports(
      digest BLOB PRIMARY KEY, name TEXT NOT NULL, time INTEGER NOT NULL, what TEXT NOT NULL,
      accepted INTEGER NOT NULL, refused INTEGER NOT NULL, rejected INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE doomed_keys(person INTEGER PRIMARY KEY) STRICT;
    CREATE TABLE doomed_decisions(person INTEGER PRIMARY KEY) STRICT;
    """

  /// What came after version 1, in the order of the versions.
  private static let additions = [
    Addition(
      version: 2, kind: .store,
      tables: """
        CREATE TABLE IF NOT EXISTS suppressed(
          mark BLOB PRIMARY KEY, returned INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        """),
    Addition(
      version: 3, kind: .store,
      tables: """
        CREATE TABLE IF NOT EXISTS requests(
          number INTEGER PRIMARY KEY, person INTEGER, frame BLOB NOT NULL, details BLOB NOT NULL) STRICT;
        CREATE INDEX IF NOT EXISTS requests_person ON requests(person) WHERE person IS NOT NULL;
        CREATE TABLE IF NOT EXISTS due(person INTEGER PRIMARY KEY, time INTEGER NOT NULL) STRICT;
        """),
    Addition(
      version: 3, kind: .decisions,
      tables: """
        CREATE TABLE IF NOT EXISTS accesses(
          number INTEGER PRIMARY KEY, person INTEGER, time INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;
        CREATE INDEX IF NOT EXISTS accesses_person ON accesses(person) WHERE person IS NOT NULL;
        """),
    Addition(
      version: 4, kind: .store,
      tables: """
        CREATE TABLE IF NOT EXISTS segments(segment INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS segment_members(person INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
        """),
    Addition(
      version: 5, kind: .store,
      tables: """
        CREATE TABLE IF NOT EXISTS queries(
          key BLOB PRIMARY KEY, people INTEGER NOT NULL, recent INTEGER NOT NULL,
          before INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS searched(
          term BLOB NOT NULL, item INTEGER NOT NULL, people INTEGER NOT NULL,
          PRIMARY KEY(term, item)) STRICT, WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS disclosures(
          number INTEGER PRIMARY KEY, person INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;
        CREATE INDEX IF NOT EXISTS disclosures_person ON disclosures(person);
        CREATE TABLE IF NOT EXISTS outbox(
          number INTEGER PRIMARY KEY, mark BLOB NOT NULL, sealed BLOB NOT NULL) STRICT;
        CREATE INDEX IF NOT EXISTS outbox_mark ON outbox(mark);
        """),
    Addition(
      version: 6, kind: .store,
      tables: """
        CREATE TABLE IF NOT EXISTS changes(
          number INTEGER PRIMARY KEY, person INTEGER, time INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;
        CREATE INDEX IF NOT EXISTS changes_person ON changes(person) WHERE person IS NOT NULL;
        """),
  ]

  private static let decisionTables = """
    CREATE TABLE meta(name TEXT PRIMARY KEY, number INTEGER, bytes BLOB) STRICT, WITHOUT ROWID;
    CREATE TABLE decisions(
      number INTEGER PRIMARY KEY, person INTEGER NOT NULL, time INTEGER NOT NULL,
      sealed BLOB NOT NULL) STRICT;
    CREATE INDEX decisions_person ON decisions(person);
    """

  private static let keyTables = """
    CREATE TABLE meta(name TEXT PRIMARY KEY, number INTEGER, bytes BLOB) STRICT, WITHOUT ROWID;
    CREATE TABLE keys(person INTEGER PRIMARY KEY, key BLOB NOT NULL) STRICT;
    CREATE TABLE secrets(name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    """
}
