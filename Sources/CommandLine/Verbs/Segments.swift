import Vocabulary

extension Verb {
  static let segments = Verb(
    name: "segments", summary: "lists the groups of people that advertising reads in place of anybody", synopsis: [""],
    details: """
      Whoever consents to advertising belongs, by the leading tag of their profile, to a segment of at least as many \
      people as the policy says (segmentFloor); the purpose advertising reads the average of that segment and nothing \
      of the person. Everybody else is shown what everybody is. attune train forms the segments; whoever is erased, \
      withdraws or removes one of their tags is taken out at once.
      """,
    examples: ["attune segments --json"],
    run: { call in
      try call.show(call.service().answer(.segments)) { SegmentsText(report: $0).lines($1) }
      return .done
    })
}
