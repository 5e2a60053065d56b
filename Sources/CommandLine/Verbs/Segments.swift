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

  static let campaign = Verb(
    name: "campaign", summary: "reports what came of a campaign, in numbers of people large enough to show",
    synopsis: ["NAME"],
    details: """
      Events bear a campaign's name by the role campaign of attune import. Counted are people who consent to \
      advertising: reached by anything under that name, clicked (or viewed), bought; by segment and together. A number \
      with fewer people behind it than the policy's segmentFloor is not shown, and neither is one from which such a \
      number follows by subtraction. A partner needs no more than this.
      """,
    operands: 1...1, examples: ["attune campaign autumn-sale --json"],
    run: { call in
      try call.show(call.service().answer(.campaign(try call.operand(0, "NAME")))) {
        CampaignText(report: $0).lines($1)
      }
      return .done
    })
}
