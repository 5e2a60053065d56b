import Crypto
package import SystemIO
import Vocabulary

extension SQLiteStore {
  /// Whether the folder holds a store, finished or not, of any version.
  package static func exists(at path: String) -> Bool { Files.exists(path + "/" + Schema.Kind.store.fileName) }

  /// Makes a new, empty store.
  ///
  /// The folder may exist if it is empty, or if making a store in it was interrupted.
  ///
  /// - Throws: ``Failure``: `badStore` where the folder holds anything else, `busy`, `system`.
  package static func create(at path: String) throws -> SQLiteStore {
    if !Files.exists(path) { try Files.makeDirectory(path) }
    guard Files.isDirectory(path) else {
      throw Failure(
        .badStore, "there is a file of that name", at: path, expected: "a folder, or nothing",
        remedy: "Name another folder with --store")
    }
    let lock = try DirectoryLock(path: path, patience: 1)
    defer { withExtendedLifetime(lock) {} }
    try clearUnfinished(path)
    let identity = Random.bytes(Schema.identityLength)
    // The store's file comes last: its mark is what makes the folder a store.
    for kind in Schema.Kind.allCases {
      let file = path + "/" + kind.fileName
      // Made by us, it is its owner's alone; SQLite gives its companions the same permissions.
      try Files.writeAtomically(file, [])
      try Schema.create(kind, in: Connection(file: file, mode: .create), identity: identity)
    }
    return try open(at: path)
  }

  /// Removes what an interrupted ``create(at:)`` left; throws where the folder holds anything that could be of use.
  private static func clearUnfinished(_ path: String) throws {
    let names = try Files.names(in: path)
    for kind in Schema.Kind.allCases where names.contains(kind.fileName) {
      guard try Schema.isUnused(kind, file: path + "/" + kind.fileName) else {
        throw Failure(
          .badStore, "there is a store already, or part of one (\(kind.fileName))", at: path,
          expected: "an empty folder, or none",
          remedy: "Open the store that is there, or name another folder with --store")
      }
    }
    let databases = Schema.Kind.allCases.flatMap { kind in ["", "-wal", "-shm"].map { kind.fileName + $0 } }
    let ours = databases + [Schema.tailName]
    guard names.allSatisfy({ ours.contains($0) }) else {
      throw Failure(
        .badStore, "the folder holds other files", at: path, expected: "an empty folder, or none",
        remedy: "Name another folder with --store")
    }
    for name in names where Files.exists(path + "/" + name) { try Files.remove(path + "/" + name) }
  }

  /// Opens a store.
  ///
  /// - Parameter patience: How long to wait for another writer, in milliseconds; decisions are written in moments, and
  ///   waited for longer.
  /// - Throws: ``Failure``: `notFound` where there is nothing; `badStore` for a folder that is not a store, is
  ///   damaged, is of a newer version, or whose files do not belong together; `busy`; `system`.
  package static func open(at path: String, patience: Int32 = 10_000) throws -> SQLiteStore {
    guard Files.exists(path) else {
      throw Failure(
        .notFound, "there is no store", at: path,
        remedy: "Make one with `attune import`, or name another folder with --store")
    }
    guard exists(at: path) else {
      throw Failure(
        .badStore, "the folder is not a store", at: path, expected: "a folder that holds store.sqlite and keys.sqlite",
        remedy: "Name another folder with --store")
    }
    let mainFile = path + "/" + Schema.Kind.store.fileName
    try refuseShortened(mainFile)
    let main = try Connection(file: mainFile, mode: .existing, patience: patience)
    let identity = try Schema.check(.store, in: main)
    let keyFile = path + "/" + Schema.Kind.keys.fileName
    guard Files.exists(keyFile) else {
      throw Failure(
        .badStore, "the key file is missing", at: keyFile, expected: "the keys of this store",
        remedy: "Put it back from the key backup; without it nothing about people can be read")
    }
    try refuseShortened(keyFile)
    let keys = try Connection(file: keyFile, mode: .existing, patience: patience)
    guard try Schema.check(.keys, in: keys) == identity else {
      throw Failure(
        .badStore, "the keys belong to another store", at: keyFile, expected: "the keys that were made with this store",
        remedy: "Put the store's own key file back")
    }
    let decisionFile = path + "/" + Schema.Kind.decisions.fileName
    guard Files.exists(decisionFile) else {
      throw Failure(
        .badStore, "the file of decisions is missing", at: decisionFile, expected: "the decisions of this store",
        remedy: "Put it back from the store's backup; without it no answer given can be explained")
    }
    try refuseShortened(decisionFile)
    let decisions = try Connection(file: decisionFile, mode: .existing, durability: .process)
    guard try Schema.check(.decisions, in: decisions) == identity else {
      throw Failure(
        .badStore, "the decisions belong to another store", at: decisionFile,
        expected: "the decisions that were made with this store", remedy: "Put the store's own file back")
    }
    let store = try SQLiteStore(path: path, identity: identity, main: main, keys: keys, decisions: decisions)
    try store.checkLedgerHead()
    // A reader in another process can put this off; what is doomed stays so and is tried again.
    do { try store.finishDestroying() } catch let failure as Failure where failure.code == .busy {}
    return store
  }

  /// Throws for a file cut off inside a page, which SQLite would read as if zeros followed.
  ///
  /// With a log beside it such a file is what a crash left, and the log makes it whole.
  private static func refuseShortened(_ file: String) throws {
    let log = file + "-wal"
    if Files.exists(log), try Files.size(of: log) > 0 { return }
    if try Files.size(of: file) % Int64(Schema.pageSize) != 0 { throw SQLiteError.damaged(file) }
  }

  /// Takes the lock that says that a long job is writing, and holds it as long as the result lives.
  ///
  /// What a job that was killed had written of a new model goes; nobody writes the model without this lock.
  ///
  /// - Parameter patience: How long to wait for whoever holds it, in seconds. A moment at least, because a process that
  ///   is just being started holds its parent's locks until it runs.
  /// - Throws: ``Failure`` with the code `busy` where another process still holds it then.
  package func lockForWriting(patience: Int = 1) throws -> DirectoryLock {
    let lock = try DirectoryLock(path: path, patience: patience)
    try AtomicFile.removeAbandoned(modelPath)
    return lock
  }

  /// Reads every page of every file and checks that they hang together; for `attune audit`.
  ///
  /// - Throws: ``Failure`` with the code `badStore`. Complexity: reads everything.
  package func checkStructure() throws {
    for connection in [main, keys.connection, try decisions.connection()] {
      let verdict = try Statement(connection, "PRAGMA quick_check(1)").first { $0.text(0) }
      if verdict != "ok" { throw SQLiteError.damaged(connection.file) }
    }
  }

  /// Invariant 8.
  private func checkLedgerHead() throws {
    guard let known = try keys.ledgerHead() else { return }
    let hash = try Statement(main, "SELECT hash FROM ledger WHERE sequence = ?").first(known.sequence) { $0.bytes(0) }
    guard hash == known.hash else {
      throw Failure(
        .badStore, "the store is older than its keys: consent choices made since are not in it", at: main.file,
        expected: "ledger entry \(known.sequence) as it was when it was made",
        remedy: "Restore a newer backup; opening this one could revive a consent that was withdrawn")
    }
  }
}
