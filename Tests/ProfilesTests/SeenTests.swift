import Profiles
import TestSupport
import Testing
import Vocabulary

@Suite("Items seen lately")
struct SeenTests {
  private static func seen(_ rules: [ProfileRules.Seen], _ events: [(EventKind, UInt32?, Int64)]) -> [UInt32] {
    // Kinds of strength 0: what was seen is seen, whatever it counts.
    let all = ProfileBuilder(rules: ProfilesTests.rules([:], seen: rules), features: ToyFeatures(), asOf: now)
      .profile(of: events.map { event($0.0, $0.1, at: $0.2) }, choices: TagChoices())
    return all.seen.map(\.rawValue)
  }

  @Test("exactly at the window's border an item is seen still, a millisecond later no more")
  func border() {
    let rule = ProfileRules.Seen(kinds: [.view], window: 3 * day)
    let border = now.milliseconds - 3 * day
    let late = SeenTests.seen([rule], [(.view, 1, border), (.view, 2, border - 1), (.view, 3, border + 1)])
    #expect(late == [1, 3])
    // Events later than the clock are seen as well.
    let early = SeenTests.seen([rule], [(.view, 4, now.milliseconds), (.view, 5, now.milliseconds + day)])
    #expect(early == [4, 5])
  }

  @Test("a window of 0 is for ever")
  func forEver() {
    let first: Int64 = 315_532_800_000
    let rule = ProfileRules.Seen(kinds: [.purchase], window: 0)
    #expect(SeenTests.seen([rule], [(.purchase, 1, first), (.purchase, 2, now.milliseconds)]) == [1, 2])
    let short = ProfileRules.Seen(kinds: [.purchase], window: 1)
    #expect(SeenTests.seen([short], [(.purchase, 1, first), (.purchase, 2, now.milliseconds - 1)]) == [2])
  }

  @Test("events without a time of day are always lately")
  func withoutClock() {
    let rule = ProfileRules.Seen(kinds: [.view], window: 1)
    // The first moment of 1980 is a clock's, the one before a place in a file.
    let first: Int64 = 315_532_800_000
    #expect(SeenTests.seen([rule], [(.view, 1, 0), (.view, 2, first - 1), (.view, 3, first)]) == [1, 2])
  }

  @Test("only the kinds of a rule count, each rule for itself, each item once, ascending; searches never")
  func kinds() {
    let rules = [
      ProfileRules.Seen(kinds: [.view, .click], window: day), ProfileRules.Seen(kinds: [.purchase], window: 30 * day),
    ]
    let old = now.milliseconds - 10 * day
    let events: [(EventKind, UInt32?, Int64)] = [
      (.purchase, 9, old), (.view, 8, old), (.click, 5, now.milliseconds), (.view, 5, now.milliseconds),
      (.cart, 4, now.milliseconds), (.view, nil, now.milliseconds), (.view, 9, now.milliseconds),
    ]
    #expect(SeenTests.seen(rules, events) == [5, 9])
    #expect(SeenTests.seen([], events).isEmpty)
  }

  @Test("a longer window never forgets what a shorter one keeps")
  func monotone() {
    checkProperty(cases: 100, seed: 5000) { random in
      let made = RandomCase(&random)
      var longer = made
      for index in longer.rules.seen.indices where longer.rules.seen[index].window > 0 {
        longer.rules.seen[index].window += Int64(random.below(40)) * day
      }
      let short = Set(made.builder.profile(of: made.events, choices: made.choices).seen)
      return short.isSubset(of: longer.builder.profile(of: made.events, choices: made.choices).seen)
    }
  }
}
