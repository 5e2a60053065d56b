import Attune
import ModelFile
import Profiles
import Ranking
import Retrieval
import SystemIO
import TextAnalysis
import Vocabulary

/// Known-item search by title words in a store, whole titles and four words of them, right and with one typing error;
/// beside FTS5 over the same titles and tags.
///
/// An answer of the engine is on record when it returns, and FTS5 keeps none: the ranking alone is timed too.
enum KnownItems {
  static func run(_ options: BenchOptions) throws {
    let store = try options.value("store")
    let engine = try Engine.open(store)
    let snapshot = try Snapshot(path: store + "/model.bin")
    let ranker = Ranker(
      snapshot: snapshot,
      rules: RankingRules(
        positionDecay: 0, repeat: 0, hop: 0, hopItems: 0, tags: 0, general: 0, share: 0, similarity: 0))
    let titles = (0..<UInt32(snapshot.itemCount)).compactMap { item in
      snapshot.title(of: item).map { (id: snapshot.id(of: item), title: $0, tags: tags(of: item, snapshot)) }
    }
    print("  \(titles.count) items with a title")
    let table = try FullText()
    for (number, item) in titles.enumerated() { try table.add(number, title: item.title, text: item.tags) }
    try table.finish()
    for (name, count, errors) in [
      ("all title words", 1000, 0), ("4 title words", 4, 0), ("4 title words, one error", 4, 1),
      ("all title words, one error", 1000, 1),
    ] {
      var random = SplitMix64(seed: 7)
      var queries: [(item: Int, words: [String])] = []
      for (number, item) in titles.enumerated() {
        var words = some(count, of: item.title, &random)
        if errors > 0, !misspell(&words, &random) { continue }
        if !words.isEmpty { queries.append((number, words)) }
      }
      var ranks: [Int?] = []
      var times: [Double] = []
      var alone: [Double] = []
      for query in queries {
        let text = query.words.joined(separator: " ")
        alone.append(Double(try nanoseconds { _ = try rank(text, ranker) }) / 1000)
        let request = SearchRequest(text, sort: .general)
        var found: [String] = []
        times.append(Double(try nanoseconds { found = try engine.search(request).list.items.map(\.item) }) / 1000)
        ranks.append(found.firstIndex { $0.utf8.elementsEqual(titles[query.item].id.utf8) })
      }
      var line = "\(name), \(queries.count) queries: MRR@10 \(rounded(Searching.reciprocal(ranks)))"
      line += ", p50, p99, most, µs: \(Spread(times).summary); the ranking alone: \(Spread(alone).summary)"
      for any in [false, true] {
        ranks = []
        times = []
        for query in queries {
          var found: [Int] = []
          times.append(Double(nanoseconds { found = table.search(query.words, any: any) }) / 1000)
          ranks.append(found.firstIndex(of: query.item))
        }
        line += "\n  FTS5, \(any ? "any" : "all") words: MRR@10 \(rounded(Searching.reciprocal(ranks)))"
        line += ", p50, p99, most, µs: \(Spread(times).summary)"
      }
      print(line)
    }
  }

  private static func rank(_ text: String, _ ranker: Ranker) throws -> RankedList {
    var request = RankingRequest()
    request.search = RankingSearch(query: try SearchQuery(text), order: .score, isPersonal: false)
    return ranker.rank(request, profile: Profile(), instructions: Instructions())
  }

  /// The values of an item's tags, which a search here finds too.
  private static func tags(of item: UInt32, _ snapshot: Snapshot) -> String {
    snapshot.vector(of: item).map { place in
      let name = snapshot.featureName(of: unsafe snapshot.vectorFeatures[place])
      return String(name.split(separator: ":", maxSplits: 1).last ?? "")
    }.joined(separator: " ")
  }

  /// Some words of a title, in its order; those that say nothing left out unless all are wanted.
  private static func some(_ count: Int, of title: String, _ random: inout SplitMix64) -> [String] {
    var words: [String] = []
    for word in title.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).map({ $0.lowercased() })
    where !words.contains(word) && word.count > 1 && (count > 100 || !StopWords.contains(word)) { words.append(word) }
    while words.count > min(count, 40) { words.remove(at: random.below(words.count)) }
    return words
  }

  /// Changes one word of five letters or more by one keystroke; false where there is none.
  private static func misspell(_ words: inout [String], _ random: inout SplitMix64) -> Bool {
    let long = words.indices.filter { words[$0].count >= 5 && words[$0].allSatisfy { $0.isASCII && $0.isLetter } }
    guard !long.isEmpty else { return false }
    let place = long[random.below(long.count)]
    var letters = Array(words[place].utf8)
    let at = 1 + random.below(letters.count - 2)
    switch random.below(4) {
    case 0: letters.swapAt(at, at + 1)
    case 1: letters.remove(at: at)
    case 2: letters[at] = UInt8(97 + random.below(26))
    default: letters.insert(UInt8(97 + random.below(26)), at: at)
    }
    words[place] = String(decoding: letters, as: UTF8.self)
    return true
  }
}
