package import Crypto
package import Vocabulary

final class EventStatements {
  let insert: BatchInsert
  let ofPerson, scan, countOfPerson, countOfBlob, replace, deleteBlob, delete, claim, deleteIDs: Statement

  init(_ connection: Connection) {
    insert = BatchInsert(connection, into: "events", columns: 4)
    ofPerson = Statement(connection, "SELECT sequence, sealed FROM events WHERE person = ? ORDER BY sequence")
    scan = Statement(
      connection, "SELECT person, sequence, sealed FROM events WHERE sequence <= ? ORDER BY person, sequence")
    countOfPerson = Statement(connection, "SELECT total(count) FROM events WHERE person = ?")
    countOfBlob = Statement(connection, "SELECT count FROM events WHERE person = ? AND sequence = ?")
    replace = Statement(connection, "UPDATE events SET count = ?3, sealed = ?4 WHERE person = ?1 AND sequence = ?2")
    deleteBlob = Statement(connection, "DELETE FROM events WHERE person = ? AND sequence = ?")
    delete = Statement(connection, "DELETE FROM events WHERE person = ?")
    claim = Statement(connection, "INSERT OR IGNORE INTO event_ids VALUES (?, ?)")
    deleteIDs = Statement(connection, "DELETE FROM event_ids WHERE person = ?")
  }
}

/// One sealed blob of a person's events with the key to it, as ``SQLiteStore/forEachSealedEvents(upTo:_:)`` meets it.
@safe
package struct SealedRow {
  package let person: PersonID
  package let key: SymmetricKey
  package let sequence: Int64
  /// The sealed bytes where the database has them; valid until the closure returns.
  @unsafe package let sealed: UnsafeRawBufferPointer
}

extension SQLiteStore {
  /// The number of a new batch of events: the watermark that ticks refer to.
  ///
  /// 1, 2, 3, … with no number given out twice.
  package func nextSequence() throws -> Int64 {
    try writing { work in
      work.counters.lastSequence += 1
      return work.counters.lastSequence
    }
  }

  /// The newest batch's number; 0 before the first.
  package func lastSequence() throws -> Int64 {
    try work?.counters.lastSequence ?? Counters(facts).lastSequence
  }

  /// Keeps one person's share of a batch.
  ///
  /// - Parameter count: How many events the blob holds; the only thing the store knows of its content.
  package func appendEvents(_ person: PersonID, sequence: Int64, count: Int, sealed: [UInt8]) throws {
    try writing { work in
      try events.insert.add(person.rawValue, sequence, Int64(count), sealed)
      work.counters.events += Int64(count)
    }
  }

  /// One person's blobs in order of batch.
  package func sealedEvents(of person: PersonID) throws -> [(sequence: Int64, sealed: [UInt8])] {
    try events.insert.flush()
    return try events.ofPerson.all(person.rawValue) { ($0.integer(0), $0.bytes(1)) }
  }

  /// Walks everybody's blobs with their keys, in order of person and then batch, up to and including a batch.
  ///
  /// Blobs whose key is gone are left out: that is how an erasure reaches an old copy of the store.
  ///
  /// - Returns: How many blobs were left out.
  /// - Complexity: One pass over both tables, some 0.5 µs a blob.
  @discardableResult
  package func forEachSealedEvents(
    upTo sequence: Int64 = .max, _ body: (SealedRow) throws -> Void
  ) throws -> Int {
    var skipped = 0
    try events.insert.flush()
    // The events' state is fixed before the keys': a person seen in the first has a key in the second.
    let rows = try events.scan.start(sequence)
    var more = try rows.next()
    var ring = try keys.walk()
    while more {
      let row = rows.row
      let person = PersonID(row.integer(0))
      if let key = try ring.key(of: person) {
        try unsafe body(SealedRow(person: person, key: key, sequence: row.integer(1), sealed: row.buffer(2)))
      } else {
        skipped += 1
      }
      more = try rows.next()
    }
    return skipped
  }

  /// How many events are kept.
  ///
  /// - Complexity: O(1).
  package func eventCount() throws -> Int { Int(try work?.counters.events ?? Counters(facts).events) }

  /// Takes note of an event's own id; false where this person's event had come before.
  package func claimEvent(id: [UInt8], of person: PersonID) throws -> Bool {
    try writing { _ in
      try events.claim.run(person.rawValue, id)
      return main.changes == 1
    }
  }

  /// Puts another blob in place of one, or deletes it where nothing is left of it.
  package func replaceEvents(_ person: PersonID, sequence: Int64, count: Int, sealed: [UInt8]) throws {
    try writing { work in
      try events.insert.flush()
      let old = try events.countOfBlob.first(person.rawValue, sequence) { $0.integer(0) } ?? 0
      if count == 0 {
        try events.deleteBlob.run(person.rawValue, sequence)
      } else {
        try events.replace.run(person.rawValue, sequence, Int64(count), sealed)
      }
      work.counters.events += Int64(count) - old
    }
  }

  /// Deletes a person's events and their ids; the person stays.
  ///
  /// - Returns: How many events were deleted.
  @discardableResult
  package func deleteEvents(of person: PersonID) throws -> Int {
    try writing { work in
      try events.insert.flush()
      let count = try events.countOfPerson.first(person.rawValue) { $0.integer(0) } ?? 0
      try events.delete.run(person.rawValue)
      try events.deleteIDs.run(person.rawValue)
      work.counters.events -= count
      return Int(count)
    }
  }
}
