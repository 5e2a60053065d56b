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
