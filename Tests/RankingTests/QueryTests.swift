import ModelFile
import Profiles
import Ranking
import Retrieval
import TestSupport
import Testing
import Vocabulary

@Suite("Queries and lists worked out by hand")
struct QueryTests {
  /// Items a to d, of which a and b have both features; a leads to b with half of 24 bits.
  private static func ranker(_ rules: RankingRules) throws -> Ranker {
    var model = ToyModel()
    model.parameters.query.sourceExponent = 0
    model.parameters.query.targetExponent = 0
    for id in ["a", "b"] { model.add(id, ["color:red", "brand:x"]) }
    for id in ["c", "d"] { model.add(id) }
    model.learn("a", general: 4, row: [(1, 1 << 23)])
    model.learn("b", general: 2)
    return Ranker(snapshot: try model.snapshot(), rules: rules)
  }

  private static func history(_ item: UInt32, _ weight: Int64) -> HistoryTerm {
    HistoryTerm(item: ItemNumber(item), weight: weight, kind: .view, time: Timestamp(seconds: 0))
  }

  @Test("one unit is 2^34 points: the strongest neighbour, a repeat, the most popular item")
  func unit() throws {
    var rules = RankingRules.plain
    rules.repeat = 1 << 16
    rules.general = 1 << 16
    let ranker = try QueryTests.ranker(rules)
    var profile = Profile()
    profile.history = [QueryTests.history(0, 1 << 16)]
    let list = ranker.rank(RankingRequest(), profile: profile, instructions: Instructions())
    #expect(list.query.history == [QueryVector.Related(item: 0, factor: 1 << 19)])
    #expect(list.query.repeats == [QueryVector.Repeat(item: 0, points: 1 << 34)])
    // Both: the item itself and its general score; the row's best and half the general score. Then what scores nothing.
    #expect(list.places.map(\.item) == [0, 1, 2, 3])
    #expect(list.places.map(\.score) == [2 << 34, 3 << 33, 0, 0])
    #expect(list.places.map(\.placement) == [.score, .score, .fill, .fill])
  }

  @Test("a context is fresh history, latest first, each item once, before the history itself")
  func context() throws {
    var rules = RankingRules.plain
    rules.positionDecay = 1 << 16
    rules.repeat = 1 << 16
    var request = RankingRequest()
    request.context = [0, 1, 0]
    var profile = Profile()
    profile.history = [QueryTests.history(3, -5), QueryTests.history(60, 9), QueryTests.history(1, 7)]
    let ranker = try QueryTests.ranker(rules)
    let query = ranker.query(for: request, profile: profile)
    #expect(request.distinctContext == 2)
    // e^(−1) and e^(−2) in Q16; an item that the model does not know is left out.
    let weights: [(UInt32, Int64)] = [(0, 65_536 + 8869), (1, 24_109), (3, -5), (1, 7)]
    #expect(query.history.map(\.item) == weights.map(\.0))
    for (term, weight) in zip(query.history, weights) {
      #expect(term.factor == ranker.retriever.factor(of: weight.0, weight: weight.1))
    }
    // Only what counts for something is repeated.
    #expect(query.repeats.map { $0.points >> 18 } == [74_405, 24_109, 7])
    #expect(query.features.isEmpty && query.general == 0)
    rules.positionDecay = 0
    let even = try QueryTests.ranker(rules).query(for: request, profile: Profile())
    #expect(even.repeats.map { $0.points >> 18 } == [131_072, 65_536])
  }

  @Test("the item met last is repeated less, be it of the context or of the history, and no other is")
  func repeatLatest() throws {
    var rules = RankingRules.plain
    rules.repeat = 2 << 16
    rules.repeatLatest = 1 << 14
    let ranker = try QueryTests.ranker(rules)
    var profile = Profile()
    profile.history = [QueryTests.history(1, 400), QueryTests.history(0, 800)]
    func repeats(_ context: [UInt32]) -> [Int64] {
      var request = RankingRequest()
      request.context = context
      return ranker.query(for: request, profile: profile).repeats.map { $0.points >> 18 }
    }
    #expect(repeats([]) == [200, 1600])
    #expect(repeats([3]) == [32_768, 800, 1600])
    #expect(repeats([1, 0]) == [32_768, 131_072, 800, 400])
    // The latest is an item that the model does not know.
    profile.history[0] = QueryTests.history(60, 400)
    #expect(repeats([]) == [1600])
  }

  @Test("features are those of the profile and of the context's items, ascending, each once")
  func features() throws {
    var rules = RankingRules.plain
    rules.tags = 2 << 16
    let ranker = try QueryTests.ranker(rules)
    var request = RankingRequest()
    request.context = [0]
    var profile = Profile()
    profile.history = [QueryTests.history(1, 1 << 16)]
    profile.tags = [TagWeight(feature: 1, weight: -100, added: false)]
    // Two features of equal weight: 1/√2 each, which the vectors keep as 11,586 of 16,384.
    let query = ranker.query(for: request, profile: profile)
    #expect(query.features.map(\.feature) == [0, 1])
    #expect(query.features.map(\.factor) == [92_688, 92_488])
    rules.tags = 0
    #expect(try QueryTests.ranker(rules).query(for: request, profile: profile).features.isEmpty)
  }

  @Test("nobody in particular gets the general list, whatever the rules say")
  func nobody() throws {
    var rules = RankingRules.plain
    rules.hop = 1 << 16
    rules.general = 5
    rules.share = 1 << 15
    let ranker = try QueryTests.ranker(rules)
    let list = ranker.rank(RankingRequest(), profile: Profile(), instructions: Instructions())
    #expect(list.query.general == 1 << 16 && list.query.history.isEmpty && list.query.hop == 0)
    #expect(list.places.map(\.score) == [1 << 34, 1 << 33, 0, 0])
    #expect(list.places.map(\.placement) == [.score, .score, .fill, .fill])
  }

  @Test("an empty model gives an empty list")
  func empty() throws {
    let ranker = Ranker(snapshot: try ToyModel().snapshot(), rules: .plain)
    var profile = Profile()
    profile.history = [QueryTests.history(0, 1 << 16)]
    for profile in [Profile(), profile] {
      let list = ranker.rank(RankingRequest(), profile: profile, instructions: Instructions())
      #expect(list.places.isEmpty && list.notShown == NotShown())
    }
  }

  @Test("the first n places hold the whole part of n times the share that is general")
  func share() {
    var rules = RankingRules.plain
    checkProperty(cases: 200, seed: 60) { random in
      rules.share = Int64(random.below(1 << 15 + 1))
      let n = 1 + random.below(300)
      return (1...n).count { rules.isGeneralPlace($0) } == Int(Int64(n) * rules.share / 65_536)
    }
    rules.share = 1 << 14
    #expect((1...9).filter { rules.isGeneralPlace($0) } == [4, 8])
    rules.share = 0
    #expect((1...9).allSatisfy { !rules.isGeneralPlace($0) })
  }

  @Test("items of equal score stand in the order of their ids, on every page")
  func ties() throws {
    // General scores that differ by less than a point of 2^20.
    var model = ToyModel()
    for id in ["a", "b", "c", "z"] { model.add(id) }
    for (id, more): (String, UInt64) in [("a", 1), ("b", 3), ("c", 2)] { model.learn(id, general: 1 << 20 + more) }
    model.learn("z", general: 1 << 40)
    let ranker = Ranker(snapshot: try model.snapshot(), rules: .plain)
    func page(_ count: Int, _ offset: Int) -> [UInt32] {
      var request = RankingRequest()
      (request.count, request.offset) = (count, offset)
      return ranker.rank(request, profile: Profile(), instructions: Instructions()).places.map(\.item)
    }
    #expect(page(4, 0) == [3, 0, 1, 2])
    #expect(page(2, 0) == [3, 0])
    #expect(page(2, 0) + page(2, 2) == page(4, 0))
  }
}
