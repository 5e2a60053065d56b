package import JSON
import Vocabulary

extension Policy {
  /// Reads a policy: the shipped one, overlaid with what the file says.
  ///
  /// - Throws: ``Failure`` with `badInput` that names the key; unknown keys are refused.
  package init(json: [UInt8]) throws {
    let document: JSONValue
    do { document = try JSONParser.parse(json[...]) } catch {
      throw Failure(
        .badInput, "the policy is not JSON: \(error.what)", at: "byte \(error.place)", expected: "an object")
    }
    guard case .object(let members) = document else {
      throw Failure(.badInput, "the policy is not a JSON object", expected: "an object with a version")
    }
    let known = [
      "version", "summary", "material", "defaults", "region", "supportFloor", "segmentFloor", "sensitiveFields",
      "retention", "ages", "sources", "fields", "refusalReasons",
    ]
    for member in members where !known.contains(member.key) {
      throw Failure(
        .badInput, "a policy has no such key", at: member.key, expected: known.sorted().joined(separator: ", "))
    }
    let reader = PolicyReader(document, "")
    let shipped = Policy.shipped
    let version = try reader.text("version")
    guard (1...100).contains(version.utf8.count) else { throw reader.wrong("version", "1 to 100 bytes") }
    let defaults = try reader.purposes("defaults") ?? shipped.defaults
    if defaults.contains(.transfer) { throw reader.wrong("defaults", "not transfer, to which people consent by name") }
    let retention = try reader.object("retention", keys: ["decisions", "ledger", "accessLog", "events"])
    let ages = try reader.object("ages", keys: ["region", "from"])
    self.init(
      version: version, defaults: defaults, region: try reader.region("region"),
      supportFloor: try reader.number("supportFloor", 2...1_000_000) ?? shipped.supportFloor,
      segmentFloor: try reader.number("segmentFloor", 2...1_000_000) ?? shipped.segmentFloor,
      sensitiveFields: try reader.texts("sensitiveFields").map { Set($0.map { $0.lowercased() }) }
        ?? shipped.sensitiveFields,
      retention: try retention.map { try Retention(reading: $0) } ?? shipped.retention,
      ages: try ages.map { try AgeRules(reading: $0) } ?? shipped.ages,
      sources: try reader.texts("sources").map { Set($0) },
      fields: try reader.words("fields", EventField.init(rawValue:)).map { Set($0) } ?? shipped.fields,
      refusalReasons: try reader.texts("refusalReasons") ?? shipped.refusalReasons,
      accessLogDays: try retention?.number("accessLog", 1...36_500) ?? shipped.accessLogDays,
      material: try reader.purposes("material") ?? [],
      summary: try reader.object("summary", keys: nil)?.texts() ?? [])
  }

  /// The whole policy, in the order in which it is documented.
  package var json: JSONValue {
    let kinds = EventKind.allCases.map { JSONValue.Member($0.name, retention[$0].json) }
    var members = [
      JSONValue.Member("version", .string(version)),
      JSONValue.Member("summary", .object(summary.map { JSONValue.Member($0.language, .string($0.text)) })),
      JSONValue.Member("material", .strings(material.purposes.map(\.name))),
      JSONValue.Member("defaults", .strings(defaults.purposes.map(\.name))),
    ]
    if let region { members.append(JSONValue.Member("region", .string(region))) }
    members += [
      JSONValue.Member("supportFloor", .integer(Int64(supportFloor))),
      JSONValue.Member("segmentFloor", .integer(Int64(segmentFloor))),
      JSONValue.Member("sensitiveFields", .strings(sensitiveFields.sorted())),
      JSONValue.Member(
        "retention",
        .object([
          JSONValue.Member("decisions", .integer(Int64(retention.decisions))),
          JSONValue.Member("ledger", .integer(Int64(retention.ledger))),
          JSONValue.Member("accessLog", .integer(Int64(accessLogDays))), JSONValue.Member("events", .object(kinds)),
        ])),
      JSONValue.Member(
        "ages",
        .object([
          JSONValue.Member("region", .string(ages.region)),
          JSONValue.Member(
            "from",
            .object(ages.ages.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .integer(Int64($0.value))) })),
        ])),
    ]
    if let sources { members.append(JSONValue.Member("sources", .strings(sources.sorted()))) }
    members.append(JSONValue.Member("fields", .strings(EventField.allCases.filter(fields.contains).map(\.rawValue))))
    members.append(JSONValue.Member("refusalReasons", .strings(refusalReasons)))
    return .object(members)
  }
}

extension JSONValue {
  fileprivate static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}

extension Retention {
  fileprivate init(reading reader: PolicyReader) throws {
    var retention = Retention.shipped
    retention.decisions = try reader.number("decisions", 1...36_500) ?? retention.decisions
    retention.ledger = try reader.number("ledger", 1...36_500) ?? retention.ledger
    if let events = try reader.object("events", keys: EventKind.allCases.map(\.name) + ["*"]) {
      for kind in EventKind.allCases {
        let keys = ["use", "hold"]
        guard let term = try events.object(kind.name, keys: keys) ?? events.object("*", keys: keys) else { continue }
        guard let use = try term.number("use", 1...36_500) else { throw term.wrong("use", "days, from 1") }
        let hold = try term.object("hold", keys: ["days", "basis"]).map { hold in
          guard let days = try hold.number("days", 1...36_500) else { throw hold.wrong("days", "days, from 1") }
          return Hold(days: days, basis: try hold.text("basis"))
        }
        retention[kind] = Term(use: use, hold: hold)
      }
    }
    self = retention
  }
}

extension Retention.Term {
  fileprivate var json: JSONValue {
    var members = [JSONValue.Member("use", .integer(Int64(use)))]
    if let hold {
      members.append(
        JSONValue.Member(
          "hold",
          .object([
            JSONValue.Member("days", .integer(Int64(hold.days))), JSONValue.Member("basis", .string(hold.basis)),
          ])))
    }
    return .object(members)
  }
}

extension AgeRules {
  fileprivate init(reading reader: PolicyReader) throws {
    var ages: [String: Int] = [:]
    for name in try reader.object("from", keys: nil)?.names ?? [] {
      ages[name] = try reader.object("from", keys: nil)?.number(name, 1...25)
    }
    self.init(ages: ages.isEmpty ? AgeRules.shipped.ages : ages, region: try reader.text("region"))
  }
}

/// Reads the members of one object of a policy.
private struct PolicyReader {
  private let value: JSONValue
  private let path: String

  init(_ value: JSONValue, _ path: String) {
    self.value = value
    self.path = path
  }

  var names: [String] { value.members.map(\.key) }

  func wrong(_ key: String, _ expected: String) -> Failure {
    Failure(.badInput, "the policy's value is not what it should be", at: path + key, expected: expected)
  }

  func text(_ key: String) throws -> String {
    guard let text = value[key]?.text, !text.isEmpty else { throw wrong(key, "a text") }
    return text
  }

  func region(_ key: String) throws -> String? {
    guard value[key] != nil else { return nil }
    let text = try text(key)
    guard Policy.isRegion(text) else { throw wrong(key, Policy.regionForm) }
    return text
  }

  func number(_ key: String, _ range: ClosedRange<Int>) throws -> Int? {
    guard let found = value[key] else { return nil }
    guard let number = found.integer, range.contains(Int(clamping: number)) else {
      throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return Int(number)
  }

  func texts(_ key: String) throws -> [String]? { try words(key) { $0 } }

  func words<Word>(_ key: String, _ read: (String) -> Word?) throws -> [Word]? {
    guard let found = value[key] else { return nil }
    guard case .array(let elements) = found else { throw wrong(key, "a list of words") }
    return try elements.map { element in
      guard let word = element.text.flatMap(read) else { throw wrong(key, "a list of the words that are known here") }
      return word
    }
  }

  func purposes(_ key: String) throws -> PurposeSet? {
    try words(key) { Purpose(name: $0) }?.reduce(into: PurposeSet()) { $0.formUnion(PurposeSet($1)) }
  }

  /// - Parameter keys: Those it may have; `nil` for any.
  func object(_ key: String, keys: [String]?) throws -> PolicyReader? {
    guard let found = value[key] else { return nil }
    guard case .object(let members) = found else { throw wrong(key, "an object") }
    let inner = PolicyReader(found, path + key + ".")
    if let keys, let other = members.first(where: { !keys.contains($0.key) }) {
      throw inner.wrong(other.key, keys.joined(separator: ", "))
    }
    return inner
  }

  /// Texts by language.
  func texts() throws -> [(language: String, text: String)] {
    try names.map { ($0, try text($0)) }
  }
}
