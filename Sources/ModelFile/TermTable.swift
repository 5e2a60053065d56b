/// Numbers the distinct terms of a catalogue, by their UTF-8 bytes.
///
/// Open addressing over one flat store of bytes: 20 million look-ups take two seconds, against ten in a dictionary of
/// strings.
struct TermTable {
  private(set) var bytes: [UInt8] = []
  /// Term t is `bytes[starts[t]..<starts[t + 1]]`.
  private(set) var starts: [UInt32] = [0]
  private var hashes: [UInt32] = []
  /// Term number and one; 0 for a free slot.
  private var slots = [UInt32](repeating: 0, count: 1 << 12)

  var count: Int { hashes.count }

  init() {}

  /// Terms that are in order already, of which no more can be looked up.
  init(sorted bytes: [UInt8], starts: [UInt32]) {
    self.bytes = bytes
    self.starts = starts
    hashes = [UInt32](repeating: 0, count: max(0, starts.count - 1))
    slots = []
  }

  /// A term's number, a new one where it was not met before.
  ///
  /// - Complexity: O(length) on average.
  mutating func number(of text: [UInt8], _ range: Range<Int>) -> UInt32 {
    var hash: UInt32 = 2_166_136_261
    for index in range { hash = (hash ^ UInt32(text[index])) &* 16_777_619 }
    hash ^= hash >> 15
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let term = Int(slots[slot] - 1)
      if hashes[term] == hash, isSame(term, text, range) { return UInt32(term) }
      slot = (slot + 1) & (slots.count - 1)
    }
    bytes += text[range]
    starts.append(UInt32(bytes.count))
    hashes.append(hash)
    slots[slot] = UInt32(hashes.count)
    if 2 * hashes.count > slots.count { grow() }
    return UInt32(hashes.count - 1)
  }

  private func isSame(_ term: Int, _ text: [UInt8], _ range: Range<Int>) -> Bool {
    let start = Int(starts[term])
    guard Int(starts[term + 1]) - start == range.count else { return false }
    for index in 0..<range.count where bytes[start + index] != text[range.lowerBound + index] { return false }
    return true
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: 2 * slots.count)
    for (term, hash) in hashes.enumerated() {
      var slot = Int(hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(term + 1)
    }
  }

  /// Orders the terms by their bytes, after which no more can be looked up; gives each old number's new one.
  mutating func sort() -> [UInt32] {
    let (bytes, starts) = (self.bytes, self.starts)
    let order = (0..<count).sorted {
      bytes[Int(starts[$0])..<Int(starts[$0 + 1])].lexicographicallyPrecedes(
        bytes[Int(starts[$1])..<Int(starts[$1 + 1])])
    }
    var ranks = [UInt32](repeating: 0, count: count)
    self.bytes.removeAll(keepingCapacity: true)
    self.starts = [0]
    for (rank, term) in order.enumerated() {
      ranks[term] = UInt32(rank)
      self.bytes += bytes[Int(starts[term])..<Int(starts[term + 1])]
      self.starts.append(UInt32(self.bytes.count))
    }
    slots = []
    return ranks
  }
}
