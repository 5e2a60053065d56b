import Attune
import Foundation
import Protocol
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Daemon

@Suite("Who may do what")
struct AccessTests {
  private static func peer(_ user: UInt32, _ groups: Set<UInt32> = []) -> UnixSocket.Peer {
    UnixSocket.Peer(user: user, groups: groups, process: 1)
  }

  @Test("roles by user and group; the daemon's own user and root are officers whatever is configured")
  func roles() {
    var rules = AccessRules()
    #expect(rules.role(of: AccessTests.peer(1000), daemon: 1000) == .officer)
    #expect(rules.role(of: AccessTests.peer(0), daemon: 1000) == .officer)
    #expect(rules.role(of: AccessTests.peer(1001), daemon: 1000) == .serve)
    rules.serving = AccessRules.Accounts(users: [1001], groups: [50])
    rules.officers = AccessRules.Accounts(users: [1002], groups: [60])
    #expect(rules.role(of: AccessTests.peer(1001), daemon: 1000) == .serve)
    #expect(rules.role(of: AccessTests.peer(1003, [7, 50]), daemon: 1000) == .serve)
    #expect(rules.role(of: AccessTests.peer(1003, [7, 60]), daemon: 1000) == .officer)
    #expect(rules.role(of: AccessTests.peer(1003, [7]), daemon: 1000) == .nobody)
    #expect(rules.role(of: AccessTests.peer(0), daemon: 1000) == .officer)
  }

  @Test("each role may what its audience may, and nothing else", arguments: Method.all.values.map(\.name).sorted())
  func audiences(name: String) throws {
    let audience = try #require(Method.all[name]).audience
    #expect(audience.includes(.officer) && !audience.includes(.nobody))
    let administrative = [
      "train", "import", "status", "sweep", "request.show", "request.change", "request.holidays", "appeal.decide",
      "incident", "policy.publish", "audit", "decommission", "campaign", "outbox",
      "outbox.done",
    ].contains(name)
    let concerned = ["erase", "export", "history.forget", "request.list", "access", "correct", "close"].contains(name)
    #expect(audience.includes(.serve) == !(administrative || concerned))
    let shop = administrative || ["items", "token", "age", "segments"].contains(name)
    #expect(audience.includes(.subject("x")) == !shop)
  }

  @Test("L4: a program that serves everybody is told nobody's own searches")
  func ownSearches() throws {
    try withTemporaryDirectory { folder in
      let engine = try Engine.open(folder + "/a.attune", create: true)
      let method = try #require(Method.all["suggest"])
      func ask(_ role: String, _ values: JSONValue, restriction: String? = nil) throws {
        engine.caller = Engine.Caller(role: role)
        var parameters = Parameters(values, restriction: restriction)
        _ = try method.run(engine, &parameters)
      }
      let named = JSONValue.object([JSONValue.Member("subject", .string("u1"))])
      var refusals = 0
      do { try ask("serve", named) } catch let failure as Failure where failure.code == .refused { refusals += 1 }
      #expect(refusals == 1)
      // No model yet: whoever is let through learns that.
      for (role, values, restriction) in [
        ("serve", JSONValue.object([]), nil), ("officer", named, nil), ("subject", named, "u1"),
      ] as [(String, JSONValue, String?)] {
        do { try ask(role, values, restriction: restriction) } catch let failure as Failure {
          #expect(failure.code != .refused, "\(role)")
        }
      }
    }
  }

  @Test("the kernel's word on who is at the other end")
  func peers() throws {
    let folder = try Files.temporaryDirectory(prefix: "attuned")
    defer { try? Files.removeTree(folder) }
    let listener = try UnixListener(path: folder + "/s")
    let client = try UnixSocket(connectingTo: folder + "/s")
    let server = try #require(try listener.accept())
    let peer = try server.peer()
    #expect(peer.user == geteuid() && peer.process == getpid() && peer.groups.contains(getegid()))
    var groups = [gid_t](repeating: 0, count: 256)
    let count = unsafe getgroups(256, &groups)
    #expect(peer.groups == Set(groups.prefix(Int(count)) + [getegid()]))
    withExtendedLifetime(client) {}
  }

  @Test("a socket has the permissions that were asked for, whatever the process's mask", arguments: [0o600, 0o666])
  func modes(mode: UInt32) throws {
    let folder = try Files.temporaryDirectory(prefix: "attuned")
    defer { try? Files.removeTree(folder) }
    let listener = try UnixListener(path: folder + "/s", mode: mode)
    var status = stat()
    #expect(unsafe stat(folder + "/s", &status) == 0 && status.st_mode & 0o777 == mode)
    #expect(try Files.names(in: folder) == ["s"])
    withExtendedLifetime(listener) {}
  }

  @Test("whoever speaks for one person speaks for nobody else, and has no other rights")
  func tokens() throws {
    let serving = try Serving()
    let officer = try Client(serving.socket)
    let person = try Client(serving.socket)
    let token = try #require(try officer.call("token", [("subject", .string("u1"))])["result"]?["token"])
    let others = try #require(
      try officer.call("recommend", [("subject", .string("u2")), ("n", .integer(2))])["result"]?["decision"])
    #expect(try person.call("authenticate", [("token", .string("s-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))]).code == -32_006)
    #expect(try person.call("authenticate", [("token", token)])["result"]?["ok"] == .bool(true))

    let own = try person.call("recommend", [("n", .integer(2))])
    #expect(own["result"]?["subject"] == .string("u1") && own["result"]?["basis"] == .string("personal"))
    let decision = try #require(own["result"]?["decision"])
    #expect(try person.call("explain", [("decision", decision)])["result"] != nil)
    #expect(try person.call("history", [("subject", .string("u1"))])["result"]?["held"] == .integer(10))
    // Not another's, by whichever door.
    for method in ["recommend", "profile", "history", "tags.get", "consent.get"] {
      #expect(try person.call(method, [("subject", .string("u2"))]).code == -32_006, "\(method)")
    }
    for method in ["explain", "replay"] {
      #expect(try person.call(method, [("decision", others)]).code == -32_001, "\(method)")
    }
    let withdrawal: [(String, JSONValue)] = [("subject", .string("u2")), ("purposes", .string("recommendation"))]
    #expect(try person.call("consent.withdraw", withdrawal).code == -32_006)
    let batch = "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"profile\",\"params\":{\"subject\":\"u2\"}}]\n"
    try person.send(Array(batch.utf8))
    #expect(try person.answer().elements.first?.code == -32_006)
    for method in ["record", "items", "token", "train", "import", "status", "metrics"] {
      #expect(try person.call(method).code == -32_006, "\(method)")
    }
    try serving.reload("{}")
    #expect(try person.call("status").code == -32_006 && officer.call("status")["result"] != nil)
    for others in [JSONValue.string("u2"), ["u1", "u2"]] {
      #expect(try person.call("erase", [("subject", others)]).code == -32_006)
    }
    #expect(try person.call("consent.withdraw", [("purposes", .string("recommendation"))])["result"] != nil)
    #expect(try person.call("recommend")["result"]?["reason"] == .string("opted-out"))
    #expect(try officer.call("recommend", [("subject", .string("u2"))])["result"]?["basis"] == .string("personal"))
    // Oneself, and a list for an officer; the next answer knows it, though another thread did it.
    let receipt = try person.call("erase")["result"]
    #expect(receipt?["people"] == .integer(1) && receipt?["events"] == .integer(10))
    #expect(try officer.call("history", [("subject", .string("u1"))])["result"]?["held"] == .integer(0))
    let receipts = try officer.call("erase", [("subject", ["u2", "u3"])])["result"]
    #expect(receipts?["people"] == .integer(2))
    #expect(try officer.call("recommend", [("subject", .string("u2"))])["result"]?["basis"] == .string("general"))
    for receipt in [receipt, receipts] {
      let report = try officer.call("verify", [("receipt", try #require(receipt))])["result"]
      #expect(report?["holds"] == .bool(true) && report?["rows"] == .integer(0))
    }
  }

  @Test("a token that was changed, has expired, or is another store's is no token")
  func badTokens() throws {
    let folder = try Files.temporaryDirectory(prefix: "attuned")
    defer { try? Files.removeTree(folder) }
    let engine = try Engine.open(folder + "/a.attune", create: true)
    let other = try Engine.open(folder + "/b.attune", create: true)
    let token = try engine.issueToken(for: "zoë", seconds: 60).token
    #expect(engine.subject(ofToken: token) == "zoë" && other.subject(ofToken: token) == nil)
    var random = SplitMix64(seed: 11)
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    for _ in 0..<300 {
      var bytes = Array(token.utf8)
      let place = 2 + random.below(bytes.count - 2)
      bytes[place] = digits[random.below(digits.count)]
      let changed = String(decoding: bytes, as: UTF8.self)
      #expect(engine.subject(ofToken: changed) == (changed == token ? "zoë" : nil), "seed 11, place \(place)")
    }
    #expect(engine.subject(ofToken: String(token.dropLast())) == nil && engine.subject(ofToken: "") == nil)
    let short = try engine.issueToken(for: "zoë", seconds: 1).token
    #expect(engine.subject(ofToken: short) == "zoë")
    usleep(1_100_000)
    #expect(engine.subject(ofToken: short) == nil)
  }

  @Test(
    "a configuration that is none is refused, with the place",
    arguments: [
      "", "[]", "{\"officers\":{}}", "{\"officer\":[]}", "{\"officer\":{\"users\":{}}}", "{\"serve\":{\"user\":[]}}",
      "{\"serve\":{\"users\":[true]}}", "{\"serve\":{\"users\":[\"no such user here\"]}}",
      "{\"serve\":{\"groups\":[-1]}}", "{\"trainEvery\":0}", "{\"maxConnections\":\"9\"}", "{\"maxMemoryMiB\":1.5}",
      "{\"keepTraining\":1}",
    ])
  func badConfigurations(text: String) throws {
    let folder = try Files.temporaryDirectory(prefix: "attuned")
    defer { try? Files.removeTree(folder) }
    try Files.writeAtomically(folder + "/c.json", Array(text.utf8))
    let failure = #expect(throws: Failure.self) { _ = try Configuration(file: folder + "/c.json") }
    #expect(failure?.code == .badInput && failure?.place?.contains("/c.json") == true)
  }

  @Test("names of users and groups are looked up")
  func names() throws {
    let folder = try Files.temporaryDirectory(prefix: "attuned")
    defer { try? Files.removeTree(folder) }
    try Files.writeAtomically(
      folder + "/c.json", Array("{\"officer\":{\"users\":[\"root\",7],\"groups\":[\"root\"]}}".utf8))
    let configuration = try Configuration(file: folder + "/c.json")
    #expect(configuration.access.officers == AccessRules.Accounts(users: [0, 7], groups: [0]))
    #expect(configuration.access.serving == nil)
  }
}
