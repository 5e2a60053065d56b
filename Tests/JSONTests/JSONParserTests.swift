import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import JSON

@Suite("JSON from the wire")
struct JSONParserTests {
  private func parse(_ text: String) -> JSONValue? { try? JSONParser.parse(Array(text.utf8)[...]) }

  private func refusal(_ text: String) -> JSONParser.Refusal? {
    do { _ = try JSONParser.parse(Array(text.utf8)[...]) } catch { return error }
    return nil
  }

  private static func random(_ random: inout SplitMix64, depth: Int) -> JSONValue {
    switch random.below(depth == 0 ? 6 : 8) {
    case 0: return .null
    case 1: return .bool(random.chance(1, in: 2))
    case 2: return .integer(Int64(bitPattern: random.next()) >> Int64(random.below(64)))
    case 3: return .number(Double(random.below(1 << 30)) / 1024 + 0.5 / 1024)
    case 4, 5:
      let scalars: [Unicode.Scalar] = ["a", "\"", "\\", "\n", "\u{1}", "é", "\u{301}", "羊", "😀", "/", "\u{7F}"]
      var text = String.UnicodeScalarView()
      for _ in 0..<random.below(6) { text.append(scalars[random.below(scalars.count)]) }
      return .string(String(text))
    case 6: return .array((0..<random.below(4)).map { _ in JSONParserTests.random(&random, depth: depth - 1) })
    default:
      return .object(
        (0..<random.below(4)).map { JSONValue.Member("k\($0)", JSONParserTests.random(&random, depth: depth - 1)) })
    }
  }

  @Test("what is written is read back, and another parser reads the same")
  func roundTrip() {
    checkProperty(cases: 400, seed: 1) { random in
      let value = JSONParserTests.random(&random, depth: 4)
      guard try JSONParser.parse(value.bytes[...]) == value else { return false }
      let other = try JSONSerialization.jsonObject(with: Data(value.bytes), options: .fragmentsAllowed)
      let again = try JSONSerialization.data(withJSONObject: other, options: [.fragmentsAllowed, .sortedKeys])
      let sorted = try JSONSerialization.data(
        withJSONObject: JSONSerialization.jsonObject(
          with: Data(JSONParser.parse(Array(again)[...]).bytes), options: .fragmentsAllowed),
        options: [.fragmentsAllowed, .sortedKeys])
      return sorted == again
    }
  }

  @Test("texts, numbers and blanks as RFC 8259 has them")
  func values() {
    #expect(
      parse(" \t\r\n{\"a\" : [1,-0.5e1 ,\"\\u00e9\\ud83d\\ude00\\/\" ] } ")
        == .object([.init("a", .array([.integer(1), .number(-5), .string("é😀/")]))]))
    #expect(parse("9223372036854775807") == .integer(.max) && parse("9223372036854775808") == .number(0x1p63))
    #expect(parse("-0") == .integer(0) && parse("1E2") == .number(100))
  }

  @Test(
    "everything else is refused, with its place",
    arguments: [
      ("", 0), ("{", 1), ("[1,]", 3), ("{\"a\":1,}", 7), ("{a:1}", 1), ("[1 2]", 3), ("01", 1), ("1.", 2), ("1e", 2),
      ("+1", 0), (".5", 0), ("-", 0), ("nul", 0), ("tru", 0), ("'a'", 0), ("\"a", 2), ("\"\\x\"", 2),
      ("\"\\u12g4\"", 3),
      ("\"\\ud800\"", 7), ("\"\\ud800\\u0041\"", 13), ("\"\u{1}\"", 1), ("1 2", 2), ("{\"a\":1,\"a\":2}", 7),
      ("1e999", 0),
      ("NaN", 0), ("[", 1), ("\u{FEFF}1", 0), ("{\"a\" 1}", 5), ("//", 0),
    ])
  func malformed(text: String, place: Int) { #expect(refusal(text)?.place == place, "\(text)") }

  @Test("a key that stands there already is found among few and many, by its bytes", arguments: [2, 16, 17, 18, 90])
  func repeatedKeys(count: Int) {
    // Two spellings of one letter are two keys.
    let keys = (0..<count - 1).map { "k\($0)" } + ["\u{E9}", "e\u{301}"]
    func object(_ keys: [String]) -> String { "{" + keys.map { "\"\($0)\":0" }.joined(separator: ",") + "}" }
    #expect(parse(object(keys)) != nil)
    for place in keys.indices {
      #expect(refusal(object(keys + [keys[place]]))?.what.contains("already") == true, "\(place) of \(count)")
    }
  }

  @Test("nesting is bounded, and no depth of brackets harms")
  func nesting() {
    let limit = JSONParser.depthLimit
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(parse(nested(limit)) != nil && parse(nested(limit + 1)) == nil)
    #expect(refusal(String(repeating: "[{\"a\":", count: 500_000))?.what.contains("levels") == true)
  }

  @Test("no bytes crash it")
  func anything() {
    let text = Array(
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"a\":[true,null,-1.5e3,\"\\u00e9\"]}}".utf8)
    checkProperty(cases: 5000, seed: 9) { random in
      var bytes = text
      for _ in 0...random.below(5) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
      bytes.removeLast(random.below(2) * random.below(bytes.count))
      _ = try? JSONParser.parse(bytes[...])
      return true
    }
  }
}
