import ModelFile
package import Ranking
import Retrieval
package import Vocabulary

extension DecisionRecord {
  /// The terms and places of a ranked list, with only the terms that count for something shown; and for each term the
  /// item it is about, as its place in the snapshot.
  ///
  /// - Parameters:
  ///   - contextCount: How many of the query's first history terms are the request's context rather than history.
  ///   - event: The kind and time behind a history item.
  package static func parts(
    of list: RankedList, ranker: Ranker, contextCount: Int,
    event: (_ item: UInt32) -> (kind: EventKind, time: Timestamp)?
  ) -> (terms: [Term], items: [UInt32?], places: [Place]) {
    let snapshot = ranker.snapshot
    var terms: [Term] = []
    var items: [UInt32?] = []
    func add(_ term: Term, about item: UInt32? = nil) {
      terms.append(term)
      items.append(item)
    }
    // By place in the query: the term's number here, from 1.
    var histories = [Int](repeating: 0, count: list.query.history.count)
    var hops = [Int](repeating: 0, count: list.hops.count)
    var repeats = [Int](repeating: 0, count: list.query.repeats.count)
    var features = [Int](repeating: 0, count: list.query.features.count)
    var general = 0
    var slotGeneral = 0
    func number(_ known: inout Int, _ add: () -> Void) -> Int {
      if known == 0 {
        add()
        known = terms.count
      }
      return known - 1
    }
    func number(of contribution: TermContribution, in place: Ranking.Place) -> Int {
      if place.placement == .generalShare {
        return number(&slotGeneral) { add(Term(kind: .general, name: "", factor: FixedPoint.one16)) }
      }
      switch contribution.term {
      case .history(let index):
        return number(&histories[index]) {
          let term = list.query.history[index]
          let name = snapshot.id(of: term.item)
          if index < contextCount {
            add(Term(kind: .context, name: name, factor: term.factor), about: term.item)
          } else {
            let source = event(term.item)
            add(
              Term(kind: .history, name: name, event: source?.kind, time: source?.time, factor: term.factor),
              about: term.item)
          }
        }
      case .related(let index):
        return number(&hops[index]) {
          let term = list.hops[index]
          add(Term(kind: .related, name: snapshot.id(of: term.item), factor: term.factor), about: term.item)
        }
      case .repeat(let index):
        return number(&repeats[index]) {
          let term = list.query.repeats[index]
          add(Term(kind: .repeat, name: snapshot.id(of: term.item), factor: term.points), about: term.item)
        }
      case .feature(let index):
        return number(&features[index]) {
          let term = list.query.features[index]
          add(Term(kind: .tag, name: snapshot.featureName(of: term.feature), factor: term.factor))
        }
      case .general:
        return number(&general) { add(Term(kind: .general, name: "", factor: list.query.general)) }
      }
    }
    let places = list.places.map { place in
      Place(
        item: snapshot.id(of: place.item), rank: place.rank, placement: place.placement.rawValue,
        target: snapshot.target(of: place.item),
        parts: place.contributions.map { Part(term: number(of: $0, in: place), weight: $0.weight) })
    }
    return (terms, items, places)
  }
}
