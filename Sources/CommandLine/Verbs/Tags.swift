import Vocabulary

extension Verb {
  static let tags = Verb(
    name: "tags", summary: "removes a tag from a person's profile for good, restores it, or adds one",
    synopsis: ["SUBJECT", "SUBJECT remove|restore|add TAG…", "SUBJECT reset"],
    details: """
      A removed tag weighs nothing and is not inferred again until it is restored. An added tag counts from the next \
      request on. reset begins anew: what was removed and added is forgotten, and what was done before counts for no \
      tag. Without an action the person's instructions are shown.
      """,
    operands: 1...1000, examples: ["attune tags u0042 remove brand:acme", "attune tags u0042 add colour:green"],
    run: { call in
      let subject = try call.operand(0, "SUBJECT")
      var answer: Answer<Report.Instructions>
      if call.arguments.operands.count == 1 {
        answer = try call.service().answer(.instructions(of: subject))
      } else {
        let word = try call.operand(1, "the action")
        if word == "reset", call.arguments.operands.count == 2 {
          try call.show(try call.service().answer(.resetTags(of: subject))) { InstructionsText(report: $0).lines($1) }
          return .done
        }
        guard let change = TagChange(rawValue: word) else {
          throw call.usage(
            "\(Wording.place(1)) is nothing to do with a tag", expected: "remove, restore, add or reset")
        }
        let first = try call.operand(2, "TAG")
        let service = try call.service()
        answer = try service.answer(.change(change, first, of: subject))
        for tag in call.arguments.operands.dropFirst(3) {
          answer = try service.answer(.change(change, tag, of: subject))
        }
      }
      try call.show(answer) { InstructionsText(report: $0).lines($1) }
      return .done
    })
}
