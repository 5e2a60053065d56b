import Intake
import Profiles
import TestSupport
import Testing
import Vocabulary

@Suite("Profiles of random people")
struct ProfileReferenceTests {
  private static func same(_ a: Profile, _ b: Profile) -> Bool {
    a.history == b.history && a.tags == b.tags && a.seen == b.seen && a.events == b.events
      && a.isEmpty == b.isEmpty
  }

  @Test("a profile is bit for bit what plain loops make of the events")
  func reference() {
    var tagged = 0
    var disliked = 0
    checkProperty(cases: 150, seed: 1000) { random in
      let made = RandomCase(&random)
      let profile = made.builder.profile(of: made.events, choices: made.choices)
      let slow = SlowProfile(rules: made.rules, features: made.features, asOf: now)
      if !profile.tags.isEmpty { tagged += 1 }
      if profile.history.contains(where: { $0.weight < 0 }) { disliked += 1 }
      return ProfileReferenceTests.same(profile, slow.profile(of: made.events, choices: made.choices))
    }
    #expect(tagged > 100 && disliked > 30, "the cases must have something in them")
  }

  @Test("evidence sums to each feature's weight, apart from what the person set")
  func evidence() {
    checkProperty(cases: 150, seed: 2000) { random in
      let made = RandomCase(&random)
      let profile = made.builder.profile(of: made.events, choices: made.choices)
      var sums: [UInt32: Int64] = [:]
      for part in made.builder.evidence(of: made.events, choices: made.choices) {
        let event = made.events[part.event]
        let isInSearch = (event.detail?.query).flatMap { made.features.searches[$0] }?
          .contains { $0.feature == part.feature }
        let isInTags = event.detail?.tags.contains { made.features.names[$0] == part.feature }
        let isInItem = made.features.items[event.item]?.contains { $0.feature == part.feature }
        guard part.weight != 0, isInSearch == true || isInTags == true || isInItem == true else { return false }
        sums[part.feature, default: 0] += part.weight
      }
      let removed = Set(made.choices.removed.compactMap { made.features.feature(named: $0.text) })
      let added = Set(made.choices.added.compactMap { made.features.feature(named: $0.text) })
        .subtracting(removed).subtracting(made.features.sensitive)
      for feature in added { sums[feature, default: 0] += 4 << 16 }
      let weights = Dictionary(uniqueKeysWithValues: profile.tags.map { ($0.feature, $0.weight) })
      return sums.filter { $0.value != 0 } == weights
        && Set(profile.tags.filter(\.added).map(\.feature)).isSubset(of: added)
    }
  }

  @Test("the order in which events are given does not matter where their times differ")
  func order() {
    checkProperty(cases: 60, seed: 3000) { random in
      var made = RandomCase(&random, ties: false)
      guard Set(made.events.map(\.time)).count == made.events.count else { return false }
      let first = made.builder.profile(of: made.events, choices: made.choices)
      made.events.shuffle(using: &random)
      return ProfileReferenceTests.same(first, made.builder.profile(of: made.events, choices: made.choices))
    }
  }

  @Test("C4: sensitive features, also as tags that the person set, and removed tags are in no profile, nor their items")
  func sensitive() {
    checkProperty(cases: 100, seed: 4000) { random in
      let made = RandomCase(&random)
      let profile = made.builder.profile(of: made.events, choices: made.choices)
      let removed = Set(made.choices.removed.compactMap { made.features.feature(named: $0.text) })
      let telling = made.features.items.filter { $0.value.contains { made.features.sensitive.contains($0.feature) } }
      return profile.tags.allSatisfy { !made.features.sensitive.contains($0.feature) && !removed.contains($0.feature) }
        && profile.history.allSatisfy { telling[$0.item] == nil && $0.weight != 0 }
        && profile.history.count <= made.rules.historyLimit
    }
  }
}
