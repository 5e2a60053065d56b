import Consent
import Crypto
import Intake
import ModelFile
import Rights
import Store
import SystemIO
import Vocabulary

extension Engine {
  /// Erases people: everything held of them, and their share of everything learned; done when it returns.
  ///
  /// In one transaction their rows are deleted, the ledger keeps no more of them than links of its chain, and the
  /// erasure itself is put on record. Then their keys and decisions are destroyed, the model is published without them
  /// at the same tick, items that only they had touched and no catalogue names go too, and the files are wiped and
  /// searched. What a crash interrupts is finished when the store is next opened; asked again, it gives a receipt.
  ///
  /// A keyed mark of each stays, so that an old log does not bring them back before they consent anew.
  ///
  /// - Parameter subjects: Outside ids; somebody who is not known is kept out from now on all the same.
  /// - Returns: One receipt for all of them.
  /// - Complexity: linear in the store where it holds a model they took part in, since the rows are learnt anew from
  ///   everybody else's events; plus a search of its files.
  public func erase(_ subjects: [String]) throws -> ErasureReceipt {
    try carryOut("erase") { try delete(doomed(subjects)) }
  }

  /// Deletes people, finishes what follows from that, and makes out the receipt.
  func carryOut(_ act: String, _ delete: () throws -> Erased) throws -> ErasureReceipt {
    let erased = try begin(act, delete)
    return try verified(erased, gone: finish().items)
  }

  /// The receipt of an erasure whose files have been searched.
  ///
  /// - Parameter gone: The items that went with what was finished.
  private func verified(_ erased: Erased, gone: Set<ItemNumber>) throws -> ErasureReceipt {
    var erased = erased
    // What others touched alone, who were erased at the same time, is none of theirs.
    erased.receipt.items = erased.items.map { gone.intersection($0).count } ?? gone.count
    let left = try store.rowCount(of: erased.numbers)
    guard left == 0 else {
      throw Failure(
        .system, "\(left) rows are still there after an erasure", at: store.path, expected: "none",
        remedy: "Erase again")
    }
    // To the second, as the receipt's text says it.
    erased.receipt.verified = Timestamp(milliseconds: Clock.now().milliseconds / 1000 * 1000)
    return issue(erased)
  }

  /// Erases people as ``erase(_:)`` does, but for the search of the files: ``finish()`` has to follow.
  ///
  /// When this returns the rows are deleted for good and the keys destroyed, and every answer from here on is given as
  /// if they had never been there. What is left of deleted rows in the files is unreadable without the keys, and wiped
  /// next.
  ///
  /// - Returns: A receipt that says so: it names no time of verification, and no items.
  package func eraseBeforeVerifying(_ subjects: [String]) throws -> ErasureReceipt {
    try beginErasing(subjects).receipt()
  }

  /// The same, with a receipt to be had after ``finish()`` too.
  package func beginErasing(_ subjects: [String]) throws -> BegunErasure {
    BegunErasure(engine: self, erased: try begin("erase") { try delete(doomed(subjects)) })
  }

  /// An erasure between its two steps.
  package struct BegunErasure {
    fileprivate let engine: Engine
    fileprivate let erased: Erased

    /// The receipt as ``Engine/eraseBeforeVerifying(_:)`` gives it.
    package func receipt() -> ErasureReceipt { engine.issue(erased) }

    /// The receipt as ``Engine/erase(_:)`` gives it, from what ``Engine/finish()`` has returned since.
    package func receipt(verifiedWith gone: FinishedErasures) throws -> ErasureReceipt {
      try engine.verified(erased, gone: gone.items)
    }
  }

  /// Those who are named, each once.
  private func doomed(_ subjects: [String]) throws -> [Doomed] {
    guard !subjects.isEmpty, !subjects.contains("") else {
      throw Failure(.usage, "nobody is named, or somebody by an empty id", at: "subject", expected: "one id or more")
    }
    return try Set(subjects.map { ExactText($0) }).sorted().map {
      let (pseudonym, mark) = pseudonymizer.marks(of: Array($0.text.utf8))
      return Doomed(person: try store.person(pseudonym), mark: mark, pseudonym: pseudonym.bytes)
    }
  }

  private func begin(_ act: String, _ delete: () throws -> Erased) throws -> Erased {
    let start = Clock.monotonicNanoseconds()
    let before = try publishedDigest()
    var erased = try store.transaction(delete)
    cache.removeAll()
    for _ in erased.people { try note(act, person: nil, changes: true) }
    let weight = max(erased.people.count, erased.rows.count / Engine.fingerprintsOfOne)
    try begin(erased.retraction, touched: erased.items, patience: Engine.patience, weight: weight)
    erased.start = start
    erased.receipt.modelBefore = before
    erased.receipt.modelAfter = try publishedDigest()
    return erased
  }

  private func issue(_ erased: Erased) -> ErasureReceipt {
    var receipt = erased.receipt
    receipt.seconds = Double(Clock.monotonicNanoseconds() - erased.start) / 1e9
    var proof = ErasureProof(receipt: receipt, people: erased.people, rows: ErasureProof.sample(erased.rows))
    proof.receipt.proof = proof.text(receiptAuthenticator)
    return proof.receipt
  }

  /// Whether a receipt still holds, by a search of the whole store.
  ///
  /// Somebody who consented anew, or chose anything else for themselves, is back by their own will: then their
  /// pseudonym may be known again, and nothing of before but what they bring themselves.
  ///
  /// - Parameter receipt: The receipt's JSON, or its proof alone.
  /// - Throws: ``Failure`` with `badInput` for what this store has not issued, or what was changed.
  /// - Complexity: reads every byte of the store's databases.
  public func verify(_ receipt: String) throws -> VerificationReport {
    let start = Clock.monotonicNanoseconds()
    guard let found = ErasureProof.find(in: receipt), let proof = ErasureProof(found.proof, receiptAuthenticator),
      found.json == nil || found.json == proof.receipt.json
    else {
      throw Failure(
        .badInput, "this is no receipt of this store, or it was changed", at: "receipt",
        expected: "a receipt as `attune erase --json` gave it", remedy: "Name the store that issued it with --store")
    }
    var returned = 0
    var wanted = proof.rows
    let rows = try store.rowCount(of: proof.people.filter { $0.number != 0 }.map { PersonID($0.number) })
    for person in proof.people {
      wanted += person.key
      if try store.hasReturned(person.mark) { returned += 1 } else { wanted += person.pseudonym }
    }
    let residue = try store.residue(of: wanted)
    let isChained = (try? ledger.verify()).map { $0 >= proof.receipt.ledgerEntry } ?? false
    let holds = rows == 0 && residue.found == 0 && isChained
    return VerificationReport(
      holds: holds, people: proof.people.count, returned: returned, rows: rows, residue: residue.found,
      ledger: isChained, erased: proof.receipt.verified ?? (holds ? Clock.now() : nil), bytes: residue.searched,
      seconds: Double(Clock.monotonicNanoseconds() - start) / 1e9)
  }

  private func publishedDigest() throws -> String? {
    if let training, training.isAttached(to: try store.modelVersion()) { return training.digest }
    return Files.exists(store.modelPath) ? try model().digest : nil
  }

  // MARK: On record

  /// Somebody to be deleted.
  struct Doomed {
    /// `nil` for somebody who is not known.
    var person: PersonID?
    var mark: SuppressionMark
    var pseudonym: [UInt8]
  }

  /// What one transaction has erased, and what is to be done after it.
  struct Erased {
    var receipt = ErasureReceipt()
    var start: UInt64 = 0
    var people: [ErasureProof.Person] = []
    /// Of those who were known.
    var numbers: [PersonID] = []
    /// Of all sealed rows.
    var rows: [Fingerprint] = []
    /// Every item they touched; `nil` where not all of it could be read.
    var items: Set<ItemNumber>? = []
    var retraction: Retraction?
  }

  /// Deletes people within the open transaction and puts the rest on record.
  func delete(_ people: [Doomed]) throws -> Erased {
    var erased = Erased()
    var sealed: [[UInt8]] = []
    var learned: [ItemNumber]? = []
    for doomed in people {
      try store.suppress(doomed.mark)
      guard let person = doomed.person else {
        erased.people.append(ErasureProof.Person(number: 0, mark: doomed.mark, pseudonym: [], key: []))
        continue
      }
      erased.numbers.append(person)
      // What cannot be read cannot be passed on either.
      try? notifyRecipients(of: person, .erase)
      sealed += try store.disclosures(of: person).map(\.sealed)
      erased.people.append(
        ErasureProof.Person(
          number: person.rawValue, mark: doomed.mark, pseudonym: Fingerprint.all(of: doomed.pseudonym),
          key: Fingerprint.all(of: try store.key(of: person)?.bytes ?? [])))
      // What cannot be read is erased as well; then it is not known what it touched.
      if let permit = try ledger.permit(for: person, purpose: .training) {
        learned = readable(permit, upTo: try store.watermark()).flatMap { events in learned.map { $0 + events } }
      }
      try retract(searchEvidence(of: person))
      let items = readable(try ledger.custodyPermit(for: person), upTo: .max)
      erased.items = items.flatMap { items in erased.items?.union(items) }
      sealed += try store.sealedEvents(of: person).map(\.sealed)
      if let instructions = try store.instructions(of: person) { sealed.append(instructions) }
      sealed += try store.ledgerRows(of: person).map(\.sealed)
      sealed += try store.requests(of: person).map(\.details)
      sealed += try store.accesses(of: person).map(\.sealed)
      let decisions = try store.decisions(of: person)
      sealed += decisions.map(\.sealed)
      erased.receipt.decisions += decisions.count
    }
    sealed += try leaveSegments(erased.numbers)
    erased.rows = Engine.fingerprints(of: sealed)
    let record = try ledger.recordErasure(of: erased.numbers, time: Clock.now())
    (erased.receipt.ledgerEntry, erased.receipt.ledgerEntries) = record
    erased.receipt.people = erased.numbers.count
    for person in erased.numbers { erased.receipt.events += try store.deletePerson(person) }
    if learned?.isEmpty != true {
      // Another one still under way may have touched other items: then every row is learned anew.
      erased.retraction = Retraction(
        entry: record.entry, people: erased.numbers, touched: try store.pendingRetraction() == 0 ? learned : nil)
      try store.setPendingRetraction(record.entry)
    }
    let identities = erased.people.flatMap { $0.pseudonym + $0.key }
    try store.addPendingErasure(PendingErasure(people: erased.numbers, fingerprints: identities + erased.rows))
    try store.advanceGeneration()
    return erased
  }

  /// The items in a person's events; `nil` where they cannot be read.
  private func readable(_ permit: Permit, upTo sequence: Int64) -> [ItemNumber]? {
    try? readEvents(permit, upTo: sequence).map(\.item).filter { $0 != .none }
  }

  /// At every place, so that any 16 bytes left of them are found; where they are many, at fewer places: at most some
  /// 65,000, so that what is kept of an erasure under way stays small.
  static func fingerprints(of sealed: [[UInt8]]) -> [Fingerprint] {
    let bytes = sealed.reduce(0) { $0 + $1.count }
    let stride = bytes <= 65_536 ? 1 : Fingerprint.window * (1 + bytes / Fingerprint.window / 65_536)
    return sealed.flatMap { Fingerprint.all(of: $0, stride: stride) }
  }

  // MARK: Abandoned items

  /// Deletes items that no catalogue names and that nobody's events touch any more.
  ///
  /// - Parameter touched: Those that may be so; `nil` for any.
  /// - Returns: Which they were.
  func deleteAbandonedItems(among touched: Set<ItemNumber>?) throws -> Set<ItemNumber> {
    var candidates = try store.unnamedItems()
    if let touched { candidates.formIntersection(touched) }
    if let training { candidates = candidates.filter { !training.isTouched($0) } }
    if !candidates.isEmpty, Files.exists(store.modelPath) {
      // Enough people stand behind what is published.
      let snapshot = try model().snapshot
      candidates = candidates.filter { snapshot.index(of: $0) == nil }
    }
    let known = try store.lastSequence()
    try removeTouched(from: &candidates)
    if candidates.isEmpty { return [] }
    return try store.transaction {
      // Nobody can touch one from here on; if somebody has since, look again.
      if try store.lastSequence() != known { try removeTouched(from: &candidates) }
      for item in candidates { try store.deleteUnnamedItem(item) }
      try store.advanceGeneration()
      return candidates
    }
  }

  /// Takes out the items that are in anybody's events.
  private func removeTouched(from candidates: inout Set<ItemNumber>) throws {
    struct Done: Error {}
    if candidates.isEmpty { return }
    var events: [AdmittedEvent] = []
    let custody = try ledger.custody()
    do {
      try store.forEachSealedEvents { row in
        events.removeAll(keepingCapacity: true)
        try unsafe self.events.open(
          row.sealed, sequence: row.sequence, key: row.key, permit: custody.permit(for: row.person), into: &events)
        for event in events { candidates.remove(event.item) }
        if candidates.isEmpty { throw Done() }
      }
    } catch is Done {}
  }
}
