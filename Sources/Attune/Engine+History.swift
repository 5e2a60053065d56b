import Consent
import Intake
import ModelFile
import Store
import Vocabulary

extension Engine {
  /// What a person did, as far as it is held: latest first.
  ///
  /// This is the person's own access, so it shows events whose purposes are off as well; nothing but the caller sees
  /// it.
  ///
  /// - Parameter limit: The most events to return, from 1.
  /// - Complexity: linear in all that is held of the person.
  public func history(of subject: String, limit: Int = 1000) throws -> HistoryReport {
    guard (1...1_000_000).contains(limit) else {
      throw Failure(.usage, "\(limit) events were asked for", at: "n", expected: "1 to 1000000")
    }
    guard let person = try person(subject) else { return HistoryReport(subject: subject, held: 0, events: []) }
    let events = try readEvents(ledger.accessPermit(for: person), upTo: store.lastSequence())
    let snapshot = (try? model())?.snapshot
    let latest = events.enumerated().sorted {
      ($1.element.time, $1.offset) < ($0.element.time, $0.offset)
    }
    return HistoryReport(
      subject: subject, held: events.count,
      events: try latest.prefix(limit).map { _, event in
        HistoryEvent(
          time: event.time, event: event.kind.name,
          item: event.item == .none ? nil : try store.itemID(of: event.item),
          title: event.item == .none ? nil : snapshot.flatMap { $0.index(of: event.item).flatMap($0.title(of:)) },
          value: event.kind == .rate ? Double(event.value) / 1000 : nil, query: event.detail?.query,
          tags: event.detail?.tags ?? [], source: event.detail?.source, decision: event.detail?.decision,
          purposes: event.purposes.purposes.map(\.name))
      })
  }
}
