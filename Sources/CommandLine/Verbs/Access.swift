import Attune
import SystemIO
import Vocabulary

extension Verb {
  static let access = Verb(
    name: "access", summary: "reports what is held of a person, why, for how long, who looked at it, and the logic",
    synopsis: ["SUBJECT"],
    details: """
      This is what somebody may know who asks what is held of them. The events themselves are listed by attune history, \
      the parts of a decision by attune explain.
      """,
    operands: 1...1, examples: ["attune access u0042 --unmask"],
    run: { call in
      try call.show(call.service().answer(.access(of: try call.operand(0, "SUBJECT")))) {
        AccessText(report: $0).lines($1)
      }
      return .done
    })

  static let correct = Verb(
    name: "correct", summary: "corrects an event that is held of a person",
    synopsis: ["SUBJECT EVENT [--item I] [--kind K] [--time T] [--value V] [--query WORDS]"],
    details: """
      EVENT is the id that attune history shows. What is said takes the place of what was held; the corrected event is \
      admitted under the consents of now, and the old one is forgotten as by attune history --forget. Tags are \
      corrected by attune tags.
      """,
    options: [
      OptionSpec("item", .required("ITEM"), "The item it was about."),
      OptionSpec("kind", .required("KIND"), "What was done."),
      OptionSpec("time", .required("TIME"), "When, such as 2026-05-01T09:30:00Z."),
      OptionSpec("value", .required("NUMBER"), "What a rating gave."),
      OptionSpec("query", .required("WORDS"), "What was searched for."),
    ],
    operands: 2...2, examples: ["attune correct u0042 e-4fK2hIqaT0Zx --kind purchase"],
    run: { call in
      let arguments = call.arguments
      var correction = EventCorrection()
      correction.item = arguments.value("item")
      correction.kind = try arguments.value("kind").map { try kind($0, call) }
      correction.time = try arguments.value("time").map { try ImportPlan.time($0, call) }
      if let text = arguments.value("value") {
        guard let value = Double(text), value.isFinite else { throw call.usage("--value is no number") }
        correction.value = value
      }
      correction.query = arguments.value("query")
      let isEmpty = ["item", "kind", "time", "value", "query"].allSatisfy { !arguments.has($0) }
      if isEmpty {
        throw call.usage("nothing is to be corrected", expected: "--item, --kind, --time, --value or --query")
      }
      let subject = try call.operand(0, "SUBJECT")
      let event = try call.operand(1, "EVENT")
      try call.show(call.service().answer(.correct(event, with: correction, of: subject))) {
        CorrectionText(report: $0).lines($1)
      }
      return .done
    })

  static let close = Verb(
    name: "close", summary: "closes an account: erases the person and keeps on the register that it was asked and done",
    synopsis: ["SUBJECT --regime RULE [--receipt FILE]"],
    details: """
      What attune erase does, and a deletion request on the register (attune request): open until the erasure is done, so \
      that one that breaks off is seen as due, and answered then. It names nobody any more. Logs do not bring the person \
      back; consenting anew opens a new account.
      """,
    options: [
      OptionSpec("regime", .required("RULE"), "china-7, china-15, eu or us."),
      OptionSpec(
        "receipt", .required("FILE"),
        "Write the receipt here. Without it erasure-receipt.json, or the next free name like it; with --json none."),
    ],
    operands: 1...1, examples: ["attune close u0042 --regime eu --receipt closed.json"],
    run: { call in
      let subject = try call.operand(0, "SUBJECT")
      let regime = try regime(call)
      try requireReceiptPath(call)
      let answer = try call.service().answer(.close(subject, regime: regime))
      let content = try answer.content
      let path = try keep(Array(content.proof.utf8), call, isWanted: content.receipt.people > 0)
      try call.show(answer) { report, style in
        [style.paint("Account closed; request \(report.request) on the register is answered.", .bold)]
          + ErasureText(report: report.receipt, receipt: path).lines(style)
      }
      return .done
    })
}

/// What was corrected, for people.
struct CorrectionText {
  let report: Report.Forgetting

  func lines(_ style: Style) -> [String] {
    let held = "\(Wording.count(report.held, "event")) of \(style.person(report.subject)) held"
    var lines = [style.paint("Corrected; \(held).", .bold)]
    if report.withdrawn {
      lines.append("  what they contributed has left the model; it counts again with the next attune train")
    }
    return lines
  }
}
