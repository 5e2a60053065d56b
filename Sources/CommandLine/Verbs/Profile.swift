import Vocabulary

extension Verb {
  static let profile = Verb(
    name: "profile", summary: "shows a person's profile: a bar per tag, and what it came from",
    synopsis: ["SUBJECT [--purpose PURPOSE] [--limit N]"],
    options: [
      OptionSpec("purpose", .required("PURPOSE"), "As it may be used for this purpose. Without it recommendation."),
      OptionSpec("limit", .required("N"), "How many tags are shown to people, 1 to 100000. Without it 30."),
    ],
    operands: 1...1, examples: ["attune profile u0042"],
    run: { call in
      let subject = try call.operand(0, "SUBJECT")
      let purpose = try call.purpose(
        call.arguments.value("purpose") ?? "recommendation", among: Purpose.allCases.filter { !$0.isPermission })
      let limit = try call.arguments.number("limit", in: 1...100_000, standard: 30)
      let answer = try call.service().answer(.profile(of: subject, purpose: purpose))
      try call.show(answer) { ProfileText(profile: $0, limit: limit).lines($1) }
      return .profile(answer)
    })
}
