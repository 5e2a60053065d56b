import Consent
import Learning
import ModelFile
import Vocabulary

@testable import Evaluation

/// The whole engine as its documentation states it: pairs counted in dictionaries, every item scored, all sorted.
///
/// No stage is shared with the engine but the tables of powers and decays.
struct SlowEngine {
  struct Shown: Equatable {
    var item: String
    var score: Int64
  }

  let data: TaskData
  let parameters: ModelParameters
  private var support: [String: Int] = [:]
  private var general: [String: Int64] = [:]
  /// The published rows: 24 significant bits of the raw counts.
  private var rows: [String: [String: Int64]] = [:]
  private var shifts: [String: Int] = [:]
  private var sources: [String: UInt128] = [:]
  private var targets: [String: Int64] = [:]
  private var unit: UInt128 = 1
  /// Each item's count with itself.
  private var selves: [String: Int64] = [:]

  init(_ data: TaskData, _ parameters: ModelParameters) {
    self.data = data
    self.parameters = parameters
    learn()
    if parameters.rows.refine > 0 { refine() }
    derive()
  }

  /// A greater value first, equal ones by ascending id.
  private func sorted(_ values: [String: Int64]) -> [(item: String, value: Int64)] {
    values.map { ($0.key, $0.value) }.sorted { $0.1 != $1.1 ? $0.1 > $1.1 : ExactText($0.0) < ExactText($1.0) }
  }

  // MARK: Learning

  private typealias Step = (item: String, strength: Int64)

  private func timeline(_ person: Int) -> [Step] {
    let allowed = data.person(person).filter { !isSensitive(data.ids[Int($0.item.rawValue)]) }
    let strong = allowed.map { ($0, parameters.strength(of: $0.kind, value: $0.value) >> 8) }
      .filter { $0.1 > 0 && !$0.0.kind.isNegative }
    let ordered = strong.sorted { a, b in
      if a.0.time != b.0.time { return a.0.time < b.0.time }
      let (x, y) = (ExactText(data.ids[Int(a.0.item.rawValue)]), ExactText(data.ids[Int(b.0.item.rawValue)]))
      return x != y ? x < y : (a.0.kind.rawValue, a.1) < (b.0.kind.rawValue, b.1)
    }
    return ordered.suffix(Int(parameters.timeline.cap)).map { (data.ids[Int($0.0.item.rawValue)], $0.1) }
  }

  private mutating func learn() {
    var sums: [String: [String: Int64]] = [:]
    var behind: [String: [String: Int]] = [:]
    for person in 0..<data.personCount {
      let line = timeline(person)
      let items = Set(line.map(\.item))
      for item in items {
        support[item, default: 0] += 1
        general[item, default: 0] += (line.filter { $0.item == item }.map(\.strength).max() ?? 0) << 8
      }
      let factor = FixedPoint.power(
        UInt64(max(1, items.count)), minus: parameters.timeline.subjectExponent, fractionBits: 24)
      let greatest = line.map(\.strength).max() ?? 0
      for item in items {
        let strength = min(line.filter { $0.item == item }.map(\.strength).reduce(0, +), 2 * greatest)
        selves[item, default: 0] += strength * strength * factor / 1_048_576
      }
      var own: [String: [String: Int64]] = [:]
      for a in line.indices {
        for b in line.indices where line[a].item != line[b].item {
          let distance = abs(a - b)
          if parameters.timeline.window > 0, distance > parameters.timeline.window { continue }
          var decay = FixedPoint.one16
          for _ in 1..<distance { decay = decay * parameters.timeline.gapDecay / 65_536 }
          if b < a { decay = decay * parameters.timeline.backward / 65_536 }
          let weight = line[a].strength * line[b].strength * factor / 1_048_576 * decay / 65_536
          own[line[a].item, default: [:]][line[b].item, default: 0] += weight
        }
      }
      for (item, neighbours) in own {
        for (neighbour, sum) in neighbours where sum > 0 {
          sums[item, default: [:]][neighbour, default: 0] += min(sum, 4 * (greatest * greatest * factor / 1_048_576))
          behind[item, default: [:]][neighbour, default: 0] += 1
        }
      }
    }
    support = support.filter { $0.value >= parameters.rows.support }
    for item in support.keys {
      let strong = sums[item, default: [:]].filter {
        support[$0.key] != nil && behind[item]?[$0.key] ?? 0 >= parameters.rows.support
      }
      let kept = sorted(strong).prefix(Int(parameters.rows.neighbors)).map { ($0.item, value: damped($0.value)) }
      var shift = 0
      while (kept.map(\.value).max() ?? 0) >> shift >= 1 << 24 { shift += 1 }
      shifts[item] = shift
      rows[item] = Dictionary(uniqueKeysWithValues: kept.map { ($0.0, $0.value >> shift) }).filter { $0.value > 0 }
    }
    general = general.filter { support[$0.key] != nil }
  }

  /// Every item regressed on its strongest neighbours; the rows are then what each item says of others.
  private mutating func refine() {
    func pair(_ a: String, _ b: String) -> Double {
      Double(max((rows[a]?[b] ?? 0) << Int64(shifts[a] ?? 0), (rows[b]?[a] ?? 0) << Int64(shifts[b] ?? 0)))
    }
    func power(_ item: String, _ exponent: Int64, _ bits: Int) -> Double {
      Double(FixedPoint.power(UInt64(support[item] ?? 1), minus: exponent, fractionBits: bits))
    }
    let exponent = parameters.query.sourceExponent
    let people = support.values.reduce(0, +)
    let mean = Double(support.keys.reduce(Int64(0)) { $0 + (selves[$1] ?? 0) }) / Double(max(1, people))
    let unit = Double(parameters.rows.ridge) / 65_536 * max(mean, 1)
    var refined: [String: [String: Int64]] = [:]
    for item in support.keys {
      let near = support.keys.filter { $0 != item && pair($0, item) > 0 }
        .map { (item: $0, strength: pair($0, item) * power($0, exponent, 36)) }
        .sorted { $0.strength != $1.strength ? $0.strength > $1.strength : ExactText($0.item) < ExactText($1.item) }
        .prefix(Int(parameters.rows.refine)).map(\.item)
      let penalty = near.map { unit * (power($0, -exponent, 24) / 16_777_216) }
      // The upper half of the matrix, a row for each neighbour, and the right side.
      var matrix = near.indices.map { row in
        near.indices.map { pair(near[row], near[$0]) + ($0 == row ? Double(selves[near[row]] ?? 0) + penalty[row] : 0) }
      }
      var side = near.map { pair($0, item) }
      for k in near.indices {
        matrix[k][k] = max(matrix[k][k], penalty[k])
        for i in near.indices where i > k {
          let factor = matrix[k][i] / matrix[k][k]
          for c in near.indices where c >= i { matrix[i][c] = matrix[i][c] - factor * matrix[k][c] }
          side[i] = side[i] - factor * side[k]
        }
      }
      for k in near.indices.reversed() {
        for c in near.indices where c > k { side[k] = side[k] - matrix[k][c] * side[c] }
        side[k] = side[k] / matrix[k][k]
      }
      for (place, other) in near.enumerated() where side[place] > 0 {
        refined[other, default: [:]][item] = Int64(min(side[place], 256) * 4_294_967_296)
      }
    }
    for item in support.keys {
      let row = refined[item] ?? [:]
      var shift = 0
      while (row.values.max() ?? 0) >> shift >= 1 << 24 { shift += 1 }
      shifts[item] = shift
      rows[item] = row.mapValues { $0 >> shift }.filter { $0.value > 0 }
    }
  }

  /// The count to the power `rows.exponent`, both with 20 fraction bits.
  private func damped(_ count: Int64) -> Int64 {
    if parameters.rows.exponent == FixedPoint.one16 { return count }
    let logarithm = FixedPoint.log2(UInt64(count)) - 20 << 32
    return FixedPoint.exp2((logarithm * parameters.rows.exponent) >> 16 + 20 << 32, fractionBits: 0)
  }

  // MARK: Factors

  private func source(_ item: String) -> UInt128 { sources[item] ?? 0 }

  private func target(_ item: String) -> Int64 { targets[item] ?? 0 }

  /// What may be shown: also what too few people have met.
  private var catalogue: Set<String> { Set(data.ids[..<data.catalogueItems]) }

  private mutating func derive() {
    let isRefined = parameters.rows.refine > 0
    for item in catalogue { targets[item] = 65_536 }
    for (item, people) in support {
      let exponent = isRefined ? 0 : parameters.query.sourceExponent
      sources[item] = UInt128(max(1, FixedPoint.power(UInt64(people), minus: exponent, fractionBits: 36)))
      targets[item] = FixedPoint.power(UInt64(people), minus: parameters.query.targetExponent, fractionBits: 16)
    }
    let greatest = max(65_536, targets.values.max() ?? 0)
    targets = targets.mapValues { max(1, $0 * 65_536 / greatest) }
    // The mean over rows of the largest source · raw · target, with 16 fraction bits.
    let largest = rows.filter { !$0.value.isEmpty }.map { item, row in
      let part = row.map { UInt128($0.value) * UInt128(target($0.key)) }.max() ?? 0
      return ((part << UInt128(shifts[item] ?? 0)) * source(item)) >> 20
    }
    unit = largest.isEmpty ? 1 : max(1, largest.reduce(0, +) / UInt128(largest.count))
  }

  // MARK: Tags

  private func features(_ item: String) -> [String] {
    guard let number = data.ids.firstIndex(of: item), number < data.features.count else { return [] }
    return data.features[number]
  }

  /// Whether the shipped policy forbids to use an item as evidence.
  private func isSensitive(_ item: String) -> Bool {
    features(item).contains { Policy.shipped.isSensitive(tag: $0) }
  }

  /// An item's unit vector in Q14: log2(N/df) · the field's weight for each tag that more than one item has.
  private func vector(_ item: String) -> [String: Int64] {
    var weights: [String: Int64] = [:]
    for tag in features(item) {
      let items = catalogue.count { features($0).contains(tag) }
      let rarity = FixedPoint.log2(UInt64(catalogue.count)) - FixedPoint.log2(UInt64(items))
      let field = parameters.tags.fields[String(Tag.field(of: tag))] ?? parameters.tags.fields["*"] ?? 65_536
      weights[tag] = items < 2 ? 0 : ((rarity >> 16) * field) >> 16
    }
    let squares = weights.values.reduce(0) { $0 + ($1 >> 4) * ($1 >> 4) }
    let length = Int64(FixedPoint.squareRoot(UInt64(squares))) << 4
    return weights.mapValues { length == 0 ? 0 : min(16_384, $0 * 16_384 / length) }
  }

  private func generalPoints(_ item: String) -> Int64 {
    (general[item] ?? 0) * 1_048_576 / max(1, general.values.max() ?? 0)
  }

  // MARK: One person

  /// Items of the history with their weights (Q16), latest first; and what each event says of a tag, summed up.
  private func history(
    _ events: ArraySlice<TimelineEvent>, asOf: Timestamp
  ) -> (terms: [(item: String, weight: Int64)], tags: [String: Int64]) {
    var terms: [(item: String, weight: Int64)] = []
    var tags: [String: Int64] = [:]
    var steps: Int64 = 0
    let latestFirst = events.indices.sorted { (events[$0].time, $0) > (events[$1].time, $1) }
    for index in latestFirst {
      let event = events[index]
      let strength = parameters.strength(of: event.kind, value: event.value)
      if strength == 0 || isSensitive(data.ids[Int(event.item.rawValue)]) { continue }
      var recency = FixedPoint.one16
      if parameters.query.positionDecay > 0 {
        recency = FixedPoint.exponentialDecay(steps, scale: parameters.query.positionDecay)
        steps += 1
      } else if event.time.isClock {
        let halfLife = parameters.events[Int(event.kind.rawValue)].halfLifeDays * 86_400_000 / 65_536
        recency = FixedPoint.halving(asOf.milliseconds - event.time.milliseconds, per: halfLife)
      }
      let weight = (strength * recency) >> 16
      if weight == 0 { continue }
      let item = data.ids[Int(event.item.rawValue)]
      for (tag, part) in vector(item) { tags[tag, default: 0] += (weight * part) >> 14 }
      if let known = terms.firstIndex(where: { $0.item == item }) {
        terms[known].weight += weight
      } else if terms.count < parameters.query.history {
        terms.append((item, weight))
      }
    }
    return (terms.filter { $0.weight != 0 }, tags)
  }

  private func floorShift(_ factor: Int64, _ value: Int64) -> Int64 {
    let (quotient, remainder) = (factor * value).quotientAndRemainder(dividingBy: 1 << 24)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// The first k items, the history's left out where asked.
  func rank(_ events: ArraySlice<TimelineEvent>, k: Int, leavesOut: Bool, asOf: Timestamp) -> [Shown] {
    let (terms, tags) = history(events, asOf: asOf)
    let all = catalogue
    let known = terms.filter { all.contains($0.item) }
    let hidden = leavesOut ? Set(events.map { data.ids[Int($0.item.rawValue)] }) : []
    var scores = Dictionary(uniqueKeysWithValues: all.map { ($0, Int64(0)) })
    for term in known {
      let shift = UInt128(1) << UInt128((shifts[term.item] ?? 0) + 22)
      if rows[term.item] == nil { continue }
      let size = min(UInt128(term.weight.magnitude) * source(term.item) * shift / unit, 1 << 28)
      let factor = term.weight < 0 ? -Int64(size) : Int64(size)
      for (item, value) in rows[term.item] ?? [:] {
        scores[item, default: 0] += floorShift(factor, value) * target(item)
      }
    }
    if parameters.query.hop > 0 {
      let best = sorted(scores.filter { $0.value > 0 && !hidden.contains($0.key) })
      for (item, score) in best.prefix(Int(parameters.query.hopItems)) {
        let total = (rows[item] ?? [:]).reduce(0) { $0 + $1.value * target($1.key) }
        if total == 0 { continue }
        let factor = min(UInt128(score) * UInt128(parameters.query.hop) * 256 / UInt128(total), 1 << 38)
        for (other, value) in rows[item] ?? [:] {
          scores[other, default: 0] += floorShift(Int64(factor), value) * target(other)
        }
      }
    }
    for term in known where term.weight > 0 {
      let share = term.item == terms.first?.item ? parameters.query.repeatLatest : 65_536
      let factor = parameters.query.repeat * share / 65_536
      scores[term.item, default: 0] += ((term.weight * factor) >> 16) * 262_144
    }
    for item in all {
      for (tag, part) in vector(item) {
        let factor = ((tags[tag] ?? 0) * parameters.tags.weight) >> 16
        scores[item, default: 0] += ((factor * part) >> 12) * target(item)
      }
    }
    // Somebody of whom nothing is known gets the general ranking alone.
    let weight = terms.isEmpty && tags.allSatisfy { $0.value == 0 } ? FixedPoint.one16 : parameters.general.weight
    for item in all { scores[item, default: 0] += weight * generalPoints(item) / 4 }

    let open = scores.filter { !hidden.contains($0.key) }
    let rest = Dictionary(uniqueKeysWithValues: open.filter { $0.value == 0 }.map { ($0.key, generalPoints($0.key)) })
    var list = sorted(open.filter { $0.value > 0 }).map { Shown(item: $0.item, score: $0.value) }
    list += sorted(rest).map { Shown(item: $0.item, score: 0) }
    list += sorted(open.filter { $0.value < 0 }).map { Shown(item: $0.item, score: $0.value) }
    return Array(list.prefix(k))
  }
}
