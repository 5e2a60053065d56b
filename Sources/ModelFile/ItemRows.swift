/// Rows of related items in flat arrays: row i is `item[start[i]..<start[i + 1]]` with as many values.
///
/// A row is ordered by value, greatest first, ties by ascending item; value << shift is the weight.
package struct ItemRows: Hashable, Sendable {
  package var start: [UInt32]
  package var item: [UInt32]
  /// At most 24 bits.
  package var value: [UInt32]
  /// By row.
  package var shift: [UInt8]

  package init(start: [UInt32] = [0], item: [UInt32] = [], value: [UInt32] = [], shift: [UInt8] = []) {
    (self.start, self.item, self.value, self.shift) = (start, item, value, shift)
  }

  /// The fraction bits of the weights of refined rows.
  package static let refinedFractionBits = 32

  /// Appends a row, cut to the 24 significant bits of its first entry, which is the greatest.
  package mutating func append(_ entries: some Collection<(item: UInt32, weight: Int64)>) {
    let bits = 64 - (entries.first?.weight ?? 0).leadingZeroBitCount
    let cut = max(0, bits - 24)
    shift.append(UInt8(cut))
    for entry in entries where entry.weight >> Int64(cut) > 0 {
      item.append(entry.item)
      value.append(UInt32(entry.weight >> Int64(cut)))
    }
    start.append(UInt32(item.count))
  }
}
