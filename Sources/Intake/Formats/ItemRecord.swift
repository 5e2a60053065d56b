/// What a catalogue says of one item.
///
/// Public data: it speaks of no person.
package struct ItemRecord: Equatable, Sendable {
  /// The outside id.
  package var id: String
  package var title: String?
  package var text: String?
  /// Thousandths of the currency's unit.
  package var price: Int64?
  package var seller: String?
  /// From the widest category to the narrowest.
  package var category: [String]
  /// `nil` where the catalogue does not say; such an item may be shown.
  package var available: Bool?
  /// `field:value` texts.
  package var tags: [String]

  package init(
    id: String, title: String? = nil, text: String? = nil, price: Int64? = nil, seller: String? = nil,
    category: [String] = [], available: Bool? = nil, tags: [String] = []
  ) {
    self.id = id
    self.title = title
    self.text = text
    self.price = price
    self.seller = seller
    self.category = category
    self.available = available
    self.tags = tags
  }
}
