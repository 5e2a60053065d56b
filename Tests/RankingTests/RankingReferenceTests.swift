import ModelFile
import Profiles
import Ranking
import Retrieval
import TestSupport
import Testing
import Vocabulary

@Suite("Lists of small random models")
struct RankingReferenceTests {
  /// A random model and question with the list that the ranker gives.
  private struct Case {
    let snapshot: Snapshot
    let ranker: Ranker
    var question: RandomQuestion

    init(_ random: inout SplitMix64) throws {
      snapshot = try ToyModel.random(&random).snapshot()
      ranker = Ranker(snapshot: snapshot, rules: .random(&random))
      question = RandomQuestion(&random, snapshot)
    }

    func list(_ request: RankingRequest? = nil) -> RankedList {
      ranker.rank(request ?? question.request, profile: question.profile, instructions: question.instructions)
    }

    var causes: [String] {
      SlowRanker(snapshot, ranker.rules).causes(question.request, question.profile, question.instructions)
    }
  }

  @Test("G10: a list, and why all else is not in it, is what scoring, sorting and filling place by place gives")
  func reference() {
    var placements: [Placement: Int] = [:]
    var hops = 0
    checkProperty(cases: 150, seed: 10_000) { random in
      let made = try Case(&random)
      let (request, profile) = (made.question.request, made.question.profile)
      let list = made.list()
      let slow = SlowRanker(made.snapshot, made.ranker.rules)
      let query = made.ranker.query(for: request, profile: profile)
      let causes = made.causes
      let isPersonal = !profile.isEmpty || !request.context.isEmpty
      let whole = slow.list(query, request, causes: causes, isPersonal: isPersonal)
      let expected = Array(whole.dropFirst(request.offset))

      for place in list.places { placements[place.placement, default: 0] += 1 }
      hops += list.hops.count
      let shown = list.places.map { SlowRanker.Shown(item: $0.item, score: $0.score, placement: $0.placement) }
      guard shown == expected, list.places.map(\.rank) == Array(request.offset + 1..<request.offset + 1 + shown.count),
        list.hops == slow.hops(query, causes)
      else { return false }

      var counts = NotShown()
      counts.unavailable = causes.count { $0 == "unavailable" }
      counts.blocked = causes.count { $0 == "blocked" }
      counts.excluded = causes.count { $0 == "excluded" }
      counts.seen = causes.count { $0 == "seen" }
      counts.outside = causes.count { $0 == "outside" }
      counts.earlierPages = whole.count - expected.count
      counts.belowCut = causes.count { $0.isEmpty } - whole.count
      return list.notShown == counts
    }
    #expect(placements.values.allSatisfy { $0 > 50 } && placements.count == 3 && hops > 100, "\(placements) \(hops)")
  }

  @Test("a list is as long as it can be, shows nothing twice and nothing it must not show")
  func whole() {
    checkProperty(cases: 80, seed: 20_000) { random in
      let made = try Case(&random)
      let list = made.list()
      let causes = made.causes
      let eligible = causes.count { $0.isEmpty }
      let request = made.question.request
      let total = list.notShown.all.reduce(list.places.count) { $0 + $1.count }
      return list.places.count == min(request.count, max(0, eligible - request.offset))
        && Set(list.places.map(\.item)).count == list.places.count
        && list.places.allSatisfy { causes[Int($0.item)].isEmpty }
        && total == made.snapshot.itemCount && list.notShown.all.allSatisfy { $0.count >= 0 }
    }
  }

  @Test("G9: contributions add up to the score, and none of them is empty")
  func additive() {
    checkProperty(cases: 80, seed: 30_000) { random in
      let made = try Case(&random)
      return made.list().places.allSatisfy { place in
        place.contributions.reduce(0) { $0 + $1.points } == place.score
          && Set(place.contributions.map(\.term)).count == place.contributions.count
          && place.contributions.allSatisfy { $0.points != 0 || place.placement == .generalShare }
      }
    }
  }

  @Test("pages join up: the first two are the list of twice the length")
  func pages() {
    checkProperty(cases: 80, seed: 40_000) { random in
      let made = try Case(&random)
      var request = made.question.request
      request.offset = 0
      let first = made.list(request)
      request.offset = request.count
      let second = made.list(request)
      request.offset = 0
      request.count *= 2
      let both = made.list(request)
      func texts(_ places: [Place]) -> [String] { places.map { "\($0)" } }
      return texts(first.places + second.places) == texts(both.places)
        && second.notShown.earlierPages == first.places.count
    }
  }

  @Test("a ranker remembers nothing of the questions before")
  func memoryless() {
    checkProperty(cases: 30, seed: 50_000) { random in
      let made = try Case(&random)
      let first = "\(made.list())"
      for _ in 0..<3 {
        let other = RandomQuestion(&random, made.snapshot)
        _ = made.ranker.rank(other.request, profile: other.profile, instructions: other.instructions)
      }
      return "\(made.list())" == first
    }
  }
}
