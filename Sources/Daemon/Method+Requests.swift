import Attune
import Protocol
import Rights
import Vocabulary

/// The register of requests, and appeals.
extension Method {
  static let requests: [Method] = [
    Method(name: "request.open", lane: .write) { engine, parameters in
      let subject = try parameters.requiredSubject()
      let kind: RequestKind = try parameters.requiredWord("kind", RequestKind.init(name:), RequestKind.ordinary)
      var input = RequestInput(kind, of: subject, regime: try parameters.regime())
      input.words = try parameters.text("words")
      input.by = try parameters.word("by", Requester.init(name:), Requester.allCases.map(\.name)) ?? .person
      input.name = try parameters.text("name")
      input.evidence = try parameters.text("evidence")
      input.received = try parameters.day("received")
      try parameters.finish()
      return Answer(json: try engine.openRequest(input).json)
    },
    Method(name: "request.list", audience: .concerned) { engine, parameters in
      let subject = try parameters.subject()
      let days = try parameters.integer("due", default: -1)
      let isOpen = try parameters.flag("open")
      try parameters.finish()
      return Answer(json: try engine.requests(of: subject, dueWithin: days < 0 ? nil : days, open: isOpen).json)
    },
    Method(name: "request.show", audience: .officer) { engine, parameters in
      let number = try parameters.number()
      try parameters.finish()
      return Answer(json: try engine.request(number).json)
    },
    Method(name: "request.change", audience: .officer, lane: .write) { engine, parameters in
      let number = try parameters.number()
      var change = RequestRecord.Change(
        to: try parameters.requiredWord("to", RequestState.init(name:), RequestState.allCases.dropFirst().map(\.name)))
      change.note = try parameters.text("note")
      change.reason = try parameters.text("reason")
      change.evidence = try parameters.text("evidence")
      try parameters.finish()
      return Answer(json: try engine.changeRequest(number, change).json)
    },
    Method(name: "request.holidays", audience: .officer, lane: .write) { engine, parameters in
      let calendar = try parameters.requiredText("calendar")
      let list = try parameters.text("list") ?? ""
      try parameters.finish()
      return Answer(json: try engine.setHolidays(list, calendar: calendar).json)
    },
    Method(name: "appeal", lane: .write) { engine, parameters in
      let decision = try parameters.requiredText("decision")
      let subject = try parameters.subject()
      let words = try parameters.requiredText("words")
      let regime = try parameters.regime()
      try parameters.finish()
      try own(decision, engine, parameters)
      return Answer(json: try engine.appeal(decision, words: words, subject: subject, regime: regime).json)
    },
    Method(name: "appeal.decide", audience: .officer, lane: .write) { engine, parameters in
      let number = try parameters.number()
      var decision = AppealDecision(
        try parameters.requiredWord("outcome", AppealOutcome.init(name:), AppealOutcome.allCases.map(\.name)),
        by: try parameters.requiredText("reviewer"))
      decision.words = try parameters.text("words")
      decision.blocks =
        try (parameters.texts("block-item") ?? []).map { .item($0) }
        + (parameters.texts("block-similar") ?? []).map { .similar($0) }
        + (parameters.texts("block-tag") ?? []).map { .tag($0) }
      decision.removedTags = try parameters.texts("remove-tag") ?? []
      decision.addedTags = try parameters.texts("add-tag") ?? []
      try parameters.finish()
      return Answer(json: try engine.decideAppeal(number, decision).json)
    },
  ]
}

extension RequestKind {
  /// All but appeals, which have a method of their own.
  static let ordinary = allCases.filter { $0 != .appeal }.map(\.name)
}

extension Parameters {
  fileprivate mutating func number() throws(CallError) -> Int {
    let number = try integer("request", default: 0)
    if number > 0 { return number }
    throw CallError(
      CallError.invalidParams, "the parameter 'request' is missing", at: "request",
      expected: "a number of the register")
  }

  mutating func regime() throws(CallError) -> Regime {
    try requiredWord("regime", Regime.init(rawValue:), Regime.allCases.map(\.rawValue))
  }

  fileprivate mutating func day(_ name: String) throws(CallError) -> Day? {
    try word(name, { Day($0) }, ["a day such as 2026-05-01"])
  }

  /// One of some words, or what such a word stands for; `nil` where the parameter is missing.
  mutating func word<Value>(
    _ name: String, _ read: (String) -> Value?, _ words: [String]
  ) throws(CallError) -> Value? {
    guard let text = try text(name) else { return nil }
    if let value = read(text) { return value }
    throw CallError(
      CallError.invalidParams, "the parameter '\(name)' is not what it should be", at: name,
      expected: words.joined(separator: ", "))
  }

  mutating func requiredWord<Value>(
    _ name: String, _ read: (String) -> Value?, _ words: [String]
  ) throws(CallError) -> Value {
    if let value = try word(name, read, words) { return value }
    throw CallError(
      CallError.invalidParams, "the parameter '\(name)' is missing", at: name, expected: words.joined(separator: ", "))
  }
}
