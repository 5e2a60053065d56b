import Decisions
import ModelFile
import Profiles
import Ranking
import Retrieval
import TestSupport
import Testing
import Vocabulary

@Suite("G9: records of real lists")
struct RankedRecordTests {
  /// Twenty items with related rows, features and general scores at random.
  private static func ranker(_ random: inout SplitMix64) throws -> Ranker {
    var parameters = ModelParameters()
    parameters.query.targetExponent = Int64(random.below(1 << 17) - 1 << 15)
    let ids = (0..<20).map { "i\($0 / 10)\($0 % 10)" }
    let items = ids.enumerated().map { number, id in
      CatalogItem(
        id: id, number: ItemNumber(UInt32(number)), named: true, title: nil, price: nil,
        available: random.chance(9, in: 10), features: ["brand:\(random.below(4))", "color:\(random.below(3))"])
    }
    var learned = LearnedSegment(parameters: parameters)
    for id in ids {
      learned.ids.append(id)
      learned.support.append(UInt32(3 + random.below(100)))
      learned.general.append(UInt64(random.below(50)))
      learned.sales.append(0)
      learned.rowShift.append(UInt8(random.below(4)))
      let others = Set((0..<random.below(8)).map { _ in UInt32(random.below(20)) }).sorted()
      learned.rowItem += others
      learned.rowValue += others.map { _ in UInt32(1 + random.below(1 << 24 - 1)) }.sorted(by: >)
      learned.rowStart.append(UInt32(learned.rowItem.count))
    }
    let rules = RankingRules(
      positionDecay: random.chance(1, in: 2) ? 3 << 16 : 0, repeat: Int64(random.below(2)) << 15,
      hop: Int64(random.below(3)) << 15, hopItems: 5, tags: Int64(random.below(3)) << 15,
      general: Int64(random.below(3)) << 14, share: Int64(random.below(3)) << 14,
      similarity: Int64(random.below(2)) << 16)
    let snapshot = try withTemporaryDirectory { folder in
      try ModelWriter.write(
        learned: learned, catalog: CatalogSegment(items: items, parameters: parameters), parameters: parameters,
        tick: 0, to: folder + "/model")
      return try Snapshot(path: folder + "/model")
    }
    return Ranker(snapshot: snapshot, rules: rules)
  }

  private static func profile(_ random: inout SplitMix64, _ features: Int) -> Profile {
    var profile = Profile()
    if random.chance(1, in: 6) { return profile }
    for number in Set((0..<random.below(7)).map { _ in UInt32(random.below(22)) }).sorted() {
      let weight = Int64(random.below(9 << 16) - 2 << 16) | 1
      let term = HistoryTerm(
        item: ItemNumber(number), weight: weight, kind: .cart, time: Timestamp(seconds: Int64(number)))
      profile.history.append(term)
    }
    for feature in 0..<UInt32(features) where random.chance(1, in: 2) {
      profile.tags.append(TagWeight(feature: feature, weight: Int64(random.below(9 << 16) - 2 << 16) | 1, added: false))
    }
    return profile
  }

  @Test("a place's score multiplied out from its record is the ranker's, on every place and after reading back")
  func scores() {
    var kinds: Set<DecisionRecord.Term.Kind> = []
    var placements: Set<UInt8> = []
    checkProperty(cases: 120, seed: 7000) { random in
      let ranker = try RankedRecordTests.ranker(&random)
      let profile = RankedRecordTests.profile(&random, ranker.snapshot.featureCount)
      var request = RankingRequest()
      request.count = 1 + random.below(15)
      request.offset = random.below(2) * random.below(8)
      request.context = (0..<random.below(4)).map { _ in UInt32(random.below(20)) }
      let list = ranker.rank(request, profile: profile, instructions: Instructions())
      let parts = DecisionRecord.parts(of: list, ranker: ranker, contextCount: request.distinctContext) { item in
        profile.history.first { ranker.snapshot.index(of: $0.item) == item }.map { ($0.kind, $0.time) }
      }
      var record = DecisionRecord.sample(factor: 1, weights: [], target: 1)
      (record.terms, record.places) = (parts.terms, parts.places)
      guard let record = DecisionRecord(encoded: record.encoded) else { return false }
      kinds.formUnion(record.terms.map(\.kind))
      placements.formUnion(record.places.map(\.placement))

      let isSame =
        record.terms == parts.terms && record.places == parts.places && record.places.count == list.places.count
        && parts.items.count == parts.terms.count
      return isSame
        && zip(record.places, list.places).allSatisfy { place, shown in
          record.score(of: place) == shown.score && place.rank == shown.rank
            && place.item == ranker.snapshot.id(of: shown.item) && place.placement == shown.placement.rawValue
            && place.parts.map { record.points(of: $0, in: place) } == shown.contributions.map(\.points)
        }
    }
    // No list has a tag without the target factor; records of before have. Words are a search's.
    let recommended = Set(DecisionRecord.Term.Kind.allCases).subtracting([.word, .searched, .tag])
    #expect(kinds.subtracting([.tag]) == recommended, "every kind of term must have been tried")
    #expect(placements == [0, 1, 2])
  }

  @Test("terms are those that count for something shown, each once, with the event behind a history item")
  func terms() {
    checkProperty(cases: 60, seed: 8000) { random in
      let ranker = try RankedRecordTests.ranker(&random)
      let profile = RankedRecordTests.profile(&random, ranker.snapshot.featureCount)
      var request = RankingRequest()
      request.context = (0..<random.below(3)).map { _ in UInt32(random.below(20)) }
      let list = ranker.rank(request, profile: profile, instructions: Instructions())
      let (terms, items, places) = DecisionRecord.parts(
        of: list, ranker: ranker, contextCount: request.distinctContext
      ) { item in (.share, Timestamp(seconds: Int64(item))) }
      let used = Set(places.flatMap(\.parts).map(\.term))
      guard used == Set(terms.indices) else { return false }
      return zip(terms, items).allSatisfy { term, item in
        switch term.kind {
        case .history: term.event == .share && term.time == item.map { Timestamp(seconds: Int64($0)) }
        case .context: item.map(request.context.contains) == true && term.event == nil
        case .related, .repeat: item.map(ranker.snapshot.id(of:)) == term.name && term.event == nil
        case .tag, .tagByTarget: item == nil && ranker.snapshot.feature(named: term.name) != nil
        case .general: item == nil && term.name.isEmpty
        case .word, .searched: false
        }
      }
    }
  }
}
