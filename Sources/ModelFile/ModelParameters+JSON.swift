import Foundation
import Vocabulary

extension ModelParameters {
  /// Reads a model file: defaults, overlaid with what it says.
  ///
  /// - Throws: ``Failure`` that names the key, what was found and what is allowed; unknown keys are refused.
  package init(json: [UInt8]) throws {
    self.init()
    let parsed: Any
    do {
      parsed = try JSONSerialization.jsonObject(with: Data(json))
    } catch {
      throw Failure(.badInput, "the model file is not JSON", expected: "an object of parameters")
    }
    guard let object = parsed as? [String: Any] else {
      throw Failure(.badInput, "the model file is not a JSON object", expected: "an object of parameters")
    }
    try apply(object)
  }

  /// Changes one parameter by its path, such as `query.repeat`, to a JSON value.
  package mutating func set(_ path: String, _ value: String) throws {
    let parsed = try? JSONSerialization.jsonObject(with: Data(value.utf8), options: .fragmentsAllowed)
    var object: Any = parsed ?? value
    for part in path.split(separator: ".", omittingEmptySubsequences: false).reversed() {
      object = [String(part): object]
    }
    guard let overlay = object as? [String: Any] else {
      throw Failure(.usage, "a parameter without a name was set", expected: "KEY=VALUE, such as query.repeat=0.5")
    }
    try apply(overlay)
  }

  private mutating func apply(_ object: [String: Any]) throws {
    for key in object.keys.sorted() {
      guard let value = object[key] else { continue }
      switch key {
      case "name":
        guard let text = value as? String, !text.isEmpty, text.utf8.count <= 100 else {
          throw Reading.wrong(key, value, "a name of at most 100 bytes")
        }
        name = text
      case "events": try applyEvents(value)
      case "rates": rates = try Reading.rates(value)
      case "seen": seen = try Reading.seen(value)
      case "timeline", "rows", "query", "tags", "general", "diversity":
        guard let group = value as? [String: Any] else { throw Reading.wrong(key, value, "an object") }
        for name in group.keys.sorted() {
          guard let entry = group[name] else { continue }
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

  private mutating func applyNumber(_ path: String, _ value: Any) throws {
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

  private mutating func applyEvents(_ value: Any) throws {
    guard let kinds = value as? [String: Any] else { throw Reading.wrong("events", value, "an object of kinds") }
    for name in kinds.keys.sorted() {
      guard let kind = EventKind(name: name) else {
        throw Reading.unknown("events.\(name)", EventKind.allCases.map(\.name))
      }
      guard let rule = kinds[name] as? [String: Any] else {
        throw Reading.wrong("events.\(name)", kinds[name] ?? "", "an object with strength and halfLifeDays")
      }
      for field in rule.keys.sorted() {
        let path = "events.\(name).\(field)"
        switch field {
        case "strength":
          events[Int(kind.rawValue)].strength = Reading.fixed(try Reading.number(path, rule[field] ?? "", -100...100))
        case "halfLifeDays":
          events[Int(kind.rawValue)].halfLifeDays = Reading.fixed(
            try Reading.number(path, rule[field] ?? "", 0...36_500))
        default: throw Reading.unknown(path, ["strength", "halfLifeDays"])
        }
      }
    }
  }

  /// The parameters as JSON, always the same bytes for the same parameters.
  package var canonicalJSON: [UInt8] {
    func decimal(_ fixed: Int64) -> String { Reading.decimal(fixed) }
    func text(_ string: String) -> String {
      let data =
        (try? JSONSerialization.data(withJSONObject: string, options: [.fragmentsAllowed, .withoutEscapingSlashes]))
      return String(decoding: data ?? Data(), as: UTF8.self)
    }
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
  static func number(_ path: String, _ value: Any, _ range: ClosedRange<Double>) throws -> Double {
    guard let number = value as? NSNumber, !(value is Bool) || "\(type(of: value))".contains("Number"),
      range.contains(number.doubleValue)
    else {
      throw wrong(path, value, "a number from \(decimalText(range.lowerBound)) to \(decimalText(range.upperBound))")
    }
    return number.doubleValue
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

  static func rates(_ value: Any) throws -> [ModelParameters.Rate] {
    guard let rows = value as? [[Any]] else { throw wrong("rates", value, "a list of [value, strength]") }
    let rates = try rows.map { row in
      guard row.count == 2 else { throw wrong("rates", row, "[value, strength]") }
      return ModelParameters.Rate(
        value: Int32((try number("rates", row[0], -1000...1000) * 1000).rounded()),
        strength: fixed(try number("rates", row[1], -100...100)))
    }
    guard zip(rates, rates.dropFirst()).allSatisfy({ $0.value < $1.value }) else {
      throw wrong("rates", value, "values in ascending order")
    }
    return rates
  }

  static func seen(_ value: Any) throws -> [ModelParameters.Seen] {
    guard let rules = value as? [[String: Any]] else { throw wrong("seen", value, "a list of {kinds, days}") }
    return try rules.map { rule in
      if let other = rule.keys.first(where: { $0 != "kinds" && $0 != "days" }) {
        throw unknown("seen.\(other)", ["kinds", "days"])
      }
      guard let names = rule["kinds"] as? [String] else { throw wrong("seen.kinds", rule, "a list of event kinds") }
      let kinds = try names.map { name in
        guard let kind = EventKind(name: name) else {
          throw unknown("seen.kinds: \(name)", EventKind.allCases.map(\.name))
        }
        return kind
      }
      return ModelParameters.Seen(kinds: kinds, days: fixed(try number("seen.days", rule["days"] ?? 0, 0...36_500)))
    }
  }

  static func fields(_ value: Any) throws -> [String: Int64] {
    guard let fields = value as? [String: Any] else { throw wrong("tags.fields", value, "an object of weights") }
    var weights: [String: Int64] = ["*": FixedPoint.one16]
    for (name, weight) in fields { weights[name] = fixed(try number("tags.fields.\(name)", weight, 0...100)) }
    return weights
  }

  static func wrong(_ path: String, _ value: Any, _ expected: String) -> Failure {
    Failure(.badInput, "'\(String(describing: value).prefix(60))' is not allowed", at: path, expected: expected)
  }

  static func unknown(_ path: String, _ known: [String]) -> Failure {
    Failure(.badInput, "no parameter has this name", at: path, expected: "one of \(known.joined(separator: ", "))")
  }
}
