import Vocabulary

/// A made-up shop with people in it, the same for the same seed.
///
/// People have latent tastes (kinds of goods, brands, a colour, a material, a price level). Their visits follow them:
/// a visit keeps to one kind of goods, begins with a search now and then, and leads from views to carts and purchases.
/// All arithmetic is on integers, so that every machine makes the same shop.
struct DemoShop {
  struct Item: Equatable {
    var id: String
    var title: String
    /// `department/kind`.
    var category: String
    var brand, color, material, seller: String
    /// In cents.
    var price: Int
    var available: Bool
  }

  struct Event: Equatable {
    /// Seconds since 1970.
    var time: Int64
    var person: Int
    var kind: EventKind
    /// Index into `items`; `nil` for a search.
    var item: Int?
    var query: String?
  }

  struct Size {
    var people = 2000
    var items = 1500
    var events = 150_000
  }

  /// The last second of the log; the first lies 90 days before.
  static let end = Int64(1_782_864_000)  // 2026-07-01
  static let days = 90

  private(set) var items: [Item] = []
  /// In order of time, then person.
  private(set) var events: [Event] = []
  /// A person who makes a good example: much history, searches included.
  private(set) var guide = 0

  init(seed: UInt64, size: Size = Size()) {
    var random = SplitMix64(seed: seed)
    items = DemoItems.make(size.items, &random)
    var visits = DemoVisits(items: items, &random)
    let shares = Self.activity(size, &random)
    for person in 0..<size.people {
      visits.add(person: person, count: shares[person], to: &events, &random)
    }
    guide = shares.indices.filter { (100...140).contains(shares[$0]) }.max { visits.focus[$0] < visits.focus[$1] } ?? 0
    events.sort { ($0.time, $0.person, $0.kind.rawValue) < ($1.time, $1.person, $1.kind.rawValue) }
  }

  /// The outside id of a person.
  static func personID(_ person: Int) -> String {
    let digits = String(person + 1)
    return "u" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  /// How many events each person has: few have many, all together exactly `size.events`.
  private static func activity(_ size: Size, _ random: inout SplitMix64) -> [Int] {
    let weights = (0..<size.people).map { _ in 1 + random.below(40) * random.below(40) / 10 }
    let total = weights.reduce(0, +)
    var shares = weights.map { $0 * size.events / total }
    let missing = size.events - shares.reduce(0, +)
    for person in 0..<missing { shares[person % size.people] += 1 }
    return shares
  }
}
