import Profiles
import Testing
import Vocabulary

@Suite("Profiles worked out by hand")
struct ProfileNumbersTests {
  private static let features: ToyFeatures = {
    var features = ToyFeatures()
    features.items[ItemNumber(7)] = [(1, 16_384)]
    features.items[ItemNumber(8)] = [(1, 8192), (2, 4096)]
    features.names = ["color:red": 1, "brand:acme": 2, "health:knee": 3]
    features.searches["red"] = [(1, 16_384)]
    features.sensitive = [3]
    return features
  }()

  private static let buying: [EventKind: ProfileRules.Kind] = [
    .purchase: ProfileRules.Kind(strength: 5 << 16, halfLife: 180 * day),
    .view: ProfileRules.Kind(strength: 1 << 16, halfLife: 30 * day),
    .search: ProfileRules.Kind(strength: 1 << 16, halfLife: 0),
    .dislike: ProfileRules.Kind(strength: -2 << 16, halfLife: 0),
  ]

  private static func builder(_ rules: ProfileRules) -> ProfileBuilder<ToyFeatures> {
    ProfileBuilder(rules: rules, features: features, asOf: now)
  }

  private static func ago(_ days: Int64) -> Int64 { now.milliseconds - days * day }

  @Test("a purchase of strength 5 with a half-life of 180 days weighs 2.5 after exactly 180 days")
  func halfLife() {
    let builder = ProfileNumbersTests.builder(rules(ProfileNumbersTests.buying))
    for (days, weight): (Int64, Int64) in [(0, 327_680), (180, 163_840), (360, 81_920), (-5, 327_680)] {
      let time = ProfileNumbersTests.ago(days)
      let profile = builder.profile(of: [event(.purchase, 7, at: time)], choices: TagChoices())
      let term = HistoryTerm(
        item: ItemNumber(7), weight: weight, kind: .purchase, time: Timestamp(milliseconds: time))
      #expect(profile.history == [term])
      #expect(profile.tags == [TagWeight(feature: 1, weight: weight, added: false)])
    }
    // Far beyond 16 halvings nothing is left, and the event does not count.
    let old = builder.profile(of: [event(.purchase, 7, at: ProfileNumbersTests.ago(10_000))], choices: TagChoices())
    #expect(old.isEmpty && old.events == 0)
    // A place in a file is no age.
    let undated = builder.profile(of: [event(.purchase, 7, at: 3)], choices: TagChoices())
    #expect(undated.history.map(\.weight) == [327_680])
  }

  @Test("several events of an item add up; the strongest names the kind, the latest the time")
  func severalEvents() {
    let events = [
      event(.purchase, 8, at: ProfileNumbersTests.ago(180)), event(.view, 8, at: ProfileNumbersTests.ago(30)),
      event(.dislike, 7, at: ProfileNumbersTests.ago(60)),
    ]
    let profile = ProfileNumbersTests.builder(rules(ProfileNumbersTests.buying))
      .profile(of: events, choices: TagChoices())
    #expect(profile.events == 3)
    #expect(profile.history.map(\.item) == [ItemNumber(8), ItemNumber(7)])
    // 2.5 and 0.5; −2.
    #expect(profile.history.map(\.weight) == [196_608, -131_072])
    #expect(profile.history.map(\.kind) == [.purchase, .dislike])
    #expect(profile.history.first?.time.milliseconds == ProfileNumbersTests.ago(30))
    // Feature 1: 3 · ½ − 2; feature 2: 3 · ¼.
    #expect(profile.tags.map(\.weight) == [-32_768, 49_152])
    // 5 · ½ − 2.5 leaves nothing of an item.
    var even = ProfileNumbersTests.buying
    even[.hide] = ProfileRules.Kind(strength: -163_840, halfLife: 0)
    let gone = [event(.purchase, 7, at: ProfileNumbersTests.ago(180)), event(.hide, 7, at: now.milliseconds)]
    let nothing = ProfileNumbersTests.builder(rules(even)).profile(of: gone, choices: TagChoices())
    #expect(nothing.isEmpty && nothing.events == 2)
    // Of events that count the same the latest names the kind.
    even[.click] = even[.view]
    let same = [event(.view, 9, at: now.milliseconds + 1), event(.click, 9, at: now.milliseconds)]
    let both = ProfileNumbersTests.builder(rules(even)).profile(of: same, choices: TagChoices())
    #expect(both.history.map(\.kind) == [.view] && both.history.map(\.weight) == [131_072])
  }

  @Test("recency by place: e to the minus one after as many events as the scale; searches take no place")
  func positions() {
    let rules = rules(ProfileNumbersTests.buying, positionDecay: 2 << 16)
    let events = [
      event(.purchase, 1, at: 1), event(.hide, 5, at: 2), event(.purchase, 2, at: 3), event(.search, at: 4),
      event(.purchase, 3, at: 5),
    ]
    let profile = ProfileNumbersTests.builder(rules).profile(of: events, choices: TagChoices())
    // In Q16, e^(−½) is 39,749 and e^(−1) is 24,109.
    #expect(profile.history.map(\.weight) == [327_680, 5 * 39_749, 5 * 24_109])
    #expect(profile.events == 4, "a kind of strength 0 does not count, nor take a place")
  }

  @Test("ratings count by the greatest value at or below theirs, and as the kind below the table")
  func rates() {
    let table: [(value: Int32, strength: Int64)] = [(1000, -65_536), (3000, 0), (4000, 65_536)]
    let rules = rules(
      [.rate: ProfileRules.Kind(strength: 7, halfLife: 0), .view: ProfileRules.Kind(strength: 3, halfLife: 0)],
      rates: table)
    for (value, weights): (Int32, [Int64]) in [
      (999, [7]), (1000, [-65_536]), (2999, [-65_536]), (3000, []), (3999, []), (4000, [65_536]), (9000, [65_536]),
    ] {
      let profile = ProfileNumbersTests.builder(rules)
        .profile(of: [event(.rate, 9, at: 5, value: value)], choices: TagChoices())
      #expect(profile.history.map(\.weight) == weights, "rating \(value)")
    }
    #expect(rules.strength(of: .view, value: 4000) == 3, "the table is for ratings only")
  }

  @Test("searches and the tags of an event name features; an event with four tags gives each half")
  func wishes() {
    let builder = ProfileNumbersTests.builder(rules(ProfileNumbersTests.buying))
    let search = event(.search, at: now.milliseconds, query: "red", tags: ["brand:acme", "brand:unknown"])
    let found = builder.profile(of: [search], choices: TagChoices())
    #expect(found.history.isEmpty && found.tags.map(\.weight) == [65_536, 65_536])
    let tags = ["brand:acme", "color:red", "health:knee", "brand:acme"]
    let four = builder.profile(of: [event(.search, at: now.milliseconds, tags: tags)], choices: TagChoices())
    #expect(four.tags.map(\.feature) == [1, 2] && four.tags.map(\.weight) == [32_768, 65_536])
  }

  @Test("a tag set by hand counts 4; one removed by hand nothing, even where it was set as well")
  func choices() {
    let builder = ProfileNumbersTests.builder(rules(ProfileNumbersTests.buying))
    var choices = TagChoices()
    choices.added = ["brand:acme", "color:red", "brand:unknown"]
    choices.removed = ["color:red"]
    let profile = builder.profile(of: [event(.purchase, 8, at: now.milliseconds)], choices: choices)
    // 5 · ¼ inferred, and 4.
    #expect(profile.tags == [TagWeight(feature: 2, weight: 81_920 + 262_144, added: true)])
    #expect(builder.profile(of: [], choices: choices).tags == [TagWeight(feature: 2, weight: 262_144, added: true)])
  }

  @Test("history keeps the latest distinct items; what comes after the limit still speaks for tags")
  func limit() {
    let builder = ProfileNumbersTests.builder(rules(ProfileNumbersTests.buying, historyLimit: 2))
    let events = [7, 8, 9, 8].enumerated().map { place, item in
      event(.purchase, UInt32(item), at: ProfileNumbersTests.ago(9) + Int64(place))
    }
    let profile = builder.profile(of: events, choices: TagChoices())
    #expect(profile.history.map(\.item) == [ItemNumber(8), ItemNumber(9)])
    #expect(profile.events == 4)
    // Item 7 whole, item 8 twice by half.
    #expect(profile.tags.first.map { $0.weight > 600_000 } == true)
  }
}
