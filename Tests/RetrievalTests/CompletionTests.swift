import ModelFile
import TestSupport
import Testing
import TextAnalysis
import Vocabulary

@Suite("Completing words")
struct CompletionTests {
  @Test("completions are those of counting every word of every available item", arguments: 1...12)
  func reference(seed: UInt64) throws {
    try withTemporaryDirectory { folder in
      var random = SplitMix64(seed: seed)
      // Few letters make long runs of like beginnings, many of them equally common.
      let letters = Array(["ab", "abc", "aé茶"][Int(seed) % 3])
      let dictionary = (0..<(1 << random.below(11))).map { _ in
        String((0..<(1 + random.below(7))).map { _ in letters[random.below(letters.count)] })
      }
      var items: [CatalogItem] = []
      for number in 0..<400 {
        let words = (0..<random.below(12)).map { _ in
          dictionary[min(random.below(dictionary.count), random.below(dictionary.count))]
        }
        items.append(
          CatalogItem(
            id: "\(10_000 + number)", number: ItemNumber(UInt32(number)), named: random.chance(9, in: 10),
            title: words.prefix(4).joined(separator: " "), text: words.dropFirst(4).joined(separator: " "), price: nil,
            available: random.chance(4, in: 5),
            features: ["ab:a", "brand:\(dictionary[random.below(dictionary.count)])"]))
      }
      let parameters = ModelParameters()
      try ModelWriter.write(
        learned: LearnedSegment(parameters: parameters), catalog: CatalogSegment(items: items, parameters: parameters),
        parameters: parameters, tick: 1, to: "\(folder)/m.bin")
      let index = try Snapshot(path: "\(folder)/m.bin").words
      var counts: [String: UInt32] = [:]
      for item in items where item.named && item.available {
        let texts = [item.title ?? "", String(item.features[1].dropFirst(6)), item.text ?? "", "a"]
        for term in Set(texts.flatMap { TextAnalyzer.terms(of: $0, for: .item, extras: true) }) {
          counts[term, default: 0] += 1
        }
      }
      for round in 0..<200 {
        let word = dictionary[random.below(dictionary.count)]
        let beginning = Array(round == 0 ? [] : Array(word.prefix(1 + random.below(word.count)).utf8))
        let count = random.below(20)
        let expected = counts.filter { $0.key.utf8.starts(with: beginning) }.sorted {
          ($1.value, $0.key) < ($0.value, $1.key)
        }.prefix(count)
        let found = index.completions(of: beginning, count: count)
        #expect(found.map { index.text(of: $0.term) } == expected.map(\.key), "seed \(seed), round \(round)")
        #expect(found.map(\.items) == expected.map(\.value), "seed \(seed), round \(round)")
      }
    }
  }
}
