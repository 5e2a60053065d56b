import Attune
import Protocol
import Vocabulary

extension Method {
  static let segments: [Method] = [
    Method(name: "segments", audience: .serve) { engine, parameters in
      try parameters.finish()
      return Answer(json: try engine.segments().json)
    },
    Method(name: "campaign", audience: .officer, lane: .job) { engine, parameters in
      let name = try parameters.requiredText("campaign")
      try parameters.finish()
      return Answer(json: try engine.campaign(name).json)
    },
  ]
}
