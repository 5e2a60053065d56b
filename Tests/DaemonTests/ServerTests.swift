import Attune
import Foundation
import Protocol
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Daemon

@Suite("The daemon over a real socket")
struct ServerTests {
  private static func event(_ subject: String, _ item: String) -> JSONValue {
    .object([
      .init("subject", .string(subject)), .init("item", .string(item)), .init("kind", .string("view")),
    ])
  }

  @Test("in whatever pieces the bytes come, the answers are the same")
  func chunks() throws {
    let serving = try Serving()
    let calls = [
      Request(id: .integer(1), method: "health"),
      Request(
        id: .string("é\n"), method: "similar", params: .object([.init("item", .string("i3")), .init("n", .integer(2))])),
      Request(id: .integer(3), method: "nothing"),
    ]
    let bytes = calls.flatMap(\.line) + Array("{]\r\n\n".utf8)
    let expected = try [JSONValue](
      Client(serving.socket).answers(to: [bytes], count: 4))
    #expect(expected.map { $0["id"] } == [.integer(1), .string("é\n"), .integer(3), .null])
    #expect(expected[1]["result"]?["items"]?.elements.count == 2 && expected[2].code == -32_601)
    #expect(expected[3].code == -32_700)
    var random = SplitMix64(seed: 3)
    // The id of an unrecorded decision carries its time.
    func shown(_ answers: [JSONValue]) -> [JSONValue?] {
      answers.flatMap { [$0["id"], $0["error"], $0["result"]?["items"], $0["result"]?["ok"]] }
    }
    for pieces in chunkings(of: bytes, random: &random, randomCuts: 12) {
      let answers = try Client(serving.socket).answers(to: pieces, count: 4)
      #expect(shown(answers) == shown(expected))
    }
  }

  @Test("a recorded event counts in the very next answer, also when both calls come at once")
  func recording() throws {
    let serving = try Serving()
    let client = try Client(serving.socket)
    #expect(try client.call("recommend", [("subject", .string("new"))])["result"]?["reason"] == .string("opted-out"))
    let refused = try client.call("record", [("events", ServerTests.event("new", "i1"))])
    #expect(refused["result"]?["admitted"] == .integer(0) && refused["result"]?["refused"] == .integer(1))
    _ = try client.call(
      "consent.grant", [("subject", .string("new")), ("purposes", .array([.string("recommendation")]))])
    #expect(try client.call("recommend", [("subject", .string("new"))])["result"]?["reason"] == .string("no-history"))
    let record = Request(
      id: .integer(1), method: "record", params: .object([.init("events", ServerTests.event("new", "i1"))]))
    let ask = Request(id: .integer(2), method: "recommend", params: .object([.init("subject", .string("new"))]))
    try client.send(record.line + ask.line)
    let answers = [try client.answer(), try client.answer()].sorted {
      ($0["id"]?.integer ?? 0) < ($1["id"]?.integer ?? 0)
    }
    #expect(answers[0]["result"]?["admitted"] == .integer(1))
    #expect(answers[1]["result"]?["basis"] == .string("personal"))
    _ = try client.call(
      "consent.withdraw", [("subject", .string("new")), ("purposes", .string("recommendation"))])
    #expect(try client.call("recommend", [("subject", .string("new"))])["result"]?["reason"] == .string("opted-out"))
    // Others' cached profiles are not disturbed, and another engine sees it all.
    #expect(try Engine.open(serving.store).recommend(RecommendationRequest(subject: "new")).reason == "opted-out")
  }

  @Test("batches, notifications, and what a method does not take")
  func shapes() throws {
    let serving = try Serving()
    let client = try Client(serving.socket)
    try client.send(
      Array(
        ("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"health\"},{\"jsonrpc\":\"2.0\",\"method\":\"health\"},7,"
          + "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"record\",\"params\":{\"events\":[]}}]\n"
          + "{\"jsonrpc\":\"2.0\",\"method\":\"health\"}\n[]\n").utf8))
    let batch = try client.answer().elements
    #expect(batch.count == 3 && Set(batch.map { $0["id"] ?? .null }.map { "\($0)" }).count == 3)
    #expect(try client.answer().code == -32_600)
    let one = "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"health\"}"
    try client.send(Array(("[" + Array(repeating: one, count: 100).joined(separator: ",") + "]\n").utf8))
    #expect(try client.answer().elements.count == 100)
    try client.send(Array(("[" + Array(repeating: "1", count: 101).joined(separator: ",") + "]\n").utf8))
    #expect(try client.answer().code == -32_600)
    for (method, params, code) in [
      ("recommend", [("subject", JSONValue.integer(1))], Int64(-32_602)), ("recommend", [("n", .integer(0))], -32_602),
      ("recommend", [("sort", .string("x"))], -32_602), ("similar", [], -32_602),
      ("similar", [("item", .string("none"))], -32_001), ("explain", [("decision", .string("d-1"))], -32_001),
      ("consent.grant", [("subject", .string("u1")), ("purposes", .array([.string("fun")]))], -32_602),
      ("record", [], -32_602), ("record", [("events", .array([.integer(1)]))], -32_602),
      ("block", [("subject", .string("u1"))], -32_602),
    ] {
      #expect(try client.call(method, params).code == code, "\(method) \(params)")
    }
    let metrics = try client.call("metrics")["result"]?.text ?? ""
    #expect(metrics.contains("attune_calls_total{method=\"similar\",outcome=\"-32001\"} 1\n"))
    #expect(metrics.contains("attune_connections 1\n") && !metrics.contains("u1"))
  }

  @Test("garbage of every sort gets an error or nothing, and stops nothing")
  func garbage() throws {
    let serving = try Serving()
    var random = SplitMix64(seed: 77)
    for _ in 0..<200 {
      let client = try Client(serving.socket)
      var sent = 0
      for _ in 0..<50 {
        let bytes = random.bytes(random.below(60)).filter { $0 != 10 && $0 != 13 }
        if bytes.contains(where: { $0 != 32 && $0 != 9 }) { sent += 1 }
        try client.send(bytes + [10])
      }
      for _ in 0..<sent {
        let code = try client.answer().code
        #expect(code == -32_700 || code == -32_600)
      }
      // Left without a word, half-way through a line.
      if random.chance(1, in: 2) { try client.send(Array("{\"jsonrpc\"".utf8)) }
    }
    #expect(try Client(serving.socket).call("health")["result"]?["ok"] == .bool(true))
  }

  @Test("a line that is too long ends its connection with a word, and nobody else's")
  func overlong() throws {
    let serving = try Serving()
    let (bad, good) = (try Client(serving.socket), try Client(serving.socket))
    try? bad.send([UInt8](repeating: 65, count: Connection.lineLimit + (1 << 17)))
    #expect(try bad.answer().code == -32_600)
    #expect(try bad.line() == nil)
    #expect(try good.call("health")["result"] != nil)
  }

  @Test("who has said all they have to say still gets their answers")
  func halfClosed() throws {
    let serving = try Serving()
    let client = try Client(serving.socket)
    let last = Request(id: .integer(2), method: "health").line.dropLast()
    try client.send(
      Request(id: .integer(1), method: "similar", params: .object([.init("item", .string("i1"))])).line + last)
    client.socket.finishWriting()
    #expect(try client.answer()["id"] == .integer(1))
    #expect(try client.answer()["id"] == .integer(2))
    #expect(try client.line() == nil)
  }

  @Test("who asks much and reads nothing keeps nobody waiting, and loses nothing", .timeLimit(.minutes(10)))
  func slowReader() throws {
    let serving = try Serving()
    let slow = try Client(serving.socket)
    let count = 6000
    let line = Request(
      id: .integer(9), method: "similar", params: .object([.init("item", .string("i1")), .init("n", .integer(20))])
    ).line
    let socket = slow.socket.number
    Thread.detachNewThread {
      // Writes while the other side lets it, which is not for ever: nobody takes the answers yet.
      for _ in 0..<count { _ = try? writeAll(socket, line) }
    }
    let quick = try Client(serving.socket)
    for _ in 0..<50 {
      #expect(try quick.call("health")["result"] != nil)
      usleep(5000)
    }
    for _ in 0..<count { #expect(try slow.answer()["id"] == .integer(9)) }
  }

  @Test("asked to stop, it answers what it has read and takes its socket away; the next one may come")
  func draining() throws {
    let serving = try Serving()
    let client = try Client(serving.socket)
    #expect(throws: Failure.self) { _ = try UnixListener(path: serving.socket) }
    #expect(try client.call("health")["result"] != nil)
    for id in 0..<200 {
      try client.send(
        Request(
          id: .integer(Int64(id)), method: "similar",
          params: .object([.init("item", .string("i1")), .init("n", .integer(1))])
        ).line)
    }
    usleep(100_000)
    try serving.end()
    for id in 0..<200 { #expect(try client.answer()["id"] == .integer(Int64(id))) }
    #expect(try client.line() == nil && !Files.exists(serving.socket))
    // What a killed server leaves is no obstacle.
    try Files.writeAtomically(serving.folder + "/file", [1])
    #expect(throws: Failure.self) { _ = try UnixListener(path: serving.folder + "/file") }
    try serving.start()
    #expect(try Client(serving.socket).call("health")["result"] != nil)
  }

  @Test("G2: killed at random moments under load, it has lost no switch and nothing it acknowledged", arguments: 1...50)
  func killed(round: Int) async throws {
    let folder = try Files.temporaryDirectory(prefix: "attuned-killed")
    defer { try? Files.removeTree(folder) }
    try Serving.fill(folder + "/s.attune", folder)
    await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String, round = round as Int] in
      Thread.detachNewThread {
        var options = Server.Options(store: folder + "/s.attune")
        options.socket = folder + "/s.sock"
        try? Server(options, Server.Signals { false }).run()
      }
      while !Files.exists(folder + "/s.sock") { usleep(1000) }
      let acknowledged = folder + "/acknowledged"
      let file = unsafe open(acknowledged, O_WRONLY | O_CREAT | O_APPEND, 0o600)
      let client = try Client(folder + "/s.sock")
      let others = try Client(folder + "/s.sock")
      for number in 0..<1_000_000 {
        // An event and a question that are on their way together.
        var members: [JSONValue.Member] = []
        if case .object(let event) = ServerTests.event("u1", "i\(number % 20)") { members = event }
        members.append(.init("event", .string("e\(number)")))
        try client.send(
          Request(id: .integer(1), method: "record", params: .object([.init("events", .object(members))])).line)
        let list = try others.call("recommend", [("subject", .string("u2")), ("n", .integer(3))])
        let decision = try #require(list["result"]?["decision"]?.text)
        _ = try writeAll(file, Array("d\(decision)\n".utf8))
        guard try client.answer()["result"]?["admitted"] == .integer(1) else { exit(3) }
        _ = try writeAll(file, Array("e\n".utf8))
        let change = number % 2 == 0 ? "withdraw" : "grant"
        guard
          try others.call("consent.\(change)", [("subject", .string("u3")), ("purposes", .string("push"))])["result"]
            != nil
        else { exit(4) }
        _ = try writeAll(file, Array("c\(number % 2)\n".utf8))
        if number == 0 {
          Thread.detachNewThread {
            usleep(UInt32(40_000 + 61_000 * (round % 7) + 1000 * (round % 61)))
            kill(getpid(), SIGKILL)
          }
        }
      }
    }
    let lines = String(decoding: try Files.read(folder + "/acknowledged"), as: UTF8.self).split(separator: "\n")
    let engine = try Engine.open(folder + "/s.attune")
    let events = lines.count { $0 == "e" }
    let known = try engine.status().events - 300
    // One more may be in than was acknowledged, and not one less.
    #expect(known == events || known == events + 1, "\(known) events, \(events) acknowledged")
    #expect(events > 0)
    #expect(try engine.history(of: "u1").held == 10 + known)
    for decision in lines where decision.hasPrefix("d") {
      #expect(try engine.explain(String(decision.dropFirst())).items.count == 3)
    }
    let changes = lines.filter { $0.hasPrefix("c") }
    let switches = try engine.consent(of: "u3").purposes
    let isAllowed = switches.contains { $0.purpose == .push && $0.allowed }
    // The change after the last one acknowledged may have been made, and shows as an entry more.
    let entries = try engine.status().ledgerEntries - 1
    #expect(entries == changes.count || entries == changes.count + 1)
    #expect(isAllowed == (entries % 2 == 0), "\(entries) changes")
  }
}

extension Client {
  fileprivate func answers(to pieces: [[UInt8]], count: Int) throws -> [JSONValue] {
    for piece in pieces { try send(piece) }
    return try (0..<count).map { _ in try answer() }
  }
}
