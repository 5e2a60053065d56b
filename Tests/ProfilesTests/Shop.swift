import Profiles
import TestSupport
import Vocabulary

@testable import Intake

/// A catalogue written down by hand, or at random.
struct ToyFeatures: FeatureSource {
  var items: [ItemNumber: [(feature: UInt32, weight: Int64)]] = [:]
  var searches: [String: [(feature: UInt32, weight: Int64)]] = [:]
  var names: [String: UInt32] = [:]
  var sensitive: Set<UInt32> = []

  func forEachFeature(of item: ItemNumber, _ body: (_ feature: UInt32, _ weight: Int64) -> Void) {
    for (feature, weight) in items[item] ?? [] { body(feature, weight) }
  }
  func features(ofQuery query: String) -> [(feature: UInt32, weight: Int64)] { searches[query] ?? [] }
  func feature(named name: String) -> UInt32? { names[name] }
  func isSensitive(_ feature: UInt32) -> Bool { sensitive.contains(feature) }
}

/// An event with only what profiles look at.
func event(
  _ kind: EventKind, _ item: UInt32? = nil, at milliseconds: Int64, value: Int32 = 0, query: String? = nil,
  tags: [String] = []
) -> AdmittedEvent {
  let detail =
    query == nil && tags.isEmpty ? nil : EventDetail(query: query, tags: tags, source: nil, decision: nil)
  return AdmittedEvent(
    time: Timestamp(milliseconds: milliseconds), item: item.map { ItemNumber($0) } ?? .none, value: value, kind: kind,
    purposes: .all, session: 0, detail: detail)
}

/// Rules where every kind counts 0, with these exceptions.
func rules(
  _ kinds: [EventKind: ProfileRules.Kind], rates: [(value: Int32, strength: Int64)] = [], positionDecay: Int64 = 0,
  historyLimit: Int = 500, seen: [ProfileRules.Seen] = []
) -> ProfileRules {
  ProfileRules(
    kinds: EventKind.allCases.map { kinds[$0] ?? ProfileRules.Kind(strength: 0, halfLife: 0) }, rates: rates,
    positionDecay: positionDecay, historyLimit: historyLimit, seen: seen)
}

let day: Int64 = 86_400_000
/// 2026-05-01.
let now = Timestamp(milliseconds: 1_777_593_600_000)

/// Everything a profile is made of, at random.
struct RandomCase {
  var rules: ProfileRules
  var features = ToyFeatures()
  var events: [AdmittedEvent] = []
  var choices = TagChoices()

  var builder: ProfileBuilder<ToyFeatures> { ProfileBuilder(rules: rules, features: features, asOf: now) }

  /// - Parameter ties: Whether several events may have one time.
  init(_ random: inout SplitMix64, ties: Bool = true) {
    let names = (0..<12).map { "tag:\($0)" }
    func vector(_ random: inout SplitMix64) -> [(feature: UInt32, weight: Int64)] {
      (0..<random.below(5)).map { _ in (UInt32(random.below(14)), Int64(1 + random.below(16_384))) }
    }
    rules = ProfileRules(
      kinds: EventKind.allCases.map { kind in
        let strength = Int64(random.below(10 << 16))
        return ProfileRules.Kind(
          strength: random.chance(1, in: 6) ? 0 : kind.isNegative ? -strength : strength,
          halfLife: random.chance(1, in: 4) ? 0 : Int64(1 + random.below(400)) * day / 3)
      },
      rates: (0..<random.below(4)).map {
        (value: Int32($0 * 1000 + random.below(900)), strength: Int64(random.below(12 << 16) - 6 << 16))
      },
      positionDecay: random.chance(1, in: 3) ? Int64(1 + random.below(20 << 16)) : 0,
      historyLimit: 1 + random.below(12),
      seen: (0..<random.below(3)).map { _ in
        ProfileRules.Seen(
          kinds: Set(EventKind.allCases.filter { _ in random.chance(1, in: 3) }),
          window: random.chance(1, in: 4) ? 0 : Int64(random.below(60)) * day)
      })
    for (feature, name) in names.enumerated() where random.chance(5, in: 6) { features.names[name] = UInt32(feature) }
    for item in 0..<UInt32(15) where random.chance(5, in: 6) { features.items[ItemNumber(item)] = vector(&random) }
    for query in ["red shoes", "boots", "nothing"] { features.searches[query] = vector(&random) }
    for feature in 0..<UInt32(14) where random.chance(1, in: 9) { features.sensitive.insert(feature) }
    for index in 0..<random.below(40) {
      let clock = now.milliseconds - (ties ? Int64(random.below(25) - 1) * 20 * day : Int64(index * 7_654_321))
      let place = Int64(ties ? random.below(30) : index)
      events.append(
        event(
          EventKind.allCases[random.below(EventKind.allCases.count)],
          random.chance(1, in: 6) ? nil : UInt32(random.below(15)),
          at: random.chance(1, in: 5) ? place : clock, value: Int32(random.below(5000) - 500),
          query: random.chance(1, in: 5) ? ["red shoes", "boots", "unknown"][random.below(3)] : nil,
          tags: (0..<max(0, random.below(6) - 2)).map { _ in names[random.below(names.count)] }))
    }
    choices.removed = Set(names.filter { _ in random.chance(1, in: 8) }.map { ExactText($0) })
    choices.added = Set(names.filter { _ in random.chance(1, in: 8) }.map { ExactText($0) })
  }
}
