package import Vocabulary

final class InstructionStatements {
  let find, put, delete: Statement

  init(_ connection: Connection) {
    find = Statement(connection, "SELECT sealed FROM instructions WHERE person = ?")
    put = Statement(connection, "INSERT OR REPLACE INTO instructions VALUES (?, ?)")
    delete = Statement(connection, "DELETE FROM instructions WHERE person = ?")
  }
}

extension SQLiteStore {
  /// A person's standing instructions, sealed: blocks, and tags removed and added.
  package func instructions(of person: PersonID) throws -> [UInt8]? {
    try instructions.find.first(person.rawValue) { $0.bytes(0) }
  }

  /// Puts new instructions in place of the old; `nil` removes them.
  package func setInstructions(_ sealed: [UInt8]?, of person: PersonID) throws {
    try writing { _ in
      if let sealed {
        try instructions.put.run(person.rawValue, sealed)
      } else {
        try instructions.delete.run(person.rawValue)
      }
    }
  }
}
