import Vocabulary

@testable import Attune

/// Results to render, small enough to check by eye.
enum Samples {
  static let time = Timestamp(seconds: 1_770_000_000)

  static let recommendation = Recommendation(
    decision: "d7k3", subject: "u00042", purpose: .recommendation, basis: .personal, reason: nil,
    model: "sha256:9f86d081884c7d65", policy: "shipped-1",
    items: [
      RankedItem(
        rank: 1, item: "i1", title: "Acme linen dress, blue", score: 1000, basis: .personal, placedBy: "score",
        because: [
          Cause(kind: "history", item: "i7", title: "Borea dress", event: "view", share: 0.41),
          Cause(kind: "tag", tag: "brand:acme", share: 0.22), Cause(kind: "tag", tag: "term:linen", share: 0.1),
        ]),
      RankedItem(
        rank: 2, item: "i22", title: "羊毛围巾", score: 500, basis: .personal, placedBy: "score",
        because: [
          Cause(kind: "general", share: 0.9), Cause(kind: "history", item: "i8", event: "dislike", share: -0.05),
        ]),
      RankedItem(
        rank: 3, item: "i3", title: nil, score: 250, basis: .general, placedBy: "general-share",
        because: [Cause(kind: "general", share: 1)]),
    ])

  static let explanation = Explanation(
    decision: "d7k3", time: time, purpose: .recommendation, basis: .personal, reason: nil, policy: "shipped-1",
    model: "sha256:9f86d081884c7d65",
    items: [
      ExplainedItem(
        item: "i1", title: "Acme linen dress, blue", rank: 1, score: 1000, placedBy: "score",
        contributions: [
          Contribution(kind: "history", item: "i7", title: "Borea dress", event: "view", time: time, points: 410),
          Contribution(kind: "tag", tag: "brand:acme", points: 620),
          Contribution(kind: "history", item: "i8", event: "dislike", points: -100),
          Contribution(kind: "general", points: 70),
        ],
        without: [
          Counterfactual(kind: "history", item: "i7", title: "Borea dress", rank: 7),
          Counterfactual(kind: "tag", tag: "brand:acme", rank: nil), Counterfactual(kind: "general", rank: 1),
        ])
    ],
    notShown: [("unavailable", 0), ("seen", 12), ("belowCut", 1480)],
    controls: ["attune consent … withdraw recommendation"], counterfactualNote: nil)

  static let profile = ProfileReport(
    subject: "u00042", purpose: .recommendation, allowed: true,
    tags: [
      ProfileTag(
        tag: "brand:acme", weight: 196_608, added: false,
        from: [
          ProfileSource(event: "purchase", item: "i7", title: "Acme coat", time: time, weight: 1),
          ProfileSource(event: "view", item: "i8", time: time, weight: 1),
          ProfileSource(event: "view", item: "i9", time: time, weight: 1),
          ProfileSource(event: "view", item: "i10", time: time, weight: 1),
        ]),
      ProfileTag(
        tag: "term:linen", weight: 98_304, added: false,
        from: [ProfileSource(event: "search", query: "linen dress", time: time, weight: 1)]),
      ProfileTag(tag: "color:green", weight: 65_536, added: true, from: []),
      ProfileTag(
        tag: "brand:zeta", weight: -32_768, added: false,
        from: [ProfileSource(event: "dislike", item: "i3", time: time, weight: -1)]),
    ], removed: ["brand:borea"], events: 57)
}
