import ModelFile

extension Retriever {
  /// The exact contributions to the scores of some items, in the order of the query's terms.
  ///
  /// - Parameter hops: The hop terms that the retrieval reported.
  /// - Complexity: the rows of the query's terms once more, plus the items' own features.
  package func contributions(
    _ query: QueryVector, hops: [QueryVector.Related], to items: [UInt32]
  ) -> [[TermContribution]] {
    precondition(items.count < 65_535)
    for (place, item) in items.enumerated() { unsafe shownPlace[Int(item)] = UInt16(place + 1) }
    defer { for item in items { unsafe shownPlace[Int(item)] = 0 } }
    var all = [[TermContribution]](repeating: [], count: items.count)
    let most = query.history.count + hops.count + query.features.count + 2
    for place in all.indices { all[place].reserveCapacity(min(most, 64)) }
    for (index, term) in query.history.enumerated() { collectRow(of: term, as: .history(index), into: &all) }
    for (index, term) in hops.enumerated() { collectRow(of: term, as: .related(index), into: &all) }
    for (index, term) in query.repeats.enumerated() {
      let place = unsafe shownPlace[Int(term.item)]
      if place > 0, term.points != 0 {
        all[Int(place) - 1].append(TermContribution(term: .repeat(index), weight: 0, points: term.points))
      }
    }
    let searched = query.search?.searched ?? []
    for (place, item) in items.enumerated() {
      let chosen = searched.isEmpty ? nil : searched.first { $0.item == item }
      for (index, word) in (query.search?.words ?? []).enumerated() {
        if let weight = chosen?.impacts[index], weight > 0 {
          let points = WordQuery.Word.points(factor: word.factor, impact: Int64(weight))
          all[place].append(TermContribution(term: .searched(index), weight: UInt32(weight), points: points))
        }
        guard let impact = impact(of: word.term, in: item), impact > 0 else { continue }
        let points = WordQuery.Word.points(factor: word.factor, impact: Int64(impact))
        all[place].append(TermContribution(term: .word(index), weight: UInt32(impact), points: points))
      }
      collectFeatures(of: item, query, into: &all[place])
      let points = generalPoints(of: item, weight: query.general)
      if points != 0 {
        let weight = snapshot.generalPoints(of: item)
        all[place].append(TermContribution(term: .general, weight: weight, points: points))
      }
    }
    return all
  }

  private func collectRow(
    of term: QueryVector.Related, as name: TermContribution.Term, into all: inout [[TermContribution]]
  ) {
    if term.factor == 0 { return }
    let items = unsafe snapshot.rowItems
    let shownPlace = unsafe self.shownPlace
    let row = snapshot.row(of: term.item)
    var entry = row.lowerBound
    while entry < row.upperBound {
      let item = unsafe Int(items[entry])
      let place = unsafe shownPlace[item]
      if place != 0 {
        let value = unsafe snapshot.rowValues[entry]
        let points = unsafe ((term.factor &* Int64(value)) >> 24) &* Int64(snapshot.targets[item])
        if points != 0 { all[Int(place) - 1].append(TermContribution(term: name, weight: value, points: points)) }
      }
      entry &+= 1
    }
  }

  /// Merges an item's features with the query's; both ascend by feature.
  private func collectFeatures(
    of item: UInt32, _ query: QueryVector, into contributions: inout [TermContribution]
  ) {
    let terms = query.features
    let target = Int64(snapshot.target(of: item))
    var index = 0
    for entry in snapshot.vector(of: item) {
      let feature = unsafe snapshot.vectorFeatures[entry]
      while index < terms.count, terms[index].feature < feature { index += 1 }
      if index == terms.count { return }
      if terms[index].feature != feature { continue }
      let weight = unsafe snapshot.vectorWeights[entry]
      let product = terms[index].factor &* Int64(weight)
      let points = query.featuresByTarget ? (product >> 12) &* target : product << 4
      if points != 0 {
        contributions.append(TermContribution(term: .feature(index), weight: UInt32(weight), points: points))
      }
    }
  }
}
