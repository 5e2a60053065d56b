package import ModelFile
package import Vocabulary

/// One event as learning sees it: no person, only an item, a kind and an order.
package struct TimelineEvent: Sendable {
  package var time: Timestamp
  package var item: ItemNumber
  package var kind: EventKind
  /// The value of a `rate`, in thousandths.
  package var value: Int32

  package init(time: Timestamp, item: ItemNumber, kind: EventKind, value: Int32) {
    self.time = time
    self.item = item
    self.kind = kind
    self.value = value
  }
}

/// Everybody's items in order, in flat arrays, without anybody's name.
///
/// People are numbered as they are appended; nothing learned depends on that order. Items are ranks: places in the order
/// of outside ids. Memory: 8 bytes an event and 8 a person.
package struct Timelines: Sendable {
  /// Catalogue number → rank.
  private let itemRank: [UInt32]
  private let parameters: ModelParameters
  /// Person p has `items[starts[p]..<starts[p + 1]]`, ordered by time, then item, then kind.
  private(set) var starts: [Int] = [0]
  private(set) var items: [UInt32] = []
  /// Strength in Q8, shifted left by one; the lowest bit is set for a purchase.
  private(set) var strengths: [UInt32] = []
  private var scratch: [(time: Int64, rank: UInt32, kind: UInt8, strength: UInt32)] = []

  package init(itemRank: [UInt32], parameters: ModelParameters) {
    self.itemRank = itemRank
    self.parameters = parameters
  }

  /// The people appended, those wiped since included.
  package var personCount: Int { starts.count - 1 }
  package var eventCount: Int { items.count }

  /// Adds one person's events, in any order.
  ///
  /// Events of no or negative strength are left out, as is all but the latest `timeline.cap`; a person without any left
  /// is not counted.
  package mutating func append(_ events: [TimelineEvent]) {
    scratch.removeAll(keepingCapacity: true)
    for event in events {
      // Strengths are at most 100, so Q8 with a flag bit fits 16 bits.
      let strength = parameters.strength(of: event.kind, value: event.value) >> 8
      if strength <= 0 || event.kind.isNegative { continue }
      let flag: UInt32 = event.kind == .purchase ? 1 : 0
      scratch.append(
        (event.time.milliseconds, itemRank[Int(event.item.rawValue)], event.kind.rawValue, UInt32(strength) << 1 | flag)
      )
    }
    if scratch.isEmpty { return }
    scratch.sort { a, b in
      if a.time != b.time { return a.time < b.time }
      if a.rank != b.rank { return a.rank < b.rank }
      return a.kind != b.kind ? a.kind < b.kind : a.strength < b.strength
    }
    for entry in scratch.suffix(Int(parameters.timeline.cap)) {
      items.append(entry.rank)
      strengths.append(entry.strength)
    }
    starts.append(items.count)
  }

  /// Where a person's events lie.
  func range(of person: Int) -> Range<Int> { starts[person]..<starts[person + 1] }

  /// Overwrites a person's events with nothing; their places stay.
  mutating func wipe(_ person: Int) {
    for place in range(of: person) { (items[place], strengths[place]) = (0, 0) }
  }
}
