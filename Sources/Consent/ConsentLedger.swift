package import Crypto
package import Vocabulary

/// The hash-chained record of consent, and the only source of permits.
///
/// A choice is durable when the call that records it returns, provided the caller runs it in the store's transaction;
/// every question asked afterwards sees it.
package final class ConsentLedger {
  /// The policy in force, as this object last saw it; every question brings it up to date.
  package var policy: Policy { book.current }
  /// All its versions.
  package private(set) var book: PolicyBook
  let storage: any LedgerStorage
  private let key: SymmetricKey
  private let sealer = Sealer()
  private var sources: [Int64: LedgerEntry] = [:]
  /// The present.
  package var clock: () throws -> Timestamp
  /// What has outlived its use for a purpose; asked whenever a permit is given.
  package var horizon: (Purpose) throws -> Horizon = { _ in .none }

  /// - Parameter key: The compliance key, under which bodies are sealed.
  /// - Parameter clock: Tells when people come of age.
  package init(
    storage: any LedgerStorage, policy: Policy, key: SymmetricKey,
    clock: @escaping () throws -> Timestamp = { Timestamp(milliseconds: 0) }
  ) {
    self.clock = clock
    self.storage = storage
    book = PolicyBook(policy)
    self.key = key
  }

  /// Takes in versions of the policy that were published since; says whether there were any.
  @discardableResult
  package func refreshPolicy() throws -> Bool {
    let published = try storage.publishedPolicies()
    // A publication that was rolled back is not in force.
    if published < book.versions.count - 1 { book = PolicyBook(book.versions[0]) }
    var isNew = false
    while book.versions.count - 1 < published {
      guard let json = try storage.publishedPolicy(Int64(book.versions.count)) else {
        throw Failure(
          .badStore, "version \(book.versions.count) of the policy is missing", expected: "every version published",
          remedy: "Restore the store from a backup")
      }
      book.append(try Policy(json: json))
      isNew = true
    }
    return isNew
  }

  // MARK: Asking

  /// What a person allows now.
  ///
  /// `nil` stands for somebody the store has never met.
  ///
  /// - Throws: ``Failure`` where a row cannot be read back.
  package func choices(of person: PersonID?) throws -> ConsentChoices {
    try refreshPolicy()
    guard let person else { return try ConsentChoices(own: [], source: nil, book: book, now: clock) }
    return try choices(of: person, source: storage.sourceGrant(covering: person))
  }

  /// Leave to read the person's data for a purpose, or `nil` where it is off.
  package func permit(for person: PersonID, purpose: Purpose) throws -> Permit? {
    let allowed = try choices(of: person).allowed
    guard allowed.contains(purpose) else { return nil }
    return Permit(
      person: person, purpose: purpose, head: try storage.ledgerHead().sequence, horizon: try horizon(purpose),
      readsPlace: allowed.contains(.location))
  }

  /// Leave to show a person what is held of them: the right of access, which no switch takes away.
  package func accessPermit(for person: PersonID) throws -> Permit {
    Permit(person: person, purpose: nil, head: try storage.ledgerHead().sequence)
  }

  /// Leave to look after what is held of a person: to seal it anew, and to see which items it names.
  ///
  /// Never for an answer or a model.
  package func custodyPermit(for person: PersonID) throws -> Permit { try custody().permit(for: person) }

  /// The same for many people.
  package func custody() throws -> Custody { Custody(head: try storage.ledgerHead().sequence) }

  /// The purposes that an event of this person may be admitted for.
  ///
  /// - Parameter grant: The source grant under which the event arrives, if any.
  package func admission(of person: PersonID?, under grant: Int64?) throws -> PurposeSet {
    let source = try grant ?? person.flatMap { try storage.sourceGrant(covering: $0) }
    try refreshPolicy()
    guard let person else {
      return try ConsentChoices(own: [], source: source.map(sourceEntry), book: book, now: clock).allowed
    }
    return try choices(of: person, source: source).allowed
  }

  /// Answers one purpose for many people, reading only the rows of those who chose for themselves.
  package func roll(for purpose: Purpose) throws -> PermitRoll {
    try refreshPolicy()
    var own: [PersonID: Bool] = [:]
    for person in try storage.peopleInLedger() {
      let entries = try ownEntries(of: person)
      if let last = entries.last(where: { $0.purposes.contains(purpose) }) {
        own[person] = last.act == .grant && !book.isOutdated(purpose, notice: last.notice)
      }
      if try Standing(own: entries, policy: policy, now: clock).barred.contains(purpose) { own[person] = false }
    }
    return PermitRoll(
      purpose: purpose, head: try storage.ledgerHead().sequence, horizon: try horizon(purpose), own: own,
      byDefault: policy.defaults.contains(purpose)
    ) { [self] in
      let entry = try sourceEntry($0)
      return entry.purposes.contains(purpose) ? !book.isOutdated(purpose, notice: entry.notice) : nil
    }
  }

  // MARK: Recording

  /// Records a person's own choice; returns the entry's number.
  @discardableResult
  package func record(
    _ act: LedgerEntry.Act, of person: PersonID, purposes: PurposeSet, time: Timestamp, method: String
  ) throws -> Int64 {
    precondition(act == .grant || act == .withdraw)
    try refreshPolicy()
    return try append(
      LedgerEntry(act: act, person: person, purposes: purposes, time: time, method: method, notice: policy.version))
  }

  /// Records what became known of a person's age; returns the entry's number.
  @discardableResult
  package func record(_ age: Age, of person: PersonID, time: Timestamp, method: String) throws -> Int64 {
    try append(
      LedgerEntry(
        act: .age, person: person, purposes: [], time: time, method: method, notice: policy.version, source: age.text))
  }

  /// Records a guardian's consent, or its end (`nil`); returns the entry's number.
  ///
  /// - Parameter guardian: Who it is, and how that is known.
  @discardableResult
  package func record(guardian: String?, of person: PersonID, time: Timestamp, method: String) throws -> Int64 {
    try append(
      LedgerEntry(
        act: guardian == nil ? .guardianEnd : .guardian, person: person, purposes: [], time: time, method: method,
        notice: policy.version, source: guardian ?? ""))
  }

  /// Takes over what another store's ledger held of a person, with its time, method and notice.
  ///
  /// - Parameter cover: Given the number of a source grant, which covers the person from then on.
  package func adopt(_ entry: LedgerEntry, of person: PersonID, cover: (Int64) throws -> Void) throws {
    var entry = entry
    entry.person = entry.act == .sourceGrant ? nil : person
    entry.dropped = []
    let number = try append(entry)
    if entry.act == .sourceGrant { try cover(number) }
  }

  /// A person's own entries in order, for their own eyes.
  package func entries(of permit: Permit) throws -> [LedgerEntry] { try ownEntries(of: permit.person) }

  /// The source grant that covers a person, for their own eyes.
  package func sourceEntry(of permit: Permit) throws -> LedgerEntry? {
    try storage.sourceGrant(covering: permit.person).map(sourceEntry)
  }

  /// Records that a source was collected under consent for some purposes; returns the entry's number.
  package func recordSource(named name: String, purposes: PurposeSet = .all, time: Timestamp) throws -> Int64 {
    try append(
      LedgerEntry(
        act: .sourceGrant, person: nil, purposes: purposes, time: time, method: "import", notice: policy.version,
        source: name))
  }

  /// Drops what the ledger holds of people who are erased, and records that; returns the new entry's number.
  ///
  /// Their entries stay as links of the chain: a time and a commitment that nobody can open. The new one names them, so
  /// that a body missing for any other reason is found.
  package func recordErasure(of people: [PersonID], time: Timestamp) throws -> (entry: Int64, dropped: Int) {
    let dropped = try people.flatMap { try storage.dropLedgerBodies(of: $0) }.sorted()
    let entry = try append(
      LedgerEntry(
        act: .erasure, person: nil, purposes: [], time: time, method: "api", notice: policy.version, dropped: dropped))
    return (entry, dropped.count)
  }

  /// When somebody was last erased; `nil` where nobody was.
  ///
  /// Who that was is known no more, so it bounds everybody's erasure.
  ///
  /// - Complexity: one pass over the ledger, opening the entries that are nobody's.
  package func lastErasure() throws -> Timestamp? {
    var last: Timestamp?
    try storage.forEachLedgerRow { row in
      guard row.person == nil, !row.sealed.isEmpty else { return }
      let entry = try open(row)
      guard entry.act == .erasure, entry.method != ConsentLedger.retention else { return }
      last = max(last ?? entry.time, entry.time)
    }
    return last
  }

  @discardableResult
  func append(_ entry: LedgerEntry) throws -> Int64 {
    let head = try storage.ledgerHead()
    let sequence = head.sequence + 1
    let body = entry.encoded(salt: Random.bytes(LedgerEntry.saltLength))
    let commitment = SHA256.hash(body)
    let sealed = try sealer.seal(body, key: key, context: ConsentLedger.context(sequence))
    try storage.appendLedger(
      LedgerRow(
        sequence: sequence, person: entry.person, time: entry.time, commitment: commitment, sealed: sealed,
        hash: LedgerRow.chain(after: head.hash, sequence: sequence, time: entry.time, commitment: commitment)))
    return sequence
  }

  // MARK: Reading back

  /// A person's own entries in order, for an audit.
  package func entries(of person: PersonID) throws -> [LedgerEntry] { try ownEntries(of: person) }

  /// The purposes of a source grant, for an audit.
  package func purposes(ofSource sequence: Int64) throws -> PurposeSet { try sourceEntry(sequence).purposes }

  private func choices(of person: PersonID, source: Int64?) throws -> ConsentChoices {
    try ConsentChoices(own: ownEntries(of: person), source: source.map(sourceEntry), book: book, now: clock)
  }

  private func ownEntries(of person: PersonID) throws -> [LedgerEntry] {
    try storage.ledgerRows(of: person).map(open)
  }

  private func sourceEntry(_ sequence: Int64) throws -> LedgerEntry {
    if let known = sources[sequence] { return known }
    guard let row = try storage.ledgerRow(sequence) else { throw ConsentLedger.damaged(sequence) }
    let entry = try open(row)
    sources[sequence] = entry
    return entry
  }

  func open(_ row: LedgerRow) throws -> LedgerEntry {
    guard
      let body = try? sealer.open(row.sealed, key: key, context: ConsentLedger.context(row.sequence)),
      SHA256.hash(body) == row.commitment, let entry = LedgerEntry(encoded: body), entry.person == row.person
    else { throw ConsentLedger.damaged(row.sequence) }
    return entry
  }

  static func context(_ sequence: Int64) -> [UInt8] { Array("ledger".utf8) + sequence.bigEndianBytes }

  static func damaged(_ sequence: Int64) -> Failure {
    Failure(
      .badStore, "consent ledger entry \(sequence) is damaged or was changed",
      expected: "an entry that its hash covers",
      remedy: "Restore the store from a backup; until then the engine answers nobody personally")
  }
}

extension ConsentLedger {
  /// Checks the whole chain: numbers without gaps, hashes that follow, bodies that match their commitments or that an
  /// erasure on record dropped.
  ///
  /// Complexity: one pass over the ledger. Throws ``Failure`` naming the first entry that does not fit.
  package func verify() throws -> Int64 {
    var expected: Int64 = 1
    var previous = Digest.zero
    var missing: Set<Int64> = []
    try storage.forEachLedgerRow { row in
      guard row.sequence == expected,
        row.hash
          == LedgerRow.chain(after: previous, sequence: row.sequence, time: row.time, commitment: row.commitment)
      else { throw ConsentLedger.damaged(expected) }
      if row.sealed.isEmpty, row.person == nil {
        missing.insert(row.sequence)
      } else {
        missing.subtract(try open(row).dropped)
      }
      previous = row.hash
      expected += 1
    }
    if let unexplained = missing.min() { throw ConsentLedger.damaged(unexplained) }
    return expected - 1
  }
}

extension Digest {
  /// The hash before the first entry.
  static var zero: Digest { Digest(filledWith: 0) }
}

/// Leave to look after what is held of many people, as the ledger stood when it was taken.
package struct Custody: Sendable {
  let head: Int64

  /// Leave to look after one person's rows.
  package func permit(for person: PersonID) -> Permit { Permit(person: person, purpose: nil, head: head) }
}

/// One purpose's answer for many people, as the ledger stood when the roll was taken.
package struct PermitRoll {
  package let purpose: Purpose
  package let head: Int64
  let horizon: Horizon
  let own: [PersonID: Bool]
  let byDefault: Bool
  /// `nil` where the source says nothing of the purpose.
  let sourceAllows: (Int64) throws -> Bool?

  /// Leave to read this person's data, or `nil` where the purpose is off.
  ///
  /// - Parameter source: The source grant that covers the person, as the store has it.
  package func permit(for person: PersonID, source: Int64?) throws -> Permit? {
    let allowed: Bool
    if let choice = own[person] {
      allowed = choice
    } else if let source, let granted = try sourceAllows(source) {
      allowed = granted
    } else {
      allowed = byDefault
    }
    return allowed ? Permit(person: person, purpose: purpose, head: head, horizon: horizon, readsPlace: false) : nil
  }
}
