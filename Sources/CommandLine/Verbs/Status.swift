import Attune
import SystemIO

extension Verb {
  static let status = Verb(
    name: "status", summary: "shows what the store holds and how old its model is", synopsis: [""],
    run: { call in
      let report = try call.engine().status()
      try call.show(report.json) { report.lines($0, now: Clock.now()) }
      return .done
    })
}
