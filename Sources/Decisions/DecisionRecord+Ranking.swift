import ModelFile
package import Ranking
import Retrieval
package import Vocabulary

extension DecisionRecord {
  /// The terms and places of a ranked list, with only the terms that count for something shown.
  ///
  /// - Parameters:
  ///   - contextCount: How many of the query's first history terms are the request's context rather than history.
  ///   - event: The kind and time behind a history item.
  package static func parts(
    of list: RankedList, ranker: Ranker, contextCount: Int,
    event: (_ item: UInt32) -> (kind: EventKind, time: Timestamp)?
  ) -> (terms: [Term], places: [Place]) {
    let snapshot = ranker.snapshot
    var terms: [Term] = []
    var numbers: [TermContribution.Term: Int] = [:]
    var slotGeneral: Int?
    func number(of contribution: TermContribution, in place: Ranking.Place) -> Int {
      if place.placement == .generalShare {
        if let slotGeneral { return slotGeneral }
        terms.append(Term(kind: .general, name: "", factor: FixedPoint.one16))
        slotGeneral = terms.count - 1
        return terms.count - 1
      }
      if let known = numbers[contribution.term] { return known }
      switch contribution.term {
      case .history(let index):
        let term = list.query.history[index]
        let name = snapshot.id(of: term.item)
        if index < contextCount {
          terms.append(Term(kind: .context, name: name, factor: term.factor))
        } else {
          let source = event(term.item)
          terms.append(
            Term(kind: .history, name: name, event: source?.kind, time: source?.time, factor: term.factor))
        }
      case .related(let index):
        let term = list.hops[index]
        terms.append(Term(kind: .related, name: snapshot.id(of: term.item), factor: term.factor))
      case .repeat(let index):
        let term = list.query.repeats[index]
        terms.append(Term(kind: .repeat, name: snapshot.id(of: term.item), factor: term.points))
      case .feature(let index):
        let term = list.query.features[index]
        terms.append(Term(kind: .tag, name: snapshot.featureName(of: term.feature), factor: term.factor))
      case .general:
        terms.append(Term(kind: .general, name: "", factor: list.query.general))
      }
      numbers[contribution.term] = terms.count - 1
      return terms.count - 1
    }
    let places = list.places.map { place in
      Place(
        item: snapshot.id(of: place.item), rank: place.rank, placement: place.placement.rawValue,
        target: snapshot.target(of: place.item),
        parts: place.contributions.map { Part(term: number(of: $0, in: place), weight: $0.weight) })
    }
    return (terms, places)
  }
}
