import Crypto
import Rights
import Store
import Vocabulary

extension Engine {
  // MARK: The outbox

  /// What recipients of people's data have to be told, oldest first (clause R3; GDPR 19).
  ///
  /// The engine sends nothing: whoever does takes each notice off with ``noticeDone(_:)``.
  public func outbox() throws -> OutboxReport {
    try note("outbox", person: nil)
    return OutboxReport(notices: try notices())
  }

  /// Takes a notice out of the outbox once its recipient has been told.
  public func noticeDone(_ number: Int) throws -> OutboxReport {
    try store.transaction {
      guard try store.deleteNotice(Int64(number)) else {
        throw Failure(
          .notFound, "there is no notice \(number) in the outbox", at: "notice", expected: "a number of the outbox",
          remedy: "See attune outbox")
      }
      try note("outbox.done", person: nil, changes: true)
    }
    return OutboxReport(notices: try notices())
  }

  private func notices() throws -> [OutboxReport.Entry] {
    try store.notices().map { OutboxReport.Entry(number: $0.number, notice: try open($0.sealed, notice: $0.number)) }
  }

  /// Lists what all recipients of a person's data have to be told, within the open transaction.
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
      let mark = self.mark(disclosure)
      for row in try store.notices(of: mark) {
        if try notice.replaces(open(row.sealed, notice: row.number)) { try store.deleteNotice(row.number) }
      }
      number += 1
      try store.putNotice(
        number, mark: mark, sealed: sealer.seal(notice.encoded, key: outboxKey, context: Engine.noticeContext(number)))
    }
    try store.setFact("last notice", number: number)
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

  /// Puts on record that a recipient is given a person's data; one entry for each recipient and purpose.
  func record(_ disclosure: Disclosure, of person: PersonID) throws {
    let known = try disclosures(of: person).first {
      $0.disclosure.recipient == disclosure.recipient && $0.disclosure.purpose == disclosure.purpose
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
