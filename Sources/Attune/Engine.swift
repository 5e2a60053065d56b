import Consent
import Crypto
import Decisions
import Intake
import ModelFile
import Profiles
import Ranking
import Store
import SystemIO
public import Vocabulary

/// Recommendations over one store, with consent enforced and every decision on record.
///
/// One thread at a time. Every call throws ``Failure`` and nothing else. A call that returns has its effect on disk.
///
/// ```swift
/// let engine = try Engine.open("shop.attune", create: true)
/// var log = ImportInput(path: "events.ndjson")
/// log.grantAll = true
/// _ = try engine.importEvents(log)
/// _ = try engine.train()
/// let answer = try engine.recommend(RecommendationRequest(subject: "u1"))
/// ```
public final class Engine {
  /// How to open a store.
  public struct Options: Sendable {
    /// Fixes the store's clock, as research logs want; kept in the store.
    public var asOf: Timestamp?
    /// Lets a fixed clock go: the store goes by the wall clock again, whatever logs come.
    public var releasesClock = false

    public init() {}
  }

  let store: SQLiteStore
  let ledger: ConsentLedger
  let pseudonymizer: Pseudonymizer
  let decisionAuthenticator: MessageAuthenticator
  let events = EventSealer()
  let sealer = Sealer()
  let policy = Policy.shipped
  /// The published model, mapped; replaced when the file is.
  var published: PublishedModel?
  /// What is known of people asked about lately; emptied when anybody writes to the store.
  var cache = PersonCache()

  private init(store: SQLiteStore, options: Options) throws {
    self.store = store
    ledger = ConsentLedger(storage: store, policy: policy, key: try store.secret("compliance"))
    pseudonymizer = Pseudonymizer(key: try store.secret("pseudonyms"))
    decisionAuthenticator = MessageAuthenticator(key: try store.secret("decisions"))
    if options.asOf != nil || options.releasesClock {
      try store.transaction {
        try store.setAsOf(options.asOf)
        try store.setClockIsSet()
      }
    }
  }

  /// Opens the store in a folder.
  ///
  /// - Parameter create: Make the store where there is none.
  /// - Throws: ``Failure`` with `badStore` where the folder is not a store, is damaged, or is of a newer version.
  public static func open(_ path: String, create: Bool = false, options: Options = Options()) throws -> Engine {
    let store =
      create && !SQLiteStore.exists(at: path) ? try SQLiteStore.create(at: path) : try SQLiteStore.open(at: path)
    let engine = try Engine(store: store, options: options)
    try engine.finishInterruptedRetraction()
    return engine
  }

  // MARK: What every part needs

  /// What an answer starts from, once everything kept in memory has been brought up to the store.
  struct Present {
    var model: PublishedModel
    /// The clock of answers: fixed where the store says so, else the wall clock to the minute, so that one minute's
    /// answers share their decays.
    var asOf: Timestamp
  }

  func present() throws -> Present {
    let now = try store.now()
    cache.refresh(generation: now.generation)
    let wall = Clock.now().milliseconds
    return Present(
      model: try model(version: now.modelVersion),
      asOf: now.asOf ?? Timestamp(milliseconds: wall - wall % 60_000))
  }

  /// The person with an outside id, if the store has met them.
  func person(_ subject: String) throws -> PersonID? {
    try store.person(pseudonymizer.pseudonym(of: Array(subject.utf8)))
  }

  /// The person with an outside id, numbered now if need be: for choices that come before any event.
  func makePerson(_ subject: String) throws -> PersonID {
    let pseudonym = pseudonymizer.pseudonym(of: Array(subject.utf8))
    return try store.person(pseudonym) ?? store.addPerson(pseudonym, sourceGrant: nil)
  }

  /// The published model, mapped anew where the file was replaced.
  func model() throws -> PublishedModel { try model(version: store.modelVersion()) }

  private func model(version: Int64) throws -> PublishedModel {
    if let published, published.version == version { return published }
    guard Files.exists(store.modelPath) else {
      throw Failure(
        .notFound, "nothing is published yet", expected: "a catalogue or a trained model",
        remedy: "Import items with `attune import --items`, or train with `attune train`")
    }
    let fresh = try PublishedModel(path: store.modelPath, version: version, policy: policy)
    published = fresh
    cache.removeAll()
    return fresh
  }

  /// Forgets what was cached if anybody has written since.
  func refreshCache() throws { cache.refresh(generation: try store.generation()) }
}
