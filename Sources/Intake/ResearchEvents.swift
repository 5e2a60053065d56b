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
