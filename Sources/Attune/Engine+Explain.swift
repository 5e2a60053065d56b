import Consent
import Crypto
import Decisions
import Intake
import ModelFile
import Profiles
import Ranking
import Store
import Vocabulary

extension Engine {
  /// Explains a recorded answer: from its record alone, and with counterfactual ranks while model and inputs live.
  ///
  /// - Parameters:
  ///   - decision: The id that came with the answer.
  ///   - item: Only this item of it.
  ///   - level: `summary` leaves out all but the greatest causes of an item and the counterfactuals.
  public func explain(
    _ decision: String, item: String? = nil, level: ExplanationLevel = .full
  ) throws -> Explanation {
    try refreshCache()
    let (record, person) = try self.record(of: decision)
    try self.note("explain", person: person)
    guard item == nil || record.places.contains(where: { $0.item == item }) else {
      throw Failure(
        .notFound, "the decision did not show this item", at: "item",
        expected: "one of its \(record.places.count) items", remedy: "Leave --item out to see them all")
    }
    let model = try? self.model()
    let wanted = record.places.filter { item == nil || $0.item == item }
    var note: String?
    var without: [ExactText: [Counterfactual]] = [:]
    if level == .full {
      do {
        without = try counterfactuals(wanted, record, person: person, model: model)
      } catch let gone as InputsGone {
        note = gone.why
      }
    }
    return Explanation(
      decision: decision, time: record.time, purpose: record.purpose,
      basis: Basis(rawValue: record.basis) ?? .general, reason: record.reason, segment: record.segment,
      policy: record.policy,
      model: "sha256:" + record.model.hex,
      items: wanted.map { place in
        let contributions = record.contributions(of: place, titles: model?.snapshot)
        return ExplainedItem(
          item: place.item,
          title: model.flatMap { $0.snapshot.index(ofID: place.item).flatMap($0.snapshot.title(of:)) },
          rank: place.rank, score: record.score(of: place),
          placedBy: (Placement(rawValue: place.placement) ?? .score).name,
          contributions: level == .summary ? Engine.summary(contributions) : contributions,
          without: without[ExactText(place.item)] ?? [])
      },
      notShown: zip(NotShown().all.map(\.cause), record.notShown).map { (cause: $0, count: $1) },
      controls: record.controls, counterfactualNote: note)
  }

  /// The record behind an id.
  func record(of decision: String) throws -> (DecisionRecord, PersonID?) {
    let unknown = Failure(
      .notFound, "no such decision", at: "decision", expected: "an id that came with an answer of this store",
      remedy: "Decisions of erased people and of other stores cannot be shown")
    switch DecisionID(decision, authenticator: decisionAuthenticator) {
    case .carried(let bytes):
      guard let record = DecisionRecord(encoded: bytes) else { throw unknown }
      return (record, nil)
    case .stored(let number):
      guard let row = try store.decision(number), let key = try store.key(of: row.person),
        try !isExpired(row)
      else { throw unknown }
      guard let plain = try? sealer.open(row.sealed, key: key, context: Engine.decisionContext(row.person)),
        let record = DecisionRecord(encoded: plain)
      else {
        throw Failure(
          .badStore, "the record of this decision is damaged", expected: "a record that its key opens",
          remedy: "Restore the store from a backup")
      }
      return (record, row.person)
    case nil:
      throw unknown
    }
  }

  /// The greatest causes, with the rest as one, so that the sum still holds.
  static func summary(_ contributions: [Contribution]) -> [Contribution] {
    if contributions.count <= 4 { return contributions }
    let rest = contributions.dropFirst(3).reduce(0) { $0 &+ $1.points }
    return contributions.prefix(3) + [Contribution(kind: "other", points: rest)]
  }

  // MARK: What would change the result

  /// How deep a counterfactual list is searched for an item.
  static let counterfactualDepth = 1000

  /// For each item, its rank without each of its three greatest causes, from real runs.
  private func counterfactuals(
    _ places: [DecisionRecord.Place], _ record: DecisionRecord, person: PersonID?, model: PublishedModel?
  ) throws -> [ExactText: [Counterfactual]] {
    let run = try rerun(record, person: person, model: model)
    // By place among the record's terms.
    var ranks: [Int: [ExactText: Int]] = [:]
    var all: [ExactText: [Counterfactual]] = [:]
    for place in places where place.placement == Placement.score.rawValue {
      for (part, points) in record.greatestParts(of: place, 3) where points > 0 {
        let term = record.terms[part.term]
        if !run.canRemove(term) { continue }
        if ranks[part.term] == nil { ranks[part.term] = run.ranks(without: term) }
        let isTag = term.kind.isTag
        all[ExactText(place.item), default: []].append(
          Counterfactual(
            kind: term.kind.name, item: isTag ? nil : term.name,
            title: isTag ? nil : run.model.snapshot.index(ofID: term.name).flatMap(run.model.snapshot.title(of:)),
            tag: isTag ? term.name : nil, rank: ranks[part.term]?[ExactText(place.item)]))
      }
    }
    return all
  }
}

extension DecisionRecord {
  /// Commands that change or switch off what this decision used; `SUBJECT` stands for the person's id.
  var controls: [String] {
    guard basis == Basis.personal.rawValue || segment != nil else {
      return reason == "opted-out" ? ["attune consent SUBJECT grant \(purpose.name)"] : []
    }
    var controls = ["attune consent SUBJECT withdraw \(purpose.name)"]
    var points: [Int: Int64] = [:]
    for place in places {
      for part in place.parts { points[part.term, default: 0] &+= self.points(of: part, in: place) }
    }
    let greatest = points.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { terms[$0.key] }
    controls += greatest.filter { $0.kind.isTag }.prefix(3).map { "attune tags SUBJECT remove '\($0.name)'" }
    if let first = places.first { controls.append("attune block SUBJECT --item '\(first.item)'") }
    return controls
  }
}

extension [UInt8] {
  var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in self { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}
