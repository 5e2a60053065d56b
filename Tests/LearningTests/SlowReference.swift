import ModelFile
import Vocabulary

@testable import Learning

/// The counting as the documentation states it, pair by pair and in dictionaries.
struct SlowReference {
  let log: Log

  /// One person's items and strengths (Q8) in order, cut to the cap.
  private func timeline(_ events: [TimelineEvent]) -> [(rank: Int, strength: Int64, bought: Bool)] {
    let strong = events.compactMap { event -> (TimelineEvent, Int, Int64)? in
      if event.kind.isNegative { return nil }
      let strength = log.parameters.strength(of: event.kind, value: event.value) >> 8
      return strength <= 0 ? nil : (event, Int(log.ranks[Int(event.item.rawValue)]), strength)
    }
    let ordered = strong.sorted {
      let (a, b) = ($0, $1)
      return (a.0.time.milliseconds, a.1, a.0.kind.rawValue, a.2) < (b.0.time.milliseconds, b.1, b.0.kind.rawValue, b.2)
    }
    return ordered.suffix(Int(log.parameters.timeline.cap)).map { ($0.1, $0.2, $0.0.kind == .purchase) }
  }

  private func decay(_ gap: Int) -> Int64 {
    var value = FixedPoint.one16
    for _ in 0..<gap { value = (value * log.parameters.timeline.gapDecay) >> 16 }
    return value
  }

  /// The count to the power `rows.exponent`, both with 20 fraction bits.
  private func damped(_ count: Int64) -> Int64 {
    let exponent = log.parameters.rows.exponent
    if exponent == FixedPoint.one16 { return count }
    let logarithm = FixedPoint.log2(UInt64(count)) - 20 << 32
    return FixedPoint.exp2((logarithm * exponent) >> 16 + 20 << 32, fractionBits: 0)
  }

  var text: String {
    let parameters = log.parameters
    var support: [Int: Int] = [:]
    var general: [Int: Int64] = [:]
    var buyers: [Int: Int] = [:]
    var sums: [Int: [Int: Int64]] = [:]
    var pairSupport: [Int: [Int: Int]] = [:]
    for events in log.people {
      let line = timeline(events)
      for item in Set(line.map(\.rank)) {
        support[item, default: 0] += 1
        let strongest = line.filter { $0.rank == item }.map(\.strength).max() ?? 0
        general[item, default: 0] += strongest << 8
        if line.contains(where: { $0.rank == item && $0.bought }) { buyers[item, default: 0] += 1 }
      }
      let distinct = UInt64(max(1, Set(line.map(\.rank)).count))
      let subject = FixedPoint.power(distinct, minus: parameters.timeline.subjectExponent, fractionBits: 24)
      let greatest = line.map(\.strength).max() ?? 0
      let bound = 4 * ((greatest * greatest * subject) >> 20)
      var own: [Int: [Int: Int64]] = [:]
      for a in line.indices {
        for b in line.indices where line[a].rank != line[b].rank {
          let distance = abs(a - b)
          if parameters.timeline.window > 0, distance > Int(parameters.timeline.window) { continue }
          let base = (line[a].strength * line[b].strength * subject) >> 20
          let forward = decay(distance - 1)
          let factor = b > a ? forward : (forward * parameters.timeline.backward) >> 16
          own[line[a].rank, default: [:]][line[b].rank, default: 0] += (base * factor) >> 16
        }
      }
      for (item, neighbours) in own {
        for (neighbour, sum) in neighbours where sum > 0 {
          sums[item, default: [:]][neighbour, default: 0] += min(sum, bound)
          pairSupport[item, default: [:]][neighbour, default: 0] += 1
        }
      }
    }
    let threshold = Int(parameters.rows.support)
    return log.ids.indices.filter { support[$0, default: 0] >= threshold }.map { item in
      let row = sums[item, default: [:]].filter {
        pairSupport[item]?[$0.key] ?? 0 >= threshold && support[$0.key, default: 0] >= threshold
      }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Int(parameters.rows.neighbors))
        .map { (key: $0.key, value: damped($0.value)) }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      var shift: Int64 = 0
      while (row.first?.value ?? 0) >> shift >= 1 << 24 { shift += 1 }
      let cut = row.map { (key: $0.key, value: $0.value >> shift) }.filter { $0.value > 0 }
      let entries = cut.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\(log.ids[$0.key])=\($0.value)" }
      let sales = buyers[item, default: 0] >= threshold ? buyers[item, default: 0] : 0
      return "\(log.ids[item]) d\(support[item, default: 0]) g\(general[item, default: 0]) s\(sales) <<\(shift): "
        + entries.joined(separator: " ")
    }.joined(separator: "\n")
  }
}
