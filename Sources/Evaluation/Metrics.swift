import Vocabulary

/// How well one list answers one case, with `hits` the places of held items among the first k.
///
/// Every value lies within 0…1, and 1 is best. A held item that neither training nor the history has met can be in no
/// list and counts as missed.
package struct CaseScores: Hashable, Sendable {
  /// Recall@k: hits / held items.
  package var recall = 0.0
  /// NDCG@k with binary gain: Σ 1/log2(place + 1) over the hits, divided by the same sum for a list that begins with
  /// min(k, held items) hits.
  package var ndcg = 0.0
  /// MRR@k: 1 / the place of the first hit; 0 without a hit.
  package var mrr = 0.0
  /// HR@k: 1 where there is a hit, else 0.
  package var hit = 0.0
  /// MAP@k: the sum over the hits of the precision at their place, divided by min(k, held items).
  package var map = 0.0

  /// - Parameters:
  ///   - list: The first k items, best first, distinct.
  ///   - held: Distinct, ascending.
  package init(_ list: [UInt32], held: [UInt32], k: Int, discounts: Discounts) {
    var growing = Growing(held: held)
    for (index, item) in list.prefix(k).enumerated() { growing.add(item, at: index, discounts) }
    self = growing.scores(k: k, discounts)
  }

  /// A list that is read from its first place on.
  struct Growing {
    let held: [UInt32]
    private var hits = 0
    private var sums = CaseScores()

    init(held: [UInt32]) { self.held = held }

    mutating func add(_ item: UInt32, at index: Int, _ discounts: Discounts) {
      guard held.holds(item) else { return }
      hits += 1
      if hits == 1 { sums.mrr = 1 / Double(index + 1) }
      sums.ndcg += discounts.of[index]
      sums.map += Double(hits) / Double(index + 1)
    }

    /// What has been read as a list of length `k`.
    func scores(k: Int, _ discounts: Discounts) -> CaseScores {
      let possible = min(k, held.count)
      var scores = sums
      scores.recall = Double(hits) / Double(held.count)
      scores.hit = hits > 0 ? 1 : 0
      scores.ndcg /= discounts.sum[possible]
      scores.map /= Double(possible)
      return scores
    }
  }

  private init() {}

  /// The mean over cases; 0 for none.
  static func mean(_ scores: some Collection<CaseScores>) -> CaseScores {
    var sum = CaseScores()
    for score in scores { sum.add(score) }
    return sum.divided(by: Double(max(1, scores.count)))
  }

  mutating func add(_ other: CaseScores) {
    recall += other.recall
    ndcg += other.ndcg
    mrr += other.mrr
    hit += other.hit
    map += other.map
  }

  mutating func subtract(_ other: CaseScores) {
    recall -= other.recall
    ndcg -= other.ndcg
    mrr -= other.mrr
    hit -= other.hit
    map -= other.map
  }

  func divided(by count: Double) -> CaseScores {
    var mean = self
    mean.recall /= count
    mean.ndcg /= count
    mean.mrr /= count
    mean.hit /= count
    mean.map /= count
    return mean
  }

  static let zero = CaseScores()

  /// The names in reports with the values they stand for.
  package static var metrics: [(name: String, value: KeyPath<CaseScores, Double>)] {
    [("recall", \.recall), ("ndcg", \.ndcg), ("mrr", \.mrr), ("hit", \.hit), ("map", \.map)]
  }
}

/// What a hit is worth at each place: 1 / log2(place + 1), and the sums of the first of these.
package struct Discounts: Sendable {
  let of: [Double]
  /// By how many come first; one more entry than ``of``.
  let sum: [Double]

  package init(k: Int) {
    of = (0..<k).map { 1 / logarithm($0 + 2) }
    sum = of.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  }
}

/// log2, from integers alone, so that every machine reports the same digits.
func logarithm(_ number: Int) -> Double { Double(FixedPoint.log2(UInt64(number))) / 4_294_967_296 }

/// What all lists together say about the catalogue.
package struct ListScores: Hashable, Sendable {
  /// Coverage@k: the share of the items of training that occur in some list.
  package var coverage = 0.0
  /// Novelty@k: the mean over all places of −log2 of the share of training's people who have the item.
  package var novelty = 0.0
  /// Gini@k: how unevenly places fall on the items of training; 0 where each is shown as often, towards 1 where few
  /// items have all places.
  package var gini = 0.0

  /// - Parameters:
  ///   - support: Distinct people of training by item; items beyond are not of training and have none.
  ///   - people: All of them.
  package init(_ lists: [[UInt32]], support: [Int], people: Int) {
    var shown = [Int](repeating: 0, count: support.count)
    var places = 0
    var surprise = 0.0
    let greatest = logarithm(max(1, people))
    for list in lists {
      for item in list {
        places += 1
        guard Int(item) < support.count else {
          surprise += greatest
          continue
        }
        shown[Int(item)] += 1
        surprise += greatest - logarithm(max(1, support[Int(item)]))
      }
    }
    guard places > 0 else { return }
    coverage = Double(shown.count { $0 > 0 }) / Double(shown.count)
    novelty = surprise / Double(places)
    // With counts ascending: Σ (2i − n − 1) · count(i) / (n · Σ count), i from 1.
    shown.sort()
    var sum = 0.0
    for (index, count) in shown.enumerated() { sum += Double(2 * index + 1 - shown.count) * Double(count) }
    gini = sum / (Double(shown.count) * Double(max(1, shown.reduce(0, +))))
  }

  package static var metrics: [(name: String, value: KeyPath<ListScores, Double>)] {
    [("coverage", \.coverage), ("novelty", \.novelty), ("gini", \.gini)]
  }
}

extension [UInt32] {
  /// Whether this ascending list has the number.
  ///
  /// Complexity: O(log count).
  func holds(_ number: UInt32) -> Bool {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low] == number
  }
}
