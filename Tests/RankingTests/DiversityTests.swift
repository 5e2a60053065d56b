import ModelFile
import Profiles
import Ranking
import TestSupport
import Testing
import Vocabulary

@Suite("Near-duplicates kept apart")
struct DiversityTests {
  /// A ranker whose general ranking is these features, an item each.
  private static func ranker(_ features: [String], similarity: Int64) throws -> Ranker {
    var model = ToyModel()
    for (place, feature) in features.enumerated() {
      let id = "i" + String(100 + place)
      model.add(id, [feature])
      model.learn(id, general: UInt64(1000 - place))
    }
    // Features of one item alone relate nothing; these are never shown.
    for feature in Set(features).sorted() { model.add("j\(feature)", [feature], available: false) }
    var rules = RankingRules.plain
    rules.similarity = similarity
    return Ranker(snapshot: try model.snapshot(), rules: rules)
  }

  private static func order(_ ranker: Ranker, _ count: Int) -> [UInt32] {
    var request = RankingRequest()
    request.count = count
    return ranker.rank(request, profile: Profile(), instructions: Instructions()).places.map(\.item)
  }

  @Test("the next best that is no likeness of the one before comes first; where all are alike, the best")
  func alternating() throws {
    let features = ["x", "x", "x", "y", "y", "x"]
    let ranker = try DiversityTests.ranker(features, similarity: 1 << 16)
    // A cosine of exactly 1 reaches a rule of 1.
    #expect(DiversityTests.order(ranker, 6) == [0, 3, 1, 4, 2, 5])
    let beyond = try DiversityTests.ranker(features, similarity: 1 << 16 + 1)
    #expect(DiversityTests.order(beyond, 6) == [0, 1, 2, 3, 4, 5])
    let off = try DiversityTests.ranker(features, similarity: 0)
    #expect(DiversityTests.order(off, 6) == [0, 1, 2, 3, 4, 5])
  }

  @Test("twenty candidates are looked at, and not one more, on the shortest of pages")
  func lookahead() throws {
    for (alike, second): (Int, UInt32) in [(18, 19), (19, 20), (20, 1), (21, 1)] {
      // One, so many like it, then another.
      let features = [String](repeating: "x", count: 1 + alike) + ["y", "x", "y"]
      let ranker = try DiversityTests.ranker(features, similarity: 1 << 15)
      for count in 2...4 {
        #expect(DiversityTests.order(ranker, count).prefix(2) == [0, second], "\(alike) alike, \(count) asked for")
      }
    }
  }

  @Test("general places take the best of the general ranking, likeness or not")
  func generalPlaces() throws {
    var rules = RankingRules.plain
    rules.similarity = 1 << 16
    rules.share = 1 << 15
    let snapshot = try DiversityTests.ranker(["x", "x", "x", "y", "x"], similarity: 0).snapshot
    let ranker = Ranker(snapshot: snapshot, rules: rules)
    var request = RankingRequest()
    request.count = 4
    var profile = Profile()
    profile.history = [
      HistoryTerm(item: ItemNumber(4), weight: 1 << 16, kind: .view, time: Timestamp(seconds: 0))
    ]
    let list = ranker.rank(request, profile: profile, instructions: Instructions())
    // Nothing scores: by the general ranking, the second and fourth places whatever comes before.
    #expect(list.places.map(\.item) == [0, 1, 3, 2])
    #expect(list.places.map(\.placement) == [.fill, .generalShare, .fill, .generalShare])
    // 999 and 998 thousandths of 2^20, in points.
    #expect(list.places.map { $0.score >> 14 } == [0, 1_047_527, 0, 1_046_478])
  }
}
