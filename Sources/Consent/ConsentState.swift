package import Vocabulary

/// What one person allows, purpose by purpose, and why.
package struct ConsentChoices: Equatable, Sendable {
  /// What decided a purpose.
  package enum Authority: String, Sendable {
    /// The person's own choice.
    case own
    /// A log collected under consent in which the person was met.
    case source
    /// The policy's default.
    case policy
    /// The person is under age.
    case age
  }

  package struct Choice: Equatable, Sendable {
    package var allowed: Bool
    package var by: Authority
    package var since: Timestamp?
  }

  /// One choice a purpose, in order of raw value.
  package private(set) var choices: [Choice]
  /// Who decides for the person.
  package let standing: Standing

  /// Folds a person's own entries, in order, over a source grant, over the policy; and their age over all.
  ///
  /// A consent to what the policy has changed since is none any more.
  init(own: [LedgerEntry], source: LedgerEntry?, book: PolicyBook, now: () throws -> Timestamp) rethrows {
    let standing = try Standing(own: own, policy: book.current, now: now)
    self.standing = standing
    choices = Purpose.allCases.map { purpose in
      if standing.barred.contains(purpose) { return Choice(allowed: false, by: .age, since: nil) }
      if let last = own.last(where: { $0.purposes.contains(purpose) }) {
        if last.act == .grant, book.isOutdated(purpose, notice: last.notice) {
          return Choice(allowed: false, by: .policy, since: nil)
        }
        return Choice(allowed: last.act == .grant, by: .own, since: last.time)
      }
      if let source, source.purposes.contains(purpose) {
        if book.isOutdated(purpose, notice: source.notice) { return Choice(allowed: false, by: .policy, since: nil) }
        return Choice(allowed: true, by: .source, since: source.time)
      }
      return Choice(allowed: book.current.defaults.contains(purpose), by: .policy, since: nil)
    }
  }

  /// The purposes that are on.
  package var allowed: PurposeSet {
    zip(Purpose.allCases, choices).reduce(into: PurposeSet()) { if $1.1.allowed { $0.formUnion(PurposeSet($1.0)) } }
  }

  package subscript(purpose: Purpose) -> Choice { choices[Int(purpose.rawValue)] }
}
