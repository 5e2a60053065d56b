import ModelFile
import Retrieval
import Vocabulary

/// Fills the places of one list in turn from the scored candidates and the general ranking.
struct Picker {
  struct Pick {
    var candidate: Candidate
    var placement: Placement
  }

  private let ranker: Ranker
  private let waiting: [Pick]
  /// Everything before this place is taken.
  private var start = 0
  private var general: [Candidate]
  private var taken: Set<UInt32> = []
  private var previous: UInt32?

  /// - Parameters:
  ///   - allowed: What the general places may show; `nil` for everything.
  ///   - generals: How many of the best general items to have at hand: as many as there are places, because every
  ///     place before a general one may have taken one of them.
  init(ranker: Ranker, result: RetrievalResult, general allowed: [UInt32]?, generals: Int) {
    self.ranker = ranker
    waiting = result.candidates.enumerated().map {
      Pick(candidate: $0.element, placement: $0.offset < result.scored ? .score : .fill)
    }
    general = []
    if generals > 0 {
      var query = QueryVector()
      query.general = FixedPoint.one16
      let answer = ranker.retriever.retrieve(query, wanted: generals, allowed: allowed)
      general = Array(answer.candidates.prefix(answer.scored))
    }
  }

  /// The next place's item: from the general ranking where asked and possible, else the best candidate that is no
  /// near-duplicate of the place before.
  mutating func next(general wantsGeneral: Bool) -> Pick? {
    let pick: Pick
    if wantsGeneral, let first = general.first(where: { !taken.contains($0.item) }) {
      pick = Pick(candidate: first, placement: .generalShare)
    } else if let place = nextPlace() {
      pick = waiting[place]
      if place == start { start += 1 }
    } else {
      return nil
    }
    taken.insert(pick.candidate.item)
    previous = pick.candidate.item
    return pick
  }

  /// The place of the first waiting candidate that is no near-duplicate of the one before, among the next
  /// ``Ranker/lookahead``; where all are, of the first.
  private mutating func nextPlace() -> Int? {
    while start < waiting.count, taken.contains(waiting[start].candidate.item) { start += 1 }
    guard start < waiting.count else { return nil }
    var place = start
    var tried = 0
    while place < waiting.count, tried < Ranker.lookahead {
      let item = waiting[place].candidate.item
      if !taken.contains(item) {
        if !ranker.isNearDuplicate(item, of: previous) { return place }
        tried += 1
      }
      place += 1
    }
    return start
  }
}

extension Ranker {
  /// Whether two items' vectors have a cosine at or above the rule's.
  func isNearDuplicate(_ item: UInt32, of other: UInt32?) -> Bool {
    guard rules.similarity > 0, let other else { return false }
    var dot: Int64 = 0
    let a = snapshot.vector(of: item)
    let b = snapshot.vector(of: other)
    var i = a.lowerBound
    var j = b.lowerBound
    while i < a.upperBound, j < b.upperBound {
      let (x, y) = unsafe (snapshot.vectorFeatures[i], snapshot.vectorFeatures[j])
      if x == y {
        unsafe dot += Int64(snapshot.vectorWeights[i]) * Int64(snapshot.vectorWeights[j])
        i += 1
        j += 1
      } else if x < y {
        i += 1
      } else {
        j += 1
      }
    }
    return dot >= rules.similarity << 12
  }
}
