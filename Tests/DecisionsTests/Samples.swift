import Decisions
import TestSupport
import Vocabulary

/// A text such as ids and tags are made of.
private func text(_ random: inout SplitMix64) -> String {
  ["item-\(random.below(100_000))", "brand:größe", "東京", "", String(repeating: "x", count: random.below(200))][
    random.below(5)]
}

private func texts(_ random: inout SplitMix64) -> [String] { (0..<random.below(4)).map { _ in text(&random) } }

extension DecisionRecord {
  /// A record of anything that the format can hold.
  ///
  /// - Parameter bits: How large a term's factor may be.
  static func random(_ random: inout SplitMix64, bits: Int = 64) -> DecisionRecord {
    func number(_ random: inout SplitMix64) -> Int64 {
      Int64(bitPattern: random.next()) >> Int64(random.below(64))
    }
    let terms = (0..<random.below(8)).map { _ in
      let event = random.chance(1, in: 2) ? EventKind.allCases[random.below(EventKind.allCases.count)] : nil
      return Term(
        kind: Term.Kind.allCases[random.below(Term.Kind.allCases.count)], name: text(&random), event: event,
        time: event == nil ? nil : Timestamp(milliseconds: number(&random)),
        factor: Int64(bitPattern: random.next()) >> Int64(64 - bits + random.below(bits)))
    }
    let places = (0..<random.below(6)).map { _ in
      Place(
        item: text(&random), rank: Int(number(&random).magnitude >> 1), placement: UInt8(random.below(256)),
        target: UInt32(truncatingIfNeeded: number(&random)),
        parts: (0..<(terms.isEmpty ? 0 : random.below(5))).map { _ in
          Part(term: random.below(terms.count), weight: UInt32(truncatingIfNeeded: number(&random)))
        })
    }
    var record = DecisionRecord(
      time: Timestamp(milliseconds: number(&random)), asOf: Timestamp(milliseconds: number(&random)),
      purpose: Purpose.allCases[random.below(Purpose.allCases.count)],
      basis: ["personal", "contextual", "general"][random.below(3)], reason: random.chance(1, in: 2) ? "signal" : nil,
      policy: text(&random), model: random.bytes(32), catalogue: random.bytes(32), watermark: number(&random),
      count: Int(number(&random)), offset: Int(number(&random)), context: texts(&random),
      within: random.chance(1, in: 2) ? "color:red" : nil, exclude: texts(&random),
      among: random.chance(1, in: 2) ? texts(&random) : nil, terms: terms, places: places,
      notShown: (0..<random.below(8)).map { _ in random.below(1_000_000) })
    if random.chance(1, in: 3) {
      record.search = Search(text: text(&random), sort: "-price", tags: texts(&random), price: "1..2")
    }
    return record
  }

  /// A record with one term of each kind, and one place.
  static func sample(factor: Int64, weights: [UInt32], target: UInt32) -> DecisionRecord {
    DecisionRecord(
      time: Timestamp(milliseconds: 5), asOf: Timestamp(milliseconds: 4), purpose: .recommendation, basis: "personal",
      reason: nil, policy: "p", model: [UInt8](repeating: 1, count: 32), catalogue: [UInt8](repeating: 2, count: 32),
      watermark: 3, count: 1, offset: 0, context: [], within: nil, exclude: [], among: nil,
      terms: Term.Kind.allCases.map { Term(kind: $0, name: "n", factor: factor) },
      places: [
        Place(
          item: "i", rank: 1, placement: 0, target: target,
          parts: weights.enumerated().map { Part(term: $0, weight: $1) })
      ], notShown: [0, 1, 2])
  }

  /// Whether the parts of every place can be added up in 64 bits.
  var canBeAddedUp: Bool {
    places.allSatisfy { place in
      var sum: Int64 = 0
      return place.parts.allSatisfy { part in
        let (next, overflow) = sum.addingReportingOverflow(points(of: part, in: place))
        sum = next
        return !overflow
      }
    }
  }
}
