package import Vocabulary

/// The catalogue as profiles see it: items and searches as sparse unit vectors over features.
package protocol FeatureSource {
  /// Calls `body` with each feature of an item and its weight in Q14; nothing for an item it does not know.
  func forEachFeature(of item: ItemNumber, _ body: (_ feature: UInt32, _ weight: Int64) -> Void)
  /// The features that the words of a search name, with weights in Q14.
  func features(ofQuery query: String) -> [(feature: UInt32, weight: Int64)]
  /// The feature with this text.
  func feature(named name: String) -> UInt32?
  /// Whether inferring this feature is forbidden by policy.
  func isSensitive(_ feature: UInt32) -> Bool
}
