import ModelFile
import Profiles
import Ranking
import TestSupport
import Testing
import Vocabulary

@Suite("G15: what is blocked appears nowhere")
struct BlockTests {
  /// Items a to h; a leads to c and d; b and d are of brand x, e is delisted.
  private static func ranker(_ rules: RankingRules = .plain) throws -> Ranker {
    var model = ToyModel()
    for id in ["a", "b", "c", "d", "e", "f", "g", "h"] {
      model.add(id, ["b", "d"].contains(id) ? ["brand:x"] : ["brand:y"], available: id != "e")
    }
    model.learn("a", general: 80, row: [(2, 1 << 23), (3, 1 << 22)])
    model.learn("b", general: 70, row: [(0, 5)])
    model.learn("c", general: 60)
    model.learn("d", general: 50, row: [(0, 1 << 20)])
    return Ranker(snapshot: try model.snapshot(), rules: rules)
  }

  private static func shown(_ list: RankedList, _ ranker: Ranker) -> String {
    list.places.map { ranker.snapshot.id(of: $0.item) }.joined()
  }

  /// What a person who looked at a is shown, with some instructions.
  private static func shown(
    _ ranker: Ranker, _ instructions: Instructions, profile: Bool = true
  ) -> (ids: String, notShown: NotShown) {
    var request = RankingRequest()
    request.count = 20
    var person = Profile()
    if profile {
      let time = Timestamp(seconds: 0)
      person.history = [HistoryTerm(item: ItemNumber(0), weight: 1 << 16, kind: .view, time: time)]
    }
    let list = ranker.rank(request, profile: person, instructions: instructions)
    return (shown(list, ranker), list.notShown)
  }

  private static func blocks(
    _ items: Set<ExactText> = [], similar: Set<ExactText> = [], tags: Set<ExactText> = []
  ) -> Instructions {
    var instructions = Instructions()
    (instructions.items, instructions.similar, instructions.tags) = (items, similar, tags)
    return instructions
  }

  @Test("by item, with what is like it, and by tag; an unknown name blocks nothing")
  func kinds() throws {
    let ranker = try BlockTests.ranker()
    // c and d score, in the order of their values; the rest follow in the order of the general ranking.
    let blocks = BlockTests.blocks
    let cases: [(what: String, instructions: Instructions, shown: String, blocked: Int)] = [
      ("nothing", blocks([], [], []), "cdabfgh", 0),
      ("an item", blocks(["c"], [], []), "dabfgh", 1),
      ("similar to a", blocks([], ["a"], []), "bfgh", 3),
      ("similar to c, which leads nowhere", blocks([], ["c"], []), "dabfgh", 1),
      ("a tag", blocks([], [], ["brand:x"]), "cafgh", 2),
      ("a tag with a delisted item", blocks([], [], ["brand:y"]), "db", 5),
      ("a delisted item", blocks(["e"], [], []), "cdabfgh", 0),
      ("names of nothing", blocks(["z", ""], ["y"], ["brand", "x"]), "cdabfgh", 0),
      ("one item in several ways", blocks(["d", "a"], ["a"], ["brand:x"]), "fgh", 4),
    ]
    for (what, instructions, expected, blocked) in cases {
      let answer = BlockTests.shown(ranker, instructions)
      #expect(answer.ids == expected, "\(what)")
      #expect(answer.notShown.blocked == blocked && answer.notShown.unavailable == 1, "\(what)")
    }
    // Instructions hold for one answer only.
    #expect(BlockTests.shown(ranker, Instructions()).ids == "cdabfgh")
  }

  @Test("not in general lists, general places, repeats or contexts either")
  func everySurface() throws {
    let instructions = BlockTests.blocks(["a", "h"])
    var everything = RankingRules.plain
    everything.share = 1 << 15
    everything.repeat = 1 << 16
    everything.hop = 1 << 16
    everything.hopItems = 5
    everything.general = 1 << 15
    everything.similarity = 1
    for rules in [RankingRules.plain, everything] {
      let ranker = try BlockTests.ranker(rules)
      for isPersonal in [false, true] {
        let answer = BlockTests.shown(ranker, instructions, profile: isPersonal)
        #expect(answer.ids.count == 5 && !answer.ids.contains("a") && !answer.ids.contains("h"))
      }
      var request = RankingRequest()
      request.context = [0, 7]
      request.among = [0, 1, 7]
      let list = ranker.rank(request, profile: Profile(), instructions: instructions)
      #expect(BlockTests.shown(list, ranker) == "b")
      #expect(list.notShown.blocked == 2 && list.notShown.excluded == 0 && list.notShown.outside == 4)
    }
  }

  @Test("two items whose ids are the same letters in different bytes are both blocked")
  func unicode() throws {
    var model = ToyModel()
    for id in ["e\u{301}", "x", "\u{E9}"] { model.add(id) }
    let ranker = Ranker(snapshot: try model.snapshot(), rules: .plain)
    let answer = BlockTests.shown(ranker, BlockTests.blocks(["e\u{301}", "\u{E9}"]))
    #expect(answer.ids == "x")
  }
}
