import ModelFile

extension Retriever {
  /// The points of the general score at this weight (Q16).
  package func generalPoints(of item: UInt32, weight: Int64) -> Int64 {
    (weight &* Int64(snapshot.generalPoints(of: item))) >> 2
  }

  @inline(__always)
  func score(_ item: Int, general: Int64) -> Int64 {
    unsafe related[item] &* Int64(snapshot.targets[item]) &+ direct[item]
      &+ ((general &* Int64(snapshot.generalPoints[item])) >> 2)
  }

  @inline(__always)
  func mayShow(_ item: Int) -> Bool {
    unsafe exclusions[item] == 0 && snapshot.flags[item] & Snapshot.availableFlag != 0
  }

  /// Selects from the whole catalogue.
  func select(_ wanted: Int, general: Int64) -> (candidates: [Candidate], scored: Int) {
    var best = TopCandidates(capacity: wanted)
    let touched = unsafe self.touched
    var place = 0
    // What stands below the worst that is kept needs no look at the heap.
    var least: Int64 = 1
    while place < touchedCount {
      let item = unsafe touched[place]
      let points = score(Int(item), general: general)
      if points >= least {
        let candidate = Candidate(item: item, score: points)
        if best.accepts(candidate), mayShow(Int(item)) {
          best.insert(candidate)
          least = max(1, best.least)
        }
      }
      place &+= 1
    }
    let order = unsafe snapshot.generalOrder
    if general > 0 {
      // Untouched items have their general score alone and come in its order, so the first too low ends the search.
      for place in 0..<count {
        let item = unsafe order[place]
        if unsafe isTouched[Int(item)] { continue }
        let candidate = Candidate(item: item, score: generalPoints(of: item, weight: general))
        if candidate.score < max(1, best.least) { break }
        // Scores are coarser than that order, so equal ones may come with later items first.
        if best.accepts(candidate), mayShow(Int(item)) { best.insert(candidate) }
      }
    }
    var candidates = best.sorted()
    let scored = candidates.count
    if candidates.count < wanted {
      // What scores nothing fills up in the order of the general ranking.
      for place in 0..<count where candidates.count < wanted {
        let item = unsafe order[place]
        if mayShow(Int(item)), score(Int(item), general: general) == 0 {
          candidates.append(Candidate(item: item, score: 0))
        }
      }
      candidates += negative(general: general, wanted - candidates.count)
    }
    return (candidates, scored)
  }

  /// The items that score below zero, best first: shown only where nothing else is left.
  private func negative(general: Int64, _ wanted: Int) -> [Candidate] {
    var best = TopCandidates(capacity: wanted)
    for place in 0..<touchedCount {
      let item = unsafe touched[place]
      let candidate = Candidate(item: item, score: score(Int(item), general: general))
      if candidate.score < 0, best.accepts(candidate), mayShow(Int(item)) { best.insert(candidate) }
    }
    return best.sorted()
  }

  /// Selects from a list of items, ascending.
  func select(_ wanted: Int, among allowed: [UInt32], general: Int64) -> (candidates: [Candidate], scored: Int) {
    let all = allowed.filter { mayShow(Int($0)) }.map { Candidate(item: $0, score: score(Int($0), general: general)) }
    let positive = all.filter { $0.score > 0 }.sorted { $0.precedes($1) }
    let zero = all.filter { $0.score == 0 }.sorted {
      Candidate(item: $0.item, score: Int64(snapshot.generalPoints(of: $0.item)))
        .precedes(Candidate(item: $1.item, score: Int64(snapshot.generalPoints(of: $1.item))))
    }
    let negative = all.filter { $0.score < 0 }.sorted { $0.precedes($1) }
    return (Array((positive + zero + negative).prefix(wanted)), min(positive.count, wanted))
  }
}
