import TestSupport
import Testing
import Vocabulary

@testable import Intake

@Suite("JSON lines")
struct JSONLineTests {
  @Test(
    "JSON that ends early or is none",
    arguments: [
      ("{\"subject\":\"SECRET", 19, "the end of the line", "a closing quote"),
      ("{\"subject\":\"SECRET\\", 20, "the end of the line", "one of"),
      ("{\"subject\":\"SECRET\"", 20, "the end of the line", "a comma or the object's end"),
      ("{\"SECRET\":", 11, "the end of the line", "a value"), ("{\"SECRET\" 1}", 11, "something else", "a colon"),
      ("{\"a\":1,SECRET}", 8, "something else", "a string"), ("[\"SECRET\"]", 1, "something else", "an object"),
      ("SECRET", 1, "something else", "an object"), ("{\"a\":SECRET}", 6, "something that is no JSON value", "a value"),
      ("{\"a\":[\"SECRET\",]}", 16, "something that is no JSON value", "a value"),
      ("{\"a\":[\"SECRET\"}", 15, "something else", "a comma or the list's end"),
      ("{\"a\":{\"SECRET\"}}", 15, "something else", "a colon"),
      ("{\"a\":1} SECRET", 9, "text after the object", "the end"),
      ("{\"a\":\"SECRET\u{1}\"}", 13, "a control character in a string", "an escape"),
      ("{\"a\":\"SECRET\\x\"}", 14, "an escape that JSON does not have", "one of"),
      ("{\"a\":\"SECRET\\u00g0\"}", 17, "a character that is no hexadecimal digit", "four digits"),
      ("{\"a\":\"SECRET\\ud800\"}", 19, "half of a surrogate pair", "its other half"),
      ("{\"a\":\"SECRET\\ud800\\u0041\"}", 25, "half of a surrogate pair", "its other half"),
      ("{\"a\":\"SECRET\\udc00\"}", 19, "half of a surrogate pair", "a character"),
      ("{\"a\":\"SECRET\",\"b\":" + String(repeating: "[", count: 40), 52, "values nested too deep", "at most 32"),
      ("{\"a\":\"SECRET\",\"b\":1e}", 19, "something that is no JSON value", "a value"),
      ("{\"subject\":{\"a\":\"SECRET\"},\"item\":\"hat\",\"kind\":\"view\"}", 1, "no person", "a person's id"),
      ("{\"subject\":null,\"item\":\"SECRET\",\"kind\":\"view\"}", 1, "no person", "a person's id"),
      ("{\"subject\":\"SECRET\",\"item\":\"hat\",\"kind\":\"view\",\"time\":\"\\u0000\"}", 1, "a time that", "Unix"),
    ])
  func json(bad: String, column: Int, found: String, expected: String) throws {
    let good = "{\"subject\":\"ann\",\"item\":\"hat\",\"kind\":\"view\"}\n"
    let reading = try readLog(good + bad + "\n" + good, LogOptions(.events))
    #expect(reading.pairs == ["ann hat", "ann hat"] && reading.tally == [3, 1, 0])
    #expect(reading.rejects.hasPrefix("{\"file\":\"log\",\"line\":2,\"column\":\(column),\"found\":\"\(found)"))
    #expect(reading.rejects.contains("\"expected\":\"\(expected)") && !reading.rejects.contains("SECRET"))
  }

  @Test("of two members with one name the later counts")
  func repeatedMembers() throws {
    let text = "{\"subject\":\"bob\",\"item\":\"hat\",\"kind\":\"view\",\"subject\":\"ann\"}"
    let reading = try readLog(text, LogOptions(.events))
    #expect(reading.pairs == ["ann hat"] && reading.tally == [1, 0, 0])
  }

  @Test("a JSON list is no id")
  func listsForIDs() throws {
    let text = "{\"subject\":\"ann\",\"item\":[\"hat\"],\"kind\":\"view\"}\n"
    let reading = try readLog(text, LogOptions(.events))
    #expect(reading.pairs != ["ann hat\u{1F}"])
  }

  @Test("no line of JSON crashes the scanner, whatever is changed in it")
  func damagedJSON() {
    let text = "{\"subject\":\"a\\u00e9\\ud83d\\ude00\",\"tags\":[1,\"x\",[null,true]],\"o\":{\"k\":-1.5e3}}"
    let line = Array(text.utf8)
    checkProperty(cases: 3000, seed: 600) { random in
      var bytes = line
      for _ in 0...random.below(3) { bytes[random.below(bytes.count)] = UInt8(32 + random.below(96)) }
      bytes.removeLast(random.below(2) * random.below(bytes.count))
      var row = Row(slots: 2)
      let scanner = JSONLineScanner(wanted: ["subject", "tags"])
      do { try unsafe bytes.withUnsafeBufferPointer { try unsafe scanner.scan($0, into: &row) } } catch {
        guard let malformed = error as? Malformed else { return false }
        return malformed.column >= 1 && malformed.column <= bytes.count + 2
      }
      return true
    }
  }
}
