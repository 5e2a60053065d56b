package import Vocabulary

/// How long what is kept of people may be used and kept, in days of 24 hours.
package struct Retention: Equatable, Sendable {
  /// One kind of event.
  package struct Term: Equatable, Sendable {
    /// Days after which an event serves no answer and no training; from 1.
    package var use: Int
    /// Why the law has it kept beyond its use; `nil` where nothing does.
    package var hold: Hold?

    package init(use: Int, hold: Hold? = nil) {
      self.use = use
      self.hold = hold
    }

    /// Days after which an event is deleted.
    package var keep: Int { max(use, hold?.days ?? 0) }
  }

  /// A duty to keep: past its use an event is restricted, that is stored and exported, and read by nothing else.
  package struct Hold: Equatable, Sendable {
    /// Days from the event.
    package var days: Int
    /// The law, in words for the person.
    package var basis: String

    package init(days: Int, basis: String) {
      self.days = days
      self.basis = basis
    }
  }

  /// One term a kind, in order of raw value.
  private var terms: [Term]
  /// Days after which a decision on record is deleted; from 1.
  package var decisions: Int
  /// Days for which the proof of a consent outlives it; from 1.
  package var ledger: Int

  /// - Parameter others: The term of every kind that `kinds` does not name.
  package init(others: Term, kinds: [EventKind: Term] = [:], decisions: Int, ledger: Int) {
    terms = EventKind.allCases.map { kinds[$0] ?? others }
    self.decisions = decisions
    self.ledger = ledger
    precondition(terms.allSatisfy { $0.use >= 1 } && decisions >= 1 && ledger >= 1, "a day is the least that is kept")
  }

  /// The term of a kind of event.
  package subscript(kind: EventKind) -> Term {
    get { terms[Int(kind.rawValue)] }
    set { terms[Int(kind.rawValue)] = newValue }
  }

  package static let shipped: Retention = {
    let transaction = Term(
      use: 365, hold: Hold(days: 1096, basis: "E-Commerce Law of the PRC, article 31: three years of transactions"))
    return Retention(
      others: Term(use: 180), kinds: [.search: Term(use: 90), .purchase: transaction, .aftersales: transaction],
      decisions: 90, ledger: 1096)
  }()
}
