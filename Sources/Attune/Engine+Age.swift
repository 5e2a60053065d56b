import Consent
import Intake
import Learning
import Rights
import Store
import Vocabulary

extension Engine {
  /// What became known of a person's age.
  public enum AgeStatement: Sendable {
    /// The year of birth, 1900 to 2199: the least that tells when they come of age.
    case born(Int)
    /// Under age, until something else is said.
    case minor
    /// Of age.
    case adult
  }

  /// What is known of a person's age, and who decides for them now.
  public func age(of subject: String) throws -> AgeReport {
    try note("age", of: subject)
    return try ageReport(of: subject)
  }

  private func ageReport(of subject: String) throws -> AgeReport {
    var report = AgeReport(subject: subject, standing: "adult", from: policy.ages.age(in: nil))
    guard let person = try person(subject) else { return report }
    let entries = try ledger.entries(of: ledger.accessPermit(for: person))
    if let age = entries.last(where: { $0.act == .age }).flatMap({ Age(text: $0.source) }) {
      if case .born(let year) = age.word { report.born = year }
      report.region = age.region
      report.from = policy.ages.age(in: age.region)
      report.ofAge = age.ofAge(under: policy.ages).flatMap { $0.milliseconds == .min ? nil : $0 }
    }
    switch try ledger.choices(of: person).standing {
    case .adult: report.standing = "adult"
    case .guarded: report.standing = "guarded"
    case .minor: report.standing = "minor"
    }
    return report
  }

  /// Takes note of a person's age, by which the policy's age for their region decides.
  ///
  /// Of a child without a guardian's consent nothing is collected from here on, and all that is held is deleted before
  /// this returns, with the child's share of the model; what remains is the age itself, so that nothing comes in again.
  ///
  /// - Parameter region: Such as `CN`; `nil` for the policy's.
  public func setAge(_ statement: AgeStatement, of subject: String, region: String? = nil) throws -> AgeReport {
    let word: Age.Word
    switch statement {
    case .born(let year):
      guard Age.years.contains(year) else {
        throw Failure(.usage, "\(year) is no year of birth", at: "born", expected: "1900 to 2199")
      }
      let now = CivilTime(max(wall(), try store.asOf() ?? wall())).year
      guard year <= now else {
        throw Failure(
          .usage, "\(year) is yet to come", at: "born", expected: "a year up to \(now)",
          remedy: "Nothing was changed; a child's data would have been deleted")
      }
      word = .born(year)
    case .minor: word = .minor
    case .adult: word = .adult
    }
    return try change(subject) {
      try ledger.record(Age(word, region: region), of: $0, time: wall(), method: "api")
    }
  }

  /// Takes note that a guardian consents to what the switches say, or no longer does (`nil`): then what is held of a
  /// child is deleted before this returns.
  ///
  /// Advertising, push and partners stay off for a child all the same.
  ///
  /// - Parameter guardian: Who it is, and how that is known; kept in the ledger, sealed.
  public func setGuardian(_ guardian: String?, for subject: String) throws -> AgeReport {
    guard guardian?.isEmpty != true else {
      throw Failure(.usage, "nothing says who the guardian is", at: "guardian", expected: "who, and how it is known")
    }
    return try change(subject) { try ledger.record(guardian: guardian, of: $0, time: wall(), method: "api") }
  }

  private func change(_ subject: String, _ record: (PersonID) throws -> Void) throws -> AgeReport {
    var removal = Removal()
    var isDeleted = false
    try store.transaction {
      let person = try makePerson(subject)
      let learned = try learnedItems(of: person)
      let searches = try searchEvidence(of: person)
      try note("age", person: person, subject: subject, changes: true)
      try notifyingRecipients(of: [person]) { try record(person) }
      let standing = try ledger.choices(of: person).standing
      if standing != .adult { removal.replaced += try leaveSegments([person]) }
      if standing == .minor { try discard(person, learned: learned, searches, &removal) }
      isDeleted = !removal.replaced.isEmpty
      if isDeleted { try self.record(&removal) }
      try store.advanceGeneration()
    }
    cache.removeAll()
    var report = try ageReport(of: subject)
    if isDeleted {
      report.deleted = removal.events
      try finishErasure(removal.retraction, touched: removal.touched, patience: Engine.patience)
      cache.removeAll()
    }
    return report
  }

  /// Deletes what is held of somebody who stays known, within the open transaction.
  private func discard(
    _ person: PersonID, learned: [ItemNumber], _ searches: SearchEvidence?, _ removal: inout Removal
  ) throws {
    let permit = try ledger.custodyPermit(for: person)
    removal.touched.formUnion(try readEvents(permit, upTo: .max).map(\.item))
    let held = removal.replaced.count
    removal.replaced += try store.sealedEvents(of: person).map(\.sealed) + store.decisions(of: person).map(\.sealed)
    if let instructions = try store.instructions(of: person) { removal.replaced.append(instructions) }
    try notifyRecipients(of: person, .erase)
    removal.replaced += try store.disclosures(of: person).map(\.sealed)
    try store.deleteDisclosures(of: person)
    if removal.replaced.count == held { return }
    removal.events += try store.deleteEvents(of: person)
    try store.setDue(person, at: nil)
    try store.setInstructions(nil, of: person)
    try store.deleteDecisions(of: person)
    try withdrawContribution(of: person, learned: learned, searches, &removal)
  }

  /// Deletes what is held of children without a guardian, whom a policy with other ages has made of people, within the
  /// open transaction; they are out of the model already.
  ///
  /// - Complexity: linear in the people of whom the ledger knows something.
  func discardMinors(_ removal: inout Removal) throws {
    for person in try store.peopleInLedger() where try ledger.choices(of: person).standing == .minor {
      try discard(person, learned: [], nil, &removal)
    }
    if !removal.replaced.isEmpty { try record(&removal) }
  }
}
