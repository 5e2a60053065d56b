import Vocabulary

extension Verb {
  static let history = Verb(
    name: "history", summary: "lists what is held of what a person did, latest first",
    synopsis: ["SUBJECT [-n 1000]"],
    details: """
      This is the person's own access: it shows all events that are held, those whose purposes are switched off as \
      well, each with the purposes it was admitted for.
      """,
    options: [OptionSpec("count", short: "n", .required("N"), "How many events at most. Without it 1000.")],
    operands: 1...1, examples: ["attune history u0042 -n 20"],
    run: { call in
      let subject = try call.operand(0, "SUBJECT")
      let count = try call.arguments.number("count", in: 1...1_000_000, standard: 1000)
      try call.show(try call.service().answer(.history(of: subject, count: count))) {
        HistoryText(report: $0).lines($1)
      }
      return .done
    })
}
