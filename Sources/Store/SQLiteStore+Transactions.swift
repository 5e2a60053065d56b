import Vocabulary

extension SQLiteStore {
  /// Does work that lasts as a whole or not at all: invariants 1 to 5, and 9.
  ///
  /// Inside another transaction it joins that one; an error then ends the outer one too.
  ///
  /// - Throws: what `body` throws, or ``Failure``: `busy` after ten seconds behind another writer, `system` on a full
  ///   disk.
  package func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    if work != nil {
      do { return try body() } catch {
        main.poison(error)
        throw error
      }
    }
    try main.begin()
    let work: Work
    let result: Result
    do {
      work = Work(try Counters(facts), memoryLimit: memoryLimit)
      self.work = work
      result = try body()
      try settlePeople()
      try events.insert.flush()
      try retention.note.flush()
      try work.counters.write(to: facts, unlessEqual: work.countersAtStart)
      try keys.commit()
      try main.commit()
    } catch {
      let undone = self.work
      self.work = nil
      for batch in [people.insert, people.insertPseudonym, events.insert, retention.note] { batch.discard() }
      keys.rollback()
      main.rollback()
      if let undone { keepUndone(undone) }
      throw error
    }
    self.work = nil
    // If this fails the head beside the keys stays an older one, which is allowed.
    if let head = work.ledgerHead { try? keys.noteLedgerHead(head.sequence, hash: head.hash) }
    if work.doomsKeys { try finishDestroying() }
    return result
  }

  /// Does work as ``transaction(_:)`` does, but waits for no disk: a loss of power may undo it, with all later work that
  /// does not wait either.
  ///
  /// For what something durable on record says is still to be done.
  package func transactionWithoutWaiting<Result>(_ body: () throws -> Result) throws -> Result {
    work == nil ? try main.withoutWaiting { try transaction(body) } : try transaction(body)
  }

  /// Reads several things from one state of the store, whatever others write meanwhile.
  package func reading<Result>(_ body: () throws -> Result) throws -> Result {
    if main.inTransaction { return try body() }
    try main.begin(writing: false)
    defer { main.rollback() }
    return try body()
  }

  /// Runs `body` in the open transaction, or in one of its own.
  func writing<Result>(_ body: (Work) throws -> Result) throws -> Result {
    if let failure = main.failure { throw failure }
    if let work { return try body(work) }
    return try transaction {
      guard let work else { preconditionFailure("a transaction lost its work") }
      return try body(work)
    }
  }

  /// Destroys the keys and decisions that a committed transaction has doomed; they stay doomed where it cannot be done
  /// now.
  func finishDestroying() throws {
    let keyless = Statement(main, "SELECT person FROM doomed_keys")
    let decisionless = Statement(main, "SELECT person FROM doomed_decisions")
    let isDone = try [keyless, decisionless].allSatisfy { try $0.first(read: { _ in true }) == nil }
    if isDone { return }
    try main.withoutWaiting {
      try main.begin()
      defer { main.rollback() }
      try keys.destroy(keyless.all { PersonID($0.integer(0)) })
      _ = try decisions.delete(of: decisionless.all { PersonID($0.integer(0)) })
      // Where this is lost, they are destroyed once more.
      try main.execute("DELETE FROM doomed_keys; DELETE FROM doomed_decisions")
      try main.commit()
    }
  }
}
