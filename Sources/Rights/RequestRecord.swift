public import Vocabulary

/// One request on the register.
///
/// It is kept in two parts. The *frame* says what was asked for, when, by what rule and how it went, and names nobody:
/// whoever must show that requests were answered in time (GDPR 5(2) and 12; CCPA regulations § 7101, for 24 months)
/// needs it after the person is gone, so it is sealed under the register's key. The *details* say who asked and what
/// was said; they are sealed under the person's key and go with it.
public struct RequestRecord: Equatable, Sendable {
  /// A state and when it was reached.
  public struct Step: Equatable, Sendable {
    public var state: RequestState
    public var time: Timestamp
  }

  // MARK: The frame

  public var kind: RequestKind
  public var regime: Regime
  /// The day from which periods count.
  public var received: Day
  /// The last day to answer, as it was computed at receipt.
  public var due: Day
  /// The last day to confirm receipt, where the rule has one.
  public var confirmBy: Day?
  /// The last day to answer since it was extended.
  public var extendedTo: Day?
  /// The first bytes of the digest of the list of holidays that was used; empty for none.
  public var holidays: [UInt8]
  /// In order; the first is `received`.
  public var steps: [Step]
  /// The policy's code, where the request was refused.
  public var reason: String?
  /// Of an appeal that was decided.
  public var outcome: AppealOutcome?
  /// Who decided an appeal.
  public var reviewer: String?

  // MARK: The details

  public var details: Details?

  /// What goes with the person.
  public struct Details: Equatable, Sendable {
    /// The outside id; `nil` for somebody who named none.
    public var subject: String?
    public var by = Requester.person
    /// Of whoever speaks for the person.
    public var name: String?
    /// What shows that they may, and who the person is.
    public var evidence: String?
    public var words: String?
    /// What an appeal is about.
    public var decision: String?
    /// What was said at each step, one for each; empty where nothing was.
    public var notes: [String] = []
    /// What an upheld appeal changed.
    public var measures: [String] = []

    public init() {}
  }

  public var state: RequestState { steps[steps.count - 1].state }

  /// The last day to answer now.
  public var deadline: Day { extendedTo ?? due }

  /// - Parameters:
  ///   - received: The day of receipt, where the caller knows it; else that of `time`.
  ///   - holidayDigest: The first bytes of the digest of `holidays`.
  public init(
    kind: RequestKind, regime: Regime, received: Day? = nil, time: Timestamp, holidays: HolidayList,
    holidayDigest: [UInt8], details: Details
  ) {
    self.kind = kind
    self.regime = regime
    let received = received ?? Day(of: time, hoursAhead: regime.hoursAhead)
    self.received = received
    due = regime.due(received: received, holidays: holidays)
    confirmBy = regime.confirmation(received: received, holidays: holidays)
    self.holidays = holidayDigest
    steps = [Step(state: .received, time: time)]
    var details = details
    details.notes = [""]
    self.details = details
  }

  // MARK: Time

  /// Whether something that is to be done by now was not.
  public func isLate(at time: Timestamp) -> Bool {
    if state.isClosed { return false }
    return Day(of: time, hoursAhead: regime.hoursAhead) > nextDue
  }

  /// The next day by which something is to be done: to confirm receipt, or to answer.
  public var nextDue: Day { state == .received ? min(confirmBy ?? deadline, deadline) : deadline }

  /// Whether an answer came too late.
  public var wasLate: Bool {
    guard state.isClosed, let last = steps.last else { return false }
    return Day(of: last.time, hoursAhead: regime.hoursAhead) > deadline
  }

  // MARK: Steps

  /// What changes with a step, beside the state.
  public struct Change: Sendable {
    public var to: RequestState
    /// What is told to the person, or kept on file.
    public var note: String?
    public var reason: String?
    public var evidence: String?
    public var outcome: AppealOutcome?
    public var reviewer: String?
    public var measures: [String] = []

    public init(to: RequestState) { self.to = to }
  }

  /// Takes a step.
  ///
  /// - Parameter reasons: The policy's codes for a refusal.
  /// - Throws: ``Failure`` with `refused` for a step that the state, the rule or the policy does not allow; then nothing
  ///   has changed.
  public mutating func take(_ change: Change, at time: Timestamp, reasons: [String]) throws {
    guard state.next.contains(change.to), change.to != .refused || kind != .appeal else {
      let possible = state.next.filter { $0 != .refused || kind != .appeal }.map(\.name)
      throw Failure(
        .refused, "a request that is \(state.name) cannot become \(change.to.name)", at: "to",
        expected: possible.isEmpty ? "nothing: it is closed" : possible.joined(separator: " or "),
        remedy: kind == .appeal && change.to == .refused ? "An appeal is dismissed by a named reviewer" : nil)
    }
    var next = self
    if let evidence = change.evidence { next.details?.evidence = evidence }
    switch change.to {
    case .inWork:
      if let details = next.details, details.by != .person, details.evidence?.isEmpty != false {
        throw Failure(
          .refused, "nothing shows that they may speak for the person", at: "evidence",
          expected: "what was seen: a power of attorney, a birth certificate", remedy: "Ask for it: identity-pending")
      }
    case .extended: next.extendedTo = try extendedDay(at: time, told: change.note)
    case .refused:
      guard let reason = change.reason, reasons.contains(reason) else {
        throw Failure(
          .refused, "a refusal needs a reason of the policy", at: "reason", expected: reasons.joined(separator: ", "))
      }
      next.reason = reason
    case .answered where kind == .appeal:
      guard let outcome = change.outcome, let reviewer = change.reviewer, !reviewer.isEmpty else {
        throw Failure(
          .refused, "an appeal ends by the outcome of a named reviewer", at: "outcome",
          expected: "upheld or dismissed, and who decided")
      }
      (next.outcome, next.reviewer) = (outcome, reviewer)
    default: break
    }
    guard next.outcome == change.outcome, next.reason == change.reason || change.reason == nil else {
      throw Failure(.refused, "only an appeal that is answered has an outcome, only a refusal a reason", at: "to")
    }
    guard change.measures.isEmpty || next.outcome == .upheld else {
      throw Failure(.refused, "only an appeal that is upheld changes anything", at: "outcome", expected: "upheld")
    }
    next.details?.measures = change.measures
    next.details?.notes.append(change.note ?? "")
    next.steps.append(Step(state: change.to, time: time))
    self = next
  }

  private func extendedDay(at time: Timestamp, told notice: String?) throws -> Day {
    guard let extended = regime.extended(received: received) else {
      throw Failure(.refused, "this rule knows no extension", at: "to", expected: "an answer by \(due.text)")
    }
    guard Day(of: time, hoursAhead: regime.hoursAhead) <= due else {
      throw Failure(
        .refused, "the time in which it could be extended ended on \(due.text)", at: "to",
        expected: "a notice within the first period", remedy: "Answer now")
    }
    guard let notice, !notice.isEmpty else {
      throw Failure(
        .refused, "an extension needs what the person was told", at: "note", expected: "the reasons for the delay")
    }
    return extended
  }
}
