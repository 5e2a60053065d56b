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
    /// How long a change waits for another writer before it fails as `busy`, in milliseconds.
    public var patience: Int32 = 10_000
    /// How much of the store is kept in memory, in MiB, from 1: for bulk work much, for answers little.
    public var pageCache = 128

    public init() {}
  }

  let store: SQLiteStore
  let ledger: ConsentLedger
  let pseudonymizer: Pseudonymizer
  let decisionAuthenticator: MessageAuthenticator
  let receiptAuthenticator: MessageAuthenticator
  let events = EventSealer()
  let sealer = Sealer()
  /// The policy in force.
  var policy: Policy { ledger.policy }
  /// The published model, mapped; replaced when the file is.
  var published: PublishedModel?
  /// On whose behalf the engine works; see ``Caller``.
  public var caller = Caller(role: "library")
  let registerKey: SymmetricKey
  let accessKey: SymmetricKey
  let segmentKey: SymmetricKey
  let outboxKey: SymmetricKey
  /// What is known of people asked about lately; emptied when anybody writes to the store.
  var cache = PersonCache()
  /// What many people ask for; see ``askedQueries()``.
  var asked: AskedQueries?
  var pace = Pace.single
  /// The time of day.
  var wall: () -> Timestamp = { Clock.now() }
  /// How the events of calls are read; nothing of any call stays in it.
  var callForm: EventReader?
  /// Whether what a training learns from is kept in memory, so that whoever leaves is out of the model at once.
  ///
  /// For a process that lives and is alone with the store's lock; others read everybody's events again.
  package var keepsTraining = false
  /// What is kept of the last training, if it is.
  package var training: TrainingMemory?
  /// What was begun and is to be finished after the answer.
  var unfinished: Unfinished?
  /// How often the files were searched for what was erased.
  package internal(set) var fileSearches = 0
  /// Told how far an erasure has come, in tests.
  var onErasureStep: (ErasureStep) -> Void = { _ in }

  private init(store: SQLiteStore, options: Options) throws {
    self.store = store
    ledger = ConsentLedger(storage: store, policy: .shipped, key: try store.secret("compliance"))
    try ledger.refreshPolicy()
    pseudonymizer = Pseudonymizer(key: try store.secret("pseudonyms"))
    decisionAuthenticator = MessageAuthenticator(key: try store.secret("decisions"))
    receiptAuthenticator = MessageAuthenticator(key: try store.secret("receipts"))
    registerKey = try store.secret("requests")
    accessKey = try store.secret("accesses")
    segmentKey = try store.secret("segments")
    outboxKey = try store.secret("outbox")
    ledger.clock = { [unowned self] in try store.asOf() ?? wall() }
    ledger.horizon = { [unowned self] in try horizon(for: $0) }
    if options.asOf != nil || options.releasesClock { try setClock(options.asOf) }
  }

  /// Fixes the store's clock, or lets it go by the wall clock again (`nil`); whatever logs come, it stays so.
  public func setClock(_ time: Timestamp?) throws {
    try store.transaction {
      try store.setAsOf(time)
      try store.setClockIsSet()
    }
  }

  /// How many people's folded profiles are kept in memory, from 1.
  public var cachedPeopleLimit: Int {
    get { cache.limit }
    set { cache.limit = max(1, newValue) }
  }

  /// How many people's folded profiles are in memory now.
  public var cachedPeople: Int { cache.count }

  /// Lets go the pages of the store kept in memory, until the engine is used again; what is kept of a training stays.
  package func rest() {
    forgetCached()
    store.releasePages()
  }

  /// Lets go what is kept in memory of people; the next answers read it again.
  public func forgetCached() { cache = PersonCache(limit: cache.limit) }

  // MARK: Answers in turns

  /// How answers follow one another.
  enum Pace {
    /// Each by itself: looks at the store, and is on record when it returns.
    case single
    /// Many in a turn, with what the turn's first found the store to be.
    case turn(Present?)
  }

  /// Starts a turn: its answers share one look at the store, and are on record with ``commitTurn()``.
  ///
  /// Nothing may be answered in it that was asked after it began, and no answer given out before it is committed. A
  /// change made through this engine starts the turn anew.
  package func beginTurn() {
    pace = .turn(nil)
    store.gathersDecisions = true
  }

  /// Puts the turn's decisions on record.
  ///
  /// - Throws: ``Failure`` where that cannot be; then none of them is, and none of the answers may be given.
  package func commitTurn() throws {
    pace = .single
    store.gathersDecisions = false
    try store.commitDecisions()
  }

  /// Opens the store in a folder.
  ///
  /// - Parameter create: Make the store where there is none.
  /// - Throws: ``Failure`` with `badStore` where the folder is not a store, is damaged, or is of a newer version.
  public static func open(_ path: String, create: Bool = false, options: Options = Options()) throws -> Engine {
    let store =
      create && !SQLiteStore.exists(at: path)
      ? try SQLiteStore.create(at: path) : try SQLiteStore.open(at: path, patience: options.patience)
    try store.limitPageCache(mebibytes: max(1, options.pageCache))
    let engine = try Engine(store: store, options: options)
    try engine.finishInterrupted()
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
    if case .turn(let present?) = pace { return present }
    let now = try store.now()
    try refreshCache(generation: now.generation)
    let wall = wall().milliseconds
    let present = Present(
      model: try model(version: now.modelVersion),
      asOf: now.asOf ?? Timestamp(milliseconds: wall - wall % 60_000))
    if case .turn = pace { pace = .turn(present) }
    return present
  }

  /// The person with an outside id, if the store has met them.
  func person(_ subject: String) throws -> PersonID? {
    try store.person(pseudonymizer.pseudonym(of: Array(subject.utf8)))
  }

  /// The person with an outside id, numbered now if need be: for choices that come before any event.
  func makePerson(_ subject: String) throws -> PersonID {
    let (pseudonym, mark) = pseudonymizer.marks(of: Array(subject.utf8))
    if let known = try store.person(pseudonym) { return known }
    try requireAtWork()
    // Whoever was erased may act again; what old logs say of them stays out until they consent anew.
    if try store.isSuppressed(mark) { try store.noteReturn(mark) }
    return try store.addPerson(pseudonym, sourceGrant: nil)
  }

  /// The published model, mapped anew where the file was replaced.
  func model() throws -> PublishedModel { try model(version: store.modelVersion()) }

  private func model(version: Int64) throws -> PublishedModel {
    if let published, published.version == version, published.policy == policy.version { return published }
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
  func refreshCache() throws { try refreshCache(generation: store.generation()) }

  private func refreshCache(generation: Int64) throws {
    // A new policy advances the generation too.
    if generation != cache.generation { try refreshPolicy() }
    cache.refresh(generation: generation)
  }

  /// Takes in a policy that somebody has published since.
  func refreshPolicy() throws {
    if try ledger.refreshPolicy() { published = nil }
  }
}
