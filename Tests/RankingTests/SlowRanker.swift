import ModelFile
import Profiles
import Ranking
import Retrieval
import Vocabulary

/// The list by the book: every item scored, all sorted, places filled one by one; what `Ranker` must agree with.
struct SlowRanker {
  struct Shown: Equatable {
    var item: UInt32
    var score: Int64
    var placement: Placement
  }

  let snapshot: Snapshot
  let rules: RankingRules
  private let rows: [[UInt32: Int64]]
  private let vectors: [[UInt32: Int64]]

  init(_ snapshot: Snapshot, _ rules: RankingRules) {
    self.snapshot = snapshot
    self.rules = rules
    rows = (0..<UInt32(snapshot.itemCount)).map { item in
      var row: [UInt32: Int64] = [:]
      for entry in snapshot.row(of: item) { unsafe row[snapshot.rowItems[entry]] = Int64(snapshot.rowValues[entry]) }
      return row
    }
    vectors = (0..<UInt32(snapshot.itemCount)).map { item in
      var vector: [UInt32: Int64] = [:]
      for entry in snapshot.vector(of: item) {
        unsafe vector[snapshot.vectorFeatures[entry]] = Int64(snapshot.vectorWeights[entry])
      }
      return vector
    }
  }

  private var all: Range<UInt32> { 0..<UInt32(snapshot.itemCount) }

  // MARK: Scores

  private func rowPart(_ terms: [QueryVector.Related], _ item: UInt32) -> Int64 {
    var sum: Int64 = 0
    for term in terms {
      let product = term.factor * (rows[Int(term.item)][item] ?? 0)
      let (quotient, remainder) = product.quotientAndRemainder(dividingBy: 1 << 24)
      sum += (remainder < 0 ? quotient - 1 : quotient) * Int64(snapshot.target(of: item))
    }
    return sum
  }

  func hops(_ query: QueryVector, _ causes: [String]) -> [QueryVector.Related] {
    if query.hop == 0 { return [] }
    let best = all.map { (item: $0, score: rowPart(query.history, $0)) }
      .filter { $0.score > 0 && causes[Int($0.item)] != "seen" }
      .sorted { ($1.score, $0.item) < ($0.score, $1.item) }.prefix(query.hopItems)
    return best.compactMap { item, score in
      var total: Int64 = 0
      for (other, value) in rows[Int(item)] { total += value * Int64(snapshot.target(of: other)) }
      if total == 0 { return nil }
      let factor = UInt128(score) * UInt128(query.hop) * 256 / UInt128(total)
      return QueryVector.Related(item: item, factor: Int64(min(factor, 1 << 38)))
    }
  }

  func score(_ item: UInt32, _ query: QueryVector, _ hops: [QueryVector.Related]) -> Int64 {
    var score = rowPart(query.history, item) + rowPart(hops, item)
    for term in query.repeats where term.item == item { score += term.points }
    for term in query.features {
      let product = term.factor * (vectors[Int(item)][term.feature] ?? 0)
      let (quotient, remainder) = product.quotientAndRemainder(dividingBy: 4096)
      score += (remainder < 0 ? quotient - 1 : quotient) * Int64(snapshot.target(of: item))
    }
    return score + query.general * Int64(snapshot.generalPoints(of: item)) / 4
  }

  // MARK: What may be shown

  /// For each item the first cause that keeps it out, or nothing.
  func causes(_ request: RankingRequest, _ profile: Profile, _ instructions: Instructions) -> [String] {
    all.map { item in
      let id = ExactText(snapshot.id(of: item))
      let tags = vectors[Int(item)].keys.map(snapshot.featureName(of:))
      let likes = instructions.similar.compactMap { snapshot.index(ofID: $0.text) }
      if !snapshot.isAvailable(item) { return "unavailable" }
      if instructions.items.contains(id) || instructions.similar.contains(id) { return "blocked" }
      if likes.contains(where: { snapshot.neighbours(of: $0).contains(item) }) { return "blocked" }
      if tags.contains(where: { instructions.tags.contains(ExactText($0)) }) { return "blocked" }
      if request.exclude.contains(item) { return "excluded" }
      if rules.repeat == 0 {
        if request.context.contains(item) { return "excluded" }
        if profile.seen.contains(where: { snapshot.index(of: $0) == item }) { return "seen" }
      }
      if let among = request.among, !among.contains(item) { return "outside" }
      if let within = request.within, !tags.contains(within) { return "outside" }
      return ""
    }
  }

  // MARK: The list

  /// Everything shown up to the end of the page.
  func list(
    _ query: QueryVector, _ request: RankingRequest, causes: [String], isPersonal: Bool
  ) -> [Shown] {
    let hops = hops(query, causes)
    let open = all.filter { causes[Int($0)].isEmpty }
    let generals = open.map { (item: $0, points: Int64(snapshot.generalPoints(of: $0))) }
      .sorted { ($1.points, $0.item) < ($0.points, $1.item) }
    let scored = generals.map { (item: $0.item, score: score($0.item, query, hops)) }
    func sorted(_ some: [(item: UInt32, score: Int64)]) -> [(item: UInt32, score: Int64)] {
      some.sorted { ($1.score, $0.item) < ($0.score, $1.item) }
    }
    var left =
      sorted(scored.filter { $0.score > 0 }) + scored.filter { $0.score == 0 } + sorted(scored.filter { $0.score < 0 })
    var shown: [Shown] = []
    while shown.count < request.offset + request.count, !left.isEmpty {
      let place = Int64(shown.count + 1)
      let isGeneral = isPersonal && place * rules.share / 65_536 > (place - 1) * rules.share / 65_536
      let unshown = generals.filter { general in general.points > 0 && left.contains { $0.item == general.item } }
      let pick: Shown
      if isGeneral, let first = unshown.first {
        pick = Shown(item: first.item, score: first.points * 16_384, placement: .generalShare)
      } else {
        let best = left.prefix(20).first { !isAlike($0.item, shown.last?.item) } ?? left[0]
        pick = Shown(item: best.item, score: best.score, placement: best.score > 0 ? .score : .fill)
      }
      shown.append(pick)
      left.removeAll { $0.item == pick.item }
    }
    return shown
  }

  private func isAlike(_ item: UInt32, _ other: UInt32?) -> Bool {
    guard rules.similarity > 0, let other else { return false }
    var dot: Int64 = 0
    for (feature, weight) in vectors[Int(item)] { dot += weight * (vectors[Int(other)][feature] ?? 0) }
    return dot >= rules.similarity * 4096
  }
}
