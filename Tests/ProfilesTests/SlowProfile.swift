import Intake
import Profiles
import Vocabulary

/// A profile by the book, with dictionaries and plain loops: what `ProfileBuilder` must agree with bit for bit.
struct SlowProfile {
  let rules: ProfileRules
  let features: ToyFeatures
  let asOf: Timestamp

  /// Events that count, latest first; of one time the later in the list first.
  private func weighed(_ events: [AdmittedEvent]) -> [(event: AdmittedEvent, weight: Int64)] {
    var rest = events
    var all: [(event: AdmittedEvent, weight: Int64)] = []
    var itemsBefore: Int64 = 0
    while !rest.isEmpty {
      var latest = 0
      for index in rest.indices where rest[index].time >= rest[latest].time { latest = index }
      let event = rest.remove(at: latest)

      var strength = rules.kinds[Int(event.kind.rawValue)].strength
      if event.kind == .rate {
        for rate in rules.rates where rate.value <= event.value { strength = rate.strength }
      }
      let vector = features.items[event.item] ?? []
      if strength == 0 || vector.contains(where: { features.sensitive.contains($0.feature) }) { continue }

      var recency = FixedPoint.one16
      if rules.positionDecay > 0 {
        recency = FixedPoint.exponentialDecay(itemsBefore, scale: rules.positionDecay)
        if event.item != .none { itemsBefore += 1 }
      } else if event.time.isClock {
        let age = asOf.milliseconds - event.time.milliseconds
        recency = FixedPoint.halving(age, per: rules.kinds[Int(event.kind.rawValue)].halfLife)
      }
      let weight = floorDivide(strength * recency, 65_536)
      if weight != 0 { all.append((event, weight)) }
    }
    return all
  }

  func profile(of events: [AdmittedEvent], choices: TagChoices) -> Profile {
    let weighed = weighed(events)
    var profile = Profile()
    profile.events = weighed.count
    profile.history = history(weighed)
    profile.tags = tags(weighed, choices)
    profile.seen = seen(events)
    return profile
  }

  private func history(_ weighed: [(event: AdmittedEvent, weight: Int64)]) -> [HistoryTerm] {
    var order: [ItemNumber] = []
    for (event, _) in weighed where event.item != .none && !order.contains(event.item) { order.append(event.item) }
    var history: [HistoryTerm] = []
    for item in order.prefix(rules.historyLimit) {
      let own = weighed.filter { $0.event.item == item }
      var sum: Int64 = 0
      var strongest = own[0]
      for entry in own {
        sum += entry.weight
        if entry.weight.magnitude > strongest.weight.magnitude { strongest = entry }
      }
      if sum == 0 { continue }
      history.append(HistoryTerm(item: item, weight: sum, kind: strongest.event.kind, time: own[0].event.time))
    }
    return history
  }

  private func tags(
    _ weighed: [(event: AdmittedEvent, weight: Int64)], _ choices: TagChoices
  ) -> [TagWeight] {
    var weights: [UInt32: Int64] = [:]
    for (event, weight) in weighed {
      var parts = features.items[event.item] ?? []
      if let query = event.detail?.query { parts += features.searches[query] ?? [] }
      let wished = (event.detail?.tags ?? []).filter { features.names[$0] != nil }
      for tag in wished {
        // 1/√n in Q14.
        var unit: Int64 = 0
        while (unit + 1) * (unit + 1) * Int64(wished.count) <= 1 << 28 { unit += 1 }
        if let feature = features.names[tag] { parts.append((feature, unit)) }
      }
      for part in parts where !features.sensitive.contains(part.feature) {
        weights[part.feature, default: 0] += floorDivide(weight * part.weight, 16_384)
      }
    }
    var added: Set<UInt32> = []
    for tag in choices.added {
      guard let feature = features.names[tag.text], !features.sensitive.contains(feature) else { continue }
      weights[feature, default: 0] += 262_144
      added.insert(feature)
    }
    for tag in choices.removed { if let feature = features.names[tag.text] { weights[feature] = 0 } }
    return weights.filter { $0.value != 0 }.sorted { $0.key < $1.key }
      .map { TagWeight(feature: $0.key, weight: $0.value, added: added.contains($0.key)) }
  }

  private func seen(_ events: [AdmittedEvent]) -> [ItemNumber] {
    var seen: [ItemNumber] = []
    for event in events where event.item != .none && !seen.contains(event.item) {
      for rule in rules.seen {
        let isLate = !event.time.isClock || asOf.milliseconds - event.time.milliseconds <= rule.window
        if rule.kinds.contains(event.kind), rule.window == 0 || isLate, !seen.contains(event.item) {
          seen.append(event.item)
        }
      }
    }
    return seen.sorted()
  }

  private func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
    let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
