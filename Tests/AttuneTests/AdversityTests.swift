import Consent
import Foundation
import Store
import SystemIO
import Testing
import TestSupport
import Vocabulary

@testable import Attune

@Suite("When things go wrong nothing acknowledged is lost")
struct AdversityTests {
  private static func input(_ text: String, _ path: String) throws -> ImportInput {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    var input = ImportInput(path: path)
    input.grantAll = true
    return input
  }

  @Test("a second writer is told to wait, at once; answers are given meanwhile")
  func secondWriter() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 921, people: 20, items: 20)
      let engine = try shop.engine(in: folder)
      let input = try AdversityTests.input(Shop.lines(shop.events), folder + "/again.ndjson")
      let lock = try DirectoryLock(path: folder + "/shop.attune")
      let refused = [
        failure { _ = try engine.train() },
        failure { _ = try engine.importEvents(input) },
        failure { _ = try engine.importItems(input) },
      ]
      for failure in refused { #expect(failure?.code == .busy && failure?.remedy != nil) }
      let answer = try engine.recommend(RecommendationRequest(subject: "u1"))
      #expect(try engine.explain(answer.decision).items.count == answer.items.count)
      withExtendedLifetime(lock) {}
    }
  }

  @Test(
    "an import that fails keeps nothing of its file and everything from before",
    arguments: ["strict", "truncated gzip", "no columns"])
  func failedImport(how: String) throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 922, people: 30, items: 20)
      let engine = try shop.engine(in: folder)
      let request = RecommendationRequest(subject: "u1", count: 20)
      let (before, counts) = (try engine.recommend(request).answerText, try engine.status())
      let more = Shop.random(seed: 923, people: 60, items: 50)
      var input = try AdversityTests.input(Shop.lines(more.events), folder + "/more.ndjson")
      switch how {
      case "strict":
        input = try AdversityTests.input(Shop.lines(more.events) + "{\"subject\":\"SECRET\",\n", input.path)
        input.strict = true
      case "truncated gzip":
        let packed = gzip(try Files.read(input.path))
        try Files.writeAtomically(input.path, Array(packed.dropLast(30)))
      default:
        input = try AdversityTests.input("a,b,c\n1,2,3\n", input.path)
      }
      let failure = failure { _ = try engine.importEvents(input) }
      #expect(failure?.code == .badInput || failure?.code == .usage)
      #expect(failure?.place?.hasPrefix(input.path) == true && failure?.description.contains("SECRET") == false)
      let after = try engine.status()
      #expect(after.events == counts.events && after.subjects == counts.subjects && after.items == counts.items)
      #expect(try engine.recommend(request).answerText == before)
      #expect(try Engine.open(folder + "/shop.attune").recommend(request).answerText == before)
    }
  }

  @Test("killed in the middle of an import, the store is as before, and the import can be made again")
  func killed() async throws {
    let folder = try Files.temporaryDirectory(prefix: "attune-killed")
    defer { try? Files.removeTree(folder) }
    let shop = Shop.random(seed: 924, people: 30, items: 20)
    let store = folder + "/shop.attune"
    let digest = try shop.engine(in: folder).status().model
    let more = Shop.random(seed: 925, people: 400, items: 50)
    try Shop.lines(more.events).write(toFile: folder + "/more.ndjson", atomically: true, encoding: .utf8)
    await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
      let engine = try Engine.open(folder + "/shop.attune")
      var input = ImportInput(path: folder + "/more.ndjson")
      input.grantAll = true
      // Asked after every batch is in the store and before it is committed.
      _ = try engine.importEvents(input) { _ in kill(getpid(), SIGKILL) }
    }
    let engine = try Engine.open(store)
    #expect(try engine.status().events == shop.events.count && engine.status().model == digest)
    var input = ImportInput(path: folder + "/more.ndjson")
    input.grantAll = true
    let report = try engine.importEvents(input)
    #expect(report.admitted == more.events.count && report.importedBefore == nil)
  }

  @Test("on a full disk an import fails with a word, and what was there stays")
  func fullDisk() async throws {
    let folder = try Files.temporaryDirectory(prefix: "attune-full")
    defer { try? Files.removeTree(folder) }
    let shop = Shop.random(seed: 926, people: 30, items: 20)
    let before = try shop.engine(in: folder).recommend(RecommendationRequest(subject: "u1")).answerText
    let more = Shop.random(seed: 927, people: 9000, items: 50)
    try Shop.lines(more.events).write(toFile: folder + "/more.ndjson", atomically: true, encoding: .utf8)
    await #expect(processExitsWith: .success) { [folder = folder as String] in
      let engine = try Engine.open(folder + "/shop.attune")
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 500_000, rlim_max: 500_000)
      guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { exit(2) }
      var input = ImportInput(path: folder + "/more.ndjson")
      input.grantAll = true
      do { _ = try engine.importEvents(input) } catch let failure as Failure {
        exit(failure.code == .system && failure.remedy != nil ? 0 : 3)
      }
      exit(4)
    }
    let engine = try Engine.open(folder + "/shop.attune")
    #expect(try engine.status().events == shop.events.count)
    #expect(try engine.recommend(RecommendationRequest(subject: "u1")).answerText == before)
  }

  @Test(
    "what is no store, or a newer one, is refused with a word on what to do", arguments: ["empty", "file", "newer"])
  func noStore(what: String) throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/s.attune"
      switch what {
      case "empty": try Files.makeDirectory(path)
      case "file": try Files.writeAtomically(path, [1, 2, 3])
      default:
        _ = try Engine.open(path, create: true)
        // The format's number, at its place in the header of an SQLite file.
        var bytes = try Files.read(path + "/store.sqlite")
        bytes[63] = 99
        try Files.writeAtomically(path + "/store.sqlite", bytes)
        try? Files.remove(path + "/store.sqlite-wal")
      }
      let failure = failure { _ = try Engine.open(path) }
      #expect(failure?.code == .badStore && failure?.remedy != nil, "\(failure.map { "\($0)" } ?? "it opened")")
      if what == "newer" { #expect(failure?.what.contains("newer") == true) }
    }
  }

  @Test("G5: a withdrawal of training that was interrupted is finished when the store is next opened")
  func interruptedWithdrawal() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 928, people: 50, items: 40)
      let engine = try shop.engine(in: folder)
      // As the process leaves it that dies between the ledger and the model.
      try engine.store.transaction {
        let person = try #require(try engine.person("u7"))
        let entry = try engine.ledger.record(
          .withdraw, of: person, purposes: PurposeSet(.training), time: Timestamp(seconds: 1), method: "test")
        try engine.store.setExcludedTick(engine.store.tick(), of: person)
        try engine.store.setPendingRetraction(entry)
      }
      // Another person's withdrawal meanwhile must not take the first for done.
      _ = try engine.withdraw([.training], from: "u8")
      let rest = Shop(items: shop.items, events: shop.events.filter { !["u7", "u8"].contains($0.subject) })
      let never = try rest.engine(in: folder, name: "never").status().model
      #expect(try Engine.open(folder + "/shop.attune").status().model == never)
      #expect(try engine.store.pendingRetraction() == 0)
    }
  }

  @Test("G5: after a training that died half-way a withdrawal still gives the model that never saw the person")
  func afterDeadTraining() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 929, people: 50, items: 40)
      let engine = try shop.engine(in: folder)
      let more = Shop.random(seed: 930, people: 50, items: 40)
      try shop.importEvents(more.events, into: engine, folder + "/more.ndjson")
      // A training turns the tick and moves the watermark before it publishes.
      try engine.store.transaction {
        _ = try engine.store.advanceTick()
        try engine.store.setWatermark(try engine.store.lastSequence())
      }
      _ = try engine.withdraw([.training], from: "u3")
      var rest = Shop(items: shop.items, events: shop.events + more.events)
      rest.events.removeAll { $0.subject == "u3" }
      #expect(try engine.status().model == rest.engine(in: folder, name: "never").status().model)
    }
  }
}
