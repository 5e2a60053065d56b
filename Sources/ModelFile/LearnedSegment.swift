package import Crypto
import Dispatch
import Vocabulary

/// What was learned from people, thresholded and without them: the truth that a model file publishes.
///
/// Items stand in the order of their outside ids (UTF-8 bytes), so nothing depends on the order of arrival.
package struct LearnedSegment: Sendable {
  /// Ascending.
  package var ids: [String] = []
  /// Distinct people behind each item, at least the threshold.
  package var support: [UInt32] = []
  /// The sum over people of their greatest strength for the item, Q16.
  package var general: [UInt64] = []
  /// Distinct people who bought the item; 0 below the threshold.
  package var sales: [UInt32] = []
  /// Row i is `rowItem[rowStart[i]..<rowStart[i + 1]]`.
  package var rowStart: [UInt32] = [0]
  /// Places in ``ids``; a row is ordered by value, greatest first, ties by id.
  package var rowItem: [UInt32] = []
  /// The counts (Q20) to the power `rows.exponent`, cut to the 24 significant bits of the row's largest: raw >> shift.
  package var rowValue: [UInt32] = []
  package var rowShift: [UInt8] = []
  /// Rows derived from the counts, to be served in their place; `nil` for none.
  ///
  /// They are no truth of their own: the digest does not know them, and what is learned anew has none until the next
  /// training.
  package var refined: ItemRows?
  /// The parameters that shaped the counts.
  package var parameters: ModelParameters

  package init(parameters: ModelParameters) { self.parameters = parameters }

  /// What is published before anything was learned.
  package static func empty(_ parameters: ModelParameters) -> LearnedSegment { LearnedSegment(parameters: parameters) }

  package var pairCount: Int { rowItem.count }

  /// The counts as rows.
  package var counted: ItemRows { ItemRows(start: rowStart, item: rowItem, value: rowValue, shift: rowShift) }

  package var rowCount: Int { zip(rowStart, rowStart.dropFirst()).count { $0 != $1 } }

  /// A hash over the rows' own digests, in order of id.
  ///
  /// - Complexity: one pass over the rows.
  package var digest: Digest {
    // Rows are hashed on two threads, each into its own bytes.
    var digests = [UInt8](repeating: 0, count: 32 * ids.count)
    unsafe digests.withUnsafeMutableBytes { digests in
      let slots = unsafe Slots(digests: digests)
      DispatchQueue.concurrentPerform(iterations: 2) { worker in
        let half = ids.count / 2
        unsafe hashRows(worker == 0 ? 0..<half : half..<ids.count, into: slots.digests)
      }
    }
    return LearnedSegment.digest(ofRows: digests, parameters)
  }

  /// - Parameter rows: The items' digests, one after another in order of id.
  static func digest(ofRows rows: [UInt8], _ parameters: ModelParameters) -> Digest {
    let whole = SHA256()
    whole.update("attune learned 1")
    whole.update(parameters.canonicalJSON)
    whole.update(rows)
    return whole.finalize()
  }

  /// The digest of one item, which names neighbours by their ids: the same as in ``digest``, one at a time.
  static func digest(of item: LearnedItem, id: String, _ hash: SHA256, _ idOf: (UInt32) -> String) -> Digest {
    var bytes: [UInt8] = []
    bytes.appendText(id)
    bytes.appendVarint(UInt64(item.support))
    bytes.appendVarint(item.general)
    bytes.appendVarint(UInt64(item.sales))
    bytes.append(item.shift)
    bytes.appendVarint(UInt64(item.neighbours.count))
    for (neighbour, value) in zip(item.neighbours, item.values) {
      bytes.appendText(idOf(neighbour))
      bytes.appendVarint(UInt64(value))
    }
    hash.update(bytes)
    return hash.finalize()
  }

  /// What was learned of the item at a place; neighbours are places.
  package func item(_ place: Int) -> LearnedItem {
    var item = LearnedItem(support: support[place], general: general[place], sales: sales[place])
    item.shift = rowShift[place]
    let row = Int(rowStart[place])..<Int(rowStart[place + 1])
    item.neighbours = Array(rowItem[row])
    item.values = Array(rowValue[row])
    return item
  }

  @safe private struct Slots: @unchecked Sendable {  // unchecked: each worker writes the digests of its own rows only
    @unsafe var digests: UnsafeMutableRawBufferPointer
  }

  private func hashRows(_ items: Range<Int>, into digests: UnsafeMutableRawBufferPointer) {
    // Each id as it is named in a row.
    var names: [UInt8] = []
    var nameStart = [0]
    for id in ids {
      names.appendText(id)
      nameStart.append(names.count)
    }
    let one = SHA256()
    var bytes: [UInt8] = []
    for item in items {
      bytes.removeAll(keepingCapacity: true)
      bytes += names[nameStart[item]..<nameStart[item + 1]]
      bytes.appendVarint(UInt64(support[item]))
      bytes.appendVarint(general[item])
      bytes.appendVarint(UInt64(sales[item]))
      bytes.append(rowShift[item])
      let row = Int(rowStart[item])..<Int(rowStart[item + 1])
      bytes.appendVarint(UInt64(row.count))
      for entry in row {
        let other = Int(rowItem[entry])
        for byte in nameStart[other]..<nameStart[other + 1] { bytes.append(names[byte]) }
        bytes.appendVarint(UInt64(rowValue[entry]))
      }
      one.update(bytes)
      let digest = one.finalize().bytes
      for place in 0..<32 { unsafe digests[32 * item + place] = digest[place] }
    }
  }
}
