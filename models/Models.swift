/// The ranking models that come with the program.
package enum ShippedModel: String, CaseIterable, Sendable {
  /// For shops whose visitors have histories: views, carts and purchases over weeks.
  case storefront
  /// For anonymous sessions: what comes next in this visit.
  case sessions
  /// For likes and collections without an order.
  case unordered

  /// The model file.
  package var json: [UInt8] {
    switch self {
    case .storefront: PackageResources.storefront_json
    case .sessions: PackageResources.sessions_json
    case .unordered: PackageResources.unordered_json
    }
  }
}

/// The policy that a new store starts with, as a policy file.
package var shippedPolicyJSON: [UInt8] { PackageResources.policy_json }
