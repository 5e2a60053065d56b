package import Vocabulary

extension SQLiteStore {
  /// Whether the store was decommissioned: it takes in nobody any more.
  package func isDecommissioned() throws -> Bool { try decommissioned() != nil }

  /// Since when that is so; `nil` for a store at work.
  package func decommissioned() throws -> Timestamp? {
    try facts.number("decommissioned").map { Timestamp(milliseconds: $0) }
  }

  /// Notes that the store takes in nobody from here on; nothing takes that back.
  package func setDecommissioned(_ time: Timestamp) throws {
    try writing { _ in try facts.set("decommissioned", number: time.milliseconds) }
  }
}
