import Attune
import Foundation
import Synchronization
import SystemIO
import Testing
import TestSupport
import Vocabulary

@Suite("Importing a log while it grows")
struct FollowingTests {
  /// Appends to a file from outside.
  private static func append(_ text: String, to path: String) throws {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data(text.utf8))
    try file.close()
  }

  private static func wait(_ what: String, until condition: () throws -> Bool) throws {
    for _ in 0..<500 {
      if try condition() { return }
      usleep(20_000)
    }
    Issue.record("\(what) did not happen within ten seconds")
  }

  /// Follows a file on a thread of its own until told to stop.
  private final class Follower: Sendable {
    let stop = Atomic<Bool>(false)
    let ended = Atomic<Bool>(false)
    let admitted = Atomic<Int>(-1)
    let rejected = Atomic<Int>(-1)

    func start(_ input: ImportInput, isItems: Bool, store: String) {
      var input = input
      input.follow = true
      input.shouldStop = { [self] in stop.load(ordering: .relaxed) }
      let ready = input
      Thread.detachNewThread { [self] in
        let report = try? Engine.open(store).follow(ready, isItems: isItems)
        admitted.store(report?.admitted ?? -2, ordering: .relaxed)
        rejected.store(report?.rejected ?? -2, ordering: .relaxed)
        ended.store(true, ordering: .sequentiallyConsistent)
      }
    }
  }

  @Test("events count as they come; training and answers go on meanwhile; an unfinished line waits")
  func events() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 901, people: 30, items: 30)
      let engine = try shop.engine(in: folder)
      let log = folder + "/live.ndjson"
      func line(_ second: Int) -> String {
        Shop.lines([Shop.Event(subject: "live", item: "i\(second % 30)", kind: "view", time: Shop.start + second)])
      }
      try Data(line(0).utf8).write(to: URL(fileURLWithPath: log))
      var input = ImportInput(path: log)
      input.grantAll = true
      let follower = Follower()
      follower.start(input, isItems: false, store: folder + "/shop.attune")
      func known() throws -> Int { try engine.profile(of: "live").events }
      try FollowingTests.wait("the first event") { try known() == 1 }
      try FollowingTests.append(line(1) + line(2), to: log)
      try FollowingTests.wait("two more events") { try known() == 3 }
      // Nobody waits for a follower that waits.
      _ = try engine.train()
      #expect(try engine.recommend(RecommendationRequest(subject: "live")).basis == .personal)
      _ = try engine.withdraw([.training], from: "u1")
      try FollowingTests.append(String(line(3).dropLast(9)), to: log)
      usleep(600_000)
      follower.stop.store(true, ordering: .relaxed)
      try FollowingTests.wait("the end") { follower.ended.load(ordering: .sequentiallyConsistent) }
      #expect(follower.admitted.load(ordering: .relaxed) == 3 && follower.rejected.load(ordering: .relaxed) == 0)
      #expect(try known() == 3)
    }
  }

  @Test("H5: a log that is being followed when the store ends brings nothing more in")
  func decommissioned() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 903, people: 10, items: 10).engine(in: folder)
      let log = folder + "/live.ndjson"
      func line(_ item: Int) -> String {
        Shop.lines([Shop.Event(subject: "live", item: "i\(item)", kind: "view", time: Shop.start)])
      }
      try Data(line(0).utf8).write(to: URL(fileURLWithPath: log))
      var input = ImportInput(path: log)
      input.grantAll = true
      let follower = Follower()
      follower.start(input, isItems: false, store: folder + "/shop.attune")
      try FollowingTests.wait("the first event") { try engine.profile(of: "live").events == 1 }
      #expect(try engine.decommission(confirm: "shop.attune").people == 11)
      try FollowingTests.append(line(1) + line(2), to: log)
      usleep(600_000)
      follower.stop.store(true, ordering: .relaxed)
      try FollowingTests.wait("the end") { follower.ended.load(ordering: .sequentiallyConsistent) }
      #expect(follower.admitted.load(ordering: .relaxed) == 1)
      #expect(try engine.status().subjects == 0 && engine.status().events == 0)
    }
  }

  @Test("L7, L8, C4: a log that is being followed goes by the policy of now, not by that of its beginning")
  func policies() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 904, people: 10, items: 10).engine(in: folder)
      let log = folder + "/live.ndjson"
      func line(_ item: Int, source: String = "app") -> String {
        "{\"subject\":\"live\",\"kind\":\"rate\",\"item\":\"i\(item)\",\"value\":4,\"time\":\(Shop.start + item),"
          + "\"session\":\"s\",\"source\":\"\(source)\",\"tags\":[\"shape:s1\",\"colour:red\"]}\n"
      }
      try Data(line(0).utf8).write(to: URL(fileURLWithPath: log))
      var input = ImportInput(path: log)
      input.grantAll = true
      let follower = Follower()
      follower.start(input, isItems: false, store: folder + "/shop.attune")
      func held() throws -> [HistoryEvent] { try engine.history(of: "live").events }
      try FollowingTests.wait("the first event") { try held().count == 1 }
      #expect(try held()[0].value == 4 && held()[0].tags == ["shape:s1", "colour:red"])
      _ = try engine.publishPolicy(
        Array(
          "{\"version\":\"v2\",\"fields\":[\"tags\"],\"sources\":[\"app\"],\"sensitiveFields\":[\"shape\"]}".utf8))
      try FollowingTests.append(line(1, source: "till") + line(2), to: log)
      try FollowingTests.wait("the next event") { try held().count > 1 }
      follower.stop.store(true, ordering: .relaxed)
      try FollowingTests.wait("the end") { follower.ended.load(ordering: .sequentiallyConsistent) }
      #expect(follower.admitted.load(ordering: .relaxed) == 2, "one came from a source that is no longer one")
      let latest = try held()[0]
      #expect(latest.item == "i2" && latest.value == 0 && latest.source == nil && latest.tags == ["colour:red"])
      // Places in a log without times go on from turn to turn.
      #expect(latest.time == Timestamp(seconds: Int64(Shop.start + 2)))
    }
  }

  @Test("items are in the next answer, without training")
  func items() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 902, people: 30, items: 30).engine(in: folder)
      let log = folder + "/catalogue.ndjson"
      try Data("{\"item\":\"new-1\",\"title\":\"first\"}\n".utf8).write(to: URL(fileURLWithPath: log))
      let follower = Follower()
      follower.start(ImportInput(path: log), isItems: true, store: folder + "/shop.attune")
      func shown(_ id: String) throws -> Bool {
        try engine.recommend(RecommendationRequest(count: 1000)).items.contains { $0.item == id }
      }
      try FollowingTests.wait("the first item") { try shown("new-1") }
      try FollowingTests.append(
        "{\"item\":\"new-2\",\"title\":\"second\"}\n{\"item\":\"new-1\",\"available\":false}\n", to: log)
      try FollowingTests.wait("the second item") { try shown("new-2") }
      #expect(try !shown("new-1"))
      follower.stop.store(true, ordering: .relaxed)
      try FollowingTests.wait("the end") { follower.ended.load(ordering: .sequentiallyConsistent) }
      #expect(follower.admitted.load(ordering: .relaxed) == 3)
    }
  }
}

extension Engine {
  fileprivate func follow(_ input: ImportInput, isItems: Bool) throws -> ImportReport {
    isItems ? try importItems(input) : try importEvents(input)
  }
}
