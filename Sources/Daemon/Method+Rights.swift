import Attune
import Protocol
import Rights
import Vocabulary

/// What a person may know, correct and end.
extension Method {
  static let rights: [Method] = [
    Method(name: "access", audience: .concerned) { engine, parameters in
      let subject = try parameters.requiredSubject()
      try parameters.finish()
      return Answer(json: try engine.access(of: subject).json)
    },
    Method(name: "correct", audience: .concerned, lane: .job) { engine, parameters in
      let subject = try parameters.requiredSubject()
      let event = try parameters.requiredText("event")
      var correction = EventCorrection()
      correction.item = try parameters.text("item")
      correction.kind = try parameters.word("kind", { EventKind(name: $0) }, EventKind.allCases.map(\.name))
      correction.time = try parameters.time("time")
      correction.value = try parameters.fraction("value")
      correction.query = try parameters.text("query")
      try parameters.finish()
      return Answer(json: try engine.correct(event, with: correction, of: subject).json)
    },
    Method(name: "audit", audience: .officer, lane: .job) { engine, parameters in
      let sample = try parameters.integer("sample", default: 1000)
      try parameters.finish()
      return Answer(json: try engine.audit(sample: sample < 1 ? nil : sample).json)
    },
    Method(name: "decommission", audience: .officer, lane: .job) { engine, parameters in
      let name = try parameters.requiredText("confirm")
      try parameters.finish()
      return Answer(json: try engine.decommission(confirm: name).json)
    },
    Method(name: "close", audience: .concerned, lane: .job) { engine, parameters in
      let subject = try parameters.requiredSubject()
      let regime = try parameters.regime()
      try parameters.finish()
      return Answer(json: try engine.close(subject, regime: regime).json)
    },
  ]
}
