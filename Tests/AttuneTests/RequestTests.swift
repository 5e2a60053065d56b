import Foundation
import Intake
import Rights
import Store
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Attune

@Suite("G18, G19: the register of requests")
struct RequestTests {
  private static func noon(_ text: String) throws -> Timestamp {
    Timestamp(milliseconds: Int64(try #require(Day(text)).number) * 86_400_000 + 43_200_000)
  }

  private static func change(_ to: RequestState, _ note: String? = nil) -> RequestRecord.Change {
    var change = RequestRecord.Change(to: to)
    change.note = note
    return change
  }

  @Test("G18: days are computed at receipt by the list of holidays of that moment, and kept")
  func stored() throws {
    try withTemporaryDirectory { folder in
      let engine = try Engine.open(folder + "/s.attune", create: true)
      try engine.setClock(RequestTests.noon("2026-09-30"))
      let without = try engine.openRequest(RequestInput(.access, of: "u1", regime: .china7))
      #expect(without.record.due.text == "2026-10-09" && without.record.holidays.isEmpty)
      let report = try engine.setHolidays("2026-10-01..2026-10-07\n+2026-10-10\n", calendar: "china")
      #expect(report.holidays == 7 && report.workedWeekends == 1 && report.last == "2026-10-07")
      let with = try engine.openRequest(RequestInput(.access, of: "u1", regime: .china7))
      #expect(with.record.due.text == "2026-10-15" && !with.record.holidays.isEmpty && with.request == 2)
      // Neither a new list nor opening the store again moves what was promised.
      _ = try engine.setHolidays("", calendar: "china")
      let again = try Engine.open(folder + "/s.attune")
      #expect(try again.request(1).record == without.record && again.request(2).record == with.record)
      #expect(failure { _ = try engine.setHolidays("", calendar: "mars") }?.code == .usage)
    }
  }

  @Test("G18: what is due soon and what is late is listed, by the clock")
  func dueSoon() throws {
    try withTemporaryDirectory { folder in
      let engine = try Engine.open(folder + "/s.attune", create: true)
      try engine.setClock(RequestTests.noon("2026-03-01"))
      for (kind, subject) in [(RequestKind.access, "u1"), (.deletion, "u2"), (.complaint, "u1")] {
        _ = try engine.openRequest(RequestInput(kind, of: subject, regime: .eu))
      }
      _ = try engine.changeRequest(2, RequestTests.change(.inWork))
      _ = try engine.changeRequest(2, RequestTests.change(.answered, "done"))
      func numbers(_ day: String, _ within: Int?) throws -> [Int64] {
        try engine.setClock(RequestTests.noon(day))
        return try engine.requests(dueWithin: within).requests.map(\.request)
      }
      #expect(try numbers("2026-03-28", 3) == [] && numbers("2026-03-29", 3) == [1, 3])
      #expect(try numbers("2026-04-01", 0) == [1, 3] && engine.requests().late == 0)
      #expect(try numbers("2026-04-02", 0) == [1, 3] && engine.requests().late == 2)
      #expect(try numbers("2026-04-02", nil) == [1, 2, 3])
      #expect(try engine.requests(of: "u1").requests.map(\.request) == [1, 3])
      #expect(try engine.requests(of: "u2", open: true).requests.isEmpty && engine.requests(of: "x").requests.isEmpty)
      // Too late to say that it takes longer; answered late stays on record as late.
      _ = try engine.changeRequest(1, RequestTests.change(.inWork))
      let tooLate = failure { _ = try engine.changeRequest(1, RequestTests.change(.extended, "much to do")) }
      #expect(tooLate?.code == .refused)
      #expect(try engine.changeRequest(1, RequestTests.change(.answered)).late)
    }
  }

  @Test("a request that lacks something is not put on the register")
  func refusals() throws {
    try withTemporaryDirectory { folder in
      let engine = try Engine.open(folder + "/s.attune", create: true)
      var inputs = [RequestInput(.access, of: nil, regime: .eu), RequestInput(.access, of: "", regime: .eu)]
      inputs.append(RequestInput(.appeal, of: "u1", regime: .eu))
      var input = RequestInput(.access, of: "u1", regime: .eu)
      input.decision = "d-1"
      inputs.append(input)
      input = RequestInput(.access, of: "u1", regime: .eu)
      input.by = .guardian
      inputs.append(input)
      input = RequestInput(.access, of: "u1", regime: .eu)
      input.received = Day(of: Clock.now()).adding(days: 2)
      inputs.append(input)
      for input in inputs { #expect(failure { _ = try engine.openRequest(input) }?.code == .usage, "\(input)") }
      #expect(try engine.requests().requests.isEmpty)
      #expect(failure { _ = try engine.request(1) }?.code == .notFound)
    }
  }

  @Test("G6: an erasure takes what was said and who said it; that something was asked and answered stays")
  func erasure() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 60, people: 30, items: 20).engine(in: folder)
      var input = RequestInput(.deletion, of: "u5", regime: .eu)
      input.words = "please forget that I ever was here"
      (input.by, input.name, input.evidence) = (.agent, "Attorney Ash", "letter of attorney")
      input.received = Day(of: try engine.registerClock()).adding(days: -3)
      _ = try engine.openRequest(input)
      _ = try engine.openRequest(RequestInput(.access, of: "u6", regime: .us))
      _ = try engine.changeRequest(1, RequestTests.change(.inWork, "checked the letter of Ash"))
      let row = try #require(try engine.store.request(1))
      let before = try engine.request(1)
      _ = try engine.erase(["u5"])
      #expect(try engine.store.residue(of: Fingerprint.all(of: row.details)).found == 0)
      let after = try engine.request(1)
      #expect(after.record.details == nil && after.record.steps == before.record.steps)
      #expect(after.record.due == before.record.due && after.record.kind == .deletion)
      let text = String(decoding: after.json, as: UTF8.self)
      for word in ["u5", "Ash", "forget", "letter"] { #expect(!text.contains(word), "\(word)") }
      #expect(text.contains("\"forgotten\":true"))
      // The proof goes on: it is answered when it is done.
      #expect(try engine.changeRequest(1, RequestTests.change(.answered, "erased")).record.state == .answered)
      #expect(try engine.request(2).record.details?.subject == "u6")
      #expect(try engine.requests(of: "u5").requests.isEmpty)
      let verified = try engine.verify(String(decoding: engine.erase(["u6"]).json, as: UTF8.self))
      #expect(verified.holds && verified.rows == 0)
    }
  }

  @Test("no file of the store shows who asked for what, and a row that was exchanged does not open")
  func sealed() throws {
    try withTemporaryDirectory { folder in
      let engine = try Engine.open(folder + "/s.attune", create: true)
      for subject in ["somebody-special", "somebody-else"] {
        var input = RequestInput(.complaint, of: subject, regime: .us)
        input.words = "an unusual complaint"
        _ = try engine.openRequest(input)
      }
      for name in try Files.names(in: folder + "/s.attune") {
        let text = String(decoding: try Files.read(folder + "/s.attune/" + name), as: UTF8.self)
        for word in ["somebody-special", "unusual"] { #expect(!text.contains(word), "\(name)") }
      }
      let (a, b) = (try #require(try engine.store.request(1)), try #require(try engine.store.request(2)))
      for row in [
        RequestRow(number: 1, person: a.person, frame: b.frame, details: a.details),
        RequestRow(number: 1, person: b.person, frame: a.frame, details: a.details),
        RequestRow(number: 1, person: b.person, frame: a.frame, details: b.details),
      ] {
        try engine.store.putRequest(row)
        #expect(failure { _ = try engine.request(1) }?.code == .badStore)
      }
      try engine.store.putRequest(a)
      #expect(try engine.request(1).record.details?.subject == "somebody-special")
    }
  }

  // MARK: Appeals

  @Test("G19: every sort of decision can be contested, and none is changed by it")
  func everyDecision() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 61, people: 30, items: 20).engine(in: folder)
      _ = try engine.withdraw([.recommendation], from: "u2")
      let answers = [
        try engine.recommend(RecommendationRequest(subject: "u1")),
        try engine.recommend(RecommendationRequest(subject: "u2")),
        try engine.recommend(RecommendationRequest(subject: "stranger")),
        try engine.similar(to: "i3"),
      ]
      for (index, answer) in answers.enumerated() {
        // What would have changed the answer may differ once something is blocked; what made it does not.
        let explained = try engine.explain(answer.decision, level: .summary).json
        let replayed = try engine.replay(answer.decision).json
        for subject in [nil, answer.subject] {
          let appeal = try engine.appeal(answer.decision, words: "why?", subject: subject, regime: .china15)
          #expect(appeal.record.details?.decision == answer.decision && appeal.record.kind == .appeal)
          let number = Int(appeal.request)
          _ = try engine.changeRequest(number, RequestTests.change(.inWork))
          var decision = AppealDecision(subject == nil ? .dismissed : .upheld, by: "R. Viewer")
          decision.words = "looked into it"
          if subject != nil { decision.blocks = [.item(answer.items[0].item)] }
          let decided = try engine.decideAppeal(number, decision)
          #expect(decided.record.outcome == decision.outcome && decided.record.reviewer == "R. Viewer")
          #expect(try engine.request(number).json == decided.json)
        }
        #expect(try engine.explain(answer.decision, level: .summary).json == explained, "decision \(index)")
        #expect(try engine.replay(answer.decision).items.map(\.score) == answer.items.map(\.score))
        if index > 0 { #expect(try engine.replay(answer.decision).json == replayed) }
      }
      #expect(failure { _ = try engine.appeal("nonsense", words: "w", regime: .eu) }?.code == .notFound)
      // Somebody else's decision is not theirs to contest.
      let mine = answers[0].decision
      #expect(failure { _ = try engine.appeal(mine, words: "w", subject: "u2", regime: .eu) }?.code == .notFound)
    }
  }

  @Test("G19: an upheld appeal blocks and corrects in the same breath, and says so")
  func measures() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 62, people: 30, items: 20).engine(in: folder)
      let answer = try engine.recommend(RecommendationRequest(subject: "u1"))
      let shown = answer.items[0].item
      let number = Int(try engine.appeal(answer.decision, words: "not me", subject: "u1", regime: .eu).request)
      var decision = AppealDecision(.upheld, by: "R. Viewer")
      decision.blocks = [.item(shown), .tag("shape:s1")]
      decision.removedTags = ["brand:b1"]
      // Not before it is in work; nothing is done then.
      #expect(failure { _ = try engine.decideAppeal(number, decision) }?.code == .refused)
      #expect(try engine.instructions(of: "u1").items.isEmpty)
      _ = try engine.changeRequest(number, RequestTests.change(.inWork))
      // A correction that cannot be made leaves the appeal open and the person's blocks as they were.
      var impossible = decision
      impossible.addedTags = ["health:asthma"]
      #expect(failure { _ = try engine.decideAppeal(number, impossible) }?.code == .refused)
      #expect(try engine.request(number).record.state == .inWork && engine.instructions(of: "u1").items.isEmpty)
      let dismissed = AppealDecision(.dismissed, by: "R. Viewer")
      var wrong = dismissed
      wrong.blocks = decision.blocks
      #expect(failure { _ = try engine.decideAppeal(number, wrong) }?.code == .refused)
      #expect(try engine.instructions(of: "u1").items.isEmpty)
      let decided = try engine.decideAppeal(number, decision)
      #expect(
        decided.record.details?.measures
          == ["block the item \(shown)", "block the tag shape:s1", "remove the tag brand:b1"])
      let instructions = try engine.instructions(of: "u1")
      #expect(instructions.items == [shown] && instructions.tags == ["shape:s1"])
      #expect(instructions.removedTags == ["brand:b1"])
      let later = try engine.recommend(RecommendationRequest(subject: "u1", count: 20))
      #expect(!later.items.map(\.item).contains(shown))
      #expect(failure { _ = try engine.decideAppeal(number, dismissed) }?.code == .refused, "it is closed")
      // An appeal ends by its reviewer, not by a clerk.
      let second = Int(try engine.appeal(answer.decision, words: "again", subject: "u1", regime: .eu).request)
      _ = try engine.changeRequest(second, RequestTests.change(.inWork))
      #expect(failure { _ = try engine.changeRequest(second, RequestTests.change(.answered)) }?.code == .refused)
      var refusal = RequestTests.change(.refused)
      refusal.reason = "excessive"
      #expect(failure { _ = try engine.changeRequest(second, refusal) }?.code == .refused)
    }
  }
}
