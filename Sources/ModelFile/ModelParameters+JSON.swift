import JSON
import Vocabulary

extension ModelParameters {
  /// Reads a model file: defaults, overlaid with what it says.
  ///
  /// - Throws: ``Failure`` that names the key, what was found and what is allowed; unknown keys are refused.
  package init(json: [UInt8]) throws {
    self.init()
    let value: JSONValue
    do { value = try JSONParser.parse(json[...]) } catch {
      throw Failure(
        .badInput, "the model file is not JSON: \(error.what)", at: "byte \(error.place)",
        expected: "an object of parameters")
    }
    guard case .object = value else {
      throw Failure(.badInput, "the model file is not a JSON object", expected: "an object of parameters")
    }
    try apply(value)
  }

  /// Changes one parameter by its path, such as `query.repeat`, to a JSON value.
  package mutating func set(_ path: String, _ value: String) throws {
    var overlay = (try? JSONParser.parse(Array(value.utf8)[...])) ?? .string(value)
    for part in path.split(separator: ".", omittingEmptySubsequences: false).reversed() {
      overlay = .object([JSONValue.Member(String(part), overlay)])
    }
    try apply(overlay)
  }

  private mutating func apply(_ object: JSONValue) throws {
    for (key, value) in Reading.sorted(object) {
      switch key {
      case "name":
        guard let text = value.text, !text.isEmpty, text.utf8.count <= 100 else {
          throw Reading.wrong(key, value, "a name of at most 100 bytes")
        }
        name = text
      case "events": try applyEvents(value)
      case "rates": rates = try Reading.rates(value)
      case "seen": seen = try Reading.seen(value)
      case "timeline", "rows", "query", "tags", "general", "diversity":
        guard case .object = value else { throw Reading.wrong(key, value, "an object") }
        for (name, entry) in Reading.sorted(value) {
          if key == "tags", name == "fields" {
            tags.fields = try Reading.fields(entry)
          } else {
            try applyNumber("\(key).\(name)", entry)
          }
        }
      default:
        throw Reading.unknown(
          key, ["name", "events", "rates", "timeline", "rows", "query", "tags", "general", "diversity", "seen"])
      }
    }
  }

  private mutating func applyNumber(_ path: String, _ value: JSONValue) throws {
    guard let key = ParameterKey.all.first(where: { $0.path == path }) else {
      let group = path.prefix { $0 != "." }
      throw Reading.unknown(path, ParameterKey.all.map(\.path).filter { $0.hasPrefix(group + ".") })
    }
    let number = try Reading.number(path, value, key.range)
    if !key.isFraction, number != number.rounded() {
      throw Reading.wrong(
        path, value, "a whole number from \(Int(key.range.lowerBound)) to \(Int(key.range.upperBound))")
    }
    self[keyPath: key.field] = key.isFraction ? Reading.fixed(number) : Int64(number)
  }

  private mutating func applyEvents(_ value: JSONValue) throws {
    guard case .object = value else { throw Reading.wrong("events", value, "an object of kinds") }
    for (name, rule) in Reading.sorted(value) {
      guard let kind = EventKind(name: name) else {
        throw Reading.unknown("events.\(name)", EventKind.allCases.map(\.name))
      }
      guard case .object = rule else {
        throw Reading.wrong("events.\(name)", rule, "an object with strength and halfLifeDays")
      }
      for (field, number) in Reading.sorted(rule) {
        let path = "events.\(name).\(field)"
        switch field {
        case "strength":
          events[Int(kind.rawValue)].strength = Reading.fixed(try Reading.number(path, number, -100...100))
        case "halfLifeDays":
          events[Int(kind.rawValue)].halfLifeDays = Reading.fixed(try Reading.number(path, number, 0...36_500))
        default: throw Reading.unknown(path, ["strength", "halfLifeDays"])
        }
      }
    }
  }

  /// The parameters as JSON, always the same bytes for the same parameters.
  package var canonicalJSON: [UInt8] {
    func decimal(_ fixed: Int64) -> String { Reading.decimal(fixed) }
    func text(_ string: String) -> String { String(decoding: JSONValue.string(string).bytes, as: UTF8.self) }
    var parts = ["\"name\":\(text(name))"]
    let kinds = EventKind.allCases.map { kind in
      let rule = events[Int(kind.rawValue)]
      return "\"\(kind.name)\":{\"strength\":\(decimal(rule.strength)),\"halfLifeDays\":\(decimal(rule.halfLifeDays))}"
    }
    parts.append("\"events\":{\(kinds.joined(separator: ","))}")
    let table = rates.map { "[\(Double($0.value) / 1000),\(decimal($0.strength))]" }
    parts.append("\"rates\":[\(table.joined(separator: ","))]")
    for group in ["timeline", "rows", "query", "tags", "general", "diversity"] {
      var entries = ParameterKey.all.filter { $0.path.hasPrefix(group + ".") }.map { key in
        let value = self[keyPath: key.field]
        return "\"\(key.path.dropFirst(group.count + 1))\":\(key.isFraction ? decimal(value) : "\(value)")"
      }
      if group == "tags" {
        let fields = tags.fields.sorted { $0.key < $1.key }.map { "\(text($0.key)):\(decimal($0.value))" }
        entries.append("\"fields\":{\(fields.joined(separator: ","))}")
      }
      parts.append("\"\(group)\":{\(entries.joined(separator: ","))}")
    }
    let rules = seen.map { rule in
      "{\"kinds\":[\(rule.kinds.map { "\"\($0.name)\"" }.joined(separator: ","))],\"days\":\(decimal(rule.days))}"
    }
    parts.append("\"seen\":[\(rules.joined(separator: ","))]")
    return Array("{\(parts.joined(separator: ","))}".utf8)
  }
}

/// Reading the values of a model file.
private enum Reading {
  /// The members of an object by name, so that of several mistakes the same one is always told.
  static func sorted(_ object: JSONValue) -> [(key: String, value: JSONValue)] {
    object.members.map { (key: $0.key, value: $0.value) }.sorted { $0.key < $1.key }
  }

  static func number(_ path: String, _ value: JSONValue, _ range: ClosedRange<Double>) throws -> Double {
    guard let number = value.number, range.contains(number) else {
      throw wrong(path, value, "a number from \(decimalText(range.lowerBound)) to \(decimalText(range.upperBound))")
    }
    return number
  }

  static func fixed(_ number: Double) -> Int64 { Int64((number * 65_536).rounded()) }

  /// The shortest decimal that reads back as the same fixed-point number.
  static func decimal(_ fixed: Int64) -> String {
    for digits in 0...6 {
      var power = 1.0
      for _ in 0..<digits { power *= 10 }
      let candidate = (Double(fixed) / 65_536 * power).rounded() / power
      if Reading.fixed(candidate) == fixed { return decimalText(candidate) }
    }
    return "\(Double(fixed) / 65_536)"
  }

  static func decimalText(_ number: Double) -> String {
    number == number.rounded() && number.magnitude < 1e15 ? "\(Int64(number))" : "\(number)"
  }

  static func rates(_ value: JSONValue) throws -> [ModelParameters.Rate] {
    guard case .array(let rows) = value else { throw wrong("rates", value, "a list of [value, strength]") }
    let rates = try rows.map { row in
      guard case .array(let pair) = row, pair.count == 2 else { throw wrong("rates", row, "[value, strength]") }
      return ModelParameters.Rate(
        value: Int32((try number("rates", pair[0], -1000...1000) * 1000).rounded()),
        strength: fixed(try number("rates", pair[1], -100...100)))
    }
    guard zip(rates, rates.dropFirst()).allSatisfy({ $0.value < $1.value }) else {
      throw wrong("rates", value, "values in ascending order")
    }
    return rates
  }

  static func seen(_ value: JSONValue) throws -> [ModelParameters.Seen] {
    guard case .array(let rules) = value else { throw wrong("seen", value, "a list of {kinds, days}") }
    return try rules.map { rule in
      guard case .object(let members) = rule else { throw wrong("seen", rule, "{kinds, days}") }
      if let other = members.first(where: { $0.key != "kinds" && $0.key != "days" }) {
        throw unknown("seen.\(other.key)", ["kinds", "days"])
      }
      guard case .array(let names)? = rule["kinds"] else { throw wrong("seen.kinds", rule, "a list of event kinds") }
      let kinds = try names.map { name in
        guard let word = name.text else { throw wrong("seen.kinds", name, "a list of event kinds") }
        guard let kind = EventKind(name: word) else {
          throw unknown("seen.kinds: \(word)", EventKind.allCases.map(\.name))
        }
        return kind
      }
      return ModelParameters.Seen(kinds: kinds, days: fixed(try number("seen.days", rule["days"] ?? 0, 0...36_500)))
    }
  }

  static func fields(_ value: JSONValue) throws -> [String: Int64] {
    guard case .object(let fields) = value else { throw wrong("tags.fields", value, "an object of weights") }
    var weights: [String: Int64] = ["*": FixedPoint.one16]
    for field in fields {
      weights[field.key] = fixed(try number("tags.fields.\(field.key)", field.value, 0...100))
    }
    return weights
  }

  static func wrong(_ path: String, _ value: JSONValue, _ expected: String) -> Failure {
    let found = value.text ?? String(decoding: value.bytes, as: UTF8.self)
    return Failure(.badInput, "'\(found.prefix(60))' is not allowed", at: path, expected: expected)
  }

  static func unknown(_ path: String, _ known: [String]) -> Failure {
    Failure(.badInput, "no parameter has this name", at: path, expected: "one of \(known.joined(separator: ", "))")
  }
}
