import SystemIO
import Vocabulary

/// What an audit asks that nothing else does.
extension SQLiteStore {
  /// How many rows of each table belong to people whom the store does not have; a key that was made for somebody who
  /// never came is none (invariant 3).
  package func orphans() throws -> [(table: String, rows: Int)] {
    let people = try Set(Statement(main, "SELECT person FROM people").all { $0.integer(0) })
    func strangers(_ connection: Connection, _ table: String) throws -> Int {
      try Statement(connection, "SELECT person, count(*) FROM \(table) WHERE person IS NOT NULL GROUP BY person")
        .all { people.contains($0.integer(0)) ? 0 : Int($0.integer(1)) }.reduce(0, +)
    }
    let tables = [
      "pseudonyms", "events", "event_ids", "instructions", "ledger", "requests", "segment_members", "disclosures",
      "doomed_keys",
    ]
    let decided = try decisions.connection()
    return try tables.map { ($0, try strangers(main, $0)) }
      + ["decisions", "accesses"].map { ($0, try strangers(decided, $0)) }
  }

  /// The numbers of all decisions, ascending.
  package func decisionNumbers() throws -> [Int64] {
    try Statement(decisions.connection(), "SELECT number FROM decisions ORDER BY number").all { $0.integer(0) }
  }

  /// How many of these fingerprints are found in the files beside that of the keys.
  package func residueBesideKeys(of fingerprints: [Fingerprint]) throws -> Int {
    var found: Set<Fingerprint> = []
    for connection in [main, try decisions.connection()] {
      found.formUnion(try search(connection, fingerprints).found)
    }
    return found.count
  }

  /// Whether others than its owner may open the key file.
  package func othersMayOpenKeys() throws -> Bool { try Files.mode(of: keys.connection.file) & 0o077 != 0 }
}
