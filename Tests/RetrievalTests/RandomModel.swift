import ModelFile
import TestSupport
import Vocabulary

/// A small random model on disk, with what went into it.
struct RandomModel {
  var learned: LearnedSegment
  var items: [CatalogItem]
  var snapshot: Snapshot

  init(_ random: inout SplitMix64, in folder: String) throws {
    var parameters = ModelParameters()
    try parameters.set("query.sourceExponent", ["0", "0.5", "1"][random.below(3)])
    try parameters.set("query.targetExponent", ["-0.5", "0", "0.25", "1"][random.below(4)])
    let count = 1 + random.below(30)
    let ids = (0..<count).map { "i\($0)" }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let features = (0..<8).map { "f:\($0)" }
    items = []
    for (index, id) in ids.enumerated() where random.chance(4, in: 5) {
      var own: [String] = []
      for feature in features where random.chance(1, in: 3) { own.append(feature) }
      items.append(
        CatalogItem(
          id: id, number: ItemNumber(UInt32(count - index)), named: random.chance(3, in: 4), title: nil, price: nil,
          available: random.chance(9, in: 10), features: own))
    }
    learned = LearnedSegment(parameters: parameters)
    // Few different values, so that many scores are equal.
    let isCoarse = random.chance(1, in: 2)
    learned.ids = ids.filter { _ in random.chance(3, in: 4) }
    for item in learned.ids.indices {
      learned.support.append(isCoarse ? 4 : UInt32(3 + random.below(500)))
      let general = isCoarse ? random.below(3) << 20 + random.below(3) : random.below(1 << 30)
      learned.general.append(UInt64(random.chance(1, in: 4) ? 0 : general))
      learned.sales.append(0)
      var row: [(item: UInt32, value: UInt32)] = []
      for other in learned.ids.indices where other != item && random.chance(1, in: 3) {
        row.append((UInt32(other), UInt32(isCoarse ? 1 << (20 + random.below(2)) : 1 + random.below((1 << 24) - 1))))
      }
      row.sort { ($1.value, $0.item) < ($0.value, $1.item) }
      learned.rowItem += row.map(\.item)
      learned.rowValue += row.map(\.value)
      learned.rowShift.append(isCoarse ? 3 : UInt8(random.below(12)))
      learned.rowStart.append(UInt32(learned.rowItem.count))
    }
    if random.chance(1, in: 3) {
      var rows = ItemRows()
      for item in learned.ids.indices {
        let row = learned.ids.indices.filter { $0 != item && random.chance(1, in: 3) }
          .map { (item: UInt32($0), weight: Int64(1 + random.below(1 << 32))) }
        rows.append(row.sorted { ($1.weight, $0.item) < ($0.weight, $1.item) })
      }
      learned.refined = rows
    }
    let path = "\(folder)/model.bin"
    try ModelWriter.write(
      learned: learned, catalog: CatalogSegment(items: items, parameters: parameters), parameters: parameters, tick: 1,
      to: path)
    snapshot = try Snapshot(path: path)
  }

  /// An item's row by the ids of its neighbours, from what was learned and not from the file.
  func row(of id: String) -> [String: Int64] {
    guard let place = learned.ids.firstIndex(of: id) else { return [:] }
    let rows = learned.refined ?? learned.counted
    var row: [String: Int64] = [:]
    for entry in Int(rows.start[place])..<Int(rows.start[place + 1]) {
      row[learned.ids[Int(rows.item[entry])]] = Int64(rows.value[entry])
    }
    return row
  }
}
