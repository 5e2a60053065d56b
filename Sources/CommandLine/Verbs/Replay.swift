import Vocabulary

extension Verb {
  static let replay = Verb(
    name: "replay", summary: "computes a recorded decision again", synopsis: ["DECISION"],
    details: """
      Every score comes from the decision's own record. The list is ranked again as long as the model, the catalogue \
      and the person's events and instructions are those of the decision; where they are not, it says so.
      """,
    operands: 1...1, examples: ["attune replay DECISION"],
    run: { call in
      let decision = try call.operand(0, "DECISION")
      try call.show(try call.service().answer(.replay(decision))) { ReplayText(report: $0).lines($1) }
      return .done
    })
}
