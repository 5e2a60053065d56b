import Vocabulary

/// The small named facts of one database: its `meta` table.
final class Facts {
  private let findNumber: Statement
  private let findBytes: Statement
  private let findThree: Statement
  private let put: Statement

  init(_ connection: Connection) {
    findNumber = Statement(connection, "SELECT number FROM meta WHERE name = ?")
    findBytes = Statement(connection, "SELECT bytes FROM meta WHERE name = ?")
    findThree = Statement(
      connection,
      """
      SELECT (SELECT number FROM meta WHERE name = ?1), (SELECT number FROM meta WHERE name = ?2),
        (SELECT number FROM meta WHERE name = ?3)
      """)
    put = Statement(
      connection,
      "INSERT INTO meta VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET number = excluded.number, bytes = excluded.bytes")
  }

  func number(_ name: String) throws -> Int64? { try findNumber.first(name) { $0.optionalInteger(0) } ?? nil }

  func numbers(_ a: String, _ b: String, _ c: String) throws -> (Int64?, Int64?, Int64?) {
    try findThree.first(a, b, c) { ($0.optionalInteger(0), $0.optionalInteger(1), $0.optionalInteger(2)) }
      ?? (nil, nil, nil)
  }

  func bytes(_ name: String) throws -> [UInt8]? {
    try findBytes.first(name) { $0.isNull(0) ? nil : $0.bytes(0) } ?? nil
  }

  func set(_ name: String, number: Int64? = nil, bytes: [UInt8]? = nil) throws { try put.run(name, number, bytes) }
}

/// The store's running numbers, which only ever grow, and its count of events.
///
/// They are read when a transaction first needs them and written when it commits.
struct Counters: Equatable {
  var lastPerson: Int64
  var nextItem: Int64
  var lastSequence: Int64
  var events: Int64

  init(_ facts: Facts) throws {
    lastPerson = try facts.number("last person") ?? 0
    nextItem = try facts.number("next item") ?? 0
    lastSequence = try facts.number("last sequence") ?? 0
    events = try facts.number("events") ?? 0
  }

  func write(to facts: Facts, unlessEqual old: Counters) throws {
    if lastPerson != old.lastPerson { try facts.set("last person", number: lastPerson) }
    if nextItem != old.nextItem { try facts.set("next item", number: nextItem) }
    if lastSequence != old.lastSequence { try facts.set("last sequence", number: lastSequence) }
    if events != old.events { try facts.set("events", number: events) }
  }
}
