import Vocabulary

extension Verb {
  static let consent = Verb(
    name: "consent", summary: "shows a person's switches, or turns purposes on and off",
    synopsis: ["SUBJECT", "SUBJECT grant|withdraw PURPOSE…"],
    details: """
      Purposes are recommendation, search, advertising and push; permissions are training, location, partners \
      and transfer. all means every one, but in a grant not transfer, to which a person consents by its name. A change is on disk before the command ends and holds for the next request.
      """,
    operands: 1...20,
    examples: ["attune consent u0042 withdraw recommendation", "attune consent u0042 grant recommendation training"],
    run: { call in
      let subject = try call.operand(0, "SUBJECT")
      let operands = call.arguments.operands
      let answer: Answer<Report.Consent>
      if operands.count == 1 {
        answer = try call.service().answer(.consent(of: subject))
      } else {
        guard let change = ConsentChange(rawValue: operands[1]) else {
          throw call.usage("\(Wording.place(1)) is no change", expected: "grant or withdraw")
        }
        let words = operands.indices.dropFirst(2).flatMap { index in
          operands[index].split(separator: ",").map { (word: String($0), place: Wording.place(index)) }
        }
        if words.isEmpty { throw call.usage("PURPOSE is missing", expected: purposeWords) }
        let all = change == .grant ? Purpose.together : Purpose.allCases
        let purposes = words.map(\.word) == ["all"] ? all : try words.map { try call.purpose($0.word, at: $0.place) }
        answer = try call.service(create: change == .grant).answer(.change(change, purposes, of: subject))
      }
      try call.show(answer) { ConsentText(report: $0).lines($1) }
      return .done
    })

  private static var purposeWords: String { Wording.list(Purpose.allCases.map(\.name) + ["all"], "or") }
}
