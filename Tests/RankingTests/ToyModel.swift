import ModelFile
import Profiles
import Ranking
import TestSupport
import Vocabulary

/// A small model, to be written to a file and opened.
struct ToyModel {
  var items: [CatalogItem] = []
  var parameters = ModelParameters()
  var learned = LearnedSegment(parameters: ModelParameters())

  /// Adds an item to the catalogue; ids come ascending.
  mutating func add(_ id: String, _ features: [String] = [], available: Bool = true, named: Bool = true) {
    items.append(
      CatalogItem(
        id: id, number: ItemNumber(UInt32(items.count)), named: named, title: nil, price: nil, available: available,
        features: features))
  }

  /// Adds what was learned of an item; ids come ascending.
  mutating func learn(
    _ id: String, support: UInt32 = 3, general: UInt64, row: [(UInt32, UInt32)] = [], shift: UInt8 = 0
  ) {
    learned.ids.append(id)
    learned.support.append(support)
    learned.general.append(general)
    learned.sales.append(0)
    learned.rowShift.append(shift)
    learned.rowItem += row.map(\.0)
    learned.rowValue += row.map(\.1)
    learned.rowStart.append(UInt32(learned.rowItem.count))
  }

  func snapshot() throws -> Snapshot {
    try withTemporaryDirectory { folder in
      var learned = learned
      learned.parameters = parameters
      try ModelWriter.write(
        learned: learned, catalog: CatalogSegment(items: items, parameters: parameters), parameters: parameters,
        tick: 0, to: folder + "/model")
      return try Snapshot(path: folder + "/model")
    }
  }

  /// Items with few different features, so that many are alike; some delisted, some only learned, some too rare.
  static func random(_ random: inout SplitMix64) -> ToyModel {
    var model = ToyModel()
    model.parameters.query.sourceExponent = Int64(random.below(2 << 16) - 1 << 15)
    model.parameters.query.targetExponent = Int64(random.below(2 << 16) - 1 << 15)
    model.parameters.tags.fields["brand"] = Int64(random.below(3 << 16))
    let ids = (0..<1 + random.below(60)).map { "i\($0 / 10)\($0 % 10)" }
    for id in ids where random.chance(9, in: 10) {
      var features: Set<String> = []
      for _ in 0..<random.below(4) {
        features.insert(["color:\(random.below(3))", "brand:\(random.below(6))"][random.below(2)])
      }
      model.add(
        id, features.sorted(), available: random.chance(7, in: 8), named: random.chance(9, in: 10))
    }
    let learned = ids.filter { _ in random.chance(3, in: 4) }
    for id in learned {
      var row: [UInt32: UInt32] = [:]
      for _ in 0..<random.below(9) {
        row[UInt32(random.below(learned.count))] = UInt32(1 + random.below(1 << (1 + random.below(24))))
      }
      model.learn(
        id, support: UInt32(2 + random.below(500)), general: UInt64(random.below(200)),
        row: row.sorted { ($1.value, $0.key) < ($0.value, $1.key) }, shift: UInt8(random.below(6)))
    }
    if random.chance(1, in: 3) {
      var rows = ItemRows()
      for _ in learned {
        var row: [UInt32: Int64] = [:]
        for _ in 0..<random.below(9) { row[UInt32(random.below(learned.count))] = Int64(1 + random.below(1 << 30)) }
        rows.append(row.map { (item: $0.key, weight: $0.value) }.sorted { ($1.weight, $0.item) < ($0.weight, $1.item) })
      }
      model.learned.refined = rows
    }
    return model
  }
}

extension RankingRules {
  /// Rules with every part off.
  static let plain = RankingRules(
    positionDecay: 0, repeat: 0, hop: 0, hopItems: 0, tags: 0, general: 0, share: 0, similarity: 0)

  static func random(_ random: inout SplitMix64) -> RankingRules {
    RankingRules(
      positionDecay: random.chance(1, in: 2) ? 0 : Int64(1 + random.below(5 << 16)),
      repeat: random.chance(2, in: 3) ? 0 : Int64(random.below(2 << 16)),
      hop: random.chance(1, in: 2) ? 0 : Int64(random.below(3 << 16)), hopItems: random.below(12),
      tags: random.chance(1, in: 3) ? 0 : Int64(random.below(4 << 16)),
      general: random.chance(1, in: 2) ? 0 : Int64(1000 + random.below(1 << 16)),
      share: random.chance(1, in: 3) ? 0 : Int64(random.below(1 << 15 + 1)),
      similarity: random.chance(1, in: 3) ? 0 : Int64(20_000 + random.below(46_000)))
  }
}

/// A question to a ranker, at random.
struct RandomQuestion {
  var request = RankingRequest()
  var profile = Profile()
  var instructions = Instructions()

  init(_ random: inout SplitMix64, _ snapshot: Snapshot) {
    let count = UInt32(snapshot.itemCount)
    func items(_ most: Int, _ random: inout SplitMix64) -> [UInt32] {
      count == 0 ? [] : (0..<random.below(most + 1)).map { _ in UInt32(random.below(Int(count))) }
    }
    request.count = 1 + random.below(12)
    request.offset = random.chance(1, in: 2) ? 0 : random.below(20)
    if random.chance(1, in: 3) { request.context = items(4, &random) }
    if random.chance(1, in: 4) { request.exclude = items(5, &random) }
    if random.chance(1, in: 5) { request.among = items(40, &random) }
    if random.chance(1, in: 5) { request.within = ["color:0", "color:1", "brand:2", "brand:none"][random.below(4)] }
    if random.chance(4, in: 5) {
      let numbers = Set((0..<random.below(8)).map { _ in ItemNumber(UInt32(random.below(65))) })
      profile.history = numbers.sorted().map {
        HistoryTerm(
          item: $0, weight: Int64(random.below(12 << 16) - 2 << 16) | 1, kind: .view, time: Timestamp(seconds: 0))
      }
      for feature in 0..<UInt32(snapshot.featureCount) where random.chance(1, in: 4) {
        profile.tags.append(
          TagWeight(feature: feature, weight: Int64(random.below(9 << 16) - 2 << 16) | 1, added: false))
      }
      profile.seen = Set((0..<random.below(9)).map { _ in ItemNumber(UInt32(random.below(65))) }).sorted()
    }
    if random.chance(1, in: 3) {
      instructions.items = Set(items(4, &random).map { ExactText(snapshot.id(of: $0)) } + ["unknown"])
      instructions.similar = Set(items(2, &random).map { ExactText(snapshot.id(of: $0)) })
      instructions.tags = Set<ExactText>(["brand:1", "brand:none", "color:2"].filter { _ in random.chance(1, in: 3) })
    }
  }
}
