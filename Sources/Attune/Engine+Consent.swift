import Consent
import Intake
import Store
import SystemIO
public import Vocabulary

extension Engine {
  /// The state of every purpose and permission of a person.
  public func consent(of subject: String) throws -> ConsentReport {
    try note("consent.get", of: subject)
    return try consentReport(of: subject)
  }

  func consentReport(of subject: String) throws -> ConsentReport {
    let choices = try ledger.choices(of: person(subject))
    return ConsentReport(
      subject: subject,
      purposes: Purpose.allCases.map {
        ConsentState(
          purpose: $0, allowed: choices[$0].allowed, by: choices[$0].by.rawValue, since: choices[$0].since)
      })
  }

  /// Switches purposes on, from the next request on; durable when it returns.
  ///
  /// A `training` permission given again takes effect at the next training.
  public func grant(_ purposes: [Purpose], to subject: String) throws -> ConsentReport {
    try store.transaction {
      // Whoever was erased and consents anew is welcome.
      try store.liftSuppression(pseudonymizer.marks(of: Array(subject.utf8)).suppression)
      try ledger.record(
        .grant, of: makePerson(subject), purposes: PurposeSet(purposes), time: wall(), method: "api")
      try note("consent.grant", of: subject, changes: true)
      try store.advanceGeneration()
    }
    cache.removeAll()
    return try consentReport(of: subject)
  }

  /// Switches purposes off, from the next request on; durable when it returns.
  ///
  /// Without `training`, the person's share leaves the related-item rows before this returns.
  public func withdraw(_ purposes: [Purpose], from subject: String) throws -> ConsentReport {
    var retraction: Retraction?
    try store.transaction {
      let person = try makePerson(subject)
      let permit = purposes.contains(.training) ? try ledger.permit(for: person, purpose: .training) : nil
      let touched = try permit.map { try readEvents($0, upTo: store.watermark()).map(\.item) } ?? []
      if permit != nil { try retract(searchEvidence(of: person)) }
      var entry: Int64 = 0
      try notifyingRecipients(of: [person]) {
        entry = try ledger.record(
          .withdraw, of: person, purposes: PurposeSet(purposes), time: wall(), method: "api")
      }
      if purposes.contains(.advertising) { _ = try leaveSegments([person]) }
      try note("consent.withdraw", of: subject, changes: true)
      if !touched.isEmpty {
        try store.setExcludedTick(store.tick(), of: person)
        // An earlier one still under way may have touched other items: then every row is learned anew.
        retraction = Retraction(
          entry: entry, people: [person], touched: try store.pendingRetraction() == 0 ? touched : nil)
        try store.setPendingRetraction(entry)
      }
      try store.advanceGeneration()
    }
    cache.removeAll()
    if let retraction {
      try begin(retraction, touched: [], patience: Engine.patience)
      if !keepsTraining { try finish() }
    }
    return try consentReport(of: subject)
  }

  /// How long a change waits for an import or a training under way, in seconds.
  static let patience = 600

  /// Something of a person's that has gone from the ledger or the store and not from the model yet: a withdrawal of
  /// `training`, an erasure, an event forgotten.
  struct Retraction {
    var entry: Int64
    /// Those whose share goes.
    var people: [PersonID] = []
    /// The items whose rows the person took part in; `nil` where they are not known.
    var touched: [ItemNumber]?
  }
}

extension PurposeSet {
  init(_ purposes: [Purpose]) { self = purposes.reduce(into: []) { $0.formUnion(PurposeSet($1)) } }
}
