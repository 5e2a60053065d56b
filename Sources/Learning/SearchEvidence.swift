import TextAnalysis
package import Vocabulary

/// What one person's searches say: which they were, and which items were chosen after them.
///
/// A choice (`view click favorite cart purchase`) belongs to the person's latest search before it, no more than half an
/// hour and in the same session where both name one. Each term of that search then belongs to the item, once a person
/// however often. Which evidence there is depends on no order of arrival and on nothing but the events and ``Window``.
package struct SearchEvidence: Equatable, Sendable {
  /// One event as searches see it.
  package struct Event: Sendable {
    package var time: Timestamp
    /// ``ItemNumber/none`` for a search.
    package var item: ItemNumber
    package var kind: EventKind
    package var session: UInt32
    /// The words of a search.
    package var query: String?

    package init(time: Timestamp, item: ItemNumber, kind: EventKind, session: UInt32, query: String?) {
      (self.time, self.item, self.kind, self.session, self.query) = (time, item, kind, session, query)
    }
  }

  /// The periods that tell what is asked for more than before.
  package struct Window: Equatable, Sendable {
    /// A week up to the clock of a training, and the four before it.
    package static let recent: Int64 = 7 * 86_400_000
    package static let before: Int64 = 28 * 86_400_000

    package var end: Timestamp

    package init(end: Timestamp) { self.end = end }

    fileprivate func periods(of time: Timestamp) -> Periods {
      let age = end.milliseconds - time.milliseconds
      return Periods(recent: age < Window.recent, before: age >= Window.recent && age < Window.recent + Window.before)
    }
  }

  /// In which periods something was asked for.
  package struct Periods: Equatable, Sendable {
    package var recent: Bool
    package var before: Bool
  }

  /// A term of a search, and an item chosen after it.
  package struct Pair: Hashable, Sendable {
    package var term: [UInt8]
    package var item: ItemNumber

    package init(term: [UInt8], item: ItemNumber) { (self.term, self.item) = (term, item) }
  }

  /// How long after a search something counts as chosen by it.
  private static let reach: Int64 = 30 * 60_000
  /// Longer searches are nobody else's.
  private static let longest = 100
  private static let choices: Set<EventKind> = [.view, .click, .favorite, .cart, .purchase]

  /// Searches by their folded texts.
  package private(set) var queries: [[UInt8]: Periods] = [:]
  package private(set) var pairs: Set<Pair> = []

  package var isEmpty: Bool { queries.isEmpty }

  /// - Parameters:
  ///   - events: One person's, in any order.
  ///   - cap: Only the latest so many searches count.
  /// - Complexity: O(n log n) in the events.
  package init(_ events: [Event], window: Window, cap: Int) {
    if !events.contains(where: { $0.kind == .search }) { return }
    var steps: [(event: Event, key: [UInt8])] = events.compactMap { event in
      if event.kind == .search {
        guard let query = event.query else { return nil }
        let key = Array(TextAnalyzer.key(of: query).utf8)
        return key.isEmpty || key.count > SearchEvidence.longest ? nil : (event, key)
      }
      return SearchEvidence.choices.contains(event.kind) && event.item != .none ? (event, []) : nil
    }
    // At one moment searches come first, and of these the last by text counts: no order of arrival decides.
    steps.sort { a, b in
      if a.event.time != b.event.time { return a.event.time < b.event.time }
      if a.key.isEmpty != b.key.isEmpty { return b.key.isEmpty }
      if a.key != b.key { return a.key.lexicographicallyPrecedes(b.key) }
      return a.event.session < b.event.session
    }
    var skipped = steps.count { !$0.key.isEmpty } - cap
    var latest: (event: Event, terms: [[UInt8]])?
    for (event, key) in steps {
      if !key.isEmpty {
        skipped -= 1
        if skipped >= 0 { continue }
        let periods = window.periods(of: event.time)
        let known = queries[key] ?? Periods(recent: false, before: false)
        queries[key] = Periods(recent: known.recent || periods.recent, before: known.before || periods.before)
        latest = (event, SearchEvidence.terms(of: key))
      } else if let latest, event.time.milliseconds - latest.event.time.milliseconds <= SearchEvidence.reach,
        event.session == 0 || latest.event.session == 0 || event.session == latest.event.session
      {
        for term in latest.terms { pairs.insert(Pair(term: term, item: event.item)) }
      }
    }
  }

  private static func terms(of key: [UInt8]) -> [[UInt8]] {
    guard let query = try? SearchQuery(String(decoding: key, as: UTF8.self)) else { return [] }
    return query.words.filter(\.counts).map { Array($0.term.utf8) }
  }
}

/// How many people asked for what, and chose what after which term: exact to add to.
package struct SearchCounts: Sendable {
  package struct Query: Equatable, Sendable {
    package var people: UInt32 = 0
    package var recent: UInt32 = 0
    package var before: UInt32 = 0

    package init(people: UInt32 = 0, recent: UInt32 = 0, before: UInt32 = 0) {
      (self.people, self.recent, self.before) = (people, recent, before)
    }
  }

  private var queries: [[UInt8]: Query] = [:]
  private var pairs: [SearchEvidence.Pair: UInt32] = [:]

  package init() {}

  /// Adds one person's evidence.
  package mutating func add(_ evidence: SearchEvidence) {
    for (key, periods) in evidence.queries {
      queries[key, default: Query()].people += 1
      queries[key, default: Query()].recent += periods.recent ? 1 : 0
      queries[key, default: Query()].before += periods.before ? 1 : 0
    }
    for pair in evidence.pairs { pairs[pair, default: 0] += 1 }
  }

  /// The searches of at least so many people, in no order; a period of fewer counts nothing.
  package func queries(by support: UInt32) -> [(key: [UInt8], count: Query)] {
    queries.filter { $0.value.people >= support }.map { key, count in
      (
        key,
        Query(
          people: count.people, recent: count.recent >= support ? count.recent : 0,
          before: count.before >= support ? count.before : 0)
      )
    }
  }

  /// The pairs of at least so many people, in no order.
  package func pairs(by support: UInt32) -> [(pair: SearchEvidence.Pair, people: UInt32)] {
    pairs.filter { $0.value >= support }.map { ($0.key, $0.value) }
  }
}
