public import Rights
import Vocabulary

/// How a named reviewer ends an appeal; see ``Engine/decideAppeal(_:_:)``.
public struct AppealDecision: Sendable {
  public var outcome: AppealOutcome
  /// The name of the person who decided.
  public var reviewer: String
  /// What the person is told.
  public var words: String?
  /// What an upheld appeal blocks for the person from now on.
  public var blocks: [Engine.Block] = []
  /// What it corrects in their profile.
  public var removedTags: [String] = []
  public var addedTags: [String] = []

  public init(_ outcome: AppealOutcome, by reviewer: String) {
    self.outcome = outcome
    self.reviewer = reviewer
  }
}

extension Engine {
  /// Contests a decision: an appeal is a request of the register, with its days.
  ///
  /// Any decision can be contested, also one about nobody in particular; the decision itself never changes.
  public func appeal(_ decision: String, words: String, subject: String? = nil, regime: Regime) throws
    -> RequestReport
  {
    var input = RequestInput(.appeal, of: subject, regime: regime)
    input.decision = decision
    input.words = words
    return try openRequest(input)
  }

  /// Records the outcome of an appeal and does what an upheld one asks for, all or nothing.
  ///
  /// - Throws: ``Failure`` with `refused` where the appeal is not in work, or is dismissed and yet changes something.
  public func decideAppeal(_ number: Int, _ decision: AppealDecision) throws -> RequestReport {
    var change = RequestRecord.Change(to: .answered)
    (change.outcome, change.reviewer, change.note) = (decision.outcome, decision.reviewer, decision.words)
    change.measures =
      decision.blocks.map { "block \($0.words)" } + decision.removedTags.map { "remove the tag \($0)" }
      + decision.addedTags.map { "add the tag \($0)" }
    defer { cache.removeAll() }
    return try step(number, change, act: "appeal.decide") { _, record in
      if change.measures.isEmpty { return }
      guard let subject = record.details?.subject else {
        throw Failure(
          .refused, "the appeal names nobody for whom something could change", at: "subject",
          expected: "an appeal that was opened with its person")
      }
      for block in decision.blocks { _ = try self.block(block, for: subject) }
      for tag in decision.removedTags { _ = try removeTag(tag, for: subject) }
      for tag in decision.addedTags { _ = try addTag(tag, for: subject) }
    }
  }
}

extension Engine.Block {
  var words: String {
    switch self {
    case .item(let item): "the item \(item)"
    case .similar(let item): "what is similar to \(item)"
    case .tag(let tag): "the tag \(tag)"
    }
  }
}
