import SystemIO
import Vocabulary

extension Verb {
  static let export = Verb(
    name: "export", summary: "gives a copy of all that is held of a person, as JSON Lines",
    synopsis: [
      "SUBJECT [--region R] [--out FILE]", "SUBJECT --partner PURPOSE --recipient NAME [--region R] [--out FILE]",
    ],
    details: """
      One record a line: the policy in force, every choice, block and tag instruction, every event with what it was \
      admitted for, the profiles and decisions made from them. Purposes also stand in the words of the W3C Data Privacy \
      Vocabulary. attune import --export reads it in another store: the same profile, and the same answers there.
      For a partner it holds what the person did for one purpose only, under a pseudonym that no other partner has, and \
      is refused for a child or without the person's consent to that purpose and to partners. Who has it is kept, shown \
      to the person by attune access, and told of an erasure by way of attune outbox.
      Where the policy names the store's region, what goes to another one needs the person's permission transfer, which \
      a consent to all does not give.
      """,
    options: [
      OptionSpec("out", .required("FILE"), "Write it here, for its owner's eyes only. Without it standard output."),
      OptionSpec("partner", .required("PURPOSE"), "A partner's copy: recommendation, search, advertising or push."),
      OptionSpec("recipient", .required("NAME"), "Who the partner is."),
      OptionSpec("region", .required("R"), "Where it goes, such as DE; for a partner needed if the store has one."),
    ],
    operands: 1...1,
    examples: [
      "attune export u0042 --out u0042.ndjson",
      "attune export u0042 --partner advertising --recipient 'Acme Ads' --region CN",
    ],
    run: { call in
      let subject = try call.operand(0, "SUBJECT")
      let purpose = try call.arguments.value("partner").map {
        try call.purpose($0, among: Purpose.allCases.filter { !$0.isPermission })
      }
      let recipient = call.arguments.value("recipient")
      guard (purpose == nil) == (recipient == nil) else {
        throw call.usage("a partner's copy has a purpose and a recipient", expected: "both --partner and --recipient")
      }
      let question = Question<Report.Export>.export(
        of: subject, partner: purpose, recipient: recipient, region: call.arguments.value("region"))
      let lines = try call.service().answer(question).content.lines
      let bytes: [UInt8] = Array(lines.map { $0 + [10] }.joined())
      if let path = call.arguments.value("out") {
        try Files.writeAtomically(path, bytes)
        try call.console.message("\(Wording.count(lines.count, "record")) written to \(DisplayText.safe(path))")
      } else {
        try call.console.text(String(decoding: bytes, as: UTF8.self))
      }
      return .done
    })

  /// `attune import --export FILE`.
  static func importPerson(_ path: String, _ call: Call) throws {
    let answer = try call.service(create: true).answer(.importPerson(path))
    try call.show(answer) { report, style in
      let what = [
        Wording.count(report.events, "event"), Wording.count(report.choices, "choice"),
        Wording.count(report.instructions, "instruction"),
      ]
      var lines = [style.paint("\(Wording.list(what)) of \(style.person(report.subject)) taken in", .bold)]
      if report.refused > 0 {
        lines.append("  \(Wording.count(report.refused, "event or tag", "events or tags")) not let in")
      }
      if report.skipped > 0 {
        lines.append("  \(Wording.count(report.skipped)) decisions and profiles of the other store left out")
      }
      return lines
    }
  }
}
