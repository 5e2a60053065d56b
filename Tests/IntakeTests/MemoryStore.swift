import Consent
import Crypto
import Vocabulary

@testable import Intake

/// A ledger's rows in a plain array, and who is covered by which source.
final class MemoryLedger: LedgerStorage {
  var rows: [LedgerRow] = []
  var sources: [PersonID: Int64] = [:]

  func ledgerHead() -> (sequence: Int64, hash: Digest) {
    rows.last.map { ($0.sequence, $0.hash) } ?? (0, Digest(filledWith: 0))
  }
  func appendLedger(_ row: LedgerRow) { rows.append(row) }
  func ledgerRows(of person: PersonID) -> [LedgerRow] { rows.filter { $0.person == person } }
  func ledgerRow(_ sequence: Int64) -> LedgerRow? { rows.first { $0.sequence == sequence } }
  func forEachLedgerRow(_ body: (LedgerRow) throws -> Void) rethrows { try rows.forEach(body) }
  func peopleInLedger() -> [PersonID] { Array(Set(rows.compactMap(\.person))) }
  func dropLedgerBodies(of person: PersonID) -> [Int64] {
    let dropped = rows.indices.filter { rows[$0].person == person }
    for index in dropped { (rows[index].person, rows[index].sealed) = (nil, []) }
    return dropped.map { rows[$0].sequence }
  }
  func dropLedgerBody(_ sequence: Int64) {}
  func sourceGrant(covering person: PersonID) -> Int64? { sources[person] }
}

/// Numbers people and items, and notes each call that would leave a trace in the store.
final class MemoryDirectory: GateDirectory {
  private let ledger: MemoryLedger
  private(set) var people: [Pseudonym: PersonID] = [:]
  private(set) var items: [String: ItemNumber] = [:]
  private var claimed: [PersonID: Set<[UInt8]>] = [:]
  var calls: [String] = []

  init(ledger: MemoryLedger) { self.ledger = ledger }

  func person(_ pseudonym: Pseudonym) -> PersonID? { people[pseudonym] }

  func addPerson(_ pseudonym: Pseudonym, sourceGrant: Int64?) -> PersonID {
    let person = PersonID(Int64(people.count) + 1)
    people[pseudonym] = person
    ledger.sources[person] = sourceGrant
    calls.append("person \(person.rawValue)")
    return person
  }

  func cover(_ person: PersonID, bySourceGrant grant: Int64) {
    ledger.sources[person] = grant
    calls.append("cover \(person.rawValue)")
  }

  func itemNumber(forID id: [UInt8]) -> ItemNumber {
    let text = String(decoding: id, as: UTF8.self)
    calls.append("item \(text)")
    let number = items[text] ?? ItemNumber(UInt32(items.count))
    items[text] = number
    return number
  }

  func claimEvent(id: [UInt8], of person: PersonID) -> Bool {
    calls.append("claim \(String(decoding: id, as: UTF8.self)) of \(person.rawValue)")
    return claimed[person, default: []].insert(id).inserted
  }

  var suppressed: Set<SuppressionMark> = []
  func isDecommissioned() -> Bool { false }

  func isSuppressed(_ mark: SuppressionMark) -> Bool { suppressed.contains(mark) }
}

/// A ledger, a directory and a gate of one import.
final class GateShop {
  let storage = MemoryLedger()
  let directory: MemoryDirectory
  let ledger: ConsentLedger
  let pseudonymizer = Pseudonymizer(key: SymmetricKey(bytes: [UInt8](repeating: 1, count: 32)))

  init(
    defaults: PurposeSet = [], sources: Set<String>? = nil, fields: Set<EventField> = Set(EventField.allCases)
  ) {
    directory = MemoryDirectory(ledger: storage)
    let policy = Policy(
      version: "t", defaults: defaults, supportFloor: 2, sensitiveFields: ["health", "belief"], sources: sources,
      fields: fields)
    ledger = ConsentLedger(storage: storage, policy: policy, key: .random())
  }

  func person(_ id: String) -> PersonID? { directory.person(pseudonymizer.pseudonym(of: Array(id.utf8))) }

  /// Numbers a person and records a choice; notes of it do not count.
  @discardableResult
  func record(_ act: LedgerEntry.Act, _ id: String, _ purposes: PurposeSet) throws -> PersonID {
    let pseudonym = pseudonymizer.pseudonym(of: Array(id.utf8))
    let person = directory.person(pseudonym) ?? directory.addPerson(pseudonym, sourceGrant: nil)
    try ledger.record(act, of: person, purposes: purposes, time: Timestamp(seconds: 1), method: "test")
    directory.calls = []
    return person
  }

  func source() throws -> Int64 { try ledger.recordSource(named: "log", time: Timestamp(seconds: 1)) }

  func gate(_ grant: Int64? = nil) -> Gate {
    Gate(pseudonymizer: pseudonymizer, ledger: ledger, directory: directory, grant: grant)
  }
}
