import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import ModelFile

@Suite("Model files")
struct ParametersTests {
  private func failure(_ json: String) -> Failure? {
    do { _ = try ModelParameters(json: Array(json.utf8)) } catch { return error as? Failure }
    return nil
  }

  @Test("every number takes its whole range and nothing outside it", arguments: ParameterKey.all.map(\.path))
  func ranges(path: String) throws {
    let key = try #require(ParameterKey.all.first { $0.path == path })
    var parameters = ModelParameters()
    for value in [key.range.lowerBound, key.range.upperBound] {
      try parameters.set(path, "\(value)")
      let kept = parameters[keyPath: key.field]
      #expect(key.isFraction ? kept == Int64(value * 65_536) : kept == Int64(value))
    }
    let before = parameters
    for value in ["\(key.range.lowerBound - 0.001)", "\(key.range.upperBound + 0.001)", "\"1\"", "null", "[]", "nan"] {
      let thrown = #expect(throws: Failure.self) { try parameters.set(path, value) }
      #expect(thrown?.place == path && thrown?.expected != nil)
    }
    if !key.isFraction { #expect(throws: Failure.self) { try parameters.set(path, "\(key.range.lowerBound + 0.5)") } }
    #expect(parameters == before)
  }

  @Test(
    "a key that does not exist is refused, and the message names those that do",
    arguments: [
      ("{\"quary\":{}}", "quary"), ("{\"query\":{\"repeats\":1}}", "query.repeats"),
      ("{\"events\":{\"veiw\":{}}}", "events.veiw"), ("{\"events\":{\"view\":{\"power\":1}}}", "events.view.power"),
      ("{\"seen\":[{\"kinds\":[],\"weeks\":1}]}", "seen.weeks"),
      ("{\"seen\":[{\"kinds\":[\"veiw\"]}]}", "seen.kinds: veiw"),
    ])
  func unknownKeys(json: String, place: String) {
    let thrown = failure(json)
    #expect(thrown?.code == .badInput && thrown?.place == place && thrown?.expected?.hasPrefix("one of ") == true)
  }

  @Test(
    "what is no model file is refused",
    arguments: [
      "", "[", "[]", "1", "{\"query\":1}", "{\"name\":\"\"}", "{\"events\":[]}", "{\"events\":{\"view\":1}}",
      "{\"rates\":[[1,2,3]]}", "{\"rates\":[[2,1],[1,1]]}", "{\"tags\":{\"fields\":1}}",
      "{\"tags\":{\"fields\":{\"a\":-1}}}", "{\"seen\":{}}", "{\"events\":{\"view\":{\"strength\":101}}}",
    ])
  func malformed(json: String) { #expect(failure(json)?.code == .badInput) }

  @Test("written and read again they are the same, and the same bytes")
  func roundTrip() {
    checkProperty(cases: 200, seed: 1) { random in
      var parameters = ModelParameters()
      for key in ParameterKey.all where random.chance(1, in: 2) {
        let width = key.range.upperBound - key.range.lowerBound
        let value = key.range.lowerBound + width * Double(random.below(100_001)) / 100_000
        try parameters.set(key.path, "\(key.isFraction ? value : value.rounded())")
      }
      try parameters.set("tags.fields.a b\\\"ü", "\(Double(random.below(1000)) / 10)")
      try parameters.set("events.view.halfLifeDays", "\(Double(random.below(10_000)) / 7)")
      try parameters.set("rates", "[[-1,-2.5],[0.5,1]]")
      try parameters.set("seen", "[{\"kinds\":[\"view\",\"hide\"],\"days\":0.25}]")
      let again = try ModelParameters(json: parameters.canonicalJSON)
      return again == parameters && again.canonicalJSON == parameters.canonicalJSON
    }
  }

  @Test("the reference in models/README.md has every number with its meaning")
  func reference() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent("models/README.md"), encoding: .utf8)
    let storefront = try Data(contentsOf: root.appendingPathComponent("models/storefront.json"))
    let parameters = try ModelParameters(json: Array(storefront))
    for key in ParameterKey.all {
      let line = text.split(separator: "\n").first { $0.hasPrefix("| `\(key.path)` ") }
      let row = try #require(line, "\(key.path) is missing")
      #expect(row.contains(key.meaning), "\(key.path)")
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let value = Double(parameters[keyPath: key.field]) / (key.isFraction ? 65_536 : 1)
      #expect(abs((Double(cells[2]) ?? .nan) - value) < 0.000_01, "\(key.path)")
    }
  }
}
