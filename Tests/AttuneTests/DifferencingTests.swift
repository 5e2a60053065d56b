import Consent
import ModelFile
import TestSupport
import Testing
import Vocabulary

@testable import Attune

@Suite("G13: what consecutive models tell of a person")
struct DifferencingTests {
  /// What others may see: the people behind each item, and each pair's count with what its rounding leaves open.
  private struct Published {
    var support: [String: UInt32] = [:]
    var pairs: [String: (count: UInt64, most: UInt64)] = [:]

    init(_ engine: Engine) throws {
      let snapshot = try engine.model().snapshot
      for item in 0..<UInt32(snapshot.itemCount) {
        support[snapshot.id(of: item)] = snapshot.support(of: item)
        let shift = UInt64(snapshot.shift(of: item))
        for place in snapshot.row(of: item) {
          let (other, value) = unsafe (snapshot.rowItems[place], UInt64(snapshot.rowValues[place]))
          pairs[snapshot.id(of: item) + " " + snapshot.id(of: other)] = (value << shift, (value + 1) << shift - 1)
        }
      }
    }
  }

  @Test("G13: between ticks counts only fall, whatever people do", arguments: [1, 2, 3, 4])
  func falling(seed: UInt64) throws {
    var random = SplitMix64(seed: 1300 + seed)
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: seed, people: 60, items: 30).engine(in: folder)
      var before = try Published(engine)
      var fallen = 0
      for step in 0..<25 {
        let subject = "u\(random.below(60))"
        switch random.below(6) {
        case 0: _ = try engine.erase([subject])
        case 1: _ = try engine.withdraw([.training], from: subject)
        case 2: _ = try engine.grant(Purpose.allCases, to: subject)
        case 3:
          var request = ForgetRequest()
          request.kinds = [.view]
          // Somebody erased has nothing to forget.
          _ = try? engine.forget(request, of: subject)
        case 4: _ = try engine.block(.item("i1"), for: subject)
        default:
          _ = try engine.grant(Purpose.allCases, to: subject)
          let events = (0..<3).map { _ in
            Shop.Event(subject: subject, item: "i\(random.below(30))", kind: "view", time: Shop.start + step)
          }
          _ = try engine.record([Array(Shop.lines(events).utf8)])
        }
        let now = try Published(engine)
        for (item, support) in now.support {
          #expect(support <= before.support[item] ?? 0, "seed \(seed), step \(step): more people behind an item")
        }
        for (pair, entry) in now.pairs {
          #expect(entry.count <= before.pairs[pair]?.most ?? 0, "seed \(seed), step \(step): a pair has risen")
        }
        if now.pairs.count < before.pairs.count { fallen += 1 }
        before = now
      }
      #expect(fallen > 3, "the cases are too thin to mean anything")
    }
  }
}
