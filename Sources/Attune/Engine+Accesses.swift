import Consent
import Crypto
import Intake
import Rights
import Store
import SystemIO
public import Vocabulary

extension Engine {
  /// On whose behalf the engine works, as the access log names them.
  public struct Caller: Equatable, Sendable {
    /// `officer`, `serve`, `subject`, or `library` for a program that has the engine in itself.
    public var role: String
    /// The account on this machine.
    public var account: UInt32?

    public init(role: String, account: UInt32? = nil) {
      self.role = role
      self.account = account
    }
  }

  /// Puts on record that somebody's data was looked at or is being changed.
  ///
  /// Answers are not noted: each leaves a decision. An entry about a person goes with them, so the id of somebody whom
  /// the store does not know is not kept. A change is noted in its transaction, and lasts with it.
  ///
  /// - Complexity: some 15 µs; waits for no disk, and for no import.
  func note(_ act: String, of subject: String?, changes: Bool = false) throws {
    let person = try subject.flatMap { try self.person($0) }
    try note(act, person: person, subject: person == nil ? nil : subject, changes: changes)
  }

  func note(_ act: String, person: PersonID?, subject: String? = nil, changes: Bool = false) throws {
    let (caller, sealer, key) = (caller, sealer, accessKey)
    func sealed(_ subject: String?) throws -> [UInt8] {
      let entry = AccessEntry(
        role: caller.role, account: caller.account, act: act, isChange: changes, subject: subject)
      return try sealer.seal(entry.encoded, key: key, context: Engine.accessContext)
    }
    try store.appendAccess(of: person, time: wall(), sealed: sealed(subject)) { try sealed(nil) }
  }

  private static let accessContext = Array("access".utf8)

  func entry(_ row: AccessRow) throws -> AccessEntry {
    guard let plain = try? sealer.open(row.sealed, key: accessKey, context: Engine.accessContext),
      let entry = AccessEntry(encoded: plain)
    else {
      throw Failure(
        .badStore, "entry \(row.number) of the access log does not open", expected: "an unchanged record",
        remedy: "Restore the store from a backup")
    }
    return entry
  }

  /// Deletes what the access log has kept for longer than the policy says; returns how many entries.
  @discardableResult
  public func trimAccessLog(now: Timestamp? = nil) throws -> Int {
    let now = (now ?? wall()).milliseconds
    return try store.trimAccesses(before: Timestamp(milliseconds: now - Int64(policy.accessLogDays) * 86_400_000))
  }

  /// Whose data was within somebody's reach in a period: for telling them after a breach.
  ///
  /// Answers count as `recommend` of the role `serve`, since decisions do not say who asked. People whom only decisions
  /// know are named by pseudonym, unless `candidates` has them.
  ///
  /// - Parameters:
  ///   - role: Only what was done in this role; `nil` for any.
  ///   - candidates: Outside ids to find people by, such as the shop's list of customers.
  /// - Complexity: linear in the entries of the period, and in the candidates.
  public func incident(
    since: Timestamp, until: Timestamp? = nil, role: String? = nil, candidates: [String] = []
  ) throws -> IncidentReport {
    let until = until ?? Timestamp(milliseconds: Timestamp.accepted.upperBound - 1)
    guard since < until else {
      throw Failure(.usage, "the period ends before it begins", at: "until", expected: "a later time than since")
    }
    var report = IncidentReport(since: since, until: until, role: role)
    var people: [PersonID: IncidentPerson] = [:]
    func add(_ person: PersonID, _ act: String, _ role: String, count: Int, subject: String?) {
      var known = people[person] ?? IncidentPerson()
      known.subject = known.subject ?? subject
      known.acts[act, default: 0] += count
      known.roles.insert(role)
      people[person] = known
    }
    for row in try store.accesses(from: since, before: until) {
      let entry = try entry(row)
      if let role, entry.role != role { continue }
      if let person = row.person {
        add(person, entry.act, entry.role, count: 1, subject: entry.subject)
      } else {
        report.unnamed += 1
      }
    }
    if role == nil || role == "serve" {
      for (person, count) in try store.decisionCounts(from: since, before: until) {
        add(person, "recommend", "serve", count: count, subject: nil)
      }
    }
    for candidate in candidates {
      if let person = try self.person(candidate), people[person] != nil { people[person]?.subject = candidate }
    }
    for person in people.keys { people[person]?.pseudonym = try store.pseudonymBytes(of: person)?.hex }
    report.people = people.sorted { $0.key < $1.key }.map(\.value)
    try note("incident", person: nil)
    return report
  }
}
