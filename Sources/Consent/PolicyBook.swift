package import Vocabulary

/// Every version of the policy that was ever in force, oldest first; never empty.
package struct PolicyBook: Sendable {
  package private(set) var versions: [Policy]

  package init(_ first: Policy) { versions = [first] }

  /// The one in force.
  package var current: Policy { versions[versions.count - 1] }

  mutating func append(_ policy: Policy) { versions.append(policy) }

  package subscript(version version: String) -> Policy? { versions.last { $0.version == version } }

  /// Whether a consent that was given under some version no longer holds for a purpose: a later one has changed what it
  /// meant.
  ///
  /// A version that is not in the book is taken for the oldest.
  package func isOutdated(_ purpose: Purpose, notice: String) -> Bool {
    let given = versions.lastIndex { $0.version == notice } ?? 0
    return versions[(given + 1)...].contains { $0.material.contains(purpose) }
  }
}
