package import Vocabulary

/// The access log: invariant 9.
extension SQLiteStore {
  /// Keeps an entry of the access log.
  ///
  /// Outside a transaction it lies with the decisions, and waits with them where they do, so that to look at something
  /// waits for no import. Within one it is part of it. Where that breaks off, it is kept as what was tried: without a
  /// person who was new, because somebody else gets the number.
  ///
  /// - Parameter nameless: The entry without the person's id.
  package func appendAccess(
    of person: PersonID?, time: Timestamp, sealed: [UInt8], nameless: @escaping () throws -> [UInt8]
  ) throws {
    guard let work else { return try decisions.appendAccess(person, time: time, sealed: sealed) }
    work.accesses.append(Work.Access(person: person, time: time, sealed: sealed, nameless: nameless))
    try changes.insert.run(person?.rawValue, time.milliseconds, sealed)
  }

  /// Keeps what a transaction that broke off had noted; where that cannot be, why it broke off is what counts.
  func keepUndone(_ work: Work) {
    for access in work.accesses {
      let isNew = access.person.map { $0.rawValue > work.countersAtStart.lastPerson } ?? false
      try? decisions.appendAccess(
        isNew ? nil : access.person, time: access.time, sealed: isNew ? access.nameless() : access.sealed)
    }
  }

  /// The entries from a moment on and before another, oldest first; of those of one moment, looks stand before changes.
  package func accesses(from: Timestamp, before: Timestamp) throws -> [AccessRow] {
    let changed = try changes.between.all(from.milliseconds, before.milliseconds) { AccessRow($0) }
    return SQLiteStore.inOrder(try decisions.accesses(from: from, before: before), changed)
  }

  package func accesses(of person: PersonID) throws -> [AccessRow] {
    let changed = try changes.ofPerson.all(person.rawValue) { AccessRow($0) }
    return SQLiteStore.inOrder(try decisions.accesses(of: person), changed)
  }

  private static func inOrder(_ looked: [AccessRow], _ changed: [AccessRow]) -> [AccessRow] {
    let all = looked + changed
    return all.indices.sorted { (all[$0].time, $0) < (all[$1].time, $1) }.map { all[$0] }
  }

  /// Deletes the entries before a moment; says how many they were.
  @discardableResult
  package func trimAccesses(before time: Timestamp) throws -> Int {
    let looked = try decisions.trimAccesses(before: time)
    return try writing { _ in
      try changes.trim.run(time.milliseconds)
      return looked + main.changes
    }
  }

  /// Which people's decisions were made from a moment on and before another, and how many of each.
  package func decisionCounts(from: Timestamp, before: Timestamp) throws -> [(person: PersonID, count: Int)] {
    try decisions.counts(from: from, before: before)
  }
}
