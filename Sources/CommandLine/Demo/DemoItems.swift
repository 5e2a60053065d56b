import Vocabulary

/// The goods of the made-up shop.
enum DemoItems {
  struct Kind {
    var department, name, noun: String
    var materials: [String]
    /// The usual price in cents.
    var price: Int
  }

  static let kinds: [Kind] = [
    Kind(department: "shoes", name: "running", noun: "running shoe", materials: ["mesh", "knit"], price: 9000),
    Kind(department: "shoes", name: "boots", noun: "boot", materials: ["leather", "suede", "rubber"], price: 14_000),
    Kind(department: "shoes", name: "sandals", noun: "sandal", materials: ["leather", "cork"], price: 6000),
    Kind(department: "clothing", name: "dresses", noun: "dress", materials: ["linen", "cotton", "silk"], price: 8000),
    Kind(department: "clothing", name: "shirts", noun: "shirt", materials: ["linen", "cotton"], price: 5000),
    Kind(department: "clothing", name: "coats", noun: "coat", materials: ["wool", "down"], price: 18_000),
    Kind(department: "clothing", name: "knitwear", noun: "pullover", materials: ["wool", "cashmere"], price: 9000),
    Kind(department: "bags", name: "backpacks", noun: "backpack", materials: ["canvas", "nylon"], price: 8000),
    Kind(department: "bags", name: "totes", noun: "tote bag", materials: ["canvas", "leather"], price: 6000),
    Kind(department: "home", name: "lamps", noun: "lamp", materials: ["brass", "glass", "paper"], price: 7000),
    Kind(department: "home", name: "chairs", noun: "chair", materials: ["oak", "beech", "steel"], price: 16_000),
    Kind(department: "home", name: "blankets", noun: "blanket", materials: ["wool", "cotton"], price: 7000),
    Kind(department: "kitchen", name: "pans", noun: "pan", materials: ["iron", "steel", "copper"], price: 6000),
    Kind(department: "kitchen", name: "knives", noun: "kitchen knife", materials: ["steel"], price: 5000),
    Kind(department: "kitchen", name: "cups", noun: "cup", materials: ["porcelain", "glass"], price: 2000),
    Kind(department: "outdoor", name: "tents", noun: "tent", materials: ["nylon", "cotton"], price: 25_000),
    Kind(department: "outdoor", name: "bottles", noun: "bottle", materials: ["steel", "glass"], price: 3000),
    Kind(
      department: "outdoor", name: "sleeping-bags", noun: "sleeping bag", materials: ["down", "nylon"], price: 15_000),
    Kind(department: "toys", name: "blocks", noun: "block set", materials: ["beech", "oak"], price: 4000),
    Kind(department: "toys", name: "kites", noun: "kite", materials: ["nylon", "paper"], price: 3000),
  ]

  static let brands = [
    "Acme", "Borea", "Calma", "Dunlin", "Estuary", "Fjell", "Gable", "Harrow", "Isla", "Juno", "Kestrel", "Lumen",
    "Moss", "Nordlys", "Orchard", "Pike", "Quill", "Rowan", "Sable", "Tarn",
  ]
  static let colors = ["black", "white", "blue", "green", "red", "grey", "sand", "yellow"]
  private static let sellers = [
    "harbour-house", "north-store", "old-mill", "market-hall", "the-annex", "corner-shop", "depot-9", "lakeside",
  ]
  private static let adjectives = ["light", "classic", "everyday", "slim", "sturdy", "soft", "compact", "fine"]

  static func make(_ count: Int, _ random: inout SplitMix64) -> [DemoShop.Item] {
    (0..<count).map { number in
      let kind = kinds[number % kinds.count]
      let brandNumber = random.below(brands.count)
      let color = colors[random.below(colors.count)]
      let material = kind.materials[random.below(kind.materials.count)]
      let adjective = adjectives[random.below(adjectives.count)]
      // A brand has its price level, from a little over half of the usual price to double.
      let level = 60 + brandNumber * 7
      let price = kind.price * level / 100 * (80 + random.below(41)) / 100 / 100 * 100 + 90
      let digits = String(number + 1)
      return DemoShop.Item(
        id: "i" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits,
        title: "\(brands[brandNumber]) \(adjective) \(material) \(kind.noun), \(color)",
        category: "\(kind.department)/\(kind.name)", brand: brands[brandNumber].lowercased(), color: color,
        material: material, seller: sellers[random.below(sellers.count)], price: price,
        available: !random.chance(1, in: 50))
    }
  }
}
