import Testing
import Vocabulary

@testable import Protocol

@Suite("Answers as a caller reads them")
struct ResponseTests {
  private func response(_ text: String) throws -> Response { try Response(line: Array(text.utf8)[...]) }

  @Test("a result keeps its bytes, whatever they are")
  func bytes() throws {
    for result in ["{\"b\" : [1.0,1e2], \"a\":\"\\u0041\" }", "null", "[ ]", "-0", "\"}\""] {
      let read = try response("{\"jsonrpc\":\"2.0\", \"result\" : \(result) ,\"id\":\"x\"}")
      let bytes = try read.outcome.get()
      #expect(read.id == "x" && bytes == Array(result.utf8))
    }
    let deep = String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
    #expect(try response("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\(deep)}").outcome.get().count == 126)
    #expect(throws: JSONParser.Refusal.self) { try response("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[\(deep)]}") }
  }

  @Test(
    "a failure comes back as it went out",
    arguments: ["usage", "notFound", "badInput", "badStore", "busy", "system", "refused"])
  func failures(name: String) throws {
    let failure = Failure(
      try #require(Failure.Code(rawValue: name)), "what “it” was", at: "place", expected: nil, remedy: "do\n")
    let line = Outgoing.answer(to: 1, .failure(CallError(failure)))
    guard case .failure(let error) = try Response(line: line[...]).outcome else {
      Issue.record("no failure")
      return
    }
    #expect(Failure(error) == failure)
  }
}

@Suite("JSON values in a program")
struct JSONValueTests {
  @Test("literals make values, and readers take them apart")
  func literals() {
    let id = 7
    let value: JSONValue = ["subject": "u\(id)", "n": 5, "share": 0.5, "on": true, "context": ["i7"], "gpc": .null]
    #expect(
      String(decoding: value.bytes, as: UTF8.self)
        == "{\"subject\":\"u7\",\"n\":5,\"share\":0.5,\"on\":true,\"context\":[\"i7\"],\"gpc\":null}")
    #expect(value["subject"]?.text == "u7" && value["n"]?.integer == 5 && value["n"]?.number == 5)
    #expect(value["share"]?.number == 0.5 && value["share"]?.integer == nil && value["on"]?.flag == true)
    #expect(value["context"]?.elements == ["i7"] && value["gpc"] == .null && value["none"] == nil)
    #expect(value.members.count == 6 && value.elements.isEmpty && value.text == nil && value["n"]?["n"] == nil)
  }

  @Test("a key that stands twice in a literal is a mistake of the program")
  func twice() async {
    await #expect(processExitsWith: .failure) { _ = ["a": 1, "a": 2] as JSONValue }
  }
}
