/// What was learned of one item, as it is published.
package struct LearnedItem: Equatable, Sendable {
  /// Distinct people behind the item.
  package var support: UInt32
  /// The sum over people of their greatest strength for the item, Q16.
  package var general: UInt64
  /// Distinct people who bought the item; 0 below the threshold.
  package var sales: UInt32
  /// raw count = value << shift.
  package var shift: UInt8 = 0
  /// The row, greatest count first, ties by id.
  package var neighbours: [UInt32] = []
  /// The counts, cut to the 24 significant bits of the row's largest.
  package var values: [UInt32] = []

  package init(support: UInt32, general: UInt64, sales: UInt32) {
    self.support = support
    self.general = general
    self.sales = sales
  }
}
