import Testing
import Vocabulary

@testable import CommandLine

/// The made-up shop is the same on every machine, has the size it should, and tastes show in it.
struct DemoShopTests {
  private static let small = DemoShop(seed: 7, size: .init(people: 200, items: 300, events: 9000))

  @Test func theSameSeedMakesTheSameFiles() {
    let again = DemoShop(seed: 7, size: .init(people: 200, items: 300, events: 9000))
    #expect(again.itemsFile == Self.small.itemsFile && again.eventsFile == Self.small.eventsFile)
    let other = DemoShop(seed: 8, size: .init(people: 200, items: 300, events: 9000))
    #expect(other.eventsFile != Self.small.eventsFile)
  }

  /// FNV-1a, 64 bits.
  private func checksum(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  @Test func everyMachineMakesTheSameBytes() {
    #expect(checksum(Self.small.itemsFile) == 3_128_750_513_962_178_552)
    #expect(checksum(Self.small.eventsFile) == 14_610_360_667_574_915_824)
  }

  @Test func theFirstLinesNeverChange() {
    let items = String(decoding: Self.small.itemsFile, as: UTF8.self).split(separator: "\n")
    let events = String(decoding: Self.small.eventsFile, as: UTF8.self).split(separator: "\n")
    #expect(items.count == 300 && events.count == 9001)
    #expect(
      items[0] == #"{"item":"i0001","title":"Harrow sturdy knit running shoe, black","category":"shoes/running","#
        + #""price":96.9,"seller":"north-store","available":true,"tags":["brand:harrow","color:black","#
        + #""material:knit"]}"#)
    #expect(events[0] == "time,subject,kind,item,query")
    #expect(events[1] == "1775097848,u00109,view,i0038,")
  }

  @Test func everybodyIsThereAndTheLogIsInOrder() {
    let shop = Self.small
    #expect(Set(shop.events.map(\.person)).count == 200)
    #expect(zip(shop.events, shop.events.dropFirst()).allSatisfy { $0.time <= $1.time })
    #expect(shop.events.allSatisfy { $0.time < DemoShop.end && $0.time >= DemoShop.end - 90 * 86_400 })
    #expect(
      shop.events.allSatisfy { ($0.kind == .search) == ($0.item == nil) && ($0.query != nil) == ($0.item == nil) })
    let kinds = Set(shop.events.map(\.kind))
    #expect(kinds.isSuperset(of: [.view, .click, .search, .favorite, .cart, .purchase, .dislike]))
    #expect(shop.events.count { $0.kind == .purchase } < shop.events.count { $0.kind == .cart })
    #expect(Set(shop.items.map(\.id)).count == 300 && shop.items.contains { !$0.available })
  }

  @Test func peopleKeepToTheirTastes() {
    // The share of a person's two most viewed brands, against a tenth by chance.
    let shop = Self.small
    var shares: [Double] = []
    for person in 0..<200 {
      let brands = shop.events.filter { $0.person == person }.compactMap { $0.item.map { shop.items[$0].brand } }
      let counts = Dictionary(brands.map { ($0, 1) }, uniquingKeysWith: +).values.sorted(by: >)
      if brands.count >= 20 { shares.append(Double(counts.prefix(2).reduce(0, +)) / Double(brands.count)) }
    }
    #expect(shares.count > 50)
    #expect(shares.reduce(0, +) / Double(shares.count) > 0.3)
  }
}
