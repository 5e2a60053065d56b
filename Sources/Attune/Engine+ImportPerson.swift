import Consent
import Crypto
import Intake
import JSON
import Profiles
import Ranking
import Store
import SystemIO
import Vocabulary

extension Engine {
  /// Takes in a person with the export of another store: the same profile, and the same answers where model and
  /// catalogue are the same.
  ///
  /// All or nothing. Events serve what they were admitted for there; this store's policy still drops the fields it does
  /// not keep. Decisions and profiles of the other store are no input.
  ///
  /// Whoever was erased here comes back by a consent of their own that is newer than that: an export of before is an old
  /// log, and so is the consent of a log.
  ///
  /// - Parameter lines: What ``export(of:)`` gave.
  /// - Throws: ``Failure``: `badInput` where a line is none of an export, `refused` where something is held here already,
  ///   where they were erased and have not consented since, or where it comes from another region and the person's
  ///   choices in it do not allow `transfer`.
  public func importPerson(_ lines: [UInt8]) throws -> PersonImportReport {
    let person = try PortablePerson(lines)
    var report = PersonImportReport(subject: person.subject)
    report.skipped = person.skipped
    try store.transaction {
      try refreshPolicy()
      try welcome(person)
      let number = try makePerson(person.subject)
      guard try store.sealedEvents(of: number).isEmpty, try store.ledgerRows(of: number).isEmpty,
        try store.instructions(of: number) == nil
      else {
        throw Failure(
          .refused, "something is held of this person already", at: "subject", expected: "a store that knows nothing",
          remedy: "Erase them here first, if this export is to take its place")
      }
      try note("import.person", person: number, subject: person.subject, changes: true)
      for choice in person.choices {
        try ledger.adopt(choice, of: number) { try store.cover(number, bySourceGrant: $0) }
      }
      if let origin = person.region, origin != policy.region,
        try ledger.permit(for: number, purpose: .transfer) == nil
      {
        throw Engine.noCrossing
      }
      report.choices = person.choices.count
      var instructions = person.instructions
      instructions.choices.added = instructions.choices.added.filter { !policy.isSensitive(tag: $0.text) }
      report.instructions = instructions.count
      if !instructions.isEmpty {
        let sealed = try sealer.seal(
          instructions.encoded, key: store.requireKey(of: number), context: Engine.instructionsContext(number))
        try store.setInstructions(sealed, of: number)
      }
      var gate = Gate(pseudonymizer: pseudonymizer, ledger: ledger, directory: store, grant: nil)
      let batch = try gate.admit(person.events, of: number, named: Array(person.subject.utf8))
      report.events = batch.events.count
      report.refused = batch.refused + person.instructions.count - instructions.count
      for group in batch.groups {
        let sequence = try store.nextSequence()
        let key = try store.requireKey(of: number)
        try store.appendEvents(
          number, sequence: sequence, count: group.range.count,
          sealed: events.seal(batch, group, sequence: sequence, key: key))
        if let due = policy.retention.firstDue(batch.events[group.range]) { try store.noteDue(number, at: due) }
      }
      try store.advanceGeneration()
    }
    cache.removeAll()
    return report
  }

  /// Lets in whoever was erased and has consented since; throws where they have not.
  ///
  /// When somebody was erased is not kept with their mark, so a consent has to be newer than the last erasure of anybody.
  private func welcome(_ person: PortablePerson) throws {
    let mark = pseudonymizer.marks(of: Array(person.subject.utf8)).suppression
    guard try store.isSuppressed(mark) else { return }
    let (erased, now) = (try ledger.lastErasure(), wall())
    let isBack = person.choices.contains { choice in
      choice.act == .grant && choice.time <= now && erased.map { choice.time > $0 } ?? true
    }
    guard isBack else {
      throw Failure(
        .refused, "this person was erased here, and the export has no consent of theirs since", at: "subject",
        expected: "a consent of their own that is newer than the last erasure here",
        remedy: "Ask them; record their consent where the export comes from, and export them again")
    }
    try store.liftSuppression(mark)
  }
}

/// A person as the lines of an export tell.
private struct PortablePerson {
  var subject = ""
  /// Where the store is that it comes from; `nil` where that has no region.
  var region: String?
  var choices: [LedgerEntry] = []
  var instructions = Instructions()
  var events: [PortableEvent] = []
  var skipped = 0

  init(_ lines: [UInt8]) throws {
    var number = 0
    for line in lines.split(separator: 10, omittingEmptySubsequences: false) {
      number += 1
      if line.allSatisfy({ $0 == 32 || $0 == 9 || $0 == 13 }) { continue }
      guard let value = try? JSONParser.parse(line), try take(value, isFirst: subject.isEmpty) else {
        throw Failure(
          .badInput, "line \(number) is none of an export", at: "line \(number)",
          expected: "a record as attune export writes it")
      }
    }
    guard !subject.isEmpty else {
      throw Failure(.badInput, "nothing is in the export", at: "line 1", expected: "the lines of attune export")
    }
  }

  /// - Returns: False where it is no record that may stand here.
  private mutating func take(_ value: JSONValue, isFirst: Bool) throws -> Bool {
    let record = value["record"]?.text
    if isFirst != (record == "export") { return false }
    switch record {
    case "export":
      guard value["format"]?.integer == 1, let subject = value["subject"]?.text, !subject.isEmpty else { return false }
      self.subject = subject
      region = value["policy"]?["region"]?.text
    case "choice":
      guard let choice = LedgerEntry(exported: value) else { return false }
      choices.append(choice)
    case "block":
      if let item = value["item"]?.text {
        instructions.items.insert(ExactText(item))
      } else if let item = value["similar"]?.text {
        instructions.similar.insert(ExactText(item))
      } else if let tag = value["tag"]?.text {
        instructions.tags.insert(ExactText(tag))
      } else {
        return false
      }
    case "tag":
      guard let tag = value["tag"]?.text else { return false }
      switch value["choice"]?.text {
      case "removed": instructions.choices.removed.insert(ExactText(tag))
      case "added": instructions.choices.added.insert(ExactText(tag))
      default: return false
      }
    case "tags-reset":
      guard let at = value["at"]?.integer else { return false }
      instructions.choices.reset = Timestamp(milliseconds: at)
    case "event":
      guard let event = PortableEvent(exported: value) else { return false }
      events.append(event)
    case "profile", "decision": skipped += 1
    default: return false
    }
    return true
  }
}

extension Instructions {
  fileprivate var count: Int {
    items.count + similar.count + tags.count + choices.removed.count + choices.added.count
      + (choices.reset == nil ? 0 : 1)
  }
}

extension PurposeSet {
  /// The purposes that a list names; `nil` where a word names none.
  fileprivate init?(exported value: JSONValue?) {
    self = []
    for word in value?.elements ?? [] {
      guard let purpose = word.text.flatMap({ Purpose(name: $0) }) else { return nil }
      formUnion(PurposeSet(purpose))
    }
  }
}

extension LedgerEntry {
  fileprivate init?(exported value: JSONValue) {
    guard let act = Act.ofPeople.first(where: { $0.name == value["act"]?.text }), let at = value["at"]?.integer,
      let purposes = PurposeSet(exported: value["purposes"]), let method = value["method"]?.text,
      let notice = value["notice"]?.text
    else { return nil }
    let text = value["text"]?.text ?? ""
    if act == .age, Age(text: text) == nil { return nil }
    self.init(
      act: act, person: nil, purposes: purposes, time: Timestamp(milliseconds: at), method: method, notice: notice,
      source: text)
  }
}

extension PortableEvent {
  fileprivate init?(exported value: JSONValue) {
    guard let kind = value["kind"]?.text.flatMap({ EventKind(name: $0) }), let at = value["at"]?.integer,
      let purposes = PurposeSet(exported: value["purposes"]), !purposes.isEmpty,
      let session = UInt32(exactly: value["session"]?.integer ?? 0),
      let value1000 = Int32(exactly: ((value["value"]?.number ?? 0) * 1000).rounded())
    else { return nil }
    let item = value["item"]?.text
    guard kind == .search || item?.isEmpty == false, (item?.utf8.count ?? 0) <= 512,
      (value["tags"]?.elements.count ?? 0) <= 1000
    else { return nil }
    self.init(
      time: Timestamp(milliseconds: at), item: item.map { Array($0.utf8) }, kind: kind, purposes: purposes)
    self.value = value1000
    self.session = session
    query = value["query"]?.text
    tags = value["tags"]?.elements.compactMap(\.text) ?? []
    source = value["source"]?.text
    decision = value["decision"]?.text
  }
}
