package import Vocabulary

final class RecipientStatements {
  let last, put, ofPerson, people, delete: Statement
  let putNotice, notices, notice, noticesOf, deleteNotice: Statement

  init(_ connection: Connection) {
    last = Statement(connection, "SELECT max(number) FROM disclosures")
    put = Statement(connection, "INSERT OR REPLACE INTO disclosures VALUES (?, ?, ?)")
    ofPerson = Statement(connection, "SELECT number, sealed FROM disclosures WHERE person = ? ORDER BY number")
    people = Statement(connection, "SELECT DISTINCT person FROM disclosures ORDER BY person")
    delete = Statement(connection, "DELETE FROM disclosures WHERE person = ?")
    putNotice = Statement(connection, "INSERT INTO outbox VALUES (?, ?, ?)")
    notices = Statement(connection, "SELECT number, sealed FROM outbox ORDER BY number")
    notice = Statement(connection, "SELECT mark, sealed FROM outbox WHERE number = ?")
    noticesOf = Statement(connection, "SELECT number, sealed FROM outbox WHERE mark = ? ORDER BY number")
    deleteNotice = Statement(connection, "DELETE FROM outbox WHERE number = ?")
  }
}

/// Who was given a copy of what somebody did, sealed under the person's key; and what recipients have to be told, sealed
/// under the store's.
extension SQLiteStore {
  /// A person's disclosures in order of number.
  package func disclosures(of person: PersonID) throws -> [(number: Int64, sealed: [UInt8])] {
    try recipients.ofPerson.all(person.rawValue) { ($0.integer(0), $0.bytes(1)) }
  }

  /// Everybody of whom somebody was given a copy.
  package func peopleWithDisclosures() throws -> [PersonID] { try recipients.people.all { PersonID($0.integer(0)) } }

  /// The number of the next disclosure.
  package func nextDisclosure() throws -> Int64 { try (recipients.last.first { $0.optionalInteger(0) ?? 0 } ?? 0) + 1 }

  /// Keeps a disclosure, or a new state of one.
  package func putDisclosure(_ number: Int64, of person: PersonID, sealed: [UInt8]) throws {
    try writing { _ in try recipients.put.run(number, person.rawValue, sealed) }
  }

  /// Deletes a person's disclosures.
  package func deleteDisclosures(of person: PersonID) throws {
    try writing { _ in try recipients.delete.run(person.rawValue) }
  }

  /// What is to be told, in order of number.
  package func notices() throws -> [(number: Int64, sealed: [UInt8])] {
    try recipients.notices.all { ($0.integer(0), $0.bytes(1)) }
  }

  /// One of them, with the mark of the copy that it is about; `nil` where there is none of that number.
  package func notice(_ number: Int64) throws -> (mark: [UInt8], sealed: [UInt8])? {
    try recipients.notice.first(number) { ($0.bytes(0), $0.bytes(1)) }
  }

  /// Those about one copy, in order of number.
  package func notices(of mark: [UInt8]) throws -> [(number: Int64, sealed: [UInt8])] {
    try recipients.noticesOf.all(mark) { ($0.integer(0), $0.bytes(1)) }
  }

  /// Puts a notice into the outbox, under a number that no other had.
  ///
  /// - Parameter mark: Of the copy that it is about.
  package func putNotice(_ number: Int64, mark: [UInt8], sealed: [UInt8]) throws {
    try writing { _ in try recipients.putNotice.run(number, mark, sealed) }
  }

  /// Takes a notice out of the outbox.
  package func deleteNotice(_ number: Int64) throws { try writing { _ in try recipients.deleteNotice.run(number) } }
}
