import Consent
import Crypto
import Intake
package import Learning
package import ModelFile
import Profiles
package import Ranking
import SystemIO
package import Vocabulary

/// The engine's stages in memory: learning, publication, profiles and ranking, over research data handed over.
///
/// It opens no store and asks for no consent, because nobody's data can be reached through it but what the caller gives.
/// So it is also the only place that learns below the policy's support floor. What a person is shown comes from the same
/// code that serves a store.
package struct EphemeralEngine: Sendable {
  package let snapshot: Snapshot
  package let people: Int
  package let events: Int
  /// Pairs of related items published.
  package let pairs: Int
  private let policy = Policy.shipped
  private let asOf: Timestamp

  /// Learns from people and publishes the model to a file that only this value has.
  ///
  /// - Parameters:
  ///   - ids: The items' outside ids, distinct; an item's number is its place.
  ///   - hasCatalogue: Whether a catalogue names all these items, so that also those that too few people have met can be
  ///     shown, as when a person's own history says so.
  ///   - features: Each item's `field:value` texts, distinct, by its number; what it has none for has no features.
  ///   - people: Each person's events, in any order; none names an item that `ids` lacks.
  ///   - asOf: The clock of every answer.
  ///   - threads: How many workers learn; the model is the same for any number.
  /// - Complexity: linear in the events, plus the pairs within each timeline.
  package init(
    ids: [String], hasCatalogue: Bool = true, features: [[String]] = [], people: some Sequence<[TimelineEvent]>,
    asOf: Timestamp, parameters: ModelParameters, threads: Int
  ) throws {
    let order = ids.indices.sorted { ids[$0].utf8.lexicographicallyPrecedes(ids[$1].utf8) }
    var ranks = [UInt32](repeating: .max, count: ids.count)
    for (rank, number) in order.enumerated() { ranks[number] = UInt32(rank) }
    var timelines = Timelines(itemRank: ranks, parameters: parameters)
    let policy = policy
    let isSensitive = features.map { $0.contains(where: policy.isSensitive(tag:)) }
    for events in people {
      // As in a store: nothing is learned from what the policy forbids as evidence.
      timelines.append(
        events.filter {
          let item = Int($0.item.rawValue)
          return item >= isSensitive.count || !isSensitive[item]
        })
    }
    let learned = Learning.learn(timelines, ids: order.map { ids[$0] }, parameters: parameters, threads: threads)
    let items = order.map {
      CatalogItem(
        id: ids[$0], number: ItemNumber(UInt32($0)), named: hasCatalogue, title: nil, price: nil, available: true,
        features: Int($0) < features.count ? features[Int($0)] : [])
    }

    let folder = try Files.temporaryDirectory(prefix: "attune-ephemeral")
    // The mapping keeps the file's bytes when the name is gone.
    defer { try? Files.removeTree(folder) }
    let path = folder + "/model.bin"
    try ModelWriter.write(
      learned: learned, catalog: CatalogSegment(items: items, parameters: parameters), parameters: parameters, tick: 0,
      to: path)
    snapshot = try Snapshot(path: path)
    self.people = timelines.personCount
    self.events = timelines.eventCount
    pairs = learned.pairCount
    self.asOf = asOf
  }

  /// `sha256:…` of what was learned.
  package var digest: String { "sha256:" + snapshot.learnedDigest.hex }

  /// A ranking thread's own view of the model; as many as there are threads share one snapshot.
  package func makeSession() -> Session { Session(self) }

  /// Answers one question after another; one thread at a time.
  package final class Session {
    private let ranker: Ranker
    private let builder: ProfileBuilder<SnapshotFeatures>
    private var events: [AdmittedEvent] = []

    fileprivate init(_ engine: EphemeralEngine) {
      let parameters = engine.snapshot.parameters
      ranker = Ranker(snapshot: engine.snapshot, rules: RankingRules(parameters))
      builder = ProfileBuilder(
        rules: ProfileRules(parameters), features: SnapshotFeatures(snapshot: engine.snapshot, policy: engine.policy),
        asOf: engine.asOf)
    }

    /// The list for everybody who has opted out: nothing of anybody's history is read, so nothing is left out of it.
    package func rankGeneral(count: Int) -> RankedList {
      var request = RankingRequest()
      request.count = count
      return ranker.rank(request, profile: Profile(), instructions: Instructions())
    }

    /// The list for a person with these events, in order; items the model does not know count for nothing.
    ///
    /// - Parameter isExplained: Whether its places carry their contributions.
    package func rank(
      _ history: some Sequence<TimelineEvent>, count: Int, isExplained: Bool = false
    ) -> RankedList {
      events.removeAll(keepingCapacity: true)
      for event in history {
        events.append(AdmittedEvent(research: event.kind, of: event.item, at: event.time, value: event.value))
      }
      var request = RankingRequest()
      request.count = count
      request.isExplained = isExplained
      return ranker.rank(
        request, profile: builder.profile(of: events, choices: Instructions().choices), instructions: Instructions())
    }
  }
}
