package import Intake
package import Vocabulary

/// Folds admitted events into a profile, in integers.
///
/// Complexity: linear in the events and their items' features, plus sorting both.
package struct ProfileBuilder<Features: FeatureSource> {
  private let rules: ProfileRules
  private let features: Features
  private let asOf: Timestamp

  package init(rules: ProfileRules, features: Features, asOf: Timestamp) {
    self.rules = rules
    self.features = features
    self.asOf = asOf
  }

  /// One event's part in one feature's weight.
  package struct Evidence: Sendable {
    /// Index into the events given.
    package let event: Int
    package let feature: UInt32
    /// Q16, rounded towards minus infinity once.
    package let weight: Int64
  }

  /// The profile of a person's events, given in any order.
  package func profile(of events: [AdmittedEvent], choices: TagChoices) -> Profile {
    var profile = Profile()
    let weighed = weigh(events)
    profile.events = weighed.count
    profile.history = history(of: events, weighed)
    profile.tags = merge(evidence(of: events, weighed.filter { choices.counts(events[$0.event].time) }), choices)
    profile.seen = seen(in: events)
    return profile
  }

  /// Every event's part in every feature, for showing where a profile came from; removed tags left out.
  package func evidence(of events: [AdmittedEvent], choices: TagChoices) -> [Evidence] {
    let removed = Set(choices.removed.compactMap { features.feature(named: $0.text) })
    return evidence(of: events, weigh(events).filter { choices.counts(events[$0.event].time) })
      .filter { !removed.contains($0.feature) }
  }

  // MARK: Steps

  /// An event that counts, with strength and recency multiplied.
  private struct Weighed {
    var event: Int
    var weight: Int64
  }

  /// The events of strength other than zero, latest first, with their weights now.
  private func weigh(_ events: [AdmittedEvent]) -> [Weighed] {
    let order = events.indices.sorted { (events[$0].time, $0) > (events[$1].time, $1) }
    var weighed: [Weighed] = []
    weighed.reserveCapacity(events.count)
    var place: Int64 = 0
    for index in order {
      let event = events[index]
      let strength = rules.strength(of: event.kind, value: event.value)
      if strength == 0 || isSensitive(event.item) { continue }
      let recency: Int64
      if rules.positionDecay > 0 {
        recency = FixedPoint.exponentialDecay(place, scale: rules.positionDecay)
        if event.item != .none { place += 1 }
      } else if event.time.isClock {
        recency = FixedPoint.halving(
          asOf.milliseconds - event.time.milliseconds, per: rules.kinds[Int(event.kind.rawValue)].halfLife)
      } else {
        recency = FixedPoint.one16
      }
      let weight = (strength * recency) >> 16
      if weight != 0 { weighed.append(Weighed(event: index, weight: weight)) }
    }
    return weighed
  }

  private func isSensitive(_ item: ItemNumber) -> Bool {
    var sensitive = false
    features.forEachFeature(of: item) { feature, _ in if features.isSensitive(feature) { sensitive = true } }
    return sensitive
  }

  private func history(of events: [AdmittedEvent], _ weighed: [Weighed]) -> [HistoryTerm] {
    var terms: [HistoryTerm] = []
    var greatest: [Int64] = []
    var places: [ItemNumber: Int] = [:]
    for entry in weighed {
      let event = events[entry.event]
      if event.item == .none { continue }
      if let place = places[event.item] {
        terms[place].weight += entry.weight
        if abs(entry.weight) > greatest[place] {
          greatest[place] = abs(entry.weight)
          terms[place].kind = event.kind
        }
      } else if terms.count < rules.historyLimit {
        places[event.item] = terms.count
        terms.append(HistoryTerm(item: event.item, weight: entry.weight, kind: event.kind, time: event.time))
        greatest.append(abs(entry.weight))
      }
    }
    return terms.filter { $0.weight != 0 }
  }

  private func evidence(of events: [AdmittedEvent], _ weighed: [Weighed]) -> [Evidence] {
    var all: [Evidence] = []
    for entry in weighed {
      let event = events[entry.event]
      func note(_ feature: UInt32, _ unit: Int64) {
        if features.isSensitive(feature) { return }
        let weight = (entry.weight * unit) >> 14
        if weight != 0 { all.append(Evidence(event: entry.event, feature: feature, weight: weight)) }
      }
      if event.item != .none { features.forEachFeature(of: event.item, note) }
      guard let detail = event.detail else { continue }
      if let query = detail.query { for (feature, unit) in features.features(ofQuery: query) { note(feature, unit) } }
      let wished = detail.tags.compactMap(features.feature(named:))
      let unit = wished.isEmpty ? 0 : Int64(FixedPoint.squareRoot(UInt64(1 << 28) / UInt64(wished.count)))
      for feature in wished { note(feature, unit) }
    }
    return all
  }

  private func merge(_ evidence: [Evidence], _ choices: TagChoices) -> [TagWeight] {
    let removed = Set(choices.removed.compactMap { features.feature(named: $0.text) })
    var pairs = evidence.map { TagWeight(feature: $0.feature, weight: $0.weight, added: false) }
    for tag in choices.added {
      // What was set before the policy made its field sensitive stays theirs, and says nothing.
      guard let feature = features.feature(named: tag.text), !features.isSensitive(feature) else { continue }
      pairs.append(TagWeight(feature: feature, weight: rules.addedTagWeight, added: true))
    }
    pairs.sort { $0.feature < $1.feature }
    var merged: [TagWeight] = []
    for pair in pairs where !removed.contains(pair.feature) {
      if let last = merged.last, last.feature == pair.feature {
        merged[merged.count - 1].weight += pair.weight
        merged[merged.count - 1].added = last.added || pair.added
      } else {
        merged.append(pair)
      }
    }
    return merged.filter { $0.weight != 0 }
  }

  private func seen(in events: [AdmittedEvent]) -> [ItemNumber] {
    var seen: [ItemNumber] = []
    for event in events where event.item != .none {
      for rule in rules.seen where rule.kinds.contains(event.kind) {
        let age = asOf.milliseconds - event.time.milliseconds
        if rule.window == 0 || !event.time.isClock || age <= rule.window { seen.append(event.item) }
      }
    }
    seen.sort()
    var distinct: [ItemNumber] = []
    distinct.reserveCapacity(seen.count)
    for item in seen where item != distinct.last { distinct.append(item) }
    return distinct
  }
}
