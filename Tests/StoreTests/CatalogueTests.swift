import Intake
import SystemIO
import Testing
import Vocabulary

@testable import Store

@Suite struct CatalogueTests {
  private func record(_ random: inout SplitMix64, id: String) -> ItemRecord {
    let words = ["", "Lamp", "日本", "blue:dark", "a/b", String(repeating: "long ", count: 80)]
    func text(_ random: inout SplitMix64) -> String? {
      random.chance(1, in: 3) ? nil : words[random.below(words.count)]
    }
    func list(_ random: inout SplitMix64) -> [String] {
      (0..<random.below(4)).map { _ in words[random.below(words.count)] }
    }
    return ItemRecord(
      id: id, title: text(&random), text: text(&random),
      price: random.chance(1, in: 2) ? Int64(bitPattern: random.next()) : nil, seller: text(&random),
      category: list(&random), available: [nil, true, false][random.below(3)], tags: list(&random))
  }

  @Test func recordsComeBackAsTheyWere() throws {
    var random = SplitMix64(seed: 11)
    for round in 0..<500 {
      let item = record(&random, id: "x")
      let bytes = ItemRecordCoding.encode(item)
      let back = try #require(ItemRecordCoding.decode(bytes, id: "x"))
      #expect(describe(back) == describe(item), "seed 11, round \(round)")
      // Shortened or lengthened, it is nothing.
      #expect(ItemRecordCoding.decode(Array(bytes.dropLast(1 + random.below(bytes.count))), id: "x") == nil)
      #expect(ItemRecordCoding.decode(bytes + [0], id: "x") == nil)
      // Noise does no harm.
      var noisy = bytes
      noisy[random.below(noisy.count)] = UInt8(truncatingIfNeeded: random.next())
      _ = ItemRecordCoding.decode(noisy, id: "x")
    }
  }

  @Test func itemsAreNumberedInOrderOfArrivalAndReplaced() throws {
    var random = SplitMix64(seed: 12)
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    let seen = try store.transaction { try ["b", "a", "", "ü"].map { try store.itemNumber(forID: Array($0.utf8)) } }
    #expect(seen.map(\.rawValue) == [0, 1, 2, 3])
    #expect(try store.itemCount() == (4, 0))
    let first = record(&random, id: "a")
    let second = record(&random, id: "a")
    #expect(try store.putItem(first) == ItemNumber(1))
    #expect(try store.putItem(second) == ItemNumber(1))
    #expect(try store.putItem(record(&random, id: "new")) == ItemNumber(4))
    let reopened = try SQLiteStore.open(at: scratch.path)
    #expect(try reopened.itemCount() == (5, 2))
    let row = try #require(try reopened.item(id: "a"))
    #expect(row.named && row.number == ItemNumber(1) && row.record.map(describe) == describe(second))
    #expect(try reopened.item(id: "b")?.record == nil && reopened.item(id: "none") == nil)
    #expect(try reopened.itemID(of: ItemNumber(3)) == "ü" && reopened.itemID(of: .none) == nil)
    var ids: [String] = []
    try reopened.forEachItem(records: false) {
      ids.append("\($0.number.rawValue)\(String(decoding: $0.id, as: UTF8.self))")
    }
    #expect(ids == ["0b", "1a", "2", "3ü", "4new"])
  }

  private func describe(_ item: ItemRecord) -> String { "\(item)" }
}
