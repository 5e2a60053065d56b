import ModelFile
import SystemIO
import TestSupport
import Testing
import TextAnalysis
import Vocabulary

@testable import Retrieval

/// A random catalogue with few words, so that many items match alike.
private struct Catalogue {
  var items: [CatalogItem]
  var learned: LearnedSegment
  let snapshot: Snapshot

  static let words = ["tent", "bag", "stove", "pan", "rope", "the", "绿茶", "茶杯", "dn-50", "lamp", "cup", "boots", "zzz"]

  init(_ random: inout SplitMix64, count: Int, folder: String) throws {
    let parameters = ModelParameters()
    func text(_ random: inout SplitMix64, _ most: Int) -> String? {
      let count = random.below(most + 1)
      if count == 0 { return nil }
      return (0..<count).map { _ in
        Catalogue.words[min(random.below(Catalogue.words.count), random.below(Catalogue.words.count))]
      }.joined(separator: " ")
    }
    items = []
    for number in 0..<count {
      let known = ["brand:Down Under", "brand:acme", "color:red", "x:tent"]
      let tags = (0..<random.below(3)).map { _ in known[random.below(4)] }
      items.append(
        CatalogItem(
          id: String(repeating: "0", count: 6 - "\(number)".count) + "\(number)", number: ItemNumber(UInt32(number)),
          named: random.chance(9, in: 10), title: text(&random, 5), text: text(&random, 8),
          price: random.chance(2, in: 3) ? Int64(random.below(8) * 1000) : nil, available: random.chance(9, in: 10),
          features: Set(tags).sorted()))
    }
    learned = LearnedSegment(parameters: parameters)
    for item in items where random.chance(1, in: 2) {
      learned.ids.append(item.id)
      learned.support.append(UInt32(3 + random.below(9)))
      learned.general.append(UInt64(random.below(4) << 20))
      learned.sales.append(UInt32(random.below(4)))
      learned.rowShift.append(0)
      learned.rowStart.append(0)
    }
    try ModelWriter.write(
      learned: learned, catalog: CatalogSegment(items: items, parameters: parameters), parameters: parameters, tick: 1,
      to: "\(folder)/m.bin")
    snapshot = try Snapshot(path: "\(folder)/m.bin")
    try snapshot.verify()
  }
}

/// Reads every item's text anew for each word, by the documented formulas.
private struct SlowSearch {
  let snapshot: Snapshot
  /// By place in the snapshot: the terms of title, tags and text, those beside the sequence marked, and the tags' keys.
  var fields: [[[(term: String, isExtra: Bool)]]] = []
  var sequences: [[[String]]] = []
  var keys: [Set<String>] = []
  var named: [Bool] = []

  init(_ catalogue: Catalogue) {
    snapshot = catalogue.snapshot
    for place in 0..<UInt32(snapshot.itemCount) {
      let item = catalogue.items.first { $0.id == snapshot.id(of: place) }
      var terms: [[(term: String, isExtra: Bool)]] = [[], [], []]
      var sequence: [[String]] = []
      func read(_ text: String, _ field: Int) {
        let plain = TextAnalyzer.terms(of: text, for: .item)
        var rest = TextAnalyzer.terms(of: text, for: .item, extras: true)
        for term in plain { rest.remove(at: rest.firstIndex(of: term) ?? 0) }
        terms[field] += plain.map { ($0, false) } + rest.map { ($0, true) }
        sequence.append(plain)
      }
      if let item, item.named {
        read(item.title ?? "", 0)
        for tag in item.features { read(String(tag.split(separator: ":")[1]), 1) }
        read(item.text ?? "", 2)
      }
      fields.append(terms)
      sequences.append(sequence)
      keys.append(item?.named == true ? Set(item?.features.map { $0.lowercased() } ?? []) : [])
      named.append(item?.named ?? false)
    }
  }

  func rarity(_ term: String) -> Int64 {
    let having = fields.indices.count { item in fields[item].contains { $0.contains { $0.term == term } } }
    return (FixedPoint.log2(UInt64(2 * named.count { $0 } + 2)) - FixedPoint.log2(UInt64(2 * having + 1))) >> 16
  }

  /// Mean lengths in Q16, of items that have the field.
  var means: [Int] {
    (0..<3).map { field in
      let lengths = fields.map { $0[field].count { !$0.isExtra } }
      return max(1, lengths.reduce(0, +) << 16 / max(1, lengths.count { $0 > 0 }))
    }
  }

  func impact(_ term: String, _ item: Int, _ means: [Int]) -> Int64? {
    var weight = 0
    for field in 0..<3 {
      let frequency = fields[item][field].count { $0.term == term }
      let length = fields[item][field].count { !$0.isExtra }
      let norm = 16_384 + (49_152 * ((length << 32) / means[field])) >> 16
      weight += [3, 2, 1][field] * frequency * ((1 << 32) / norm)
    }
    return weight == 0 ? nil : Int64(max(1, 255 * weight / (weight + 78_643)))
  }

  func holds(_ phrase: [String], _ item: Int) -> Bool {
    sequences[item].contains { sequence in
      sequence.indices.contains { start in
        start + phrase.count <= sequence.count && Array(sequence[start..<start + phrase.count]) == phrase
      }
    }
  }
}

@Suite("Search")
struct SearchTests {
  @Test("small catalogues: every list equals that of an exhaustive search")
  func small() throws {
    try withTemporaryDirectory { folder in
      checkProperty(cases: 60, seed: 500) { random in
        let catalogue = try Catalogue(&random, count: random.below(60), folder: folder)
        let slow = SlowSearch(catalogue)
        let retriever = Retriever(snapshot: catalogue.snapshot)
        for _ in 0..<12 where try !agrees(&random, slow, retriever) { return false }
        return true
      }
    }
  }

  @Test("catalogues of several blocks: every list equals that of an exhaustive search")
  func medium() throws {
    try withTemporaryDirectory { folder in
      checkProperty(cases: 8, seed: 550) { random in
        let catalogue = try Catalogue(&random, count: 200 + random.below(500), folder: folder)
        let slow = SlowSearch(catalogue)
        let retriever = Retriever(snapshot: catalogue.snapshot)
        for _ in 0..<12 where try !agrees(&random, slow, retriever) { return false }
        return true
      }
    }
  }

  @Test("a large catalogue, where blocks are passed over and frequent words have a column")
  func large() throws {
    try withTemporaryDirectory { folder in
      checkProperty(cases: 1, seed: 600) { random in
        let catalogue = try Catalogue(&random, count: 9_000, folder: folder)
        let slow = SlowSearch(catalogue)
        let retriever = Retriever(snapshot: catalogue.snapshot)
        for _ in 0..<6 where try !agrees(&random, slow, retriever) { return false }
        return !retriever.denseColumns.isEmpty
      }
    }
  }

  @Test("items that match as well by different words stand by id, whichever word is walked first")
  func equals() throws {
    try withTemporaryDirectory { folder in
      // Each word is as rare as the other; "apple" is walked first, and "pear" leads to the earlier item.
      let items = ["pear", "apple"].enumerated().map {
        CatalogItem(
          id: "\($0.offset)", number: ItemNumber(UInt32($0.offset)), named: true, title: $0.element, price: nil,
          available: true, features: [])
      }
      let parameters = ModelParameters()
      try ModelWriter.write(
        learned: LearnedSegment.empty(parameters), catalog: CatalogSegment(items: items, parameters: parameters),
        parameters: parameters, tick: 1, to: "\(folder)/m.bin")
      let snapshot = try Snapshot(path: "\(folder)/m.bin")
      var query = QueryVector()
      var search = WordQuery()
      search.words = try ["apple", "pear"].map {
        let term = try #require(snapshot.words.term($0))
        return WordQuery.Word(term: term, factor: Int64(snapshot.words.rarity(of: term)), counts: true)
      }
      query.search = search
      let result = Retriever(snapshot: snapshot).retrieve(query, wanted: 1)
      #expect(result.candidates.map(\.item) == [0])
    }
  }

  private func agrees(_ random: inout SplitMix64, _ slow: SlowSearch, _ retriever: Retriever) throws -> Bool {
    let snapshot = slow.snapshot
    let index = snapshot.words
    // The words as texts, and then as terms of the index.
    let texts = ["tent", "bag", "stove", "pan", "rope", "the", "绿茶", "茶", "dn50", "lamp", "cup", "zzz"]
    var words: [(text: String, counts: Bool)] = []
    for _ in 0..<random.below(5) {
      let text = texts[random.below(texts.count)]
      if index.term(text) != nil, !words.contains(where: { $0.text == text }) {
        words.append((text, random.chance(4, in: 5)))
      }
    }
    var query = QueryVector()
    query.general = Int64(random.below(2) << 14)
    for feature in 0..<UInt32(snapshot.featureCount) where random.chance(1, in: 4) {
      query.features.append(QueryVector.Feature(feature: feature, factor: Int64(random.below(4 << 16)) - (1 << 16)))
    }
    var search = WordQuery()
    search.words = words.map {
      let term = index.term($0.text) ?? 0
      return WordQuery.Word(term: term, factor: Int64(index.rarity(of: term)), counts: $0.counts)
    }
    let tag = random.chance(1, in: 4) ? ["brand:down under", "color:red", "x:tent"][random.below(3)] : nil
    let phrase = random.chance(1, in: 5) ? [texts[random.below(4)], texts[random.below(6)]] : nil
    let unwanted = random.chance(1, in: 5) ? (random.chance(1, in: 2) ? ["bag"] : ["tent", "bag"]) : nil
    for text in [tag].compactMap(\.self) + (phrase ?? []) {
      if let term = index.term(text) { search.required.append(term) } else { search.isImpossible = true }
    }
    if let phrase, !search.isImpossible { search.phrases = [phrase.compactMap(index.term)] }
    if let unwanted, unwanted.allSatisfy({ index.term($0) != nil }) {
      search.excluded = [unwanted.compactMap(index.term)]
    }
    if random.chance(1, in: 5) { search.leastPrice = Int64(random.below(5) * 1000) }
    if random.chance(1, in: 5) { search.greatestPrice = Int64(random.below(8) * 1000) }
    search.order = WordQuery.Order.allCases[random.chance(1, in: 2) ? 0 : random.below(5)]
    // A word that no text has, and what people chose after searching for some of the words.
    if random.chance(1, in: 4) {
      words.append(("nowhere", true))
      let factor = Int64(random.below(20 << 16))
      search.words.append(
        WordQuery.Word(term: WordQuery.Word.noTerm, factor: factor, counts: true, name: "nowhere"))
    }
    var chosen: [UInt32: [UInt8]] = [:]
    if random.chance(1, in: 2), !words.isEmpty {
      for item in 0..<UInt32(snapshot.itemCount) where random.chance(1, in: 12) {
        chosen[item] = words.map { _ in random.chance(1, in: 2) ? UInt8(1 + random.below(255)) : 0 }
      }
    }
    search.searched = chosen.map { WordQuery.Searched(item: $0.key, impacts: $0.value) }.sorted { $0.item < $1.item }
    query.search = search
    let some = (0..<UInt32(snapshot.itemCount)).filter { _ in random.chance(1, in: 3) }
    let allowed = random.chance(1, in: 6) ? some : nil
    retriever.clearExclusions()
    for item in 0..<UInt32(snapshot.itemCount) where random.chance(1, in: 10) {
      retriever.exclude(item, because: .blocked)
    }

    // The exhaustive search.
    let means = slow.means
    let factors = zip(words, search.words).map { $0.text == "nowhere" ? $1.factor : slow.rarity($0.text) }
    guard factors == search.words.map(\.factor) else { return false }
    var found: [(count: Int, key: Int64, item: UInt32, score: Int64)] = []
    for item in 0..<UInt32(snapshot.itemCount) {
      let place = Int(item)
      if search.isImpossible || retriever.exclusion(of: item) != .none || allowed?.contains(item) == false { continue }
      if let tag, !slow.keys[place].contains(tag) { continue }
      if let phrase, !slow.holds(phrase, place) { continue }
      if !search.excluded.isEmpty, let unwanted {
        let holds = unwanted.count > 1 ? slow.holds(unwanted, place) : slow.impact(unwanted[0], place, means) != nil
        if holds { continue }
      }
      let price = snapshot.price(of: item)
      if search.leastPrice != nil || search.greatestPrice != nil {
        guard let price, price >= search.leastPrice ?? 0, price <= search.greatestPrice ?? .max else { continue }
      }
      var score = (query.general * Int64(snapshot.generalPoints(of: item))) >> 2
      for term in query.features {
        for entry in snapshot.vector(of: item) where unsafe snapshot.vectorFeatures[entry] == term.feature {
          unsafe score += term.factor * Int64(snapshot.vectorWeights[entry]) * 16
        }
      }
      var count = 0
      for (number, (word, factor)) in zip(words, factors).enumerated() {
        let text = slow.impact(word.text, place, means)
        let more = Int64(chosen[item]?[number] ?? 0)
        if text == nil, more == 0 { continue }
        score += factor * ((text ?? 0) + more) * 256
        count += word.counts ? 1 : 0
      }
      let key: Int64 =
        switch search.order {
        case .score: score
        case .sales: Int64(snapshot.sales(of: item))
        case .priceAscending: price.map { -$0 } ?? .min
        case .priceDescending: price ?? .min
        case .newest: snapshot.number(of: item) == .none ? .min : Int64(snapshot.number(of: item).rawValue)
        }
      found.append((count, key, item, score))
    }
    let all = words.count(where: \.counts)
    let wanted = 1 + random.below(12)
    let floor = found.contains { $0.count >= (all + 1) / 2 } ? (all + 1) / 2 : min(1, all)
    let expected = found.filter { $0.count >= floor }
      .sorted { ($1.count, $1.key, $0.item) < ($0.count, $0.key, $1.item) }.prefix(wanted)

    let result = retriever.retrieve(query, wanted: wanted, allowed: allowed)
    let contributions = retriever.contributions(query, hops: [], to: result.candidates.map(\.item))
    let scores = contributions.map { $0.reduce(0) { $0 + $1.points } }
    let most = found.map(\.count).max() ?? 0
    let matches = found.filter { $0.count == most && $0.count >= floor }.map(\.item)
    return result.candidates.map(\.item) == expected.map(\.item) && scores == expected.map(\.score)
      && retriever.matches(search, among: allowed) == matches
  }

  @Test("the nearest word: swapped, missing, added and changed letters, the commoner of equals, none for models")
  func spelling() throws {
    try withTemporaryDirectory { folder in
      func item(_ number: UInt32, _ title: String) -> CatalogItem {
        CatalogItem(
          id: "\(number)", number: ItemNumber(number), named: true, title: title, price: nil, available: true,
          features: ["brand:tenx"])
      }
      let parameters = ModelParameters()
      let titles = ["canvas tent", "cancas", "tents", "text", "dn50", "forecasting", "lamp", "绿茶"]
      try ModelWriter.write(
        learned: LearnedSegment.empty(parameters),
        catalog: CatalogSegment(
          items: titles.enumerated().map { item(UInt32($0.offset), $0.element) }, parameters: parameters),
        parameters: parameters, tick: 1, to: "\(folder)/m.bin")
      let index = try Snapshot(path: "\(folder)/m.bin").words
      func nearest(_ word: String) -> String? { index.nearest(to: word).map(index.text(of:)) }
      #expect(nearest("tnet") == "tent" && nearest("tet") == "tent" && nearest("teant") == "tent")
      #expect(nearest("tebt") == "tent")
      // One letter from both, and two items have it.
      #expect(nearest("tenxt") == "tent" || nearest("tenxt") == "tenx")
      #expect(nearest("forcastin") == "forecasting" && nearest("forcastng") == "forecasting")
      #expect(nearest("lapm") == "lamp" && nearest("xxxx") == nil && nearest("la") == nil && nearest("dn51") == nil)
    }
  }

  @Test("the nearest word is that of comparing with all of them")
  func spellingReference() throws {
    try withTemporaryDirectory { folder in
      let parameters = ModelParameters()
      checkProperty(cases: 40, seed: 700) { random in
        func word(_ random: inout SplitMix64) -> String {
          // One letter of two bytes, and words as long as may differ by two.
          (0..<(3 + random.below(6))).map { _ in ["a", "b", "\u{431}"][random.below(3)] }.joined()
        }
        let words = (0..<60).map { _ in word(&random) }
        let items = words.enumerated().map {
          CatalogItem(
            id: "\(1000 + $0.offset)", number: ItemNumber(UInt32($0.offset)), named: true, title: $0.element,
            price: nil, available: true, features: [])
        }
        try ModelWriter.write(
          learned: LearnedSegment.empty(parameters), catalog: CatalogSegment(items: items, parameters: parameters),
          parameters: parameters, tick: 1, to: "\(folder)/m.bin")
        let index = try Snapshot(path: "\(folder)/m.bin").words
        for _ in 0..<20 {
          let wanted = word(&random)
          let terms = (0..<UInt32(index.termCount)).map { index.text(of: $0) }
          let near = terms.map { (distance(wanted, $0), -index.postings(of: index.term($0) ?? 0).count, $0) }
          let best = near.filter { $0.0 <= (wanted.unicodeScalars.count < 6 ? 1 : 2) }.min { $0 < $1 }
          if index.nearest(to: wanted).map(index.text(of:)) != best?.2 { return false }
        }
        return true
      }
    }
  }

  /// Optimal string alignment, by its recursive definition.
  private func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.unicodeScalars), Array(b.unicodeScalars))
    var table = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in 0...a.count {
      for j in 0...b.count {
        if i == 0 || j == 0 {
          table[i][j] = i + j
          continue
        }
        table[i][j] = min(
          table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
        }
      }
    }
    return table[a.count][b.count]
  }
}
