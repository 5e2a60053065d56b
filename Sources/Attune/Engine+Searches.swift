import Consent
import Intake
import Learning
import ModelFile
import Ranking
import Store
import TextAnalysis
import Vocabulary

/// What is learned from everybody's searches: which items people chose after them, and what many ask for.
///
/// Counted at a training, by distinct people, and kept from `rows.support` people on. Whoever leaves the model is taken
/// out in the transaction that records it: each count that they are part of falls by one, and goes where fewer are left
/// than the threshold. That is what counting everybody else would give, because no count rises by it.
extension Engine {
  /// What counts are of: nothing else may be taken from them or read.
  struct SearchesState {
    var tick: Int64
    var window: SearchEvidence.Window
    var support: Int64
    var cap: Int
  }

  /// What the counts that are kept are of; `nil` where there are none that are exact.
  private func searchesState() throws -> SearchesState? {
    guard let tick = try store.searchesFact("tick"), try tick == store.tick(),
      let end = try store.searchesFact("clock"), let support = try store.searchesFact("support"),
      let cap = try store.searchesFact("cap")
    else { return nil }
    return SearchesState(
      tick: tick, window: SearchEvidence.Window(end: Timestamp(milliseconds: end)), support: support, cap: Int(cap))
  }

  /// Counts searches, for as many people as are handed over.
  struct SearchTally {
    let state: SearchesState
    private var counts = SearchCounts()

    init(_ state: SearchesState) { self.state = state }

    /// Adds one person's events.
    mutating func add(_ events: [AdmittedEvent]) {
      if events.contains(where: { $0.kind == .search }) { counts.add(SearchEvidence(events, state)) }
    }

    var queries: [SQLiteStore.AskedQuery] {
      counts.queries(by: UInt32(clamping: state.support)).map {
        SQLiteStore.AskedQuery(
          key: $0.key, people: Int64($0.count.people), recent: Int64($0.count.recent), before: Int64($0.count.before))
      }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    }

    var pairs: [SQLiteStore.SearchedPair] {
      counts.pairs(by: UInt32(clamping: state.support)).map {
        SQLiteStore.SearchedPair(term: $0.pair.term, item: $0.pair.item, people: Int64($0.people))
      }.sorted { a, b in
        a.term != b.term ? a.term.lexicographicallyPrecedes(b.term) : a.item.rawValue < b.item.rawValue
      }
    }
  }

  /// Keeps what was counted, unless somebody has left meanwhile who may be in it: then nothing new, until it is counted
  /// again.
  ///
  /// - Parameter version: The store's before counting began.
  func publishSearches(_ tally: SearchTally, version: Int64) throws {
    try store.transaction {
      guard try store.searchesVersion() == version, try store.tick() == tally.state.tick else { return }
      try store.replaceSearches(queries: tally.queries, pairs: tally.pairs)
      try store.setSearchesFact("tick", tally.state.tick)
      try store.setSearchesFact("clock", tally.state.window.end.milliseconds)
      try store.setSearchesFact("support", tally.state.support)
      try store.setSearchesFact("cap", Int64(tally.state.cap))
      try store.advanceSearches()
    }
  }

  /// Lets all counts go, until they are counted again.
  ///
  /// Call in a transaction.
  func dropSearches() throws {
    try store.replaceSearches(queries: [], pairs: [])
    try store.setSearchesFact("tick", nil)
    try store.advanceSearches()
  }

  /// Whether counts are kept that are exact for this tick.
  func hasSearches() throws -> Bool { try searchesState() != nil }

  /// What a person's searches have added to the counts; `nil` for nothing.
  ///
  /// Call before anything of the person's goes, in the transaction in which it goes.
  func searchEvidence(of person: PersonID) throws -> SearchEvidence? {
    guard let state = try searchesState() else {
      // Counting is under way, or was interrupted: what is kept is of another time, and what is counted may hold them.
      try dropSearches()
      return nil
    }
    guard try store.row(of: person)?.excludedTick != state.tick,
      let permit = try ledger.permit(for: person, purpose: .training)
    else { return nil }
    guard let events = try? readEvents(permit, upTo: store.watermark()) else {
      // What cannot be read cannot be taken out.
      try dropSearches()
      return nil
    }
    let evidence = SearchEvidence(events, state)
    return evidence.isEmpty ? nil : evidence
  }

  /// Takes a person's evidence out of the counts.
  ///
  /// Call in the transaction in which the person leaves the model.
  func retract(_ evidence: SearchEvidence?) throws {
    guard let evidence, let state = try searchesState() else { return }
    for (key, periods) in evidence.queries {
      try store.takeQuery(key, recent: periods.recent, before: periods.before, support: state.support)
    }
    for pair in evidence.pairs { try store.takePair(pair.term, pair.item, support: state.support) }
    try store.advanceSearches()
  }
}

// MARK: What everybody is given of it

extension Engine {
  /// What many people ask for, in memory.
  struct AskedQueries {
    /// The store's count of changes that this is of.
    var version: Int64
    /// The policy that it was read under.
    var policy: String
    /// Ascending by the bytes of the text.
    var queries: [(text: String, people: Int)]
    /// Asked for more than before, the greatest increase first.
    var trending: [(text: String, people: Int)]
  }

  /// The items that enough people chose after searching for a query's words.
  ///
  /// Those that the policy calls sensitive are left out, and where it has come to ask for more people than the training
  /// did, those of too few.
  func itemsSearched(by query: SearchQuery, model: PublishedModel) throws -> [String: [RankingSearch.Searched]] {
    var found: [String: [RankingSearch.Searched]] = [:]
    let floor = policy.supportFloor
    for word in query.words {
      let items = try store.itemsSearched(by: Array(word.term.utf8)).compactMap { entry in
        guard entry.people >= floor, let item = model.snapshot.index(of: entry.item),
          !model.features.isSensitive(item: item)
        else { return nil as RankingSearch.Searched? }
        return RankingSearch.Searched(item: item, people: entry.people)
      }
      if !items.isEmpty { found[word.term] = items }
    }
    return found
  }

  /// What enough people ask for, read again where it has changed.
  ///
  /// Searches for a tag that the policy calls sensitive are nobody else's, nor what fewer people ask for than it says.
  func askedQueries() throws -> AskedQueries {
    // By the policy of now.
    _ = try present()
    let version = try store.searchesVersion()
    if let asked, asked.version == version, asked.policy == policy.version { return asked }
    let floor = policy.supportFloor
    var read = AskedQueries(version: version, policy: policy.version, queries: [], trending: [])
    var rising: [(text: String, people: Int, rise: Int64)] = []
    for query in try store.askedQueries() {
      let text = String(decoding: query.key, as: UTF8.self)
      guard query.people >= floor, let parsed = try? SearchQuery(text) else { continue }
      if (parsed.tags + parsed.excludedTags).contains(where: policy.isSensitive) { continue }
      read.queries.append((text, Int(query.people)))
      // People of a week against those of four.
      let rise = 4 * query.recent - (query.before < floor ? 0 : query.before)
      if query.recent >= floor, rise > 0 { rising.append((text, Int(query.recent), rise)) }
    }
    read.trending = rising.enumerated().sorted { ($1.element.rise, $0.offset) < ($0.element.rise, $1.offset) }
      .map { ($0.element.text, $0.element.people) }
    asked = read
    return read
  }
}

extension Engine.AskedQueries {
  /// The searches that begin with some text: those of the most people first, equal ones by their bytes.
  ///
  /// - Complexity: O(log queries + those with the beginning).
  func completions(of beginning: String, count: Int) -> [(text: String, people: Int)] {
    func bound(_ holds: (String) -> Bool) -> Int {
      var (low, high) = (0, queries.count)
      while low < high {
        let middle = (low + high) / 2
        if holds(queries[middle].text) { low = middle + 1 } else { high = middle }
      }
      return low
    }
    let start = bound { $0.utf8.lexicographicallyPrecedes(beginning.utf8) }
    let end = bound { $0.utf8.lexicographicallyPrecedes(beginning.utf8) || $0.utf8.starts(with: beginning.utf8) }
    var best: [Int] = []
    for place in start..<end {
      if best.count == count, queries[best[count - 1]].people >= queries[place].people { continue }
      let rank = best.firstIndex { queries[$0].people < queries[place].people } ?? best.count
      best.insert(place, at: rank)
      if best.count > count { best.removeLast() }
    }
    return best.map { queries[$0] }
  }
}

extension SearchEvidence {
  fileprivate init(_ events: [AdmittedEvent], _ state: Engine.SearchesState) {
    self.init(
      events.map {
        Event(time: $0.time, item: $0.item, kind: $0.kind, session: $0.session, query: $0.detail?.query)
      }, window: state.window, cap: state.cap)
  }
}

extension SQLiteStore {
  func searchesFact(_ name: String) throws -> Int64? { try factNumber("searches " + name) }

  func setSearchesFact(_ name: String, _ number: Int64?) throws { try setFact("searches " + name, number: number) }

  /// Counts the changes of what was learned from searches; what is kept of it in memory is good for one value.
  func searchesVersion() throws -> Int64 { try searchesFact("version") ?? 0 }

  func advanceSearches() throws { try setSearchesFact("version", try searchesVersion() + 1) }
}
