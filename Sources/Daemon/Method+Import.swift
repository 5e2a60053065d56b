import Attune
import Protocol
import SystemIO
import Vocabulary

extension Method {
  /// Files of this machine, as the daemon's own user sees them.
  static let importing = Method(name: "import", audience: .officer, lane: .exclusiveJob) { engine, parameters in
    if let path = try parameters.text("export") {
      try parameters.finish()
      guard path.hasPrefix("/") else {
        throw CallError(
          CallError.invalidParams, "the path of the export is not absolute", at: "export",
          expected: "an absolute path")
      }
      return Answer(json: try engine.importPerson(Files.read(path)).json)
    }
    let items = try parameters.text("items")
    let events = try parameters.text("events")
    guard let path = items ?? events, items == nil || events == nil, path.hasPrefix("/") else {
      throw CallError(
        CallError.invalidParams, "no file is named, or two are, or one by a path that is not absolute", at: "import",
        expected: "items or events with an absolute path")
    }
    let input = try importInput(path, &parameters)
    let clock = try parameters.clock("as-of")
    try parameters.finish()
    if let clock { try engine.setClock(clock.time) }
    return Answer(json: try (items != nil ? engine.importItems(input) : engine.importEvents(input)).json)
  }

  private static func importInput(_ path: String, _ parameters: inout Parameters) throws -> ImportInput {
    var input = ImportInput(path: path)
    input.name = try parameters.text("name")
    input.format = try parameters.text("format") ?? input.format
    input.map = try parameters.text("map")
    input.columns = try parameters.text("columns")
    input.kinds = try parameters.text("kinds")
    input.separator = try parameters.text("separator") ?? input.separator
    input.delimiter = try parameters.text("delimiter")
    input.skipLines = max(0, try parameters.integer("skip-lines", default: 0))
    input.itemPattern = try parameters.text("item-pattern")
    input.searchPattern = try parameters.text("search-pattern")
    input.source = try parameters.text("source")
    input.rejects = try parameters.text("rejects")
    input.keepLines = try parameters.flag("keep-lines")
    input.strict = try parameters.flag("strict")
    input.again = try parameters.flag("again")
    let consent = try parameters.text("consent") ?? "ledger"
    input.grantAll = consent != "ledger"
    if consent.hasPrefix("granted=") {
      input.grantedPurposes = try consent.dropFirst(8).split(separator: ",").map { word in
        guard let purpose = Purpose(name: word) else { throw wrongConsent }
        return purpose
      }
      if input.grantedPurposes.isEmpty { throw wrongConsent }
    } else if consent != "ledger", consent != "granted" {
      throw wrongConsent
    }
    return input
  }

  private static var wrongConsent: CallError {
    CallError(
      CallError.invalidParams, "the parameter 'consent' is not what it should be", at: "consent",
      expected: "ledger, granted, or granted=PURPOSE,…")
  }
}
