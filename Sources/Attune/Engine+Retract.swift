import Consent
import Learning
import ModelFile
import Store
import SystemIO
import Vocabulary

/// What leaves the model between trainings, in two steps: the model is published without it, and then what is left on
/// disk is wiped.
///
/// Where the training is kept in memory (``keepsTraining``) the first step amends the published file, and an answer may
/// go out between the two; else the first writes the file as a whole. A crash anywhere is finished when the store is
/// next opened: what is to be done is on record first.
extension Engine {
  /// The second step, to be taken.
  struct Unfinished {
    /// Nobody else begins anything between the two.
    var lock: DirectoryLock
    /// Items that may be abandoned; `nil` for any.
    var touched: Set<ItemNumber>?
    /// How much was begun, in people with some hundred events.
    var weight = 0
    /// The retraction on record that the model is published without already; 0 for none.
    var published: Int64 = 0
  }

  /// What ``finish()`` has done.
  package struct FinishedErasures {
    /// The items that went.
    var items: Set<ItemNumber> = []
  }

  /// Whether something was begun that ``finish()`` has to finish.
  package var isUnfinished: Bool { unfinished != nil }

  /// Whether more may be begun before that, so that one search of the files is for all of it: as long as what is to be
  /// looked for stays little, and nobody waits for it long.
  package var mayBeginMore: Bool { (unfinished?.weight ?? 0) < Engine.mostBegun }

  private static let mostBegun = 64
  /// So many fingerprints weigh as much as one person.
  static let fingerprintsOfOne = 2048

  /// Finishes a withdrawal of `training`, an erasure or a forgetting that was interrupted after it was on record.
  ///
  /// Where somebody is writing, they or the next to open the store finish it.
  package func finishInterrupted() throws {
    if try store.pendingRetraction() == 0, try store.pendingErasure() == nil { return }
    do {
      try begin(nil, touched: nil, patience: 0)
      try finish()
    } catch let failure as Failure {
      if failure.code != .busy { throw failure }
    }
  }

  /// Publishes the model without whoever has left it, as is on record; ``finish()`` is to follow.
  ///
  /// - Parameters:
  ///   - retraction: What has just been put on record; `nil` where it is not known, or did not touch the model.
  ///   - touched: Items that may be abandoned now; `nil` for any.
  ///   - weight: How much it adds to what is to be searched for.
  func begin(_ retraction: Retraction?, touched: Set<ItemNumber>?, patience: Int, weight: Int = 1) throws {
    if let earlier = unfinished?.touched, let touched {
      unfinished?.touched = earlier.union(touched)
    } else if unfinished != nil {
      unfinished?.touched = nil
    } else {
      unfinished = Unfinished(lock: try store.lockForWriting(patience: patience), touched: touched)
    }
    unfinished?.weight += weight
    do {
      onErasureStep(.recorded)
      let entry = try store.pendingRetraction()
      // What was begun before stays on record until it is finished.
      if entry != 0, entry != unfinished?.published {
        if try !amend(retraction) { try learnAgain(retraction) }
      }
      unfinished?.published = try store.pendingRetraction()
      onErasureStep(.published)
    } catch {
      // Of what was begun before, too, the rest is left to the next opening.
      (unfinished, training) = (nil, nil)
      throw error
    }
  }

  /// Takes both steps of an erasure or a forgetting that is on record.
  ///
  /// - Returns: How many of these items went.
  @discardableResult
  func finishErasure(_ retraction: Retraction?, touched: Set<ItemNumber>?, patience: Int) throws -> Int {
    try begin(retraction, touched: touched, patience: patience)
    let gone = try finish().items
    return touched.map { gone.intersection($0).count } ?? gone.count
  }

  /// Publishes the change in memory's counts as an amendment of the model file.
  ///
  /// - Returns: False where nothing is in memory, or not all that has left went through it.
  private func amend(_ retraction: Retraction?) throws -> Bool {
    guard let retraction, let training, Files.exists(store.modelPath),
      try store.pendingRetraction() == retraction.entry
    else { return false }
    let version = try store.modelVersion()
    if !training.isAttached(to: version) {
      guard try attach(training, version: version) else { return false }
    }
    guard
      let ranks = training.remove(retraction.people, tick: try store.tick(), retraction: try store.retractions()),
      try training.publish(ranks)
    else { return false }
    // The record of what is to be done stays until the file is written as a whole.
    try store.transactionWithoutWaiting { try store.modelPublished(at: Clock.now()) }
    training.notePublished(version + 1)
    published = nil
    cache.removeAll()
    return true
  }

  /// Reads into memory what the published model was learned from, so that the first person to leave is taken out as fast
  /// as those after.
  ///
  /// Does nothing where it is there already, or where what is published is not what the store's events give: rows that
  /// are refined, or a training or an erasure under way.
  ///
  /// - Complexity: that of a training.
  package func readTraining() throws {
    guard keepsTraining, training == nil, unfinished == nil, Files.exists(store.modelPath), try store.tick() > 0,
      try store.pendingRetraction() == 0
    else { return }
    let version = try store.modelVersion()
    let snapshot = try Snapshot(path: store.modelPath)
    if snapshot.isRefined { return }
    let (tick, retractions) = (try store.tick(), try store.retractions())
    let catalogue = try CatalogueIndex(store: store, policy: policy)
    var searches: SearchTally?
    let timelines = try timelines(
      catalogue, snapshot.parameters, roll: try ledger.roll(for: .training), tick: tick, searches: &searches)
    let memory = TrainingMemory(timelines, catalogue, snapshot.parameters, tick: tick, retractions: retractions)
    _ = memory.segment()
    // Its digest tells whether it is what is published.
    if memory.attach(snapshot, path: store.modelPath, version: version, catalogue: { catalogue }) { training = memory }
  }

  private func attach(_ training: TrainingMemory, version: Int64) throws -> Bool {
    try training.attach(Snapshot(path: store.modelPath), path: store.modelPath, version: version) {
      try CatalogueIndex(store: store, policy: policy)
    }
  }

  /// Learns the rows again from the store and writes the file as a whole; the caller holds the lock for writing.
  private func learnAgain(_ retraction: Retraction?) throws {
    training = nil
    let entry = try store.pendingRetraction()
    let retractions = try store.retractions()
    if Files.exists(store.modelPath) {
      try refreshPolicy()
      var (parameters, learnedTick, old) = try modelToRelearn()
      // The policy in force may ask for more people than the one that was trained under; then every row is another.
      if Int(parameters.rows.support) < policy.supportFloor {
        parameters.rows.support = numericCast(policy.supportFloor)
        old = nil
      }
      let catalogue = try CatalogueIndex(store: store, policy: policy)
      let tick = try store.tick()
      // Where a training died before it kept them, the searches of its tick are counted here.
      let searches = try store.searchesVersion()
      var tally = try hasSearches() ? nil : newTally(parameters, tick: tick)
      let timelines = try self.timelines(
        catalogue, parameters, roll: try ledger.roll(for: .training), tick: tick, searches: &tally)
      let learned: LearnedSegment
      // A training that died has turned the tick without publishing; its rows are of another time.
      if !keepsTraining, let old, let touched = retraction?.touched, entry == retraction?.entry, learnedTick == tick {
        let ranks = Set(touched.filter { $0 != .none }.map { catalogue.ranks[Int($0.rawValue)] }).sorted()
        learned = Learning.relearn(
          old, timelines.timelines, ids: catalogue.ids, touched: ranks, parameters: parameters)
      } else {
        learned = learn(
          timelines, catalogue, parameters, tick: tick, retractions: retractions, refines: !keepsTraining)
      }
      try publish(learned, catalogue: catalogue.items, parameters: parameters, tick: tick)
      if let tally { try publishSearches(tally, version: searches) }
    }
    try clearRetraction(entry)
  }

  /// What the model file says, or where a loss of power has taken an amended one along, what the store says of it.
  private func modelToRelearn() throws -> (ModelParameters, tick: Int64?, LearnedSegment?) {
    do {
      let snapshot = try Snapshot(path: store.modelPath)
      return (snapshot.parameters, snapshot.tick, snapshot.learned())
    } catch let failure as Failure where failure.code == .badStore {
      guard let json = try store.modelJSON() else { throw failure }
      return (try ModelParameters(json: json), nil, nil)
    }
  }

  private func clearRetraction(_ entry: Int64) throws {
    try store.transaction {
      if try store.pendingRetraction() == entry { try store.setPendingRetraction(0) }
    }
  }

  /// Takes the second step, if there is one to take: writes an amended model file as a whole, so that nothing of what
  /// was there before is left in it, deletes abandoned items, and wipes and searches the files.
  ///
  /// - Throws: ``Failure``; what is left is then finished when the store is next opened.
  @discardableResult
  package func finish() throws -> FinishedErasures {
    guard let unfinished else { return FinishedErasures() }
    defer { self.unfinished = nil }
    let entry = try store.pendingRetraction()
    if entry != 0 {
      let catalogue = try publishCatalogue()
      try clearRetraction(entry)
      // So that the next one finds it ready; where it cannot be, it is let go then.
      _ = try? training?.attach(
        Snapshot(path: store.modelPath), path: store.modelPath, version: store.modelVersion()
      ) { catalogue }
    }
    onErasureStep(.rewritten)
    return FinishedErasures(items: try wipe(unfinished.touched))
  }

  /// Wipes what is on record to be found nowhere.
  private func wipe(_ touched: Set<ItemNumber>?) throws -> Set<ItemNumber> {
    // Another one may be put on record meanwhile, which then waits for the lock.
    let pending = try store.pendingErasures()
    if pending.isEmpty { return [] }
    let items = try deleteAbandonedItems(among: touched)
    onErasureStep(.itemsDeleted)
    try store.deleteRemains(of: pending.flatMap(\.pending.people))
    fileSearches += 1
    try store.wipe(pending.flatMap(\.pending.fingerprints))
    onErasureStep(.wiped)
    try store.removePendingErasures(pending.map(\.name))
    return items
  }
}

/// Where an erasure has come to, for tests that let the process die there.
enum ErasureStep: String, CaseIterable { case recorded, published, rewritten, itemsDeleted, wiped }
