package import Vocabulary

/// An item as the published file wants it.
package struct CatalogItem: Sendable {
  package var id: String
  package var number: ItemNumber
  /// Whether the catalogue names it, rather than only events.
  package var named: Bool
  package var title: String?
  /// What search reads besides the title and the tags.
  package var text: String?
  /// Thousandths of the currency's unit.
  package var price: Int64?
  package var available: Bool
  /// `field:value` texts, distinct.
  package var features: [String]

  package init(
    id: String, number: ItemNumber, named: Bool, title: String?, text: String? = nil, price: Int64?, available: Bool,
    features: [String]
  ) {
    self.id = id
    self.number = number
    self.named = named
    self.title = title
    self.text = text
    self.price = price
    self.available = available
    self.features = features
  }
}
