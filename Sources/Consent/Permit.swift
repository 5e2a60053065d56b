package import Vocabulary

/// Leave to read one person's data for one purpose, or for their own eyes, as the ledger stood at `head`.
///
/// Every read of a person's rows takes one, and only this module can make one: code that never asked the ledger does
/// not compile.
package struct Permit: Sendable {
  package let person: PersonID
  /// What the data may be used for; `nil` for the person's own access and copy, which reaches all that is held and
  /// depends on no purpose being on.
  package let purpose: Purpose?
  /// The ledger's sequence number at which the question was answered.
  package let head: Int64
  /// What has outlived its use, and is not read under this permit; nothing for the person's own eyes.
  package let horizon: Horizon
  /// Whether the places of events may be read as well.
  package let readsPlace: Bool

  init(person: PersonID, purpose: Purpose?, head: Int64, horizon: Horizon = .none, readsPlace: Bool = true) {
    self.person = person
    self.purpose = purpose
    self.head = head
    self.horizon = horizon
    self.readsPlace = readsPlace
  }
}
