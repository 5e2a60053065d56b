package import Vocabulary

extension SQLiteStore {
  /// Keeps a decision and gives its number, from 1; invariant 7.
  ///
  /// It is no part of a transaction that may be open: an answer given stays given.
  ///
  /// - Complexity: One write that does not wait for the disk, some 5 µs.
  @discardableResult
  package func appendDecision(of person: PersonID, time: Timestamp, sealed: [UInt8]) throws -> Int64 {
    try decisions.append(person, time: time, sealed: sealed)
  }

  /// Whether decisions wait for ``commitDecisions()`` to be kept, many with one commit.
  package var gathersDecisions: Bool {
    get { decisions.gathers }
    set { decisions.gathers = newValue }
  }

  /// Keeps the decisions that wait: all of them, or none where this throws.
  package func commitDecisions() throws { try decisions.commitGathered() }

  /// One decision by number.
  package func decision(_ number: Int64) throws -> DecisionRow? { try decisions.row(number) }

  /// A person's decisions, oldest first.
  package func decisions(of person: PersonID) throws -> [DecisionRow] { try decisions.rows(of: person) }

  /// The number of the newest decision, deleted or not; 0 before the first.
  package func lastDecision() throws -> Int64 { try decisions.lastNumber() }

  /// Deletes a person's decisions, and what the access log has of them, once the transaction has committed: invariant 5.
  package func deleteDecisions(of person: PersonID) throws {
    try writing { work in
      try people.doomDecisions.run(person.rawValue)
      try changes.delete.run(person.rawValue)
      work.doomsKeys = true
    }
  }
}
