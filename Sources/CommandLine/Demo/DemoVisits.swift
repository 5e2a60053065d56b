import Vocabulary

/// Makes people's visits to the shop from their latent tastes.
struct DemoVisits {
  private let items: [DemoShop.Item]
  /// Item numbers by kind of goods.
  private let shelves: [[Int]]
  /// How much an item attracts everybody: few attract much.
  private let appeal: [Int]
  /// How strongly each person so far kept to their first taste, in per cent of their visits.
  private(set) var focus: [Int] = []

  init(items: [DemoShop.Item], _ random: inout SplitMix64) {
    self.items = items
    let count = DemoItems.kinds.count
    shelves = (0..<count).map { shelf in items.indices.filter { $0 % count == shelf } }
    appeal = items.map { _ in 2000 / (10 + random.below(190)) }
  }

  /// What somebody likes.
  private struct Taste {
    /// Kinds of goods, the favourite first.
    var kinds: [Int]
    var brands: [String]
    var color: String
    var material: String

    init(_ random: inout SplitMix64) {
      kinds = (0..<3).map { _ in random.below(DemoItems.kinds.count) }
      brands = (0..<2).map { _ in DemoItems.brands[random.below(DemoItems.brands.count)].lowercased() }
      color = DemoItems.colors[random.below(DemoItems.colors.count)]
      let materials = DemoItems.kinds[kinds[0]].materials
      material = materials[random.below(materials.count)]
    }

    /// How much an item attracts this person.
    func weight(of item: DemoShop.Item, appeal: Int) -> Int {
      var weight = appeal
      if brands.contains(item.brand) { weight *= 8 }
      if color == item.color { weight *= 3 }
      if material == item.material { weight *= 3 }
      return weight
    }
  }

  /// Adds exactly `count` events of one person.
  mutating func add(person: Int, count: Int, to events: inout [DemoShop.Event], _ random: inout SplitMix64) {
    let taste = Taste(&random)
    var sums: [Int: [Int]] = [:]
    var left = count
    var visits = 0
    var favourites = 0
    while left > 0 {
      let kind = chooseKind(taste, &random)
      visits += 1
      favourites += kind == taste.kinds[0] ? 1 : 0
      let upTo = sums[kind] ?? cumulated(shelf: kind, taste)
      sums[kind] = upTo
      left -= addVisit(
        Visit(person: person, kind: kind, limit: left, taste: taste, upTo: upTo), to: &events, &random)
    }
    focus.append(visits > 0 ? favourites * 100 / visits : 0)
  }

  private struct Visit {
    var person: Int
    var kind: Int
    /// The most events it may have.
    var limit: Int
    var taste: Taste
    var upTo: [Int]
  }

  private func chooseKind(_ taste: Taste, _ random: inout SplitMix64) -> Int {
    switch random.below(10) {
    case 0...4: taste.kinds[0]
    case 5...6: taste.kinds[1]
    case 7...8: taste.kinds[2]
    default: random.below(DemoItems.kinds.count)
    }
  }

  /// For each place of a shelf, the weights up to and with it.
  private func cumulated(shelf: Int, _ taste: Taste) -> [Int] {
    var sum = 0
    return shelves[shelf].map { number in
      sum += taste.weight(of: items[number], appeal: appeal[number])
      return sum
    }
  }

  /// Adds one visit and returns how many events it had.
  private func addVisit(_ visit: Visit, to events: inout [DemoShop.Event], _ random: inout SplitMix64) -> Int {
    let span = DemoShop.days * 86_400 - 7200
    var time = DemoShop.end - Int64(DemoShop.days * 86_400) + Int64(random.below(span))
    let wanted = min(visit.limit, 2 + random.below(9))
    let start = events.count
    func add(_ kind: EventKind, _ item: Int?, _ query: String? = nil) {
      guard events.count - start < wanted else { return }
      events.append(DemoShop.Event(time: time, person: visit.person, kind: kind, item: item, query: query))
      time += Int64(10 + random.below(110))
    }
    if random.chance(1, in: 4) { add(.search, nil, query(visit, &random)) }
    while events.count - start < wanted {
      guard let item = choose(visit, &random) else { break }
      add(.view, item)
      switch random.below(100) {
      case ..<6: add(.click, item)
      case ..<10: add(.favorite, item)
      case ..<19:
        add(.cart, item)
        if random.chance(1, in: 2) { add(.purchase, item) }
      case ..<20: add(.share, item)
      case ..<21: add(.dislike, item)
      default: break
      }
    }
    return events.count - start
  }

  private func query(_ visit: Visit, _ random: inout SplitMix64) -> String {
    let noun = DemoItems.kinds[visit.kind].noun
    return switch random.below(3) {
    case 0: "\(visit.taste.material) \(noun)"
    case 1: "\(visit.taste.color) \(noun)"
    default: "\(visit.taste.brands[0]) \(noun)"
    }
  }

  private func choose(_ visit: Visit, _ random: inout SplitMix64) -> Int? {
    let shelf = shelves[visit.kind]
    guard let total = visit.upTo.last, total > 0 else { return nil }
    let at = random.below(total)
    var (low, high) = (0, shelf.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if visit.upTo[middle] > at { high = middle } else { low = middle + 1 }
    }
    return shelf[low]
  }
}
