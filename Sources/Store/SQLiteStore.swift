import Vocabulary

/// A store: a folder with what is known (`store.sqlite`), the keys to it (`keys.sqlite`), the answers given
/// (`decisions.sqlite`, the latest in `decisions.tail`) and the published model.
///
/// Opaque bytes go in and come out: events, instructions, decisions and ledger bodies are sealed before they arrive.
///
/// **Durability invariants.** Tests cite them by number.
///
/// 1. When ``transaction(_:)`` returns, everything done in it survives a loss of power.
/// 2. When it throws, or the process dies inside it, nothing of it remains, except a secret made in it, and see 3.
/// 3. A person's key is durable before the transaction that introduces the person commits. A key without a person is
///    harmless and is replaced when its number is given out again; a person without a key is impossible.
/// 4. The first error inside a transaction ends it: nothing later in it is written, and it throws that error even if
///    the code inside has caught it.
/// 5. Keys and decisions are destroyed after the transaction that asks for it has committed, never before. The wish is
///    part of that transaction, so a crash in between is made good when the store is next opened.
/// 6. Numbers of people, items, batches and decisions are given out once, whatever is deleted afterwards.
/// 7. A decision survives the death of the process when ``appendDecision`` returns, and a loss of power when the
///    operating system has written it out, seconds later. It waits for no transaction on `store.sqlite`.
/// 8. A ledger head stands beside the keys. A store whose ledger is behind it, or differs at that place, is an old copy
///    and does not open.
/// 9. An entry of the access log that is made in a transaction is part of it, so that no change is without its entry. One
///    that breaks off leaves what was tried, and no person whom it had introduced: see ``appendAccess(of:time:sealed:nameless:)``.
///
/// **One writer at a time.** A transaction holds the write lock of `store.sqlite` from its start; `keys.sqlite` is
/// written under that lock, so the two have one order. Others wait ten seconds for it and then get a `busy` failure.
/// Readers never wait: they see the last committed state (write-ahead logging). Long jobs take ``lockForWriting()``
/// first.
///
/// An instance is used by one thread at a time, and so it is not `Sendable`.
package final class SQLiteStore {
  /// The folder.
  package let path: String
  let main: Connection
  let keys: KeyRing
  let facts: Facts
  let people: PeopleStatements
  let events: EventStatements
  let catalogue: CatalogueStatements
  let ledger: LedgerStatements
  let instructions: InstructionStatements
  let imports: ImportStatements
  let erasure: ErasureStatements
  let requests: RequestStatements
  let segments: SegmentStatements
  let recipients: RecipientStatements
  let retention: RetentionStatements
  let searches: SearchStatements
  let changes: AccessStatements
  let decisions: DecisionLog
  /// What the open transaction knows and has yet to do.
  var work: Work?
  /// How many people and how many items a transaction remembers.
  var memoryLimit = 1 << 21

  /// Where the published model is.
  package var modelPath: String { path + "/model.bin" }

  init(path: String, identity: [UInt8], main: Connection, keys: Connection, decisions: Connection) throws {
    self.path = path
    self.main = main
    self.keys = KeyRing(keys)
    facts = Facts(main)
    people = PeopleStatements(main)
    events = EventStatements(main)
    catalogue = CatalogueStatements(main)
    ledger = LedgerStatements(main)
    instructions = InstructionStatements(main)
    imports = ImportStatements(main)
    erasure = ErasureStatements(main)
    retention = RetentionStatements(main)
    searches = SearchStatements(main)
    requests = RequestStatements(main)
    segments = SegmentStatements(main)
    changes = AccessStatements(main, table: "changes")
    recipients = RecipientStatements(main)
    self.decisions = try DecisionLog(decisions, tail: path + "/" + Schema.tailName, identity: identity)
    try main.execute("PRAGMA journal_size_limit = 16777216")
    try limitPageCache(mebibytes: 128)
  }

  /// Bounds the pages of the store that are kept in memory.
  ///
  /// Bulk work dirties pages all over two indexes, which should not be written twice for want of room; answers do with
  /// little, because the system keeps pages too.
  package func limitPageCache(mebibytes: Int) throws { try main.execute("PRAGMA cache_size = -\(mebibytes * 1024)") }

  /// Lets go the pages kept in memory.
  package func releasePages() { try? main.execute("PRAGMA shrink_memory") }

  /// What one transaction gathers.
  final class Work {
    let countersAtStart: Counters
    var counters: Counters
    /// Whether keys or decisions are to be destroyed after the commit.
    var doomsKeys = false
    var ledgerHead: (sequence: Int64, hash: [UInt8])?
    var memory: TransactionMemory
    /// How many policies are published, once somebody has asked.
    var publishedPolicies: Int64?
    /// Whether anybody is suppressed, once somebody has asked.
    var suppressesAnybody: Bool?
    /// What is to be noted all the same where the transaction breaks off.
    var accesses: [Access] = []

    struct Access {
      let person: PersonID?
      let time: Timestamp
      let sealed: [UInt8]
      let nameless: () throws -> [UInt8]
    }

    init(_ counters: Counters, memoryLimit: Int) {
      countersAtStart = counters
      memory = TransactionMemory(lastPerson: counters.lastPerson, limit: memoryLimit)
      self.counters = counters
    }
  }
}
