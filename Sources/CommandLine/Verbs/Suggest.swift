import Vocabulary

extension Verb {
  static let suggest = Verb(
    name: "suggest", summary: "completes a search that is being typed",
    synopsis: ["[PREFIX] [--subject S] [-n 10]"],
    details: """
      Searches of enough people that begin so, and words of the catalogue that begin like the last word typed, those of \
      the most available items first: the same for everybody. Without a beginning, what more people asked in the week \
      before the last training than before. With --subject the person's own searches that fit come first, latest first, where they consent to \
      search; nobody else is shown them, and `attune history SUBJECT --forget ID…` takes them away.
      """,
    options: [
      OptionSpec("subject", short: "s", .required("S"), "The person who types; without it nobody is named."),
      OptionSpec("count", short: "n", .required("N"), "How many suggestions, 1 to 100. Without it 10."),
    ],
    operands: 0...64, examples: ["attune suggest te", "attune suggest \"canvas t\" --subject u0042 -n 5"],
    run: { call in
      let arguments = call.arguments
      let count = try arguments.number("count", in: 1...100, standard: 10)
      let answer = try call.service().answer(
        .suggest(arguments.operands.joined(separator: " "), subject: arguments.value("subject"), count: count))
      try call.show(answer) { SuggestionsText(answer: $0).lines($1) }
      return .done
    })
}
