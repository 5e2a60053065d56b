import Attune
import Protocol
import Vocabulary

extension Method {
  static let accesses: [Method] = [
    Method(name: "incident", audience: .officer, lane: .job) { engine, parameters in
      guard let since = try parameters.time("since") else {
        throw CallError(
          CallError.invalidParams, "the parameter 'since' is missing", at: "since",
          expected: "milliseconds since 1970")
      }
      let until = try parameters.time("until")
      let role = try parameters.text("role")
      let candidates = try parameters.texts("among") ?? []
      try parameters.finish()
      return Answer(
        json: try engine.incident(since: since, until: until, role: role, candidates: candidates).json)
    }
  ]
}
