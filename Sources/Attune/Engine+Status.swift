import Consent
import ModelFile
import Store
import SystemIO

extension Engine {
  /// What the store holds.
  public func status() throws -> StatusReport {
    try refreshPolicy()
    let model = Files.exists(store.modelPath) ? try self.model() : nil
    return StatusReport(
      store: store.path, subjects: try store.peopleCount(), items: try store.itemCount().all,
      events: try store.eventCount(), tags: model?.snapshot.featureCount ?? 0, decisions: Int(try store.lastDecision()),
      model: model?.digest, modelName: model?.parameters.name, trained: try store.modelPublishedAt(),
      asOf: try store.asOf(), ledgerEntries: Int(try store.ledgerHead().sequence), policy: policy.version,
      decommissioned: try store.decommissioned())
  }
}
