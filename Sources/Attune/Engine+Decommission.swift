import Consent
import Intake
import Store
import Vocabulary

extension Engine {
  /// Ends the store for good: nothing is collected from here on, and everybody is erased as by ``erase(_:)``.
  ///
  /// What remains is the catalogue, whose answers are general, the chain of the ledger without bodies of anybody, and
  /// the secrets by which receipts are checked. One transaction does both, and a crash after it is finished when the
  /// store is next opened. Asked again, it gives one more receipt.
  ///
  /// - Parameter name: The name of the store's folder, so that no other store is meant.
  /// - Returns: One receipt for everybody who was known.
  /// - Complexity: linear in the store.
  public func decommission(confirm name: String) throws -> ErasureReceipt {
    guard let folder = store.path.split(separator: "/").last, name == folder else {
      throw Failure(
        .refused, "the confirmation does not name this store", at: "confirm",
        expected: "the name of the store's folder",
        remedy: "Check which store is meant; what is erased does not come back")
    }
    return try carryOut("decommission") {
      if try !store.isDecommissioned() { try store.setDecommissioned(wall()) }
      var people: [PersonID] = []
      try store.forEachPerson { people.append($0.person) }
      // Nobody comes back, so one mark stands for all: theirs come from outside ids, which nobody knows.
      let zeros = [UInt8](repeating: 0, count: SuppressionMark.length)
      guard let mark = SuppressionMark(bytes: zeros) else { preconditionFailure("a mark has this length") }
      return try delete(
        people.map { Doomed(person: $0, mark: mark, pseudonym: try store.pseudonymBytes(of: $0) ?? []) })
    }
  }

  /// Refuses where the store was decommissioned, for what would have it know somebody again.
  func requireAtWork() throws {
    guard let since = try store.decommissioned() else { return }
    throw Failure(
      .refused, "the store was decommissioned on \(Day(of: since, hoursAhead: 0).text) and takes in nobody any more",
      at: store.path, expected: "a store at work",
      remedy: "Nothing is held of anybody here, and whoever asks can be told so; for a new start make another store")
  }
}
