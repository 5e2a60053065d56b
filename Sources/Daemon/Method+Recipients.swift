import Attune
import Protocol
import Vocabulary

extension Method {
  static let recipients: [Method] = [
    Method(name: "outbox", audience: .officer) { engine, parameters in
      try parameters.finish()
      return Answer(json: try engine.outbox().json)
    },
    Method(name: "outbox.done", audience: .officer, lane: .job, sharesSearch: true) { engine, parameters in
      let numbers = try parameters.requiredNumbers("notice")
      try parameters.finish()
      return Answer(json: try engine.noticesDone(numbers).json)
    },
  ]
}
