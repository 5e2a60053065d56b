import Consent
import Crypto
import Intake
import ModelFile
import Profiles
import Ranking
import Store
public import Vocabulary

extension Engine {
  /// What answers for a purpose are made from, heaviest first, and why: what the engine believes a person cares for, or
  /// for advertising what their segment likes on average.
  ///
  /// It is what the ranking reads, so that where that reads nothing there is nothing to show and `reason` says why, in
  /// the words of an answer.
  public func profile(of subject: String, purpose: Purpose = .recommendation) throws -> ProfileReport {
    try note("profile", of: subject)
    return try profileReport(of: subject, purpose: purpose)
  }

  func profileReport(of subject: String, purpose: Purpose) throws -> ProfileReport {
    let present = try present()
    let model = present.model
    var report = ProfileReport(
      subject: subject, purpose: purpose, allowed: true, tags: [], removed: [], events: 0)
    let person = try person(subject)
    let choices = try person.map { try readInstructions($0).choices } ?? TagChoices()
    report.removed = choices.removed.sorted().map(\.text)
    let request = RecommendationRequest(subject: subject, purpose: purpose)
    var profile = Profile()
    switch try read(person, for: request, model: model, asOf: present.asOf) {
    case .allowed(let entry):
      profile = entry.profile
      report.segment = entry.segment
    case .nothing(let reason):
      report.reason = reason
      report.allowed = reason == "no-history" || reason == "no-segment"
    }
    var sources: [UInt32: [ProfileSource]] = [:]
    // No events stand behind a segment: advertising has no leave to read any.
    if purpose != .advertising, let person, let permit = try ledger.permit(for: person, purpose: purpose) {
      let events = try readEvents(permit, upTo: store.lastSequence())
      report.events = events.count
      let builder = ProfileBuilder(rules: model.profileRules, features: model.features, asOf: present.asOf)
      for evidence in builder.evidence(of: events, choices: choices) {
        let event = events[evidence.event]
        let index = event.item == .none ? nil : model.snapshot.index(of: event.item)
        sources[evidence.feature, default: []].append(
          ProfileSource(
            event: event.kind.name, item: index.map(model.snapshot.id(of:)),
            title: index.flatMap(model.snapshot.title(of:)),
            query: event.detail?.query, time: event.time, weight: evidence.weight))
      }
    }
    report.tags = profile.tags.sorted { ($1.weight, $0.feature) < ($0.weight, $1.feature) }.map { tag in
      ProfileTag(
        tag: model.snapshot.featureName(of: tag.feature), weight: tag.weight, added: tag.added,
        from: (sources[tag.feature] ?? []).sorted { ($1.weight, $0.time) < ($0.weight, $1.time) })
    }
    return report
  }

  // MARK: Standing instructions

  /// What a person has blocked, and the tags they set.
  public func instructions(of subject: String) throws -> InstructionsReport {
    try note("tags.get", of: subject)
    try refreshCache()
    return InstructionsReport(subject, try person(subject).map(readInstructions) ?? Instructions())
  }

  /// Takes a tag out of a person's profile; it is not inferred again until restored.
  public func removeTag(_ tag: String, for subject: String) throws -> InstructionsReport {
    try instruct(subject, "tags.remove") {
      $0.choices.removed.insert(ExactText(tag))
      $0.choices.added.remove(ExactText(tag))
    }
  }

  /// Lets a removed tag be inferred again.
  public func restoreTag(_ tag: String, for subject: String) throws -> InstructionsReport {
    try instruct(subject, "tags.restore") { $0.choices.removed.remove(ExactText(tag)) }
  }

  /// Puts a tag into a person's profile at their own word.
  public func addTag(_ tag: String, for subject: String) throws -> InstructionsReport {
    try refreshPolicy()
    if policy.isSensitive(tag: tag) {
      throw Failure(
        .refused, "the policy keeps this field out of every profile", at: "tag", expected: "a tag of another field")
    }
    return try instruct(subject, "tags.add") {
      $0.choices.added.insert(ExactText(tag))
      $0.choices.removed.remove(ExactText(tag))
    }
  }

  /// Begins a person's tags anew: those removed and added are forgotten, and what was done before counts for none.
  ///
  /// Their history still ranks items by the company they keep; ``forget(_:of:)`` takes that away as well.
  public func resetTags(for subject: String) throws -> InstructionsReport {
    let now = try store.asOf() ?? wall()
    return try instruct(subject, "tags.reset") {
      $0.choices.removed = []
      $0.choices.added = []
      $0.choices.reset = now
    }
  }

  /// Something never to be shown to a person again, on any surface.
  public enum Block: Sendable {
    case item(String)
    /// An item and everything related to it.
    case similar(String)
    /// A tag; `category:…` and `seller:…` are tags.
    case tag(String)
  }

  /// Blocks from the next request on; durable when it returns.
  public func block(_ block: Block, for subject: String) throws -> InstructionsReport {
    try instruct(subject, "block") {
      switch block {
      case .item(let item): $0.items.insert(ExactText(item))
      case .similar(let item): $0.similar.insert(ExactText(item))
      case .tag(let tag): $0.tags.insert(ExactText(tag))
      }
    }
  }

  /// Takes a block back.
  public func unblock(_ block: Block, for subject: String) throws -> InstructionsReport {
    try instruct(subject, "unblock") {
      switch block {
      case .item(let item): $0.items.remove(ExactText(item))
      case .similar(let item): $0.similar.remove(ExactText(item))
      case .tag(let tag): $0.tags.remove(ExactText(tag))
      }
    }
  }

  private func instruct(
    _ subject: String, _ act: String, _ change: (inout Instructions) -> Void
  ) throws -> InstructionsReport {
    var instructions = Instructions()
    try refreshCache()
    try store.transaction {
      let person = try makePerson(subject)
      instructions = try readInstructions(person)
      let reset = instructions.choices.reset
      change(&instructions)
      // A segment that somebody is in by a tag they have removed is not theirs any more.
      let leading = try segmentName(of: person).map { ExactText($0) }
      if let leading, instructions.choices.removed.contains(leading) || instructions.choices.reset != reset {
        _ = try leaveSegments([person])
      }
      let sealed = try sealer.seal(
        instructions.encoded, key: store.requireKey(of: person), context: Engine.instructionsContext(person))
      try store.setInstructions(sealed, of: person)
      try note(act, person: person, subject: subject, changes: true)
      try store.advanceGeneration()
    }
    cache.removeAll()
    return InstructionsReport(subject, instructions)
  }
}

extension InstructionsReport {
  init(_ subject: String, _ instructions: Instructions) {
    self.init(
      subject: subject, items: instructions.items.sorted().map(\.text),
      similar: instructions.similar.sorted().map(\.text),
      tags: instructions.tags.sorted().map(\.text), removedTags: instructions.choices.removed.sorted().map(\.text),
      addedTags: instructions.choices.added.sorted().map(\.text), reset: instructions.choices.reset)
  }
}
