package import Vocabulary

final class RequestStatements {
  let last, put, byNumber, scan, ofPerson, forget: Statement

  init(_ connection: Connection) {
    let columns = "number, person, frame, details"
    last = Statement(connection, "SELECT max(number) FROM requests")
    put = Statement(connection, "INSERT OR REPLACE INTO requests VALUES (?, ?, ?, ?)")
    byNumber = Statement(connection, "SELECT \(columns) FROM requests WHERE number = ?")
    scan = Statement(connection, "SELECT \(columns) FROM requests ORDER BY number")
    ofPerson = Statement(connection, "SELECT \(columns) FROM requests WHERE person = ? ORDER BY number")
    forget = Statement(connection, "UPDATE requests SET person = NULL, details = x'' WHERE person = ?")
  }
}

/// A request at rest; see `RequestRecord` for its two parts.
package struct RequestRow: Sendable {
  /// From 1.
  package var number: Int64
  /// Whose it is; `nil` where nobody named themselves, or they are gone.
  package var person: PersonID?
  /// Sealed under the register's key.
  package var frame: [UInt8]
  /// Sealed under the person's key, or without a person under the register's; empty where the person is gone.
  package var details: [UInt8]

  package init(number: Int64, person: PersonID?, frame: [UInt8], details: [UInt8]) {
    self.number = number
    self.person = person
    self.frame = frame
    self.details = details
  }

  init(_ row: Row) {
    self.init(
      number: row.integer(0), person: row.optionalInteger(1).map { PersonID($0) }, frame: row.bytes(2),
      details: row.bytes(3))
  }
}

extension SQLiteStore {
  /// The number of the newest request; 0 before the first.
  ///
  /// Requests are never deleted, so that it only grows.
  package func lastRequest() throws -> Int64 { try requests.last.first { $0.optionalInteger(0) ?? 0 } ?? 0 }

  /// Keeps a request, or a new state of it.
  package func putRequest(_ row: RequestRow) throws {
    try writing { _ in try requests.put.run(row.number, row.person?.rawValue, row.frame, row.details) }
  }

  package func request(_ number: Int64) throws -> RequestRow? { try requests.byNumber.first(number) { RequestRow($0) } }

  /// Every request, in order of number.
  package func allRequests() throws -> [RequestRow] { try requests.scan.all { RequestRow($0) } }

  package func requests(of person: PersonID) throws -> [RequestRow] {
    try requests.ofPerson.all(person.rawValue) { RequestRow($0) }
  }

  /// Takes from a person's requests whose they were and all that they said.
  func forgetRequests(of person: PersonID) throws { try requests.forget.run(person.rawValue) }
}
