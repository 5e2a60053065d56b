import Consent
import Crypto
import Decisions
import Intake
import ModelFile
import Profiles
import Ranking
import Vocabulary

/// Why a decision cannot be run again.
struct InputsGone: Error { var why: String }

extension Engine {
  /// A decision's inputs, found to give its very list again.
  ///
  /// - Parameter model: The published one; `nil` where there is none.
  /// - Throws: ``InputsGone`` where model, catalogue, events or instructions are no longer those of the decision.
  func rerun(_ record: DecisionRecord, person: PersonID?, model: PublishedModel?) throws -> Rerun {
    guard let model, model.snapshot.learnedDigest.bytes == record.model,
      model.snapshot.catalogDigest.bytes == record.catalogue
    else { throw InputsGone(why: "the model or catalogue of this decision has been replaced") }
    let run = try Rerun(engine: self, record: record, person: person, model: model)
    guard run.places(count: record.count, offset: record.offset) == record.places.map({ Rerun.Shown($0, record) })
    else {
      throw InputsGone(why: Rerun.change(since: record, isOfSomebody: person != nil))
    }
    return run
  }
}

/// A decision's inputs, to be ranked again with something thought away.
struct Rerun {
  /// What two runs must agree on.
  struct Shown: Equatable {
    var item: String
    var score: Int64

    init(item: String, score: Int64) {
      self.item = item
      self.score = score
    }

    init(_ place: DecisionRecord.Place, _ record: DecisionRecord) {
      self.init(item: place.item, score: record.score(of: place))
    }
  }

  /// What may have changed since a decision whose list does not come again, model and catalogue apart.
  static func change(since record: DecisionRecord, isOfSomebody: Bool) -> String {
    let learned = record.search == nil ? "" : "what is learned from searches has changed since, or "
    if !isOfSomebody {
      return learned + "the list heeded what somebody had blocked, which the id of the decision does not carry"
    }
    let read = record.segment == nil ? "the person's events or" : "the segment or the person's"
    return "\(learned)\(read) instructions have changed since"
  }

  let model: PublishedModel
  let request: RankingRequest
  let events: [AdmittedEvent]
  /// What was read in place of events.
  let segment: Segment?
  let instructions: Instructions
  let asOf: Timestamp

  init(engine: Engine, record: DecisionRecord, person: PersonID?, model: PublishedModel) throws {
    self.model = model
    var request = RankingRequest(record, snapshot: model.snapshot)
    if let query = request.search?.query {
      request.search?.searched = try engine.itemsSearched(by: query, model: model)
    }
    self.request = request
    asOf = record.asOf
    guard let person else {
      events = []
      segment = nil
      instructions = Instructions()
      return
    }
    instructions = try engine.readInstructions(person)
    if record.purpose == .advertising {
      events = []
      guard let permit = try engine.ledger.segmentPermit(for: person) else {
        throw InputsGone(why: "the person has switched advertising off, so their segment is not read")
      }
      guard let segment = try engine.segment(permit) else {
        throw InputsGone(why: "the person is in no segment any more")
      }
      self.segment = segment
      return
    }
    segment = nil
    guard let permit = try engine.ledger.permit(for: person, purpose: record.purpose) else {
      throw InputsGone(why: "the person has switched \(record.purpose.name) off, so their events are not read")
    }
    events = try engine.readEvents(permit, upTo: record.watermark)
  }

  func places(count: Int, offset: Int) -> [Shown] {
    list(events, request, instructions, count: count, offset: offset).places.map {
      Shown(item: model.snapshot.id(of: $0.item), score: $0.score)
    }
  }

  /// Whether a cause can be thought away: not the tag that makes the segment, without which there is none.
  func canRemove(_ term: DecisionRecord.Term) -> Bool {
    term.kind == .history || term.kind == .context || term.kind.isTag && term.name != segment?.name
  }

  /// Ranks by item without one cause: all events of an item, a context item, or a tag.
  func ranks(without term: DecisionRecord.Term) -> [ExactText: Int] {
    var events = self.events
    var request = self.request
    var instructions = self.instructions
    switch term.kind {
    case .history:
      let number = model.snapshot.index(ofID: term.name).map(model.snapshot.number(of:))
      events.removeAll { $0.item == number }
    case .context:
      let index = model.snapshot.index(ofID: term.name)
      request.context.removeAll { $0 == index }
    default:
      instructions.choices.removed.insert(ExactText(term.name))
      instructions.choices.added.remove(ExactText(term.name))
    }
    let list = self.list(events, request, instructions, count: Engine.counterfactualDepth, offset: 0)
    var ranks: [ExactText: Int] = [:]
    for place in list.places { ranks[ExactText(model.snapshot.id(of: place.item))] = place.rank }
    return ranks
  }

  private func list(
    _ events: [AdmittedEvent], _ request: RankingRequest, _ instructions: Instructions, count: Int, offset: Int
  ) -> RankedList {
    var request = request
    request.count = count
    request.offset = offset
    let builder = ProfileBuilder(rules: model.profileRules, features: model.features, asOf: asOf)
    let profile =
      segment.map { Profile($0, model: model, removed: instructions.choices.removed) }
      ?? builder.profile(of: events, choices: instructions.choices)
    return model.ranker.rank(request, profile: profile, instructions: instructions)
  }
}

extension RankingRequest {
  init(_ record: DecisionRecord, snapshot: Snapshot) {
    self.init()
    count = record.count
    offset = record.offset
    context = record.context.compactMap(snapshot.index(ofID:))
    within = record.within
    exclude = record.exclude.compactMap(snapshot.index(ofID:))
    among = record.among.map { $0.compactMap(snapshot.index(ofID:)) }
    search = record.search?.ranking
  }
}
