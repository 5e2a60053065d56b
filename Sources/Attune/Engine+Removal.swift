import Consent
import Crypto
import Intake
import Learning
import Store
import SystemIO
import Vocabulary

/// Events on their way out of the store, forgotten or expired: gathered in one transaction, carried out after it.
struct Removal {
  /// How many events are gone.
  var events = 0
  /// Their items.
  var touched: Set<ItemNumber> = []
  /// How many people's contributions left the model.
  var people = 0
  /// Whose.
  var leaving: [PersonID] = []
  /// The items of those contributions.
  var learned: [ItemNumber] = []
  /// The old blobs, of which no byte may stay.
  var replaced: [[UInt8]] = []
  var retraction: Engine.Retraction?
}

extension Engine {
  /// Takes events out of one of a person's blobs, within the open transaction.
  ///
  /// - Parameter permit: Of custody, under which the blob was opened whole.
  func remove(
    _ gone: [AdmittedEvent], leaving rest: [AdmittedEvent], from sealed: [UInt8], sequence: Int64, key: SymmetricKey,
    _ permit: Permit, _ removal: inout Removal
  ) throws {
    removal.events += gone.count
    removal.touched.formUnion(gone.lazy.map(\.item))
    removal.replaced.append(sealed)
    try store.replaceEvents(
      permit.person, sequence: sequence, count: rest.count,
      sealed: events.seal(rest, of: permit, sequence: sequence, key: key))
  }

  /// The items of what the model has learned from a person; empty where it has learned nothing.
  func learnedItems(of person: PersonID) throws -> [ItemNumber] {
    guard let permit = try ledger.permit(for: person, purpose: .training) else { return [] }
    return try readEvents(permit, upTo: store.watermark()).map(\.item)
  }

  /// Leaves a person's whole contribution out of the model until the next tick, so that the difference shows nobody
  /// which of their events are gone.
  func withdrawContribution(
    of person: PersonID, learned: [ItemNumber], _ searches: SearchEvidence?, _ removal: inout Removal
  ) throws {
    if learned.isEmpty { return }
    try retract(searches)
    try store.setExcludedTick(store.tick(), of: person)
    removal.people += 1
    removal.leaving.append(person)
    removal.learned += learned
  }

  /// Leaves out of the model, until the next tick, whoever no longer permits training.
  ///
  /// Where many may have changed at once: by a policy, or by a log that speaks for the people in it. Within the open
  /// transaction; ``leaveModel()`` is to follow it.
  ///
  /// As at a training, whoever permits nothing now stays out even if they consent anew before the next tick.
  ///
  /// - Complexity: linear in the people, and a look at the events of those who are newly out.
  func withdrawContributionsWithoutConsent() throws {
    let tick = try store.tick()
    guard tick > 0, Files.exists(store.modelPath) else { return }
    let roll = try ledger.roll(for: .training)
    let watermark = try store.watermark()
    var leaving: [PersonID] = []
    try store.forEachPerson { row in
      if row.excludedTick != tick, try roll.permit(for: row.person, source: row.sourceGrant) == nil {
        leaving.append(row.person)
      }
    }
    // Whoever came after the tick has no part in it.
    leaving = try leaving.filter { try store.sealedEvents(of: $0).contains { $0.sequence <= watermark } }
    if leaving.isEmpty { return }
    for person in leaving { try store.setExcludedTick(tick, of: person) }
    try dropSearches()
    try store.advanceGeneration()
    // Known by the generation, as there is no entry of the ledger for each.
    try store.setPendingRetraction(-(try store.generation()))
  }

  /// Publishes the model without those whom ``withdrawContributionsWithoutConsent()`` has put on record, if any.
  func leaveModel() throws {
    if try store.pendingRetraction() == 0 { return }
    try begin(nil, touched: [], patience: Engine.patience)
    try finish()
  }

  /// Puts on record what is to be done once the transaction has committed: the model without those who left it, and the
  /// files without the old blobs.
  func record(_ removal: inout Removal) throws {
    try store.advanceGeneration()
    if removal.people > 0 {
      // Withdrawals are known by their ledger entries; this has none, and the generation is given out once too.
      let entry = -(try store.generation())
      removal.retraction = Retraction(
        entry: entry, people: removal.leaving,
        touched: try store.pendingRetraction() == 0 ? removal.learned : nil)
      try store.setPendingRetraction(entry)
    }
    try addPendingErasure(of: Engine.fingerprints(of: removal.replaced))
  }

  /// Adds to what must be found nowhere.
  func addPendingErasure(of fingerprints: [Fingerprint]) throws {
    try store.addPendingErasure(PendingErasure(people: [], fingerprints: fingerprints))
  }
}
