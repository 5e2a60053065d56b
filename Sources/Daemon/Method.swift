import Attune
import Protocol
import Vocabulary

/// One method of the socket: what it takes, and what it does with the engine.
///
/// The parameters bear the names of the command line, the results are those of its `--json`.
struct Method: Sendable {
  /// Where a method is done, so that nobody waits for another's long one.
  enum Lane {
    /// In the server's turn: reads, and takes well under a millisecond.
    case answer
    /// In the server's turn, unless a long job keeps writers out of the store.
    case write
    /// On the worker's thread.
    case job
    /// On the worker's thread, and holds the store's write lock for long.
    case exclusiveJob
  }

  var name: String
  var audience = Audience.subject
  var lane = Lane.answer
  /// Whether a call goes to the worker for what it asks.
  var needsWorker: @Sendable (JSONValue) -> Bool = { _ in false }
  /// Whether it leaves the files to be searched after its answer, with what others left before it.
  var sharesSearch = false
  var run: @Sendable (Engine, inout Parameters) throws -> Answer

  /// What a method gave.
  struct Answer {
    var json: [UInt8]
    /// How it is counted.
    var outcome = "ok"
    /// Whether it names a decision that has to be on record before it goes out.
    var isRecorded = false
    /// Of a worker's job: what gives the answer in place of ``json``, once the files have been searched.
    var afterFinishing: ((Engine.FinishedErasures) throws -> [UInt8])?
  }

  /// Every method but the server's own; see ``own``.
  static let all: [String: Method] = Dictionary(
    uniqueKeysWithValues: (list + requests + accesses + rights + segments + recipients).map { ($0.name, $0) })

  /// What the server answers itself: `record` shares its transaction with others.
  static let own: [String: Audience] = [
    "health": .everybody, "authenticate": .everybody, "metrics": .serve, "record": .serve,
  ]

  private static let list: [Method] = [
    Method(name: "recommend") { engine, parameters in
      var request = RecommendationRequest(subject: try parameters.subject())
      request.count = try parameters.integer("n", default: 10)
      request.offset = try parameters.integer("offset", default: 0)
      request.purpose = try parameters.purpose("purpose") ?? .recommendation
      request.context = try parameters.texts("context") ?? []
      request.within = try parameters.text("within")
      request.exclude = try parameters.texts("exclude") ?? []
      request.among = try parameters.texts("among")
      request.globalPrivacyControl = try parameters.text("gpc")
      try parameters.finish()
      let answer = try engine.recommend(request)
      return Answer(json: answer.json, outcome: answer.reason ?? answer.basis.rawValue, isRecorded: true)
    },
    Method(name: "search") { engine, parameters in
      var request = SearchRequest(try parameters.requiredText("query"), subject: try parameters.subject())
      request.sort = try parameters.sort("sort") ?? .personal
      request.count = try parameters.integer("n", default: 10)
      request.offset = try parameters.integer("offset", default: 0)
      request.tags = try parameters.texts("tag") ?? []
      request.price = try parameters.text("price")
      request.facets = try parameters.texts("facet") ?? []
      request.context = try parameters.texts("context") ?? []
      request.exclude = try parameters.texts("exclude") ?? []
      request.among = try parameters.texts("among")
      try parameters.finish()
      let answer = try engine.search(request)
      return Answer(json: answer.json, outcome: answer.list.reason ?? answer.list.basis.rawValue, isRecorded: true)
    },
    Method(name: "suggest") { engine, parameters in
      let text = try parameters.text("prefix") ?? ""
      let subject = try parameters.subject()
      let count = try parameters.integer("n", default: 10)
      try parameters.finish()
      // Own searches are for the person's eyes, not for the programs in between.
      if subject != nil, parameters.restriction == nil, engine.caller.role == "serve" {
        throw Failure(
          .refused, "this caller does not speak for the person", at: "subject",
          expected: "\(Audience.concerned.needed), or no subject")
      }
      return Answer(json: try engine.suggest(text, subject: subject, count: count).json)
    },
    Method(name: "similar") { engine, parameters in
      let item = try parameters.requiredText("item")
      let count = try parameters.integer("n", default: 10)
      let offset = try parameters.integer("offset", default: 0)
      try parameters.finish()
      return Answer(json: try engine.similar(to: item, count: count, offset: offset).json)
    },
    Method(name: "explain") { engine, parameters in
      let decision = try parameters.requiredText("decision")
      let item = try parameters.text("item")
      let word = try parameters.text("level") ?? "full"
      try parameters.finish()
      try own(decision, engine, parameters)
      guard let level = ExplanationLevel(rawValue: word) else {
        throw Failure(.usage, "'\(word)' is no level", at: "level", expected: "summary or full")
      }
      return Answer(json: try engine.explain(decision, item: item, level: level).json)
    },
    Method(name: "profile") { engine, parameters in
      let subject = try parameters.requiredSubject()
      let purpose = try parameters.purpose("purpose") ?? .recommendation
      try parameters.finish()
      return Answer(json: try engine.profile(of: subject, purpose: purpose).json)
    },
    Method(name: "age", audience: .serve, lane: .job) { engine, parameters in
      let subject = try parameters.requiredSubject()
      let born = try parameters.integerIfAny("born")
      let word = try parameters.text("is")
      let region = try parameters.text("region")
      let guardian = try parameters.guardian("guardian")
      try parameters.finish()
      let statement: Engine.AgeStatement? =
        switch (born, word) {
        case (let born?, nil): .born(born)
        case (nil, "minor"): .minor
        case (nil, "adult"): .adult
        case (nil, nil): nil
        default:
          throw Failure(.usage, "the age is not to be understood", at: "is", expected: "born, or is: minor or adult")
        }
      var report: AgeReport?
      // The guardian first, so that what is held of a child is not deleted for want of one.
      if let guardian { report = try engine.setGuardian(guardian.name, for: subject) }
      if let statement { report = try engine.setAge(statement, of: subject, region: region) }
      return Answer(json: try (report ?? engine.age(of: subject)).json)
    },
    tags("tags.remove") { try $0.removeTag($1, for: $2) },
    tags("tags.restore") { try $0.restoreTag($1, for: $2) },
    tags("tags.add") { try $0.addTag($1, for: $2) },
    Method(name: "tags.reset", lane: .write) { engine, parameters in
      let subject = try parameters.requiredSubject()
      try parameters.finish()
      return Answer(json: try engine.resetTags(for: subject).json)
    },
    Method(name: "tags.get") { engine, parameters in
      let subject = try parameters.requiredSubject()
      try parameters.finish()
      return Answer(json: try engine.instructions(of: subject).json)
    },
    Method(name: "consent.get") { engine, parameters in
      let subject = try parameters.requiredSubject()
      try parameters.finish()
      return Answer(json: try engine.consent(of: subject).json)
    },
    consent("consent.grant") { try $0.grant($1, to: $2) },
    consent("consent.withdraw") { try $0.withdraw($1, from: $2) },
    block("block") { try $0.block($1, for: $2) },
    block("unblock") { try $0.unblock($1, for: $2) },
    Method(name: "replay") { engine, parameters in
      let decision = try parameters.requiredText("decision")
      try parameters.finish()
      try own(decision, engine, parameters)
      return Answer(json: try engine.replay(decision).json)
    },
    Method(name: "history") { engine, parameters in
      let subject = try parameters.requiredSubject()
      let count = try parameters.integer("n", default: 1000)
      var filter = HistoryFilter()
      filter.words = try parameters.text("words")
      filter.kinds = try parameters.kinds("kind")
      filter.since = try parameters.time("since")
      filter.before = try parameters.time("before")
      try parameters.finish()
      return Answer(json: try engine.history(of: subject, limit: count, filter: filter).json)
    },
    Method(name: "policy") { engine, parameters in
      let version = try parameters.text("version")
      try parameters.finish()
      return Answer(json: try engine.policyReport(version: version).json)
    },
    Method(name: "policy.publish", audience: .officer, lane: .job) { engine, parameters in
      let policy = try parameters.requiredText("policy")
      try parameters.finish()
      return Answer(json: try engine.publishPolicy(Array(policy.utf8)).json)
    },
    Method(name: "token", audience: .serve) { engine, parameters in
      let subject = try parameters.requiredSubject()
      let seconds = try parameters.integer("seconds", default: 3600)
      try parameters.finish()
      return Answer(json: try engine.issueToken(for: subject, seconds: seconds).json)
    },
    Method(name: "items", audience: .serve, lane: .job) { engine, parameters in
      let lines = try parameters.lines("items")
      try parameters.finish()
      return Answer(json: try engine.putItems(lines).json)
    },
    Method(name: "status", audience: .officer) { engine, parameters in
      try parameters.finish()
      return Answer(json: try engine.status().json)
    },
    Method(name: "train", audience: .officer, lane: .job) { engine, parameters in
      let model = try parameters.text("model").map { Array($0.utf8) }
      let changes = try parameters.pairs("set")
      try parameters.finish()
      return Answer(json: try engine.train(model: model, set: changes).json)
    },
    importing,
    Method(name: "export", audience: .concerned, lane: .job) { engine, parameters in
      let subject = try parameters.requiredSubject()
      let partner = try parameters.purpose("partner")
      let recipient = try parameters.text("recipient")
      let region = try parameters.text("region")
      try parameters.finish()
      guard let partner else { return Answer(json: try engine.export(of: subject, region: region).json) }
      let export = try engine.export(of: subject, toPartnerFor: partner, recipient: recipient ?? "", region: region)
      return Answer(json: export.json)
    },
    Method(name: "erase", audience: .concerned, lane: .job, sharesSearch: true) { engine, parameters in
      let subjects = try parameters.requiredSubjects()
      let waits = try parameters.flag("wait")
      try parameters.finish()
      // The worker goes on with the search.
      let begun = try engine.beginErasing(subjects)
      if waits { return Answer(json: [], afterFinishing: { try begun.receipt(verifiedWith: $0).json }) }
      return Answer(json: begun.receipt().json)
    },
    Method(name: "history.forget", audience: .concerned, lane: .job) { engine, parameters in
      let subject = try parameters.requiredSubject()
      var request = ForgetRequest()
      request.events = try parameters.texts("event") ?? []
      request.kinds = try parameters.kinds("kind")
      request.since = try parameters.time("since")
      request.before = try parameters.time("before")
      try parameters.finish()
      return Answer(json: try engine.forget(request, of: subject).json)
    },
    Method(name: "sweep", audience: .officer, lane: .exclusiveJob) { engine, parameters in
      let byFixedClock = try parameters.flagIfAny("fixed-clock")
      try parameters.finish()
      if let byFixedClock { try engine.setRetention(byFixedClock: byFixedClock) }
      return Answer(json: try engine.sweep().json)
    },
    Method(name: "verify", lane: .job) { engine, parameters in
      let receipt = try parameters.requiredReceipt("receipt")
      try parameters.finish()
      return Answer(json: try engine.verify(receipt).json)
    },
  ]

  /// Holds a caller who speaks for one person to that person's decisions.
  static func own(_ decision: String, _ engine: Engine, _ parameters: Parameters) throws {
    guard let subject = parameters.restriction, try !engine.isDecision(decision, for: subject) else { return }
    throw Failure(
      .notFound, "no such decision", at: "decision", expected: "an id that came with an answer to this person")
  }

  private static func tags(
    _ name: String, _ change: @escaping @Sendable (Engine, String, String) throws -> InstructionsReport
  ) -> Method {
    Method(name: name, lane: .write) { engine, parameters in
      let tag = try parameters.requiredText("tag")
      let subject = try parameters.requiredSubject()
      try parameters.finish()
      return Answer(json: try change(engine, tag, subject).json)
    }
  }

  private static func consent(
    _ name: String, _ change: @escaping @Sendable (Engine, [Purpose], String) throws -> ConsentReport
  ) -> Method {
    // A withdrawal of training learns rows anew.
    Method(
      name: name, lane: .write, needsWorker: { name == "consent.withdraw" && names("training", in: $0["purposes"]) },
      sharesSearch: true
    ) { engine, parameters in
      let purposes = try parameters.requiredPurposes("purposes")
      let subject = try parameters.requiredSubject()
      try parameters.finish()
      return Answer(json: try change(engine, purposes, subject).json)
    }
  }

  private static func names(_ word: String, in value: JSONValue?) -> Bool {
    switch value {
    case .string(let text)?: text == word
    case .array(let elements)?: elements.contains(.string(word))
    default: false
    }
  }

  private static func block(
    _ name: String, _ change: @escaping @Sendable (Engine, Engine.Block, String) throws -> InstructionsReport
  ) -> Method {
    Method(name: name, lane: .write) { engine, parameters in
      let subject = try parameters.requiredSubject()
      let named: [Engine.Block?] = [
        try parameters.text("item").map { .item($0) }, try parameters.text("similar").map { .similar($0) },
        try parameters.text("tag").map { .tag($0) },
      ]
      try parameters.finish()
      let blocks = named.compactMap(\.self)
      guard blocks.count == 1 else {
        throw Failure(.usage, "\(blocks.count) things are named", at: name, expected: "one of item, similar, tag")
      }
      return Answer(json: try change(engine, blocks[0], subject).json)
    }
  }
}
