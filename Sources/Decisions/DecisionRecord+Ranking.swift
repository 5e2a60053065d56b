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
    var table = TermTable(list, snapshot: ranker.snapshot, contextCount: contextCount)
    let places = list.places.map { place in
      var parts: [Part] = []
      parts.reserveCapacity(place.contributions.count)
      for contribution in place.contributions {
        let term =
          place.placement == .generalShare ? table.slotGeneral() : table.number(of: contribution.term, event: event)
        parts.append(Part(term: term, weight: contribution.weight))
      }
      return Place(
        item: ranker.snapshot.id(of: place.item), rank: place.rank, placement: place.placement.rawValue,
        target: ranker.snapshot.target(of: place.item), parts: parts)
    }
    return (table.terms, table.items, places)
  }
}

/// Numbers the terms of a query in the order in which they are first met.
private struct TermTable {
  private(set) var terms: [DecisionRecord.Term] = []
  private(set) var items: [UInt32?] = []
  private let list: RankedList
  private let snapshot: Snapshot
  private let contextCount: Int
  // By place in the query: the term's number here, from 1.
  private var histories, hops, repeats, features, words, searched: [Int]
  private var general = 0
  private var slot = 0

  init(_ list: RankedList, snapshot: Snapshot, contextCount: Int) {
    self.list = list
    self.snapshot = snapshot
    self.contextCount = contextCount
    histories = [Int](repeating: 0, count: list.query.history.count)
    hops = [Int](repeating: 0, count: list.hops.count)
    repeats = [Int](repeating: 0, count: list.query.repeats.count)
    features = [Int](repeating: 0, count: list.query.features.count)
    words = [Int](repeating: 0, count: list.query.search?.words.count ?? 0)
    searched = words
    let most = histories.count + hops.count + repeats.count + 8
    terms.reserveCapacity(most)
    items.reserveCapacity(most)
  }

  private mutating func add(_ term: DecisionRecord.Term, about item: UInt32? = nil) -> Int {
    terms.append(term)
    items.append(item)
    return terms.count
  }

  /// The number of the general score by which the general share is placed.
  mutating func slotGeneral() -> Int {
    if slot == 0 { slot = add(DecisionRecord.Term(kind: .general, name: "", factor: FixedPoint.one16)) }
    return slot - 1
  }

  mutating func number(
    of term: TermContribution.Term, event: (_ item: UInt32) -> (kind: EventKind, time: Timestamp)?
  ) -> Int {
    switch term {
    case .history(let index):
      if histories[index] == 0 {
        let term = list.query.history[index]
        let source = index < contextCount ? nil : event(term.item)
        let named = DecisionRecord.Term(
          kind: index < contextCount ? .context : .history, name: snapshot.id(of: term.item), event: source?.kind,
          time: source?.time, factor: term.factor)
        histories[index] = add(named, about: term.item)
      }
      return histories[index] - 1
    case .related(let index):
      if hops[index] == 0 {
        let term = list.hops[index]
        let named = DecisionRecord.Term(kind: .related, name: snapshot.id(of: term.item), factor: term.factor)
        hops[index] = add(named, about: term.item)
      }
      return hops[index] - 1
    case .repeat(let index):
      if repeats[index] == 0 {
        let term = list.query.repeats[index]
        let named = DecisionRecord.Term(kind: .repeat, name: snapshot.id(of: term.item), factor: term.points)
        repeats[index] = add(named, about: term.item)
      }
      return repeats[index] - 1
    case .feature(let index):
      if features[index] == 0 {
        let term = list.query.features[index]
        let name = snapshot.featureName(of: term.feature)
        let kind = list.query.featuresByTarget ? DecisionRecord.Term.Kind.tagByTarget : .tag
        features[index] = add(DecisionRecord.Term(kind: kind, name: name, factor: term.factor))
      }
      return features[index] - 1
    case .word(let index):
      if words[index] == 0 { words[index] = addWord(index, as: .word) }
      return words[index] - 1
    case .searched(let index):
      if searched[index] == 0 { searched[index] = addWord(index, as: .searched) }
      return searched[index] - 1
    case .general:
      if general == 0 { general = add(DecisionRecord.Term(kind: .general, name: "", factor: list.query.general)) }
      return general - 1
    }
  }

  private mutating func addWord(_ index: Int, as kind: DecisionRecord.Term.Kind) -> Int {
    guard let word = list.query.search?.words[index] else { preconditionFailure("a word of no search") }
    let name = word.term == WordQuery.Word.noTerm ? word.name : snapshot.words.text(of: word.term)
    return add(DecisionRecord.Term(kind: kind, name: name, factor: word.factor))
  }
}
