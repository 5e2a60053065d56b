import Consent
import Crypto
import ModelFile
import Profiles
import Ranking
import Retrieval
import Vocabulary

/// A mapped model file with what ranking and profiles need of it.
final class PublishedModel {
  let snapshot: Snapshot
  /// Which publication of the store this is.
  let version: Int64
  /// The policy that says which of its features are sensitive.
  let policy: String
  let parameters: ModelParameters
  let profileRules: ProfileRules
  let ranker: Ranker
  let features: SnapshotFeatures
  /// `sha256:…` of the learned segment.
  let digest: String

  init(path: String, version: Int64, policy: Policy) throws {
    snapshot = try Snapshot(path: path)
    self.version = version
    self.policy = policy.version
    parameters = snapshot.parameters
    profileRules = ProfileRules(parameters)
    ranker = Ranker(snapshot: snapshot, rules: RankingRules(parameters))
    features = SnapshotFeatures(snapshot: snapshot, policy: policy)
    digest = "sha256:" + snapshot.learnedDigest.hex
  }

}

extension RankingRules {
  init(_ parameters: ModelParameters) {
    self.init(
      positionDecay: parameters.query.positionDecay, repeat: parameters.query.repeat,
      repeatLatest: parameters.query.repeatLatest, hop: parameters.query.hop, hopItems: Int(parameters.query.hopItems),
      tags: parameters.tags.weight, general: parameters.general.weight, share: parameters.general.share,
      similarity: parameters.diversity.similarity)
  }
}

extension ProfileRules {
  init(_ parameters: ModelParameters) {
    self.init(
      kinds: EventKind.allCases.map { kind in
        let rule = parameters.events[Int(kind.rawValue)]
        return ProfileRules.Kind(strength: rule.strength, halfLife: (rule.halfLifeDays * 86_400_000) >> 16)
      },
      rates: parameters.rates.map { (value: $0.value, strength: $0.strength) },
      positionDecay: parameters.query.positionDecay, historyLimit: Int(parameters.query.history),
      seen: parameters.seen.map {
        ProfileRules.Seen(kinds: Set($0.kinds), window: ($0.days * 86_400_000) >> 16)
      })
  }
}

/// The catalogue of a snapshot, as profiles see it.
struct SnapshotFeatures: FeatureSource {
  private let snapshot: Snapshot
  /// Places in the feature dictionary that the policy forbids to infer; the dictionary is sorted, so few ranges.
  private let sensitive: [Range<UInt32>]

  init(snapshot: Snapshot, policy: Policy) {
    self.snapshot = snapshot
    var ranges: [Range<UInt32>] = []
    for feature in 0..<UInt32(snapshot.featureCount)
    where policy.isSensitive(tag: snapshot.featureName(of: feature)) {
      if let last = ranges.last, last.upperBound == feature {
        ranges[ranges.count - 1] = last.lowerBound..<feature + 1
      } else {
        ranges.append(feature..<feature + 1)
      }
    }
    sensitive = ranges
  }

  func forEachFeature(of item: ItemNumber, _ body: (_ feature: UInt32, _ weight: Int64) -> Void) {
    guard let index = snapshot.index(of: item) else { return }
    for entry in snapshot.vector(of: index) {
      unsafe body(snapshot.vectorFeatures[entry], Int64(snapshot.vectorWeights[entry]))
    }
  }

  func features(ofQuery query: String) -> [(feature: UInt32, weight: Int64)] {
    let known = Set(terms(of: query)).compactMap { snapshot.feature(named: "term:" + $0) }.sorted()
    let weights = known.map { Int64(snapshot.inverseFrequency(of: $0)) }
    let norm = Int64(FixedPoint.squareRoot(UInt64(weights.reduce(0) { $0 + ($1 >> 4) * ($1 >> 4) }))) << 4
    if norm == 0 { return [] }
    return zip(known, weights).map { ($0, ($1 << 14) / norm) }
  }

  func feature(named name: String) -> UInt32? { snapshot.feature(named: name) }

  func isSensitive(_ feature: UInt32) -> Bool { sensitive.contains { $0.contains(feature) } }

  /// Whether one of an item's features is.
  func isSensitive(item: UInt32) -> Bool {
    !sensitive.isEmpty && snapshot.vector(of: item).contains { unsafe isSensitive(snapshot.vectorFeatures[$0]) }
  }
}
