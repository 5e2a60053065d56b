import Attune
import Vocabulary

@testable import CommandLine

/// Results to render, small enough to check by eye.
enum Samples {
  static let time = Timestamp(seconds: 1_770_000_000)

  static let recommendation = Report.Recommendation(
    decision: "d7k3", subject: "u00042", purpose: .recommendation, basis: .personal, reason: nil,
    items: [
      Report.RankedItem(
        rank: 1, item: "i1", title: "Acme linen dress, blue", score: 1000, basis: .personal, placedBy: "score",
        because: [
          Report.Cause(kind: "history", item: "i7", title: "Borea dress", event: "view", share: 0.41),
          Report.Cause(kind: "tag", tag: "brand:acme", share: 0.22),
          Report.Cause(kind: "tag", tag: "term:linen", share: 0.1),
        ]),
      Report.RankedItem(
        rank: 2, item: "i22", title: "羊毛围巾", score: 500, basis: .personal, placedBy: "score",
        because: [
          Report.Cause(kind: "general", share: 0.9),
          Report.Cause(kind: "history", item: "i8", event: "dislike", share: -0.05),
        ]),
      Report.RankedItem(
        rank: 3, item: "i3", title: nil, score: 250, basis: .general, placedBy: "general-share",
        because: [Report.Cause(kind: "general", share: 1)]),
    ])

  static let explanation = Report.Explanation(
    decision: "d7k3", time: time, purpose: .recommendation, basis: .personal, reason: nil, policy: "shipped-1",
    model: "sha256:9f86d081884c7d65",
    items: [
      Report.ExplainedItem(
        item: "i1", title: "Acme linen dress, blue", rank: 1, score: 1000, placedBy: "score",
        contributions: [
          Report.Contribution(
            kind: "history", item: "i7", title: "Borea dress", event: "view", time: time, points: 410),
          Report.Contribution(kind: "tag", tag: "brand:acme", points: 620),
          Report.Contribution(kind: "history", item: "i8", event: "dislike", points: -100),
          Report.Contribution(kind: "general", points: 70),
        ],
        without: [
          Report.Counterfactual(kind: "history", item: "i7", title: "Borea dress", rank: 7),
          Report.Counterfactual(kind: "tag", tag: "brand:acme", rank: nil),
          Report.Counterfactual(kind: "general", rank: 1),
        ])
    ],
    notShown: [("unavailable", 0), ("seen", 12), ("belowCut", 1480)],
    controls: ["attune consent … withdraw recommendation"], counterfactualNote: nil)

  static let profile = Report.Profile(
    subject: "u00042", purpose: .recommendation, allowed: true,
    tags: [
      Report.ProfileTag(
        tag: "brand:acme", weight: 196_608, added: false,
        from: [
          Report.ProfileSource(event: "purchase", item: "i7", title: "Acme coat"),
          Report.ProfileSource(event: "view", item: "i8"),
          Report.ProfileSource(event: "view", item: "i9"),
          Report.ProfileSource(event: "view", item: "i10"),
        ]),
      Report.ProfileTag(
        tag: "term:linen", weight: 98_304, added: false,
        from: [Report.ProfileSource(event: "search", query: "linen dress")]),
      Report.ProfileTag(tag: "color:green", weight: 65_536, added: true, from: []),
      Report.ProfileTag(
        tag: "brand:zeta", weight: -32_768, added: false,
        from: [Report.ProfileSource(event: "dislike", item: "i3")]),
    ], removed: ["brand:borea"], events: 57)
}
