import Attune
import Foundation
import Protocol
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Daemon

@Suite("G5, G6: erasures that wait in a daemon's queue")
struct ErasureQueueTests {
  /// One of the numbers that the daemon counts.
  private static func metric(_ name: String, _ client: borrowing Client) throws -> Int? {
    let text = try client.call("metrics")["result"]?.text ?? ""
    return text.split(separator: "\n").first { $0.hasPrefix(name + " ") }.flatMap { Int($0.dropFirst(name.count + 1)) }
  }

  /// Sends each call on a connection of its own, all of them in the queue before the first is answered.
  ///
  /// - Parameter meanwhile: Done when all are in the queue.
  private static func together(
    _ calls: [(method: String, params: [JSONValue.Member])], on serving: Serving, _ meanwhile: () throws -> Void = {}
  ) throws -> [JSONValue] {
    let clients = try calls.map { _ in try Client(serving.socket) }
    let watcher = try Client(serving.socket)
    do {
      // The first waits for whoever writes, the others for the first.
      let lock = try DirectoryLock(path: serving.store, patience: 60)
      defer { withExtendedLifetime(lock) {} }
      for (number, (client, call)) in zip(clients, calls).enumerated() {
        try client.send(Request(id: .integer(1), method: call.method, params: .object(call.params)).line)
        var looks = 0
        while try metric("attune_jobs", watcher) != number + 1, looks < 30_000 {
          looks += 1
          usleep(1000)
        }
      }
      try meanwhile()
    }
    return try clients.map { try $0.answer() }
  }

  private static func erase(_ subjects: [String], waits: Bool = false) -> (method: String, params: [JSONValue.Member]) {
    ("erase", [.init("subject", .array(subjects.map { .string($0) })), .init("wait", .bool(waits))])
  }

  @Test("all are answered, one search is for all of them, and every receipt holds and tells of its own")
  func oneSearchForAll() throws {
    let serving = try Serving()
    let officer = try Client(serving.socket)
    let first = try #require(try officer.call("erase", [("subject", .string("u29"))])["result"])
    #expect(try officer.call("verify", [("receipt", first)])["result"]?["holds"] == .bool(true))
    let before = try #require(try ErasureQueueTests.metric("attune_file_searches_total", officer))
    let answers = try ErasureQueueTests.together(
      (0..<12).map { ErasureQueueTests.erase(["u\($0)"], waits: $0 % 3 == 0) }, on: serving)
    let receipts = answers.compactMap { $0["result"] }
    #expect(receipts.count == 12)
    for (number, receipt) in receipts.enumerated() {
      #expect(receipt["people"] == .integer(1) && receipt["events"] == .integer(10))
      #expect(receipt["keyDestroyed"] == .bool(true) && (receipt["verified"]?.text != nil) == (number % 3 == 0))
      // Each begins with the model that the one before has left.
      if number > 0 { #expect(receipt["modelBefore"] == receipts[number - 1]["modelAfter"]) }
      #expect(receipt["modelBefore"] != receipt["modelAfter"])
      #expect(try officer.call("verify", [("receipt", receipt)])["result"]?["holds"] == .bool(true))
    }
    let searches = try ErasureQueueTests.metric("attune_file_searches_total", officer)
    #expect(searches == before + 1)
    let digest = try officer.call("status")["result"]?["digest"]
    try serving.end()
    let folder = try Files.temporaryDirectory(prefix: "attuned-never")
    defer { try? Files.removeTree(folder) }
    try Serving.fill(folder + "/never.attune", folder)
    let never = try Engine.open(folder + "/never.attune")
    for person in Array(0..<12) + [29] { _ = try never.withdraw([.training], from: "u\(person)") }
    #expect(digest == .string(try #require(try never.status().model)))
  }

  @Test("what else comes between waits for the search, and no search is put off for more than some sixty people")
  func bounded() throws {
    let serving = try Serving()
    let officer = try Client(serving.socket)
    let before = try #require(try ErasureQueueTests.metric("attune_file_searches_total", officer))
    let strangers = (0..<3).map { call in ErasureQueueTests.erase((0..<40).map { "s\(call)-\($0)" }) }
    var answers = try ErasureQueueTests.together(strangers, on: serving)
    #expect(answers.allSatisfy { $0["result"]?["erased"] == .bool(true) })
    _ = try officer.call("verify", [("receipt", answers[2]["result"] ?? .null)])
    var searches = try ErasureQueueTests.metric("attune_file_searches_total", officer)
    #expect(searches == before + 2)
    answers = try ErasureQueueTests.together(
      [
        ErasureQueueTests.erase(["u1"]), ErasureQueueTests.erase(["u2"], waits: true), ("audit", []),
        ErasureQueueTests.erase(["u3"]), ErasureQueueTests.erase([""]), ErasureQueueTests.erase(["u4"], waits: true),
      ], on: serving)
    #expect(answers.map { $0["error"] == nil } == [true, true, true, true, false, true])
    let checks = try #require(answers[2]["result"]?["checks"]).elements
    #expect(!checks.isEmpty && checks.allSatisfy { $0["passed"] == .bool(true) }, "no erasure was unfinished")
    for number in [0, 1, 3, 5] {
      let report = try officer.call("verify", [("receipt", answers[number]["result"] ?? .null)])["result"]
      #expect(report?["holds"] == .bool(true))
    }
    searches = try ErasureQueueTests.metric("attune_file_searches_total", officer)
    #expect(searches == before + 4)
  }

  @Test("G6: where the disk fails in the middle, no receipt says that it is verified and does not hold")
  func failing() throws {
    var (struck, promised, refused) = (0, 0, 0)
    for calls in 0..<16 {
      let serving = try Serving()
      let store = serving.store
      let answers = try ErasureQueueTests.together(
        (0..<4).map { ErasureQueueTests.erase(["u\($0)"], waits: true) }, on: serving
      ) { FaultInjection.fail(after: calls, errno: ENOSPC, under: store) }
      struck += FaultInjection.disarm(under: store) ? 1 : 0
      let officer = try Client(serving.socket)
      for answer in answers {
        guard let receipt = answer["result"] else {
          refused += 1
          continue
        }
        promised += 1
        #expect(receipt["verified"]?.text != nil)
        let report = try officer.call("verify", [("receipt", receipt)])["result"]
        #expect(report?["holds"] == .bool(true), "call \(calls)")
      }
      // The daemon goes on, and what was put on record is finished with the next.
      let all = (0..<4).map { "u\($0)" }
      let last = try officer.call(
        "erase", [("subject", .array(all.map { .string($0) })), ("wait", .bool(true))])["result"]
      #expect(last?["verified"]?.text != nil, "call \(calls)")
      try serving.end()
      let reopened = try Engine.open(store)
      let isFinished = try reopened.audit(sample: nil).checks.filter { $0.guarantee == "G5" }.allSatisfy(\.passed)
      #expect(isFinished, "call \(calls)")
    }
    #expect(struck > 5 && promised > 10 && refused > 3, "too thin: \(struck), \(promised), \(refused)")
  }
}
