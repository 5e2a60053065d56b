import Protocol
import TestSupport
import Testing

@testable import Daemon

/// What a person's own token may do with the register.
struct RequestTests {
  @Test("R8: a person opens and sees their own requests and appeals, and nobody else's")
  func ownRequests() throws {
    let serving = try Serving()
    let officer = try Client(serving.socket)
    _ = try officer.call(
      "request.open", [("subject", "u2"), ("kind", "access"), ("regime", "eu"), ("words", "whose?")])
    let theirs = try officer.call("recommend", [("subject", "u2")])["result"]?["decision"]?.text ?? ""
    let mine = try officer.call("recommend", [("subject", "u1")])["result"]?["decision"]?.text ?? ""
    let token = try officer.call("token", [("subject", "u1")])["result"]?["token"]?.text ?? ""
    let client = try Client(serving.socket)
    #expect(try client.call("authenticate", [("token", .string(token))]).code == nil)
    #expect(try client.call("request.list")["result"]?["requests"]?.elements.count == 0)
    #expect(try client.call("request.list", [("subject", "u2")]).code == -32_006)
    #expect(try client.call("request.open", [("kind", "access"), ("regime", "us")]).code == nil)
    #expect(
      try client.call("request.open", [("subject", "u2"), ("kind", "access"), ("regime", "us")]).code == -32_006)
    #expect(
      try client.call("appeal", [("decision", .string(theirs)), ("words", "w"), ("regime", "eu")]).code == -32_001)
    #expect(try client.call("appeal", [("decision", .string(mine)), ("words", "w"), ("regime", "eu")]).code == nil)
    let listed = try client.call("request.list")["result"]?["requests"]?.elements ?? []
    #expect(listed.compactMap { $0["request"]?.integer } == [2, 3])
    #expect(listed.allSatisfy { $0["subject"]?.text == "u1" })
    // The office sees all of it, and that the person looked.
    #expect(try officer.call("request.list")["result"]?["requests"]?.elements.count == 3)
    let incident = try officer.call("incident", [("since", 1), ("role", "subject")])["result"]
    #expect(incident?["people"]?.elements.compactMap { $0["subject"]?.text } == ["u1"])
    try serving.end()
  }
}
