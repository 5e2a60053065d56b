import Rights
import TestSupport
import Testing
import Vocabulary

/// The states of a request, every path of them.
@Suite("G18, G19: the steps of a request")
struct StepTests {
  static let reasons = ["excessive", "identity-unproved"]
  static let opened = Timestamp(seconds: 1_780_000_000)

  static func record(
    _ kind: RequestKind, _ regime: Regime = .eu, by: Requester = .person, evidence: String? = nil
  ) -> RequestRecord {
    var details = RequestRecord.Details()
    details.subject = "u1"
    details.by = by
    details.name = by == .person ? nil : "A. Agent"
    details.evidence = evidence
    return RequestRecord(
      kind: kind, regime: regime, time: opened, holidays: HolidayList(), holidayDigest: [], details: details)
  }

  /// What a step needs, all of it.
  static func change(_ to: RequestState, _ kind: RequestKind) -> RequestRecord.Change {
    var change = RequestRecord.Change(to: to)
    change.note = "so it was"
    if to == .refused { change.reason = "excessive" }
    if to == .answered, kind == .appeal { (change.outcome, change.reviewer) = (.dismissed, "R. Viewer") }
    return change
  }

  /// The table, written out once more.
  static let allowed: Set<[RequestState]> = [
    [.received, .identityPending], [.received, .inWork], [.received, .refused], [.identityPending, .inWork],
    [.identityPending, .refused], [.inWork, .extended], [.inWork, .answered], [.inWork, .refused],
    [.extended, .answered], [.extended, .refused],
  ]

  @Test("G18, G19: every path ends where the table says, and no other step is taken", arguments: RequestKind.allCases)
  func everyPath(kind: RequestKind) {
    var (ends, refusals) = (0, 0)
    func walk(_ record: RequestRecord) {
      var isEnd = true
      for to in RequestState.allCases {
        var next = record
        let isAllowed = StepTests.allowed.contains([record.state, to]) && !(kind == .appeal && to == .refused)
        let time = Timestamp(milliseconds: StepTests.opened.milliseconds + Int64(record.steps.count) * 1000)
        let change = StepTests.change(to, kind)
        let failure = failure { try next.take(change, at: time, reasons: StepTests.reasons) }
        #expect((failure == nil) == isAllowed, "\(record.state) → \(to)")
        if isAllowed {
          isEnd = false
          #expect(next.state == to && next.steps.count == record.steps.count + 1 && next.due == record.due)
          #expect(RequestRecord(frame: next.frame, details: next.details) == next)
          walk(next)
        } else {
          refusals += 1
          #expect(failure?.code == .refused && next == record, "a step that is refused changes nothing")
        }
      }
      if isEnd {
        ends += 1
        #expect(record.state.isClosed)
      }
    }
    walk(StepTests.record(kind))
    // received or identity pending to work, straight or extended, each answered or refused; and refused before.
    #expect(ends == (kind == .appeal ? 4 : 10), "\(ends) ends")
    #expect(refusals > 20)
  }

  @Test("G18: an answer is in time until the last day ends where the rule counts days", arguments: Regime.allCases)
  func lastMoment(regime: Regime) throws {
    var record = StepTests.record(.access, regime)
    try record.take(StepTests.change(.inWork, .access), at: StepTests.opened, reasons: [])
    let end = (Int64(record.due.number + 1) * 24 - Int64(regime.hoursAhead)) * 3_600_000
    for (moment, isLate) in [(end - 1, false), (end, true)] {
      var answered = record
      #expect(record.isLate(at: Timestamp(milliseconds: moment)) == isLate)
      try answered.take(
        StepTests.change(.answered, .access), at: Timestamp(milliseconds: moment), reasons: StepTests.reasons)
      #expect(answered.wasLate == isLate && !answered.isLate(at: Timestamp(milliseconds: end + 1)))
    }
  }

  @Test("G18: an extension needs a rule, a notice, and the first period")
  func extensions() throws {
    for regime in Regime.allCases {
      var record = StepTests.record(.access, regime)
      try record.take(StepTests.change(.inWork, .access), at: StepTests.opened, reasons: [])
      func moment(_ day: Day, _ hour: Int) -> Timestamp {
        Timestamp(milliseconds: (Int64(day.number) * 24 + Int64(hour - regime.hoursAhead)) * 3_600_000)
      }
      let last = moment(record.due, 23)
      var told = record
      var silent = RequestRecord.Change(to: .extended)
      #expect(failure { try told.take(silent, at: last, reasons: []) }?.code == .refused)
      silent.note = "too many at once"
      let isPossible = regime == .eu || regime == .us
      #expect((failure { try told.take(silent, at: last, reasons: []) } == nil) == isPossible, "\(regime)")
      #expect(told.extendedTo == (isPossible ? regime.extended(received: record.received) : nil))
      var late = record
      #expect(failure { try late.take(silent, at: moment(record.due, 24), reasons: []) }?.code == .refused)
      #expect(record.isLate(at: moment(record.due, 24)) && !record.isLate(at: last), "\(regime)")
      if isPossible { #expect(!told.isLate(at: moment(record.due, 24)) && told.isLate(at: moment(told.deadline, 24))) }
    }
  }

  @Test("G18: in the US a request is late when it is not confirmed")
  func confirmation() throws {
    var record = StepTests.record(.access, .us)
    let confirmBy = try #require(record.confirmBy)
    #expect(record.nextDue == confirmBy && confirmBy < record.due)
    let after = Timestamp(milliseconds: Int64(confirmBy.number + 1) * 86_400_000)
    #expect(record.isLate(at: after))
    try record.take(StepTests.change(.inWork, .access), at: after, reasons: [])
    #expect(!record.isLate(at: after) && record.nextDue == record.due)
  }

  @Test("R8: a refusal needs a reason of the policy")
  func reasons() {
    for reason in [nil, "", "because", "excessive "] {
      var record = StepTests.record(.access)
      var change = RequestRecord.Change(to: .refused)
      change.reason = reason
      #expect(failure { try record.take(change, at: StepTests.opened, reasons: StepTests.reasons) }?.code == .refused)
      #expect(record.state == .received)
    }
  }

  @Test("R9: whoever speaks for another shows that they may before anything is done", arguments: Requester.allCases)
  func representatives(by: Requester) throws {
    for evidence in [nil, "", "power of attorney of 1 May"] {
      var record = StepTests.record(.access, by: by, evidence: evidence)
      let isShown = by == .person || evidence?.isEmpty == false
      var change = RequestRecord.Change(to: .inWork)
      #expect((failure { try record.take(change, at: StepTests.opened, reasons: []) } == nil) == isShown)
      if isShown { continue }
      try record.take(RequestRecord.Change(to: .identityPending), at: StepTests.opened, reasons: [])
      change.evidence = "certificate of birth"
      try record.take(change, at: StepTests.opened, reasons: [])
      #expect(record.details?.evidence == "certificate of birth")
    }
  }

  @Test("G19: an appeal ends by the outcome of a named person, and only an upheld one changes anything")
  func appeals() throws {
    var open = StepTests.record(.appeal)
    try open.take(RequestRecord.Change(to: .inWork), at: StepTests.opened, reasons: [])
    func end(_ outcome: AppealOutcome?, _ reviewer: String?, _ measures: [String] = []) -> RequestRecord? {
      var record = open
      var change = RequestRecord.Change(to: .answered)
      (change.outcome, change.reviewer, change.measures) = (outcome, reviewer, measures)
      return failure { try record.take(change, at: StepTests.opened, reasons: []) } == nil ? record : nil
    }
    #expect(end(nil, "R. Viewer") == nil && end(.upheld, nil) == nil && end(.upheld, "") == nil)
    #expect(end(.dismissed, "R. Viewer", ["block the item i1"]) == nil)
    let upheld = try #require(end(.upheld, "R. Viewer", ["block the item i1"]))
    #expect(upheld.details?.measures == ["block the item i1"] && upheld.reviewer == "R. Viewer")
    #expect(end(.dismissed, "R. Viewer")?.outcome == .dismissed)
    // An outcome is no part of any other step, nor of any other request.
    var change = RequestRecord.Change(to: .extended)
    (change.outcome, change.reviewer, change.note) = (.upheld, "R. Viewer", "soon")
    #expect(failure { try open.take(change, at: StepTests.opened, reasons: []) }?.code == .refused)
    var other = StepTests.record(.complaint)
    try other.take(RequestRecord.Change(to: .inWork), at: StepTests.opened, reasons: [])
    change.to = .answered
    #expect(failure { try other.take(change, at: StepTests.opened, reasons: []) }?.code == .refused)
  }

  @Test("the frame of a request names nobody, and bytes that are no frame are none")
  func encoding() throws {
    var record = StepTests.record(.correction, .us, by: .agent, evidence: "seen")
    record.details?.words = "my name is Ann"
    try record.take(StepTests.change(.inWork, .correction), at: StepTests.opened, reasons: [])
    let frame = record.frame
    let text = String(decoding: frame, as: UTF8.self)
    for word in ["u1", "Ann", "Agent", "seen", "so it was"] { #expect(!text.contains(word), "\(word)") }
    let alone = try #require(RequestRecord(frame: frame, details: nil))
    #expect(alone.details == nil && alone.steps == record.steps && alone.due == record.due)
    for count in 0..<frame.count { #expect(RequestRecord(frame: Array(frame.prefix(count)), details: nil) == nil) }
    let details = try #require(record.details)
    #expect(RequestRecord.Details(encoded: details.encoded) == details)
    for count in 0..<details.encoded.count {
      #expect(RequestRecord.Details(encoded: Array(details.encoded.prefix(count))) == nil)
    }
  }
}
