package import Vocabulary

extension SQLiteStore {
  /// The store's fixed clock; `nil` where it goes by the wall clock.
  package func asOf() throws -> Timestamp? {
    try facts.number("fact as-of").map { Timestamp(milliseconds: $0) }
  }

  /// Fixes the store's clock, or lets it go.
  package func setAsOf(_ time: Timestamp?) throws { try setFact("as-of", number: time?.milliseconds) }

  /// The number of the newest publication; 0 before the first.
  package func tick() throws -> Int64 { try facts.number("fact tick") ?? 0 }

  /// Notes a publication.
  package func setTick(_ tick: Int64) throws { try setFact("tick", number: tick) }

  /// A number kept under a name.
  package func factNumber(_ name: String) throws -> Int64? { try facts.number("fact " + name) }

  /// Three numbers kept under names, all of one moment, at the price of one.
  package func factNumbers(_ a: String, _ b: String, _ c: String) throws -> (Int64?, Int64?, Int64?) {
    try facts.numbers("fact " + a, "fact " + b, "fact " + c)
  }

  /// Bytes kept under a name.
  package func factBytes(_ name: String) throws -> [UInt8]? { try facts.bytes("fact " + name) }

  /// Keeps a number or bytes under a name; neither forgets it.
  ///
  /// Names are the caller's own, apart from the store's.
  package func setFact(_ name: String, number: Int64? = nil, bytes: [UInt8]? = nil) throws {
    try writing { _ in try facts.set("fact " + name, number: number, bytes: bytes) }
  }
}
