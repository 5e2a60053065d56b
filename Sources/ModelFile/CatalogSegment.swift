import Vocabulary

/// The catalogue as sparse unit vectors over features, with postings both ways.
///
/// A feature's weight in an item is log2(N/df) · field weight, the vector scaled to length 1 (Q14). Features of a single
/// item have weight 0: they relate nothing to anything.
package struct CatalogSegment: Sendable {
  /// Ascending by id.
  package let items: [CatalogItem]
  /// Every feature's text, ascending by UTF-8 bytes.
  let features: [String]
  /// log2(N/df), Q16; 0 for a feature of one item.
  let inverseFrequency: [UInt32]
  /// Item i has `vectorFeature[vectorStart[i]..<vectorStart[i + 1]]`, ascending.
  let vectorStart: [UInt32]
  let vectorFeature: [UInt32]
  /// Q14.
  let vectorWeight: [UInt16]

  /// - Parameter items: Ascending by id.
  /// - Complexity: linear in the features of all items, plus sorting the distinct ones.
  package init(items: [CatalogItem], parameters: ModelParameters) {
    self.items = items
    var numbers: [ExactText: UInt32] = [:]
    var found: [String] = []
    var flat: [UInt32] = []
    var starts: [UInt32] = [0]
    for item in items {
      for feature in item.features {
        if let known = numbers[ExactText(feature)] {
          flat.append(known)
        } else {
          let number = UInt32(found.count)
          numbers[ExactText(feature)] = number
          found.append(feature)
          flat.append(number)
        }
      }
      starts.append(UInt32(flat.count))
    }
    let order = found.indices.sorted { found[$0].utf8.lexicographicallyPrecedes(found[$1].utf8) }
    var rank = [UInt32](repeating: 0, count: found.count)
    for (place, index) in order.enumerated() { rank[index] = UInt32(place) }
    features = order.map { found[$0] }

    var frequency = [UInt64](repeating: 0, count: features.count)
    for index in flat.indices {
      flat[index] = rank[Int(flat[index])]
      frequency[Int(flat[index])] += 1
    }
    let total = FixedPoint.log2(UInt64(max(1, items.count { $0.named })))
    inverseFrequency = frequency.map { $0 < 2 ? 0 : UInt32(max(0, total - FixedPoint.log2($0)) >> 16) }
    let weights = zip(features, inverseFrequency).map {
      ($1 == 0 ? 0 : Int64($1) * parameters.fieldWeight(of: $0)) >> 16
    }

    var scaled: [UInt16] = []
    scaled.reserveCapacity(flat.count)
    for item in items.indices {
      let range = Int(starts[item])..<Int(starts[item + 1])
      flat[range].sort()
      // Weights are at most 64 · 100 in Q16, below 2^29; sixteen times less keeps the sum of squares below 2^63.
      let squares = flat[range].reduce(UInt64(0)) { sum, feature in
        let weight = UInt64(weights[Int(feature)] >> 4)
        return sum &+ weight &* weight
      }
      let norm = Int64(FixedPoint.squareRoot(squares)) << 4
      for feature in flat[range] {
        scaled.append(norm == 0 ? 0 : UInt16(min(16_384, weights[Int(feature)] << 14 / norm)))
      }
    }
    vectorStart = starts
    vectorFeature = flat
    vectorWeight = scaled
  }
}
