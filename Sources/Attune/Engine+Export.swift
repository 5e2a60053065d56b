import Consent
import Crypto
import Decisions
import Intake
import Profiles
import Ranking
import Rights
import Store
public import Vocabulary

extension Engine {
  /// A copy of all that is held of a person: choices, instructions, events, decisions and what is inferred from them.
  ///
  /// This is the person's own access, so no switch takes anything out of it. ``importPerson(_:)`` reads it elsewhere.
  ///
  /// - Parameter region: Where it goes, such as `DE`; `nil` for into the person's own hands.
  /// - Throws: ``Failure``: `refused` where that is another region than the store's and the person does not allow
  ///   `transfer`.
  /// - Complexity: linear in all that is held of the person.
  public func export(of subject: String, region: String? = nil) throws -> PersonExport {
    try note("export", of: subject)
    if try crosses(to: region) {
      let permit = try person(subject).flatMap { try ledger.permit(for: $0, purpose: .transfer) }
      if permit == nil { throw Engine.noCrossing }
    }
    var records: [ExportRecord] = []
    var count = 0
    if let person = try person(subject) {
      let permit = try ledger.accessPermit(for: person)
      let own = try ledger.entries(of: permit)
      records += try ((ledger.sourceEntry(of: permit).map { [$0] } ?? []) + own).map { .choice(.init($0)) }
      let instructions = try readInstructions(person)
      records += instructions.items.sorted().map { .block(kind: "item", $0.text) }
      records += instructions.similar.sorted().map { .block(kind: "similar", $0.text) }
      records += instructions.tags.sorted().map { .block(kind: "tag", $0.text) }
      records += instructions.choices.removed.sorted().map { .tag($0.text, choice: "removed") }
      records += instructions.choices.added.sorted().map { .tag($0.text, choice: "added") }
      if let reset = instructions.choices.reset { records.append(.reset(reset)) }
      let events = try readEvents(permit, upTo: .max)
      count = events.count
      records += try events.map { .event(try exported($0)) }
      for purpose in [Purpose.recommendation, .search, .push] {
        if let profile = try? profile(of: subject, purpose: purpose), profile.allowed, !profile.tags.isEmpty {
          records.append(.profile(profile))
        }
      }
      for row in try store.decisions(of: person) where try !isExpired(row) {
        let id = DecisionID.text(number: row.number, authenticator: decisionAuthenticator)
        records.append(.decision(try explain(id, level: .summary)))
      }
    }
    let header = ExportRecord.Header(
      subject: subject, partner: nil, made: wall(), policy: try policyReport(), model: (try? model())?.digest,
      events: count)
    return PersonExport(subject: subject, records: [.header(header)] + records)
  }

  /// What a partner may have of a person for one purpose: what they did, under a name that no other partner has.
  ///
  /// That they were given it is on record when this returns, so that they can be told of an erasure.
  ///
  /// Only events that were admitted for the purpose and for partners, while both are on; without words searched for,
  /// sessions and decisions. To another region than the store's only what was admitted for `transfer` too, while that is
  /// on.
  ///
  /// - Parameters:
  ///   - recipient: Who it is for, as the shop calls them: 1 to 100 bytes.
  ///   - region: Where they are, such as `DE`; needed where the store has a region.
  /// - Throws: ``Failure``: `refused` for a child, also with a guardian's consent, and without the person's own.
  public func export(
    of subject: String, toPartnerFor purpose: Purpose, recipient: String, region: String? = nil
  ) throws -> PersonExport {
    guard (1...100).contains(recipient.utf8.count) else {
      throw Failure(
        .usage, "nothing says who is to have it", at: "recipient", expected: "their name, in 1 to 100 bytes",
        remedy: "They have to be told when the person is erased")
    }
    guard !purpose.isPermission else {
      throw Failure(
        .usage, "\(purpose.name) is no purpose that a partner could have", at: "partner",
        expected: Purpose.allCases.filter { !$0.isPermission }.map(\.name).joined(separator: ", "))
    }
    let crosses = try self.crosses(to: region)
    if let here = policy.region, region == nil {
      throw Failure(
        .usage, "nothing says where the recipient is", at: "region", expected: "a region such as \(here), the store's")
    }
    try note("export.partner", of: subject)
    // One refusal for all, so that it does not tell a child, or a stranger, from somebody who said no.
    let refusal = Failure(
      .refused, "nothing of this person may go to a partner for \(purpose.name)", at: "subject",
      expected: "somebody of age who consents to \(purpose.name) and to partners\(crosses ? " and to transfer" : "")")
    let uses: [Purpose] = crosses ? [.partners, .transfer] : [.partners]
    var message = Array("partner:\(purpose.name):".utf8)
    message.appendText(recipient)
    message += pseudonymizer.pseudonym(of: Array(subject.utf8)).bytes
    let pseudonym = "p-" + Base64URL.encode(Array(decisionAuthenticator.authenticate(message).bytes.prefix(12)))
    // In one transaction: whoever withdraws before it is heeded, and of whoever does after it the recipient is told.
    let events = try store.transaction {
      // To a child, also with a guardian, partners are barred.
      guard let person = try person(subject),
        try uses.allSatisfy({ try ledger.permit(for: person, purpose: $0) != nil }),
        let permit = try ledger.permit(for: person, purpose: purpose)
      else { throw refusal }
      let events = try readEvents(permit, upTo: .max).filter { event in
        uses.allSatisfy(event.purposes.contains) && event.item != .none
      }
      try record(
        Disclosure(
          recipient: recipient, purpose: purpose, region: region, handle: pseudonym, time: wall(), events: events.count),
        of: person)
      return events
    }
    let header = ExportRecord.Header(
      subject: pseudonym, partner: purpose, made: wall(), policy: try policyReport(), model: nil, events: events.count)
    return PersonExport(
      subject: subject,
      records: [.header(header)]
        + (try events.map { event in
          var record = try exported(event)
          (record.session, record.query, record.decision, record.source) = (0, nil, nil, nil)
          (record.tags, record.purposes) = ([], [purpose])
          return .event(record)
        }))
  }

  /// Whether what goes to a region leaves the store's (clause H3).
  ///
  /// - Parameter region: `nil` for nowhere.
  private func crosses(to region: String?) throws -> Bool {
    try refreshPolicy()
    guard let region else { return false }
    guard Policy.isRegion(region) else {
      throw Failure(.usage, "that is no region", at: "region", expected: Policy.regionForm)
    }
    return policy.isAbroad(region)
  }

  /// One refusal for all, so that it does not tell a stranger from somebody who has not consented.
  static let noCrossing = Failure(
    .refused, "this person's data may not leave its region", at: "region",
    expected: "somebody who consents to transfer",
    remedy: "Let the person consent to it by its name: attune consent SUBJECT grant transfer")

  private func exported(_ event: AdmittedEvent) throws -> ExportRecord.Event {
    let now = try retentionClock()
    let isPast = now.map { policy.retention.horizon(at: $0).isPast(event.kind, event.time) } ?? false
    return ExportRecord.Event(
      kind: event.kind, time: event.time, item: event.item == .none ? nil : try store.itemID(of: event.item),
      value: event.value, query: event.detail?.query, tags: event.detail?.tags ?? [], session: event.session,
      source: event.detail?.source, decision: event.detail?.decision, purposes: event.purposes.purposes,
      until: now == nil ? nil : policy.retention.endOfKeeping(event.kind, event.time),
      restricted: isPast ? policy.retention[event.kind].hold?.basis : nil)
  }
}

extension ExportRecord.Choice {
  init(_ entry: LedgerEntry) {
    self.init(
      act: entry.act.name, purposes: entry.purposes.purposes, time: entry.time, method: entry.method,
      notice: entry.notice, text: entry.source)
  }
}

extension LedgerEntry.Act {
  /// The acts that an export may hold.
  static let ofPeople: [LedgerEntry.Act] = [.grant, .withdraw, .sourceGrant, .age, .guardian, .guardianEnd]

  var name: String {
    switch self {
    case .grant: "grant"
    case .withdraw: "withdraw"
    case .sourceGrant: "source-grant"
    case .erasure: "erasure"
    case .age: "age"
    case .guardian: "guardian"
    case .guardianEnd: "guardian-end"
    }
  }
}
