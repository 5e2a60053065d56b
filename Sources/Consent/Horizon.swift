package import Vocabulary

/// How far back events of each kind may be read: what is older has outlived its use and serves nothing.
package struct Horizon: Equatable, Sendable {
  /// In order of the kinds' raw values: events before this moment are out, in milliseconds.
  package private(set) var earliest: [Int64]

  /// Nothing is too old.
  package static let none = Horizon(earliest: Array(repeating: .min, count: EventKind.allCases.count))

  private init(earliest: [Int64]) { self.earliest = earliest }

  /// Whether an event is out of use; one without a time of day never is.
  package func isPast(_ kind: EventKind, _ time: Timestamp) -> Bool {
    time.milliseconds < earliest[Int(kind.rawValue)] && time.isClock
  }
}

extension Horizon {
  /// The horizon in bytes, the way the store keeps that of a tick.
  package var bytes: [UInt8] { earliest.flatMap(\.bigEndianBytes) }

  /// - Returns: `nil` for anything that is none.
  package init?(bytes: [UInt8]) {
    guard bytes.count == 8 * EventKind.allCases.count else { return nil }
    earliest = stride(from: 0, to: bytes.count, by: 8).map { Int64(bigEndianBytes: Array(bytes[$0..<$0 + 8])) }
  }
}

extension Retention {
  private static let day: Int64 = 86_400_000

  /// What may still be read at a moment: an event of `use` days is out from the very millisecond at which they are over.
  package func horizon(at now: Timestamp) -> Horizon {
    var horizon = Horizon.none
    for kind in EventKind.allCases { horizon.set(kind, now.milliseconds - Int64(self[kind].use) * Retention.day + 1) }
    return horizon
  }

  /// When an event's use is over; `nil` for one without a time of day.
  package func endOfUse(_ kind: EventKind, _ time: Timestamp) -> Timestamp? {
    time.isClock ? Timestamp(milliseconds: time.milliseconds + Int64(self[kind].use) * Retention.day) : nil
  }

  /// When an event is to be deleted; `nil` for one without a time of day.
  package func endOfKeeping(_ kind: EventKind, _ time: Timestamp) -> Timestamp? {
    time.isClock ? Timestamp(milliseconds: time.milliseconds + Int64(self[kind].keep) * Retention.day) : nil
  }

  /// The moment before which decisions are deleted.
  package func decisionHorizon(at now: Timestamp) -> Timestamp {
    Timestamp(milliseconds: now.milliseconds - Int64(decisions) * Retention.day + 1)
  }

  /// How much longer than now an event must be of use to be learned from, in milliseconds: a day.
  ///
  /// With a training a day nothing published rests on what is out of use.
  package static let lookAhead: Int64 = day

  /// The terms of the kinds in bytes: equal for equal terms.
  package var termBytes: [UInt8] {
    EventKind.allCases.flatMap { Int64(self[$0].use).bigEndianBytes + Int64(self[$0].keep).bigEndianBytes }
  }
}

extension Horizon {
  fileprivate mutating func set(_ kind: EventKind, _ time: Int64) { earliest[Int(kind.rawValue)] = time }
}
