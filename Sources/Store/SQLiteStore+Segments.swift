package import Vocabulary

final class SegmentStatements {
  let find, put, delete, all, clear: Statement
  let member, putMember, deleteMember, clearMembers, members, instructed: Statement

  init(_ connection: Connection) {
    find = Statement(connection, "SELECT sealed FROM segments WHERE segment = ?")
    put = Statement(connection, "INSERT OR REPLACE INTO segments VALUES (?, ?)")
    delete = Statement(connection, "DELETE FROM segments WHERE segment = ?")
    all = Statement(connection, "SELECT segment, sealed FROM segments ORDER BY segment")
    clear = Statement(connection, "DELETE FROM segments")
    member = Statement(connection, "SELECT sealed FROM segment_members WHERE person = ?")
    putMember = Statement(connection, "INSERT OR REPLACE INTO segment_members VALUES (?, ?)")
    deleteMember = Statement(connection, "DELETE FROM segment_members WHERE person = ?")
    clearMembers = Statement(connection, "DELETE FROM segment_members")
    members = Statement(connection, "SELECT person, sealed FROM segment_members ORDER BY person")
    instructed = Statement(connection, "SELECT person FROM instructions")
  }
}

/// The segments that advertising reads, and who is in which: sealed, the first under a key of the store's, the second
/// under each person's own.
extension SQLiteStore {
  /// One segment; `nil` for one that is no more.
  package func segment(_ number: Int64) throws -> [UInt8]? { try segments.find.first(number) { $0.bytes(0) } }

  /// All segments in order of number.
  package func allSegments() throws -> [(number: Int64, sealed: [UInt8])] {
    try segments.all.all { ($0.integer(0), $0.bytes(1)) }
  }

  /// Puts a segment in its place, or deletes it (`nil`).
  package func setSegment(_ number: Int64, sealed: [UInt8]?) throws {
    try writing { _ in
      if let sealed { try segments.put.run(number, sealed) } else { try segments.delete.run(number) }
    }
  }

  /// A person's part in a segment; `nil` for whoever is in none.
  package func segmentMember(_ person: PersonID) throws -> [UInt8]? {
    try segments.member.first(person.rawValue) { $0.bytes(0) }
  }

  /// Everybody's part in a segment, in order of person.
  package func forEachSegmentMember(_ body: (PersonID, [UInt8]) throws -> Void) throws {
    try segments.members.forEach { try body(PersonID($0.integer(0)), $0.bytes(1)) }
  }

  /// Puts a person's part in its place, or deletes it (`nil`).
  package func setSegmentMember(_ person: PersonID, sealed: [UInt8]?) throws {
    try writing { _ in
      if let sealed {
        try segments.putMember.run(person.rawValue, sealed)
      } else {
        try segments.deleteMember.run(person.rawValue)
      }
    }
  }

  /// Deletes every segment and everybody's part in one.
  package func clearSegments() throws {
    try writing { _ in
      try segments.clear.run()
      try segments.clearMembers.run()
    }
  }

  /// Those who have given standing instructions.
  package func peopleWithInstructions() throws -> Set<PersonID> {
    try Set(segments.instructed.all { PersonID($0.integer(0)) })
  }
}
