package import Crypto
package import Vocabulary

final class PeopleStatements {
  let insert, insertPseudonym: BatchInsert
  let find, pseudonym, cover, source, exclude, count, scan, row, delete, deletePseudonym, doom, doomDecisions: Statement

  init(_ connection: Connection) {
    find = Statement(connection, "SELECT person FROM pseudonyms WHERE pseudonym = ?")
    pseudonym = Statement(connection, "SELECT pseudonym FROM people WHERE person = ?")
    insert = BatchInsert(connection, into: "people(person, pseudonym, source)", columns: 3)
    insertPseudonym = BatchInsert(connection, into: "pseudonyms", columns: 2)
    cover = Statement(connection, "UPDATE people SET source = ?2 WHERE person = ?1 AND source IS NOT ?2")
    source = Statement(connection, "SELECT source FROM people WHERE person = ?")
    exclude = Statement(connection, "UPDATE people SET excluded = ?2 WHERE person = ?1")
    count = Statement(connection, "SELECT count(*) FROM people")
    scan = Statement(connection, "SELECT person, source, excluded FROM people ORDER BY person")
    row = Statement(connection, "SELECT person, source, excluded FROM people WHERE person = ?")
    delete = Statement(connection, "DELETE FROM people WHERE person = ?")
    deletePseudonym = Statement(
      connection, "DELETE FROM pseudonyms WHERE pseudonym = (SELECT pseudonym FROM people WHERE person = ?)")
    doom = Statement(connection, "INSERT OR IGNORE INTO doomed_keys VALUES (?)")
    doomDecisions = Statement(connection, "INSERT OR IGNORE INTO doomed_decisions VALUES (?)")
  }
}

/// What the store knows of a person besides what is sealed.
package struct PersonRow: Hashable, Sendable {
  package let person: PersonID
  /// The ledger entry of the source grant that covers the person, if any.
  package let sourceGrant: Int64?
  /// The tick since which the person's share is left out of the rows, if it is.
  package let excludedTick: Int64?
}

extension SQLiteStore {
  /// A person's pseudonym, in 16 bytes; `nil` for a number that nobody has.
  package func pseudonymBytes(of person: PersonID) throws -> [UInt8]? {
    try people.pseudonym.first(person.rawValue) { $0.bytes(0) }
  }

  /// The number of a person the store has met.
  package func person(_ pseudonym: Pseudonym) throws -> PersonID? {
    if let known = work?.memory.people[pseudonym] { return known }
    // The first import of a store asks this for everybody in it.
    if let work, work.countersAtStart.lastPerson == 0, work.memory.holdsAllNewPeople { return nil }
    try people.insertPseudonym.flush()
    let found = try people.find.first(pseudonym.bytes) { PersonID($0.integer(0)) }
    if let found { work?.memory.note(found, pseudonym) }
    return found
  }

  /// Numbers a person met for the first time, from 1, and makes the person's key.
  ///
  /// - Parameter sourceGrant: The ledger entry that covers the person, if any.
  package func addPerson(_ pseudonym: Pseudonym, sourceGrant: Int64?) throws -> PersonID {
    try writing { work in
      let person = PersonID(work.counters.lastPerson + 1)
      try keys.make(for: person)
      try people.insert.add(person.rawValue, pseudonym.bytes, sourceGrant)
      work.counters.lastPerson += 1
      if !work.memory.noteNew(person, pseudonym, source: sourceGrant) {
        try people.insertPseudonym.add(pseudonym.bytes, person.rawValue)
      }
      return person
    }
  }

  /// Writes the people added so far, their pseudonyms in their own order: much faster than in order of arrival.
  func settlePeople() throws {
    guard let work else { return }
    try people.insert.flush()
    for (pseudonym, person) in work.memory.takeNewPeople() {
      try people.insertPseudonym.add(pseudonym.bytes, person.rawValue)
    }
    try people.insertPseudonym.flush()
  }

  /// Notes that a person was met in a source collected under consent; the newest such source counts.
  package func cover(_ person: PersonID, bySourceGrant grant: Int64) throws {
    try writing { work in
      if work.memory.source(of: person) == grant { return }
      try settlePeople()
      try people.cover.run(person.rawValue, grant)
      work.memory.note(person, source: grant)
    }
  }

  /// The source grant that covers a person, if any.
  package func sourceGrant(covering person: PersonID) throws -> Int64? {
    if let known = work?.memory.source(of: person) { return known == 0 ? nil : known }
    try settlePeople()
    return try people.source.first(person.rawValue) { $0.optionalInteger(0) } ?? nil
  }

  /// Leaves the person's share out of the rows since a tick, or lets it back in.
  package func setExcludedTick(_ tick: Int64?, of person: PersonID) throws {
    try writing { _ in
      try settlePeople()
      try people.exclude.run(person.rawValue, tick)
    }
  }

  /// How many people the store has met and not deleted.
  ///
  /// - Complexity: O(people), some 10 ns each.
  package func peopleCount() throws -> Int {
    try settlePeople()
    return try people.count.first { Int($0.integer(0)) } ?? 0
  }

  /// Every person in order of number.
  package func forEachPerson(_ body: (PersonRow) throws -> Void) throws {
    try settlePeople()
    try people.scan.forEach { try body(SQLiteStore.personRow($0)) }
  }

  /// One person's row.
  package func row(of person: PersonID) throws -> PersonRow? {
    try settlePeople()
    return try people.row.first(person.rawValue) { SQLiteStore.personRow($0) }
  }

  private static func personRow(_ row: Row) -> PersonRow {
    PersonRow(
      person: PersonID(row.integer(0)), sourceGrant: row.optionalInteger(1), excludedTick: row.optionalInteger(2))
  }
}

// MARK: - Keys

extension SQLiteStore {
  /// A person's key; `nil` once it is destroyed, and for nobody.
  package func key(of person: PersonID) throws -> SymmetricKey? {
    // Nobody changes keys during a transaction; holding the file saves a lock a look-up.
    if work != nil { try keys.join() }
    return try keys.key(of: person)
  }

  /// A secret of the store itself, made at first use and durable before it is returned, also inside a transaction.
  package func secret(_ name: String) throws -> SymmetricKey { try keys.secret(name) }

  /// Destroys a person's key once the transaction has committed: invariant 5.
  ///
  /// - Throws: Outside a transaction, also ``Failure`` where the key could not be destroyed; it is then tried again
  ///   when the store is next opened, or the next key is destroyed.
  package func destroyKey(of person: PersonID) throws {
    try writing { work in
      try people.doom.run(person.rawValue)
      work.doomsKeys = true
    }
  }

  /// Deletes a person: events, event ids, instructions, number and, once committed, the key and the decisions.
  ///
  /// What the ledger holds is the ledger's to drop, because the chain must hold.
  ///
  /// - Returns: How many events were deleted.
  @discardableResult
  package func deletePerson(_ person: PersonID) throws -> Int {
    try transaction {
      let events = try deleteEvents(of: person)
      try setDue(person, at: nil)
      try setInstructions(nil, of: person)
      try setSegmentMember(person, sealed: nil)
      try deleteDisclosures(of: person)
      try deleteDecisions(of: person)
      try forgetRequests(of: person)
      try settlePeople()
      work?.memory.forget(person)
      try people.deletePseudonym.run(person.rawValue)
      try people.delete.run(person.rawValue)
      try destroyKey(of: person)
      return events
    }
  }
}

extension Pseudonym {
  /// The 16 bytes in order of significance.
  package var bytes: [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
      for index in 0..<8 {
        unsafe buffer[index] = UInt8(truncatingIfNeeded: high >> UInt64(56 - 8 * index))
        unsafe buffer[index + 8] = UInt8(truncatingIfNeeded: low >> UInt64(56 - 8 * index))
      }
      count = 16
    }
  }
}
