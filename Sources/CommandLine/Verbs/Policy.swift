import Vocabulary

extension Verb {
  static let policy = Verb(
    name: "policy", summary: "shows what the operator promises: defaults, threshold, what is never inferred",
    synopsis: ["[show]"], operands: 0...1, examples: ["attune policy"],
    run: { call in
      if let word = call.arguments.operands.first, word != "show" {
        throw call.usage("“\(DisplayText.safe(word))” is nothing to do with a policy", expected: "show")
      }
      try call.show(try call.service().answer(.policy)) { PolicyText(report: $0).lines($1) }
      return .done
    })
}
