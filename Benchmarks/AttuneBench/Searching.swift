import Glibc
import ModelFile
import Profiles
import Ranking
import Retrieval
import SystemIO
import TextAnalysis
import Vocabulary

/// Search over generated items: building the index, and queries in process, beside SQLite's FTS5.
///
/// An item has 5 words of title and 15 of text out of 200,000, the r-th of which comes up in proportion to 1/r. A query
/// is 3 different words of one item; that item is what is looked for. With `--tags yes` an item also has three of 1,000
/// tags, and the same is searched for people who like twenty of them each.
enum Searching {
  static func run(_ options: BenchOptions) throws {
    let count = Int(options.value("items", default: "1000000")) ?? 1_000_000
    let queryCount = Int(options.value("queries", default: "2000")) ?? 2000
    var random = SplitMix64(seed: 1)
    var corpus = Corpus(&random)
    var items: [CatalogItem] = []
    items.reserveCapacity(count)
    let isTagged = options.value("tags", default: "no") == "yes"
    for number in 0..<count { items.append(corpus.item(number, tags: isTagged ? 3 : 0, &random)) }
    let queries = (0..<queryCount).map { _ in
      let number = random.below(count)
      return (item: number, words: corpus.words(of: items[number], 3, &random))
    }
    let before = resident("VmRSS")
    let folder = try Files.temporaryDirectory(prefix: "attune-bench")
    defer { try? Files.removeTree(folder) }
    let parameters = ModelParameters()
    let path = folder + "/model.bin"
    var busyBuilding: UInt64 = 0
    let build = try nanoseconds {
      busyBuilding = try processorNanoseconds {
        try ModelWriter.write(
          learned: LearnedSegment.empty(parameters), catalog: CatalogSegment(items: items, parameters: parameters),
          parameters: parameters, tick: 1, to: path)
      }
    }
    let seconds = (rounded(Double(build) / 1e9), rounded(Double(busyBuilding) / 1e9))
    print("index of \(count) items, s: \(seconds.0), of processor time \(seconds.1)")
    let size = try Files.size(of: path) >> 20
    print("  memory before, MB: \(before); at most, MB: \(resident("VmHWM")); file, MB: \(size)")

    let snapshot = try Snapshot(path: path)
    let again = try nanoseconds {
      busyBuilding = try processorNanoseconds {
        try ModelWriter.write(
          learned: LearnedSegment.empty(parameters), catalog: CatalogSegment(items: items, parameters: parameters),
          parameters: parameters, tick: 2, to: folder + "/again.bin", reusing: snapshot)
      }
    }
    let afresh = (rounded(Double(again) / 1e9), rounded(Double(busyBuilding) / 1e9))
    print("published again with the same texts, s: \(afresh.0), of processor time \(afresh.1)")
    let rules = RankingRules(
      positionDecay: 0, repeat: 0, hop: 0, hopItems: 0, tags: 0, general: 0, share: 0, similarity: 0)
    let ranker = Ranker(snapshot: snapshot, rules: rules)
    var personalRules = rules
    personalRules.tags = FixedPoint.one16
    let personal = Ranker(snapshot: snapshot, rules: personalRules)
    func search(_ words: [String], for profile: Profile? = nil) throws -> RankedList {
      var request = RankingRequest()
      request.search = RankingSearch(
        query: try SearchQuery(words.joined(separator: " ")), order: .score, isPersonal: profile != nil)
      return (profile == nil ? ranker : personal).rank(
        request, profile: profile ?? Profile(), instructions: Instructions())
    }
    var medians: [Double] = []
    var tails: [Double] = []
    var ranks: [Int?] = []
    for run in 0...options.runs {
      var times: [Double] = []
      ranks = []
      for query in queries {
        var list: RankedList?
        times.append(Double(try nanoseconds { list = try search(query.words) }) / 1000)
        ranks.append(list?.places.firstIndex { snapshot.id(of: $0.item) == items[query.item].id })
      }
      if run == 0 {
        print("first queries, p50, p99, most, µs: \(Spread(times).summary)")
        continue
      }
      medians.append(Spread(times).quantile(0.5))
      tails.append(Spread(times).quantile(0.99))
    }
    print("search, 3 words, p50, µs: \(Spread(medians))")
    print("search, 3 words, p99, µs: \(Spread(tails))")
    print("MRR@10: \(rounded(reciprocal(ranks)))")

    var busy: [Double] = []
    for query in queries { busy.append(Double(try processorNanoseconds { _ = try search(query.words) }) / 1000) }
    print("search, 3 words, processor time, p50, p99, most, µs: \(Spread(busy).summary)")

    if isTagged {
      var times: [Double] = []
      for query in queries {
        var profile = Profile()
        let liked = Set((0..<20).map { _ in UInt32(random.below(snapshot.featureCount)) })
        profile.tags = liked.sorted().map { TagWeight(feature: $0, weight: FixedPoint.one16, added: false) }
        times.append(Double(try nanoseconds { _ = try search(query.words, for: profile) }) / 1000)
      }
      print("search for a person, 3 words, 20 tags, p50, p99, most, µs: \(Spread(times).summary)")
    }

    // Every word begins with a w: the shortest beginning is that of the whole dictionary.
    let words = snapshot.words
    var completing: [Double] = []
    for query in queries {
      let typed = Array(query.words[0].utf8.prefix(1 + random.below(5)))
      var found = 0
      completing.append(Double(nanoseconds { found = words.completions(of: typed, count: 34).count }) / 1000)
      precondition(found > 0)
    }
    print("completions, p50, p99, most, µs: \(Spread(completing).summary)")
    var likening: [Double] = []
    for query in queries where query.words[0].count > 2 {
      // No word has a z.
      let wrong = query.words[0].dropLast() + "z"
      likening.append(Double(nanoseconds { _ = words.nearest(to: String(wrong)) }) / 1000)
    }
    print("the nearest word, p50, p99, most, µs: \(Spread(likening).summary)")

    guard options.value("fts5", default: "yes") == "yes" else { return }
    let table = try FullText()
    let filling = try nanoseconds {
      for (number, item) in items.enumerated() { try table.add(number, title: item.title ?? "", text: item.text ?? "") }
      try table.finish()
    }
    print("FTS5: index, s: \(rounded(Double(filling) / 1e9))")
    var times: [Double] = []
    ranks = []
    for query in queries.prefix(500) {
      var found: [Int] = []
      times.append(Double(processorNanoseconds { found = table.search(query.words, any: false) }) / 1000)
      ranks.append(found.firstIndex(of: query.item))
    }
    print("FTS5, all words, processor time, p50, p99, most, µs: \(Spread(times).summary)")
    print("  MRR@10: \(rounded(reciprocal(ranks)))")
    var own: [Double] = []
    ranks = []
    for query in queries.prefix(500) {
      var list: RankedList?
      own.append(Double(try processorNanoseconds { list = try search(query.words) }) / 1000)
      ranks.append(list?.places.firstIndex { snapshot.id(of: $0.item) == items[query.item].id })
    }
    print("the same queries here, processor time, p50, p99, most, µs: \(Spread(own).summary)")
    print("  MRR@10: \(rounded(reciprocal(ranks)))")
  }

  /// The mean of 1/rank.
  static func reciprocal(_ ranks: [Int?]) -> Double {
    ranks.reduce(0) { $0 + ($1.map { 1 / Double($0 + 1) } ?? 0) } / Double(max(1, ranks.count))
  }

  /// A figure of /proc/self/status, in MB.
  static func resident(_ name: String) -> Int {
    let status = (try? Files.read("/proc/self/status")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
    return (line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) / 1024
  }
}

extension Spread {
  var summary: String { "\(rounded(quantile(0.5))), \(rounded(quantile(0.99))), \(rounded(quantile(1)))" }
}

/// Words by the law of Zipf, made of letters.
private struct Corpus {
  private let words: [String]
  /// The sum of 1/r up to each word.
  private let sums: [Double]

  init(_ random: inout SplitMix64) {
    words = (0..<200_000).map { number in
      var rest = number
      var letters: [UInt8] = []
      repeat {
        letters.append(UInt8(97 + rest % 17))
        rest /= 17
      } while rest > 0
      return "w" + String(decoding: letters, as: UTF8.self)
    }
    var sum = 0.0
    sums = (1...200_000).map {
      sum += 1 / Double($0)
      return sum
    }
  }

  private func word(_ random: inout SplitMix64) -> String {
    let wanted = Double(random.next() >> 11) / Double(1 << 53) * sums[sums.count - 1]
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] < wanted { low = middle + 1 } else { high = middle }
    }
    return words[low]
  }

  mutating func item(_ number: Int, tags: Int, _ random: inout SplitMix64) -> CatalogItem {
    let all = (0..<20).map { _ in word(&random) }
    return CatalogItem(
      id: String(10_000_000 + number), number: ItemNumber(UInt32(number)), named: true,
      title: all[..<5].joined(separator: " "), text: all[5...].joined(separator: " "), price: nil, available: true,
      features: (0..<tags).map { _ in "kind:k\(random.below(1000))" })
  }

  func words(of item: CatalogItem, _ count: Int, _ random: inout SplitMix64) -> [String] {
    var all = Array(Set(((item.title ?? "") + " " + (item.text ?? "")).split(separator: " ").map(String.init))).sorted()
    var some: [String] = []
    while some.count < count, !all.isEmpty { some.append(all.remove(at: random.below(all.count))) }
    return some
  }
}
