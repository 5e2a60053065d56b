import Attune
import Testing
import TestSupport
import Vocabulary

@Suite("G12: nothing that fewer than k people support reaches another person")
struct ThresholdTests {
  /// A shop where `supporters` people share a rare pair of items, on top of ordinary traffic.
  private func shop(supporters: Int) -> Shop {
    var shop = Shop.random(seed: 81, people: 40, items: 30)
    for person in 0..<supporters {
      for item in ["rare-a", "rare-b"] {
        shop.events.append(Shop.Event(subject: "u\(person)", item: item, kind: "view", time: Shop.start + person))
      }
    }
    return shop
  }

  @Test("G12: k − 1 people behind a rare pair are invisible; the k-th makes it appear", arguments: [3, 4, 6])
  func canary(k: Int) throws {
    try withTemporaryDirectory { folder in
      let below = try shop(supporters: k - 1).engine(in: folder, name: "below", set: [("rows.support", "\(k)")])
      // Nobody else can even name the item: it is in no catalogue and below the threshold.
      #expect(throws: Failure.self) { try below.similar(to: "rare-a", count: 10) }
      for person in 10..<40 {
        let list = try below.recommend(RecommendationRequest(subject: "u\(person)", count: 1000)).items
        #expect(!list.contains { $0.item.hasPrefix("rare") }, "person \(person)")
      }
      let at = try shop(supporters: k).engine(in: folder, name: "at", set: [("rows.support", "\(k)")])
      #expect(try at.similar(to: "rare-a", count: 10).items.first?.item == "rare-b")
    }
  }

  @Test("G12: the policy's floor holds whatever the model asks for")
  func floor() throws {
    try withTemporaryDirectory { folder in
      let engine = try shop(supporters: 2).engine(in: folder, train: false)
      #expect(throws: Failure.self) { try engine.train(set: [(key: "rows.support", value: "2")]) }
    }
  }
}
