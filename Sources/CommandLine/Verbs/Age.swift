import Attune
import Vocabulary

extension Verb {
  static let age = Verb(
    name: "age", summary: "shows or sets what is known of a person's age, and a guardian's consent for a child",
    synopsis: ["SUBJECT", "SUBJECT --born YEAR|--minor|--adult [--region R]", "SUBJECT --guardian WHO|--no-guardian"],
    details: """
      Under the policy's age for a region (14 in China, 13 in the United States, 13 to 16 in the European Union) nothing \
      is collected without a guardian's consent, and what is held already is deleted at once. With it, advertising, push \
      and partners stay off. A year of birth is enough: it gives the latest birthday possible, 31 December, and the \
      store's clock does the rest. A region that the policy does not name gets the highest of its ages.
      """,
    options: [
      OptionSpec("born", .required("YEAR"), "The year of birth."),
      OptionSpec(flag: "minor", "A child, until something else is said."),
      OptionSpec(flag: "adult", "Not a child."),
      OptionSpec("region", .required("R"), "Whose law counts, such as CN, US or DE. Without it the policy's region."),
      OptionSpec("guardian", .required("WHO"), "A guardian consents: who, and how it is known. Kept in the ledger."),
      OptionSpec(flag: "no-guardian", "No guardian consents any more."),
    ],
    operands: 1...1,
    examples: ["attune age u0042 --born 2015 --region CN", "attune age u0042 --guardian 'mother, by post on 3 May'"],
    run: { call in
      let subject = try call.operand(0, "SUBJECT")
      let arguments = call.arguments
      var changes: [AgeChange] = []
      // The guardian first, so that what is held of a child is not deleted for want of one.
      if let guardian = arguments.value("guardian") { changes.append(.guardian(guardian)) }
      if arguments.has("no-guardian") { changes.append(.guardian(nil)) }
      let region = arguments.value("region")
      if arguments.has("born") {
        changes.append(.age(.born(try arguments.number("born", in: 1900...2199, standard: 1900)), region: region))
      }
      if arguments.has("minor") { changes.append(.age(.minor, region: region)) }
      if arguments.has("adult") { changes.append(.age(.adult, region: region)) }
      let service = try call.service()
      var answer = changes.isEmpty ? try service.answer(.age(of: subject)) : nil
      for change in changes { answer = try service.answer(.change(change, of: subject)) }
      if let answer { try call.show(answer) { AgeText(report: $0).lines($1) } }
      return .done
    })
}
