import Consent
import Intake
import ModelFile
import Store
import Vocabulary

/// The whole catalogue in memory, in the two orders that publication needs.
struct CatalogueIndex {
  /// Outside ids, ascending by their UTF-8 bytes.
  let ids: [String]
  /// Catalogue number → place in ``ids``.
  let ranks: [UInt32]
  /// Every item, ascending by id.
  let items: [CatalogItem]
  let sensitive: Set<ItemNumber>

  init(store: SQLiteStore, policy: Policy) throws {
    var entries: [(number: ItemNumber, id: String, record: ItemRecord?)] = []
    try store.forEachItem { row in
      entries.append((row.number, String(decoding: row.id, as: UTF8.self), row.named ? row.record : nil))
    }
    let order = entries.indices.sorted { entries[$0].id.utf8.lexicographicallyPrecedes(entries[$1].id.utf8) }
    var ranks = [UInt32](repeating: .max, count: Int((entries.map(\.number.rawValue).max() ?? 0) + 1))
    var sensitive: Set<ItemNumber> = []
    for (rank, index) in order.enumerated() {
      let entry = entries[index]
      ranks[Int(entry.number.rawValue)] = UInt32(rank)
      if let record = entry.record, record.tags.contains(where: policy.isSensitive(tag:)) {
        sensitive.insert(entry.number)
      }
    }
    ids = order.map { entries[$0].id }
    self.ranks = ranks
    self.sensitive = sensitive
    items = order.map { CatalogItem(number: entries[$0].number, id: entries[$0].id, record: entries[$0].record) }
  }

  /// Whether the policy forbids using the item as evidence about anybody.
  func isSensitive(_ item: ItemNumber) -> Bool { !sensitive.isEmpty && sensitive.contains(item) }
}

extension CatalogItem {
  /// An item with its features: tags, category prefixes, seller, and the terms of title and text.
  init(number: ItemNumber, id: String, record: ItemRecord?) {
    guard let record else {
      self.init(id: id, number: number, named: false, title: nil, price: nil, available: true, features: [])
      return
    }
    var features = Set(record.tags.map { ExactText($0) })
    for depth in record.category.indices {
      features.insert(ExactText(Tag.text(field: "category", value: record.category[...depth].joined(separator: "/"))))
    }
    if let seller = record.seller { features.insert(ExactText(Tag.text(field: "seller", value: seller))) }
    for term in terms(of: (record.title ?? "") + " " + (record.text ?? "")) {
      features.insert(ExactText(Tag.text(field: "term", value: term)))
    }
    self.init(
      id: id, number: number, named: true, title: record.title, text: record.text, price: record.price,
      available: record.available ?? true, features: features.sorted().map(\.text))
  }
}
