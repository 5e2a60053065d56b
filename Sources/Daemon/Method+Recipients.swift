import Attune
import Protocol
import Vocabulary

extension Method {
  static let recipients: [Method] = [
    Method(name: "outbox", audience: .officer) { engine, parameters in
      try parameters.finish()
      return Answer(json: try engine.outbox().json)
    },
    Method(name: "outbox.done", audience: .officer, lane: .write) { engine, parameters in
      let number = try parameters.integer("notice", default: 0)
      try parameters.finish()
      return Answer(json: try engine.noticeDone(number).json)
    },
  ]
}
