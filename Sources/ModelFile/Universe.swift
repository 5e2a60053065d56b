import Vocabulary

/// The numbering of a model file: everything learned and everything the catalogue names, ascending by id, with the
/// columns that follow from both.
struct Universe {
  private(set) var ids: [String] = []
  /// Place in the learned segment and in the catalogue, for each item; −1 for none.
  private var learnedPlace: [Int] = []
  private var catalogPlace: [Int] = []
  /// Learned place → universe.
  private var ofLearned: [UInt32] = []
  private var counted = ItemRows()
  private var refined: ItemRows?
  /// With the rows that are served.
  private var columns = LearnedColumns()
  private(set) var derived = DerivedColumns()

  var count: Int { ids.count }

  init(learned: LearnedSegment, catalog: CatalogSegment) {
    ofLearned.reserveCapacity(learned.ids.count)
    var l = 0
    var c = 0
    while l < learned.ids.count || c < catalog.items.count {
      let hasLearned = l < learned.ids.count
      let hasItem = c < catalog.items.count
      let same = hasLearned && hasItem && learned.ids[l].utf8.elementsEqual(catalog.items[c].id.utf8)
      let learnedFirst =
        hasLearned && (!hasItem || learned.ids[l].utf8.lexicographicallyPrecedes(catalog.items[c].id.utf8))
      if same || learnedFirst {
        ofLearned.append(UInt32(ids.count))
        ids.append(learned.ids[l])
        learnedPlace.append(l)
        catalogPlace.append(same ? c : -1)
        l += 1
        if same { c += 1 }
      } else {
        // What only events mention, and too few people stand behind, does not exist for the index.
        if catalog.items[c].named {
          ids.append(catalog.items[c].id)
          learnedPlace.append(-1)
          catalogPlace.append(c)
        }
        c += 1
      }
    }
  }

  /// Fills the columns of what was learned, and those that follow from it.
  mutating func fill(_ learned: LearnedSegment, _ parameters: ModelParameters) {
    counted = placed(learned.counted)
    refined = learned.refined.map(placed)
    columns.support = learnedPlace.map { $0 < 0 ? 0 : learned.support[$0] }
    columns.sales = learnedPlace.map { $0 < 0 ? 0 : learned.sales[$0] }
    columns.general = learnedPlace.map { $0 < 0 ? 0 : learned.general[$0] }
    let served = refined ?? counted
    columns.rowStart = Array(served.start.dropLast())
    columns.rowEnd = Array(served.start.dropFirst())
    columns.rowItem = served.item
    columns.rowValue = served.value
    columns.rowShift = served.shift
    derived = DerivedColumns(columns, parameters, isRefined: refined != nil)
  }

  /// The file's sections in their order.
  ///
  /// - Parameter earlier: An index that is taken over where the texts are those that it was built from.
  func sections(
    _ catalog: CatalogSegment, _ parameters: ModelParameters, reusing earlier: SearchIndex?
  ) -> [(Section, [UInt8])] {
    let refined = refined ?? ItemRows(start: [])
    var vectorStart: [UInt32] = [0]
    var vectorFeature: [UInt32] = []
    var vectorWeight: [UInt16] = []
    for item in ids.indices {
      if catalogPlace[item] >= 0 {
        let range = Int(catalog.vectorStart[catalogPlace[item]])..<Int(catalog.vectorStart[catalogPlace[item] + 1])
        vectorFeature += catalog.vectorFeature[range]
        vectorWeight += catalog.vectorWeight[range]
      }
      vectorStart.append(UInt32(vectorFeature.count))
    }
    let postings = Postings(features: catalog.features.count, vectorStart, vectorFeature, vectorWeight)
    let entries = catalogPlace.map { $0 < 0 ? nil : catalog.items[$0] }
    let textDigest = SearchSegment.digest(of: entries)
    let search =
      earlier.flatMap { $0.textDigest == textDigest ? $0.segment(generalPoints: derived.generalPoints) : nil }
      ?? SearchSegment(items: entries, generalPoints: derived.generalPoints)
    let (termItems, termGroupItems) = search.completions(entries)
    // Items known only from events have their numbers too, so that a person's history finds them.
    var numbers = entries.map { $0?.number.rawValue ?? .max }
    var indexOfNumber = [UInt32](
      repeating: .max, count: Int(catalog.items.map(\.number.rawValue).max().map { $0 + 1 } ?? 0))
    for item in ids.indices where numbers[item] != .max { indexOfNumber[Int(numbers[item])] = UInt32(item) }
    numbers.reserveCapacity(count)
    let flags = entries.map { entry -> UInt8 in
      guard let entry else { return ItemFlag.available }
      return (entry.named ? ItemFlag.named : 0) | (entry.available ? ItemFlag.available : 0)
    }
    let (idStart, idBytes) = Universe.texts(ids)
    let (titleStart, titleBytes) = Universe.texts(entries.map { $0?.title ?? "" })
    let (featureStart, featureBytes) = Universe.texts(catalog.features)
    return [
      (.idStart, bytes(idStart)), (.idBytes, idBytes), (.titleStart, bytes(titleStart)), (.titleBytes, titleBytes),
      (.number, bytes(numbers)), (.indexOfNumber, bytes(indexOfNumber)), (.flags, flags),
      (.price, bytes(entries.map { $0?.price ?? -1 })),
      (.support, bytes(columns.support)), (.sales, bytes(columns.sales)),
      (.source, bytes(derived.source)), (.target, bytes(derived.target)), (.general, bytes(columns.general)),
      (.generalPoints, bytes(derived.generalPoints)), (.generalOrder, bytes(derived.generalOrder)),
      (.rowStart, bytes(counted.start)), (.rowItem, bytes(counted.item)), (.rowValue, bytes(counted.value)),
      (.rowShift, counted.shift), (.rowTotal, bytes(derived.rowTotal)),
      (.featureStart, bytes(featureStart)), (.featureBytes, featureBytes),
      (.inverseFrequency, bytes(catalog.inverseFrequency)), (.vectorStart, bytes(vectorStart)),
      (.vectorFeature, bytes(vectorFeature)), (.vectorWeight, bytes(vectorWeight)),
      (.postingStart, bytes(postings.start)), (.postingItem, bytes(postings.item)),
      (.postingWeight, bytes(postings.weight)), (.parameters, parameters.canonicalJSON),
      (.refinedStart, bytes(refined.start)), (.refinedItem, bytes(refined.item)),
      (.refinedValue, bytes(refined.value)), (.refinedShift, refined.shift),
      (.termStart, bytes(search.terms.starts)), (.termBytes, search.terms.bytes), (.termRarity, bytes(search.rarity)),
      (.termPostingStart, bytes(search.postingStart)), (.termPostingItem, bytes(search.postingItem)),
      (.termPostingImpact, search.postingImpact), (.termBlockStart, bytes(search.blockStart)),
      (.termBlockImpact, search.blockImpact), (.termBlockGeneral, bytes(search.blockGeneral)),
      (.textStart, bytes(search.textStart)), (.textTerm, bytes(search.textTerm)),
      (.termItems, bytes(termItems)), (.termGroupItems, bytes(termGroupItems)), (.textDigest, textDigest),
    ]
  }

  /// Rows by place in the learned segment as rows by item of the file.
  private func placed(_ rows: ItemRows) -> ItemRows {
    var placed = ItemRows()
    placed.item = rows.item.map { ofLearned[Int($0)] }
    placed.value = rows.value
    placed.start.reserveCapacity(count + 1)
    placed.shift.reserveCapacity(count)
    var end: UInt32 = 0
    for place in learnedPlace {
      if place >= 0 { end = rows.start[place + 1] }
      placed.start.append(end)
      placed.shift.append(place < 0 ? 0 : rows.shift[place])
    }
    return placed
  }

  private static func texts(_ texts: [String]) -> (start: [UInt32], bytes: [UInt8]) {
    var start: [UInt32] = [0]
    start.reserveCapacity(texts.count + 1)
    var bytes: [UInt8] = []
    for text in texts {
      bytes += Array(text.utf8)
      start.append(UInt32(bytes.count))
    }
    return (start, bytes)
  }
}

/// The numbers' bytes, little endian as on every machine this runs on.
func bytes<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
  #if _endian(big)
    return numbers.reduce(into: []) { $0.appendLittleEndian($1) }
  #else
    return unsafe numbers.withUnsafeBytes { unsafe Array($0) }
  #endif
}

/// The inverse of the item vectors: for each feature its items, ascending.
private struct Postings {
  var start: [UInt32]
  var item: [UInt32]
  var weight: [UInt16]

  init(features: Int, _ vectorStart: [UInt32], _ vectorFeature: [UInt32], _ vectorWeight: [UInt16]) {
    start = [UInt32](repeating: 0, count: features + 1)
    for feature in vectorFeature { start[Int(feature) + 1] += 1 }
    for feature in 0..<features { start[feature + 1] += start[feature] }
    item = [UInt32](repeating: 0, count: vectorFeature.count)
    weight = [UInt16](repeating: 0, count: vectorFeature.count)
    var next = start
    for owner in 0..<vectorStart.count - 1 {
      for entry in Int(vectorStart[owner])..<Int(vectorStart[owner + 1]) {
        let place = Int(next[Int(vectorFeature[entry])])
        item[place] = UInt32(owner)
        weight[place] = vectorWeight[entry]
        next[Int(vectorFeature[entry])] += 1
      }
    }
  }
}
