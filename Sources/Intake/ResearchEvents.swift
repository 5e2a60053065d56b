package import Vocabulary

extension AdmittedEvent {
  /// An event of research data that was handed over, for an engine without a store.
  ///
  /// The gate has not seen it, so it is admitted for no purpose and belongs to no ``AdmittedBatch``: nothing can seal it
  /// into a store, and no store's events can take this way out.
  package init(research kind: EventKind, of item: ItemNumber, at time: Timestamp, value: Int32) {
    self.init(time: time, item: item, value: value, kind: kind, purposes: [], session: 0, detail: nil)
  }
}

/// Logs of research data that were handed over, for an engine without a store: people and items are numbers.
///
/// No consent is asked for and nothing is kept: these events belong to no ``AdmittedBatch``, and nobody's outside id
/// leaves this value.
package struct ResearchLog {
  package struct Event: Sendable {
    package var person: Int
    package var time: Timestamp
    /// ``ItemNumber/none`` for a search.
    package var item: ItemNumber
    package var kind: EventKind
    /// The value of a `rate`, in thousandths.
    package var value: Int32
    /// Whether the line had a time; else ``time`` is its place among all lines.
    package var hasTime: Bool
  }

  private struct Claim: Hashable {
    var person: Int
    var id: [UInt8]
  }

  /// In the order of the lines.
  package private(set) var events: [Event] = []
  /// The items' outside ids by number.
  package private(set) var items: [String] = []
  package private(set) var rejected = 0
  private var itemNumbers: [ExactText: UInt32] = [:]
  private var personNumbers: [ExactText: Int] = [:]
  private var claimed: Set<Claim> = []

  package init() {}

  package var personCount: Int { personNumbers.count }

  /// Adds a whole log; as at the gate, a person's event whose id came before counts once.
  package mutating func append(_ reader: EventReader, progress: () -> Void) throws {
    var batch = RawBatch()
    _ = try reader.read(into: &batch, limit: .max, progress: progress)
    let people = batch.subjects.map { bytes in
      let id = ExactText(String(decoding: bytes, as: UTF8.self))
      let next = personNumbers.count
      return Self.number(of: id, in: &personNumbers, next: next)
    }
    let numbers = batch.items.map { bytes in
      let id = ExactText(String(decoding: bytes, as: UTF8.self))
      let next = UInt32(items.count)
      let found = Self.number(of: id, in: &itemNumbers, next: next)
      if found == next { items.append(id.text) }
      return ItemNumber(found)
    }
    let start = events.count
    for line in 0..<batch.count {
      let person = people[Int(batch.subject[line])]
      let detail = batch.detail[line]
      if detail != .max, let id = batch.details[Int(detail)].eventID,
        !claimed.insert(Claim(person: person, id: id)).inserted
      {
        continue
      }
      let hasTime = batch.time[line] != .min
      events.append(
        Event(
          person: person, time: Timestamp(milliseconds: hasTime ? batch.time[line] : Int64(start + line)),
          item: batch.item[line] == .max ? .none : numbers[Int(batch.item[line])], kind: batch.kind[line],
          value: batch.value[line], hasTime: hasTime))
    }
    rejected += reader.counts.rejected
  }

  private static func number<Number>(of id: ExactText, in known: inout [ExactText: Number], next: Number) -> Number {
    if let number = known[id] { return number }
    known[id] = next
    return next
  }
}
