import ModelFile
import Vocabulary

@testable import Retrieval

/// Scores every item by the documented formulas, one multiplication at a time.
struct ExhaustiveScorer {
  let model: RandomModel
  let query: QueryVector
  /// By item; ``Exclusion/none`` for what may be shown.
  let exclusions: [Exclusion]

  private var snapshot: Snapshot { model.snapshot }
  private var items: Range<UInt32> { 0..<UInt32(snapshot.itemCount) }

  private func related(_ term: QueryVector.Related, _ item: UInt32) -> Int64 {
    let value = model.row(of: snapshot.id(of: term.item))[snapshot.id(of: item)] ?? 0
    // Rounded down once, before the target factor.
    return ((term.factor * value) >> 24) * Int64(snapshot.target(of: item))
  }

  var hops: [QueryVector.Related] {
    if query.hop == 0 { return [] }
    let first = items.map { item in Candidate(item: item, score: query.history.reduce(0) { $0 + related($1, item) }) }
    let best = first.filter { $0.score > 0 && exclusions[Int($0.item)] != .seen }.sorted { $0.precedes($1) }
    return best.prefix(query.hopItems).compactMap { candidate in
      let row = model.row(of: snapshot.id(of: candidate.item))
      let total = items.reduce(Int64(0)) {
        $0 + (row[snapshot.id(of: $1)] ?? 0) * Int64(snapshot.target(of: $1))
      }
      if total == 0 { return nil }
      let factor = UInt128(candidate.score) * UInt128(query.hop) * 256 / UInt128(total)
      return QueryVector.Related(item: candidate.item, factor: Int64(min(factor, 1 << 38)))
    }
  }

  func score(_ item: UInt32, hops: [QueryVector.Related]) -> Int64 {
    var score: Int64 = 0
    for term in query.history + hops { score += related(term, item) }
    for term in query.repeats where term.item == item { score += term.points }
    for term in query.features {
      for entry in snapshot.vector(of: item) where unsafe snapshot.vectorFeatures[entry] == term.feature {
        let product = unsafe term.factor * Int64(snapshot.vectorWeights[entry])
        score += query.featuresByTarget ? (product >> 12) * Int64(snapshot.target(of: item)) : product * 16
      }
    }
    return score + ((query.general * Int64(snapshot.generalPoints(of: item))) >> 2)
  }

  /// What scores above zero, then what scores nothing in the order of the general ranking, then the rest.
  func ranking(_ allowed: [UInt32]?) -> [Candidate] {
    let hops = self.hops
    let shown = items.filter { exclusions[Int($0)] == .none && allowed?.contains($0) ?? true }
    let all = shown.map { Candidate(item: $0, score: score($0, hops: hops)) }
    let positive = all.filter { $0.score > 0 }.sorted { $0.precedes($1) }
    var zero = all.filter { $0.score == 0 }
    if allowed == nil {
      let place = Dictionary(
        uniqueKeysWithValues: items.map { place in (unsafe snapshot.generalOrder[Int(place)], place) })
      zero.sort { place[$0.item] ?? 0 < place[$1.item] ?? 0 }
    } else {
      zero.sort {
        let (a, b) = (snapshot.generalPoints(of: $0.item), snapshot.generalPoints(of: $1.item))
        return a != b ? a > b : $0.item < $1.item
      }
    }
    return positive + zero + all.filter { $0.score < 0 }.sorted { $0.precedes($1) }
  }
}
