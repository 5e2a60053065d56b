import Crypto
import Learning
import ModelFile
import Store
import SystemIO
import Vocabulary

/// The timelines of the last training with everything counted from them, kept in memory by a process that lives, so that
/// whoever leaves is taken out of the published model at once instead of by reading everybody's events again.
///
/// It is never written down. It is good for one tick, and for as long as everything that left the model since went
/// through it; else the engine reads the store again. Memory: about 65 bytes an event, as measured on globo-news.
package final class TrainingMemory: @unchecked Sendable {  // unchecked: one engine at a time has it, on one thread
  let tick: Int64
  /// The store's count of what left the model, with that of which this was last told.
  private(set) var retractions: Int64
  /// `sha256:…` of what is counted; `nil` before it was published.
  private(set) var digest: String?
  private let counts: LearnedCounts
  /// By place in the timelines, ascending.
  private let people: [PersonID]
  private var gone: Set<Int> = []
  private let ids: [String]
  /// Catalogue number → rank, of the items there were.
  private let ranks: [UInt32]
  private let sensitive: Set<ItemNumber>
  private var published: Published?

  /// The model file that holds what is counted.
  private struct Published {
    var version: Int64
    var editor: ModelEditor
    /// Rank → place in the file.
    var places: [UInt32]
  }

  /// How many people's timelines are held.
  package var peopleCount: Int { people.count - gone.count }

  init(
    _ timelines: PeopleTimelines, _ catalogue: CatalogueIndex, _ parameters: ModelParameters, tick: Int64,
    retractions: Int64
  ) {
    self.tick = tick
    self.retractions = retractions
    people = timelines.people
    ids = catalogue.ids
    ranks = catalogue.ranks
    sensitive = catalogue.sensitive
    counts = LearnedCounts(
      timelines.timelines, itemCount: ids.count, parameters: parameters, threads: Processors.count)
  }

  /// Everything learned, to be published as a whole.
  func segment() -> LearnedSegment {
    let segment = counts.segment(ids: ids)
    digest = "sha256:" + segment.digest.hex
    return segment
  }

  /// Whether any of those who are left has touched an item in what was learned from.
  func isTouched(_ item: ItemNumber) -> Bool {
    guard item.rawValue < ranks.count, ranks[Int(item.rawValue)] != .max else { return false }
    return counts.support(of: ranks[Int(item.rawValue)]) > 0
  }

  /// Takes people out.
  ///
  /// - Parameter number: The store's count of what left the model, this included.
  /// - Returns: The ranks of the items that may have changed; `nil` where this was not told of everything, and has to be
  ///   let go.
  func remove(_ leaving: [PersonID], tick: Int64, retraction number: Int64) -> [UInt32]? {
    guard tick == self.tick, number == retractions + 1 else { return nil }
    retractions = number
    let places = leaving.compactMap(place).filter { gone.insert($0).inserted }
    return counts.remove(places)
  }

  private func place(of person: PersonID) -> Int? {
    var low = 0
    var high = people.count
    while low < high {
      let middle = (low + high) / 2
      if people[middle] < person { low = middle + 1 } else { high = middle }
    }
    return low < people.count && people[low] == person ? low : nil
  }

  // MARK: The file

  /// Makes ready to publish changes to the model file that holds what is counted now.
  ///
  /// - Returns: False where the file is another's, or the catalogue has changed what may be learned from.
  /// - Complexity: one pass over the file where it is not the one last seen.
  func attach(_ snapshot: Snapshot, path: String, version: Int64, catalogue: () throws -> CatalogueIndex) rethrows
    -> Bool
  {
    if let published, published.version == version { return true }
    published = nil
    guard !snapshot.isRefined, snapshot.tick == tick, "sha256:" + snapshot.learnedDigest.hex == digest,
      try catalogue().sensitive == sensitive
    else { return false }
    let editor = ModelEditor(snapshot, path: path)
    var places = [UInt32](repeating: .max, count: ids.count)
    var place = 0
    for (rank, id) in ids.enumerated() {
      // Both ascend; the file also has what the catalogue alone names.
      while place < editor.ids.count, editor.ids[place].utf8.lexicographicallyPrecedes(id.utf8) { place += 1 }
      if place < editor.ids.count, editor.ids[place].utf8.elementsEqual(id.utf8) { places[rank] = UInt32(place) }
    }
    published = Published(version: version, editor: editor, places: places)
    return true
  }

  /// Whether changes can be published to that version of the file.
  func isAttached(to version: Int64) -> Bool { published?.version == version }

  /// Publishes what is counted of some items now, as an amendment of the file.
  ///
  /// - Returns: False where that cannot be, and the file is to be written as a whole.
  func publish(_ ranks: [UInt32]) throws -> Bool {
    guard let published else { return false }
    var changes: [(item: UInt32, learned: LearnedItem?)] = []
    for rank in ranks {
      // What too few people stood behind before is not in the file, or for the catalogue's sake alone.
      let place = published.places[Int(rank)]
      var item = counts.item(rank)
      if place == .max {
        if item != nil { return false }
        continue
      }
      if let neighbours = item?.neighbours {
        item?.neighbours = neighbours.map { published.places[Int($0)] }
      }
      changes.append((place, item))
    }
    guard try published.editor.publish(changes) else { return false }
    digest = "sha256:" + published.editor.digest.hex
    return true
  }

  /// Notes which publication the file now is.
  func notePublished(_ version: Int64) { published?.version = version }
}

/// Timelines with the person of each.
struct PeopleTimelines {
  var timelines: Timelines
  /// By place in the timelines.
  var people: [PersonID] = []

  init(_ timelines: Timelines) { self.timelines = timelines }

  mutating func append(_ events: [TimelineEvent], of person: PersonID) {
    let count = timelines.personCount
    timelines.append(events)
    if timelines.personCount > count { people.append(person) }
  }
}
