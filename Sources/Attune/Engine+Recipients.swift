import Consent
import Crypto
import Rights
import Store
import Vocabulary

extension Engine {
  // MARK: The outbox

  /// What recipients of people's data have to be told, oldest first (clause R3; GDPR 19).
  ///
  /// The engine sends nothing: whoever does takes each notice off with ``noticesDone(_:)``.
  public func outbox() throws -> OutboxReport {
    try note("outbox", person: nil)
    return OutboxReport(notices: try notices())
  }

  /// Takes notices out of the outbox once their recipients have been told; of what they said nothing is left in any file
  /// when this returns.
  ///
  /// A crash in between is made good when the store is next opened.
  ///
  /// - Parameter numbers: As ``outbox()`` gives them; where one of them is not in it, nothing is done.
  /// - Throws: ``Failure`` with `notFound` for a number that is not in the outbox.
  /// - Complexity: a search of the store's files, one for all of them.
  public func noticesDone(_ numbers: [Int]) throws -> OutboxReport {
    try store.transaction {
      var gone: [[UInt8]] = []
      for number in Set(numbers).sorted() {
        guard let found = try store.notice(Int64(number)) else { throw Engine.noSuchNotice(number) }
        let about = try store.notices(of: found.mark)
        let said = try? open(found.sealed, notice: Int64(number))
        var isTheLast = true
        for row in about where row.number != number {
          // What does not open says nothing to anybody.
          guard let said, let other = try? open(row.sealed, notice: row.number) else { continue }
          if row.number > number, other.replaces(said) { throw Engine.noSuchNotice(number) }
          guard row.number < number, said.replaces(other) else {
            isTheLast = false
            continue
          }
          gone.append(row.sealed)
          try store.deleteNotice(row.number)
        }
        gone.append(found.sealed)
        if isTheLast { gone.append(found.mark) }
        try store.deleteNotice(Int64(number))
      }
      try addPendingErasure(of: Engine.fingerprints(of: gone))
      try note("outbox.done", person: nil, changes: true)
    }
    try begin(nil, touched: [], patience: Engine.patience)
    // A daemon answers before the files are searched.
    if !keepsTraining { try finish() }
    return OutboxReport(notices: try notices())
  }

  private static func noSuchNotice(_ number: Int) -> Failure {
    Failure(
      .notFound, "there is no notice \(number) in the outbox", at: "notice", expected: "a number of the outbox",
      remedy: "See attune outbox")
  }

  /// Those that no later one takes the place of.
  private func notices() throws -> [OutboxReport.Entry] {
    var later: [String: [RecipientNotice]] = [:]
    var shown: [OutboxReport.Entry] = []
    for row in try store.notices().reversed() {
      let notice = try open(row.sealed, notice: row.number)
      if later[notice.handle]?.contains(where: { $0.replaces(notice) }) == true { continue }
      later[notice.handle, default: []].append(notice)
      shown.append(OutboxReport.Entry(number: row.number, notice: notice))
    }
    return shown.reversed()
  }

  /// Lists what all recipients of a person's data have to be told, within the open transaction.
  ///
  /// What a new notice takes the place of stays, unseen, until that one is done, so that notices leave the files in one
  /// place only.
  ///
  /// - Parameter concerns: Of which copies.
  func notifyRecipients(
    of person: PersonID, _ act: RecipientNotice.Act, where concerns: (Disclosure) -> Bool = { _ in true }
  ) throws {
    let known = try disclosures(of: person).map(\.disclosure).filter(concerns)
    if known.isEmpty { return }
    var number = try store.factNumber("last notice") ?? 0
    for disclosure in known {
      let notice = RecipientNotice(of: disclosure, act: act, time: wall())
      number += 1
      try store.putNotice(
        number, mark: mark(disclosure),
        sealed: sealer.seal(notice.encoded, key: outboxKey, context: Engine.noticeContext(number)))
    }
    try store.setFact("last notice", number: number)
  }

  /// Makes a change within the open transaction, and lists what recipients have to be told of what it ends.
  ///
  /// - Parameters:
  ///   - people: Whom the change may concern; `nil` for everybody.
  ///   - change: Such as a withdrawal, a policy or an age, after which some of them may allow less than before.
  /// - Complexity: two looks at the choices of each of them who was disclosed to anybody.
  func notifyingRecipients(of people: [PersonID]? = nil, _ change: () throws -> Void) throws {
    let people =
      try people?.filter { try !store.disclosures(of: $0).isEmpty } ?? store.peopleWithDisclosures()
    let allowed = try people.map { try ledger.choices(of: $0).allowed }
    try change()
    for (person, before) in zip(people, allowed) {
      let now = try ledger.choices(of: person).allowed
      try notifyRecipients(of: person, .withdraw) { given in
        var needed: PurposeSet = [PurposeSet(.partners), PurposeSet(given.purpose)]
        if given.region.map(policy.isAbroad) == true { needed.formUnion(PurposeSet(.transfer)) }
        // Of what had ended before they have been told.
        return needed.isSubset(of: before) && !needed.isSubset(of: now)
      }
    }
  }

  // MARK: Disclosures

  /// To whom a person's data was given.
  func disclosures(of person: PersonID) throws -> [(number: Int64, disclosure: Disclosure)] {
    let rows = try store.disclosures(of: person)
    if rows.isEmpty { return [] }
    let key = try store.requireKey(of: person)
    return try rows.map { row in
      guard
        let plain = try? sealer.open(row.sealed, key: key, context: Engine.disclosureContext(person, row.number)),
        let disclosure = Disclosure(encoded: plain)
      else {
        throw Failure(
          .badStore, "the record of whom a person's data was given to does not open", expected: "an unchanged record",
          remedy: "Restore the store from a backup")
      }
      return (row.number, disclosure)
    }
  }

  /// Puts on record that a recipient is given a person's data; one entry for each recipient, region and purpose.
  func record(_ disclosure: Disclosure, of person: PersonID) throws {
    let known = try disclosures(of: person).first {
      $0.disclosure.recipient == disclosure.recipient && $0.disclosure.purpose == disclosure.purpose
        && $0.disclosure.region == disclosure.region
    }
    let number = try known?.number ?? store.nextDisclosure()
    try store.putDisclosure(
      number, of: person,
      sealed: sealer.seal(
        disclosure.encoded, key: store.requireKey(of: person), context: Engine.disclosureContext(person, number)))
  }

  // MARK: Sealed

  private func open(_ sealed: [UInt8], notice number: Int64) throws -> RecipientNotice {
    guard let plain = try? sealer.open(sealed, key: outboxKey, context: Engine.noticeContext(number)),
      let notice = RecipientNotice(encoded: plain)
    else {
      throw Failure(
        .badStore, "notice \(number) of the outbox does not open", expected: "an unchanged record",
        remedy: "Restore the store from a backup")
    }
    return notice
  }

  /// What finds the notices about one copy.
  private func mark(_ disclosure: Disclosure) -> [UInt8] {
    var message = Array("notice:".utf8)
    message.appendText(disclosure.recipient)
    message.appendText(disclosure.handle)
    return Array(decisionAuthenticator.authenticate(message).bytes.prefix(16))
  }

  private static func noticeContext(_ number: Int64) -> [UInt8] {
    var bytes = Array("notice".utf8)
    bytes.appendZigzag(number)
    return bytes
  }

  private static func disclosureContext(_ person: PersonID, _ number: Int64) -> [UInt8] {
    var bytes = Array("disclosure".utf8)
    bytes.appendZigzag(person.rawValue)
    bytes.appendZigzag(number)
    return bytes
  }
}
