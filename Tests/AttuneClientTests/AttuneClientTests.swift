import Attune
import AttuneClient
import ServingSupport
import SystemIO
import TestSupport
import Testing

@Suite("The client library")
struct AttuneClientTests {
  /// A store of 30 people and 20 items, trained, in a folder.
  private static func fill(_ folder: String) throws -> String {
    let engine = try Engine.open(folder + "/s.attune", create: true)
    let items = (0..<20).map {
      "{\"item\":\"i\($0)\",\"title\":\"thing “\($0)”\",\"tags\":[\"a:\($0 % 3)\"]}\n"
    }.joined()
    try Files.writeAtomically(folder + "/items.ndjson", Array(items.utf8))
    _ = try engine.importItems(ImportInput(path: folder + "/items.ndjson"))
    let events = (0..<300).map {
      "{\"subject\":\"u\($0 % 30)\",\"item\":\"i\(($0 % 30 + $0 * 7 % 5) % 20)\",\"kind\":\"view\","
        + "\"time\":\(1_750_000_000 + $0)}\n"
    }.joined()
    try Files.writeAtomically(folder + "/events.ndjson", Array(events.utf8))
    var log = ImportInput(path: folder + "/events.ndjson")
    log.grantAll = true
    _ = try engine.importEvents(log)
    _ = try engine.train()
    return folder + "/s.attune"
  }

  private func withDaemon(_ body: (_ store: String, RunningDaemon) throws -> Void) throws {
    try withTemporaryDirectory { folder in
      let store = try AttuneClientTests.fill(folder)
      let daemon = try RunningDaemon(store: store)
      defer { try? daemon.end() }
      try body(store, daemon)
    }
  }

  private func failure<Value>(_ body: () throws -> Value) throws -> Failure {
    do { _ = try body() } catch { return try #require(error as? Failure) }
    throw Failure(.system, "nothing was thrown")
  }

  @Test("results come as values and as the engine's exact bytes")
  func results() throws {
    try withDaemon { store, _ in
      let client = try AttuneClient(store: store)
      let answer = try client.call("recommend", ["subject": "u1", "n": 3, "exclude": ["i4", "i5"]])
      #expect(answer["subject"] == "u1" && answer["items"]?.elements.count == 3)
      #expect(answer["items"]?.elements.first?["rank"]?.integer == 1)
      let profile = try Engine.open(store).profile(of: "u1")
      #expect(try client.resultBytes(of: "profile", ["subject": "u1"]) == profile.json)
      #expect(try client.call("health") == ["ok": true])
      let grant = try client.call("consent.grant", ["subject": "new", "purposes": ["recommendation"]])
      #expect(grant["purposes"]?.elements.first?["allowed"]?.flag == true)
      let recorded = try client.call("record", ["events": ["subject": "new", "item": "i1", "kind": "view"]])
      #expect(recorded["admitted"]?.integer == 1)
      #expect(try client.call("recommend", ["subject": "new"])["basis"]?.text == "personal")
    }
  }

  @Test("what the daemon refuses is the failure that the engine would throw")
  func failures() throws {
    try withDaemon { store, _ in
      let client = try AttuneClient(store: store)
      let engine = try Engine.open(store)
      #expect(
        try failure { try client.call("similar", ["item": "none"]) } == failure { try engine.similar(to: "none") })
      #expect(
        try failure { try client.call("explain", ["decision": "d-1"]) } == failure { try engine.explain("d-1") })
      #expect(try failure { try client.call("recommend", ["n": 0]) }.code == .usage)
      let unknown = try failure { try client.call("frobnicate") }
      #expect(unknown.code == .system && unknown.what == "no method has this name" && unknown.place == "method")
      #expect(try client.call("health")["ok"]?.flag == true)
    }
  }

  @Test("many calls at once are answered each at its place", .timeLimit(.minutes(10)))
  func pipelining() throws {
    try withDaemon { store, _ in
      let client = try AttuneClient(store: store)
      #expect(try client.call([]).isEmpty)
      // Calls and answers are both more than the daemon would keep for a caller that only writes.
      let padding = JSONValue.string(String(repeating: "x", count: 4000))
      let calls: [AttuneClient.Call] = (0..<2000).map {
        $0 % 7 == 3
          ? ("similar", ["item": "none \($0)"])
          : ("recommend", ["context": ["i\($0 % 20)"], "n": 20, "exclude": [padding]])
      }
      let one = try (0..<20).map { try client.call("recommend", ["context": ["i\($0)"], "n": 20])["items"] }
      let outcomes = try client.call(calls)
      #expect(outcomes.count == calls.count)
      for (index, outcome) in outcomes.enumerated() {
        switch outcome {
        case .success(let value): #expect(value["items"] == one[index % 20] && index % 7 != 3)
        case .failure(let failure): #expect(failure.code == .notFound && index % 7 == 3)
        }
      }
    }
  }

  @Test("a call that is too long for the daemon is refused in its words, and ends the connection")
  func overlong() throws {
    try withDaemon { store, _ in
      let client = try AttuneClient(store: store)
      let long = String(repeating: "x", count: 3 << 20)
      let refused = try failure { try client.call("similar", ["item": .string(long)]) }
      #expect(refused.what == "a line that is too long" && refused.expected == "at most 1048576 bytes", "\(refused)")
      #expect(try failure { try client.call("health") }.code == .system)
    }
  }

  @Test("where nobody serves, nothing is connected")
  func nobody() throws {
    try withTemporaryDirectory { folder in
      let none = try failure { try AttuneClient(store: folder) }
      #expect(none.code == .notFound && none.place == folder + "/attuned.sock" && none.remedy != nil)
      try Files.writeAtomically(folder + "/file", [1])
      #expect(try failure { try AttuneClient(socket: folder + "/file") }.code == .notFound)
      #expect(try failure { try AttuneClient(store: folder + "/file") }.code == .badInput)
    }
  }

  @Test("a daemon that has stopped was not asked")
  func stopped() throws {
    try withDaemon { store, daemon in
      let client = try AttuneClient(store: store)
      #expect(try client.call("health")["ok"]?.flag == true)
      try daemon.end()
      let failure = try failure { try client.call("health") }
      #expect(failure.code == .system && failure.place == daemon.socket)
      #expect(failure.remedy?.contains("was not sent") == true, "\(failure)")
    }
  }

  @Test("where the daemon dies in the middle of a call, nobody knows whether it was carried out")
  func diesInTheMiddle() throws {
    try withTemporaryDirectory { folder in
      let daemon = try ScriptedDaemon(socket: folder + "/s.sock") { line in
        let text = String(decoding: line, as: UTF8.self)
        if text.contains("\"method\":\"die\"") { return nil }
        if text.contains("\"method\":\"halve\"") { return Array("{\"jsonrpc\":\"2.0\",\"id\":1,\"resu".utf8) }
        let id = text.split(separator: "\"id\":")[1].prefix { $0.isNumber }
        return Array("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"result\":[ 1.50 ]}\n".utf8)
      }
      defer { daemon.end() }
      var client = try AttuneClient(socket: folder + "/s.sock")
      #expect(try client.resultBytes(of: "live") == Array("[ 1.50 ]".utf8))
      let broken = try failure { try client.call("die") }
      #expect(broken.code == .system && broken.remedy?.contains("not known") == true, "\(broken)")
      let after = try failure { try client.call("live") }
      #expect(after.remedy?.contains("was not sent") == true)

      client = try AttuneClient(socket: folder + "/s.sock")
      let many = try client.call([("live", [:]), ("die", [:]), ("live", [:])])
      #expect(try many[0].get() == [1.5])
      for outcome in many[1...] {
        #expect(try failure { try outcome.get() }.remedy?.contains("not known") == true)
      }

      client = try AttuneClient(socket: folder + "/s.sock")
      let halved = try client.call([("halve", [:]), ("die", [:])])[0]
      #expect(try failure { try halved.get() }.remedy?.contains("not known") == true)
    }
  }

  @Test(
    "answers that are none, or that nobody asked for, break the connection",
    arguments: [
      "nonsense", "[]", "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":1}", "{\"jsonrpc\":\"2.0\",\"id\":1}",
      "{\"id\":1,\"result\":1}", "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":1}",
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1,\"result\":2}", "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{}}",
    ])
  func nonsense(answer: String) throws {
    try withTemporaryDirectory { folder in
      let daemon = try ScriptedDaemon(socket: folder + "/s.sock") { _ in Array((answer + "\n").utf8) }
      defer { daemon.end() }
      let client = try AttuneClient(socket: folder + "/s.sock")
      let first = try failure { try client.call("health") }
      #expect(first.code == .system && first.remedy?.contains("not known") == true, "\(first)")
      #expect(try failure { try client.call("health") }.remedy?.contains("was not sent") == true)
    }
  }

  @Test(
    "the codes of the wire are the codes of failures",
    arguments: [
      (-32_001, Failure.Code.notFound), (-32_002, .badInput), (-32_003, .badStore), (-32_004, .busy),
      (-32_005, .system), (-32_006, .refused), (-32_602, .usage), (-32_601, .system), (-32_603, .system), (7, .system),
    ])
  func codes(wire: Int, code: Failure.Code) throws {
    try withTemporaryDirectory { folder in
      let daemon = try ScriptedDaemon(socket: folder + "/s.sock") { _ in
        Array(
          ("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":\(wire),\"message\":\"m\",\"data\":{\"at\":\"a\","
            + "\"expected\":\"e\",\"remedy\":\"r\"}}}\n").utf8)
      }
      defer { daemon.end() }
      let client = try AttuneClient(socket: folder + "/s.sock")
      #expect(
        try failure { try client.call("x") } == Failure(code, "m", at: "a", expected: "e", remedy: "r"))
    }
  }
}
