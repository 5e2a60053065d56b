import Attune
import Protocol
import Vocabulary

/// What a caller may ask for, by the kernel's word on who they are.
enum Role: Int, Comparable {
  /// Whoever may connect.
  case serve = 0
  /// The daemon's own user, and root.
  case officer = 1

  static func < (a: Role, b: Role) -> Bool { a.rawValue < b.rawValue }
}

/// One method of the socket: what it takes, and what it does with the engine.
///
/// The parameters bear the names of the command line, the results are those of its `--json`.
struct Method: Sendable {
  var name: String
  /// Who may call it.
  var role: Role = .serve
  var run: @Sendable (Engine, inout Parameters) throws -> Answer

  /// What a method gave.
  struct Answer {
    var json: [UInt8]
    /// How it is counted.
    var outcome = "ok"
  }

  /// Every method but `record`, which shares its transaction with others, and `metrics`, which is the server's own.
  static let all: [String: Method] = Dictionary(uniqueKeysWithValues: list.map { ($0.name, $0) })

  private static let list: [Method] = [
    Method(name: "recommend") { engine, parameters in
      var request = RecommendationRequest(subject: try parameters.text("subject"))
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
      return Answer(json: answer.json, outcome: answer.reason ?? answer.basis.rawValue)
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
      guard let level = ExplanationLevel(rawValue: word) else {
        throw Failure(.usage, "'\(word)' is no level", at: "level", expected: "summary or full")
      }
      return Answer(json: try engine.explain(decision, item: item, level: level).json)
    },
    Method(name: "profile") { engine, parameters in
      let subject = try parameters.requiredText("subject")
      let purpose = try parameters.purpose("purpose") ?? .recommendation
      try parameters.finish()
      return Answer(json: try engine.profile(of: subject, purpose: purpose).json)
    },
    tags("tags.remove") { try $0.removeTag($1, for: $2) },
    tags("tags.restore") { try $0.restoreTag($1, for: $2) },
    tags("tags.add") { try $0.addTag($1, for: $2) },
    Method(name: "tags.get") { engine, parameters in
      let subject = try parameters.requiredText("subject")
      try parameters.finish()
      return Answer(json: try engine.instructions(of: subject).json)
    },
    Method(name: "consent.get") { engine, parameters in
      let subject = try parameters.requiredText("subject")
      try parameters.finish()
      return Answer(json: try engine.consent(of: subject).json)
    },
    consent("consent.grant") { try $0.grant($1, to: $2) },
    consent("consent.withdraw") { try $0.withdraw($1, from: $2) },
    block("block") { try $0.block($1, for: $2) },
    block("unblock") { try $0.unblock($1, for: $2) },
    Method(name: "status", role: .officer) { engine, parameters in
      try parameters.finish()
      return Answer(json: try engine.status().json)
    },
  ]

  private static func tags(
    _ name: String, _ change: @escaping @Sendable (Engine, String, String) throws -> InstructionsReport
  ) -> Method {
    Method(name: name) { engine, parameters in
      let tag = try parameters.requiredText("tag")
      let subject = try parameters.requiredText("subject")
      try parameters.finish()
      return Answer(json: try change(engine, tag, subject).json)
    }
  }

  private static func consent(
    _ name: String, _ change: @escaping @Sendable (Engine, [Purpose], String) throws -> ConsentReport
  ) -> Method {
    Method(name: name) { engine, parameters in
      let purposes = try parameters.requiredPurposes("purposes")
      let subject = try parameters.requiredText("subject")
      try parameters.finish()
      return Answer(json: try change(engine, purposes, subject).json)
    }
  }

  private static func block(
    _ name: String, _ change: @escaping @Sendable (Engine, Engine.Block, String) throws -> InstructionsReport
  ) -> Method {
    Method(name: name) { engine, parameters in
      let subject = try parameters.requiredText("subject")
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
