import Consent
import Vocabulary

extension Engine {
  /// The policy in force.
  public func policyReport() -> PolicyReport {
    PolicyReport(
      version: policy.version,
      purposes: Purpose.allCases.map { (name: $0.name, byDefault: policy.defaults.contains($0)) },
      supportFloor: policy.supportFloor, sensitiveFields: policy.sensitiveFields.sorted())
  }
}
