import Attune
import CSystem
import Foundation
import Protocol
import Store
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Daemon

@Suite("The daemon in operation")
struct OperationTests {
  @Test("training and catalogue changes go on beside answers, and the next answer knows of them")
  func longCalls() throws {
    let serving = try Serving()
    let (slow, quick) = (try Client(serving.socket), try Client(serving.socket))
    let before = try quick.call("status")["result"]?["digest"]
    let train = Request(
      id: .integer(7), method: "train",
      params: .object([.init("set", .object([.init("timeline.window", .string("3"))]))]))
    try slow.send(train.line)
    for _ in 0..<20 { #expect(try quick.call("recommend", [("subject", .string("u1"))])["result"] != nil) }
    let trained = try slow.answer()
    #expect(trained["id"] == .integer(7))
    let digest = try #require(trained["result"]?["digest"])
    #expect(digest != before)
    #expect(try quick.call("recommend", [("subject", .string("u1"))])["result"]?["model"] == digest)
    // One that fails leaves what is served.
    let failed = try slow.call("train", [("set", .object([.init("rows.support", .integer(1))]))])
    #expect(failed.code == -32_006)
    #expect(try quick.call("recommend", [("subject", .string("u1"))])["result"]?["model"] == digest)

    let first = try #require(
      try quick.call("recommend", [("subject", .string("u1"))])["result"]?["items"]?.elements[0]["item"]?.text)
    let delisted = JSONValue.object([.init("item", .string(first)), .init("available", .bool(false))])
    let stored = try quick.call("items", [("items", delisted)])
    #expect(stored["result"]?["stored"] == .integer(1) && stored["result"]?["items"] == .integer(20))
    let answer = try quick.call("recommend", [("subject", .string("u1")), ("n", .integer(20))])
    #expect(answer["result"]?["items"]?.elements.contains { $0["item"] == .string(first) } == false)
  }

  @Test("an import holds no answers up, and what is recorded meanwhile comes after it")
  func importing() throws {
    let serving = try Serving()
    let lines = (0..<60_000).map { "v\($0 % 900),i\($0 % 20),view,\(1_750_000_000 + $0)\n" }.joined()
    try Files.writeAtomically(serving.folder + "/more.csv", Array(("subject,item,kind,time\n" + lines).utf8))
    let (officer, shop) = (try Client(serving.socket), try Client(serving.socket))
    let call = Request(
      id: .integer(1), method: "import",
      params: .object([
        .init("events", .string(serving.folder + "/more.csv")), .init("consent", .string("granted=recommendation")),
      ]))
    try officer.send(call.line)
    #expect(try shop.call("recommend", [("subject", .string("u1"))])["result"] != nil)
    let event = JSONValue.object([
      .init("subject", .string("u1")), .init("item", .string("i9")), .init("kind", .string("view")),
    ])
    let recorded = try shop.call("record", [("events", event)])
    #expect(recorded["result"]?["admitted"] == .integer(1))
    let withdrawn = try shop.call("consent.withdraw", [("subject", .string("v1")), ("purposes", .string("search"))])
    #expect(withdrawn["result"] != nil)
    let report = try officer.answer()
    #expect(report["result"]?["admitted"] == .integer(60_000))
    #expect(try officer.call("status")["result"]?["events"] == .integer(60_301))
    let refused = try officer.call("import", [("events", .string("more.csv"))])
    #expect(refused.code == -32_602)
    #expect(try officer.call("import", [("events", .string(serving.folder + "/none.csv"))]).code == -32_001)
  }

  @Test("another process that writes for long holds up writers, and nobody else")
  func otherWriter() throws {
    let serving = try Serving()
    let gate = Gate()
    let started = Gate()
    let path = serving.store
    Thread.detachNewThread {
      do {
        try SQLiteStore.open(at: path).transaction {
          started.open()
          gate.pass()
        }
      } catch { print("the other writer failed: \(error)") }
    }
    started.pass()
    let (shop, person, reader) = (
      try Client(serving.socket), try Client(serving.socket), try Client(serving.socket)
    )
    let event = JSONValue.object([
      .init("subject", .string("u1")), .init("item", .string("i9")), .init("kind", .string("view")),
    ])
    try shop.send(Request(id: .integer(1), method: "record", params: .object([.init("events", event)])).line)
    let subject = JSONValue.Member("subject", .string("u2"))
    try person.send(
      Request(
        id: .integer(2), method: "consent.withdraw",
        params: .object([subject, .init("purposes", .string("recommendation"))])
      ).line)
    for _ in 0..<30 {
      #expect(try reader.call("recommend", [("subject", .string("u1"))])["result"]?["basis"] == .string("personal"))
    }
    gate.open()
    #expect(try shop.answer()["result"]?["admitted"] == .integer(1))
    #expect(try person.answer()["result"] != nil)
    #expect(try reader.call("recommend", [("subject", .string("u2"))])["result"]?["reason"] == .string("opted-out"))
    #expect(try reader.call("history", [("subject", .string("u1"))])["result"]?["held"] == .integer(11))
  }

  @Test("jobs are done one by one in their order; what has not begun can be let go")
  func worker() throws {
    let folder = try Files.temporaryDirectory(prefix: "attuned")
    defer { try? Files.removeTree(folder) }
    _ = try Engine.open(folder + "/s.attune", create: true)
    let poller = try Poller()
    let worker = Worker(store: folder + "/s.attune", waker: poller.waker)
    let gate = Gate()
    worker.submit(1, isExclusive: true) { _ in
      gate.pass()
      return .answer([1])
    }
    worker.submit(2, isExclusive: false) { _ in throw Failure(.notFound, "nothing") }
    worker.submit(3, isExclusive: false) { _ in .answer([3]) }
    #expect(worker.depth == 3 && worker.keepsWritersOut && worker.takeFinished().isEmpty)
    gate.open()
    worker.join()
    let finished = worker.takeFinished()
    #expect(finished.map(\.ticket) == [1, 2, 3] && worker.depth == 0 && !worker.keepsWritersOut)
    #expect(try finished[0].result.get() == [1] && finished[2].result.get() == [3])
    #expect(throws: CallError.self) { _ = try finished[1].result.get() }

    let second = Gate()
    worker.submit(4, isExclusive: false) { _ in
      second.pass()
      return .answer([4])
    }
    worker.submit(5, isExclusive: true) { _ in .answer([5]) }
    while worker.depth < 2 { usleep(1000) }
    // The first has begun once the queue behind it is one long.
    usleep(50_000)
    worker.cancelWaiting()
    second.open()
    worker.join()
    let rest = worker.takeFinished()
    #expect(Set(rest.map(\.ticket)) == [4, 5])
    for one in rest where one.ticket == 5 {
      #expect(throws: CallError.self) { _ = try one.result.get() }
    }
    withExtendedLifetime(poller) {}
  }

  @Test("it trains when its time has come", .timeLimit(.minutes(10)))
  func schedule() throws {
    let serving = try Serving(configuration: "{\"trainEvery\":1}")
    let client = try Client(serving.socket)
    let before = try client.call("status")["result"]?["trained"]
    let event = JSONValue.object([
      .init("subject", .string("u1")), .init("item", .string("i9")), .init("kind", .string("view")),
    ])
    _ = try client.call("record", [("events", event)])
    while try client.call("status")["result"]?["trained"] == before { usleep(50_000) }
    #expect(try client.call("recommend", [("subject", .string("u1"))])["result"]?["basis"] == .string("personal"))
  }

  @Test("a model that an older program wrote is trained anew at the start", .timeLimit(.minutes(10)))
  func olderModel() throws {
    let serving = try Serving()
    let client = try Client(serving.socket)
    let before = try client.call("status")["result"]?["digest"]
    try serving.end()
    var model = try Files.read(serving.store + "/model.bin")
    model[8] -= 1
    try Files.writeAtomically(serving.store + "/model.bin", model)
    let engine = try Engine.open(serving.store)
    #expect(failure { _ = try engine.recommend(RecommendationRequest(subject: "u1")) }?.code == .badStore)
    try serving.start()
    let again = try Client(serving.socket)
    var answer: JSONValue?
    for _ in 0..<3000 where answer == nil {
      usleep(20_000)
      answer = try again.call("recommend", [("subject", .string("u1"))])["result"]
    }
    #expect(answer?["basis"] == .string("personal"))
    #expect(try before != nil && again.call("status")["result"]?["digest"] == before)
  }

  @Test("G5, G6: an erasure that the disk interrupted is finished by the next sweep", .timeLimit(.minutes(10)))
  func interruptedErasure() throws {
    let serving = try Serving(configuration: "{\"sweepEvery\":3}")
    let client = try Client(serving.socket)
    let store = try SQLiteStore.open(at: serving.store)
    FaultInjection.fail(after: 0, errno: ENOSPC, under: serving.store + "/model.bin")
    _ = try client.call("erase", [("subject", .array([.string("u1")])), ("wait", .bool(true))])
    #expect(FaultInjection.disarm(under: serving.store + "/model.bin"))
    #expect(try store.pendingErasure() != nil)
    for _ in 0..<3000 where try store.pendingErasure() != nil { usleep(20_000) }
    #expect(try store.pendingErasure() == nil)
    #expect(try client.call("erase", [("subject", .array([.string("u2")])), ("wait", .bool(true))])["result"] != nil)
  }

  @Test("G16: it sweeps when its time has come", .timeLimit(.minutes(10)))
  func sweeping() throws {
    let serving = try Serving(configuration: "{\"sweepEvery\":1}")
    let client = try Client(serving.socket)
    #expect(try client.call("status")["result"]?["events"]?.integer == 300)
    do {
      let engine = try Engine.open(serving.store)
      try engine.setClock(Timestamp(seconds: 1_750_000_000 + 200 * 86_400))
      try engine.setRetention(byFixedClock: true)
    }
    let answer = try client.call("recommend", [("subject", .string("u1"))])["result"]
    #expect(answer?["reason"] == .string("no-history"), "out of use before any sweep")
    while try client.call("status")["result"]?["events"]?.integer != 0 { usleep(50_000) }
  }

  @Test("a changed configuration holds from the reload on, a broken one changes nothing")
  func reload() throws {
    let serving = try Serving(configuration: "{\"maxConnections\":1}")
    let first = try Client(serving.socket)
    #expect(try first.call("health")["result"] != nil)
    let second = try Client(serving.socket)
    try second.send(Request(id: .integer(1), method: "health").line)
    // More than a few turns pass without the second being taken.
    for _ in 0..<20 { #expect(try first.call("metrics")["result"]?.text?.contains("attune_connections 1\n") == true) }
    try serving.reload("{\"maxConnections\":")
    #expect(try first.call("metrics")["result"]?.text?.contains("attune_connections 1\n") == true)
    try serving.reload("{\"maxConnections\":2}")
    #expect(try second.answer()["result"]?["ok"] == .bool(true))
    let third = try Client(serving.socket)
    try third.send(Request(id: .integer(3), method: "health").line)
    first.socket.finishWriting()
    #expect(try third.answer()["id"] == .integer(3))
  }

  @Test("above its limit of memory, profiles are let go and answers stay right")
  func memory() throws {
    let serving = try Serving()
    let client = try Client(serving.socket)
    func cached() throws -> String? {
      try client.call("metrics")["result"]?.text?.split(separator: "\n").first {
        $0.hasPrefix("attune_people_cached ")
      }.map { String($0.dropFirst(21)) }
    }
    let list = try client.call("recommend", [("subject", .string("u1"))])["result"]?["items"]
    #expect(try cached() == "1")
    try serving.reload("{\"maxMemoryMiB\":16}")
    usleep(1_200_000)
    #expect(try client.call("health")["result"] != nil)
    #expect(try cached() == "0")
    #expect(try client.call("recommend", [("subject", .string("u1"))])["result"]?["items"] == list)
    try serving.reload("{\"maxPeople\":3}")
    for index in 0..<10 { _ = try client.call("recommend", [("subject", .string("u\(index)"))]) }
    #expect(try (Int(cached() ?? "") ?? 99) <= 3)
  }

  @Test("a socket that a service manager hands on is served, and its file left alone")
  func activation() throws {
    let folder = try Files.temporaryDirectory(prefix: "attuned")
    defer { try? Files.removeTree(folder) }
    let path = folder + "/s"
    let manager = try UnixListener(path: path)
    do {
      let listener = try UnixListener(inherited: dup(manager.number))
      let client = try UnixSocket(connectingTo: path)
      #expect(try listener.accept() != nil)
      listener.close()
      withExtendedLifetime(client) {}
    }
    #expect(Files.exists(path))
    let other = unsafe open("/dev/null", O_RDONLY)
    #expect(throws: Failure.self) { _ = try UnixListener(inherited: other) }
  }

  @Test("a service manager hears of readiness, and its descriptors are taken if they are for this process")
  func serviceManager() async {
    await #expect(processExitsWith: .success) {
      #expect(ServiceManager.inheritedDescriptors().isEmpty)
      unsafe setenv("LISTEN_FDS", "2", 1)
      unsafe setenv("LISTEN_PID", "1", 1)
      guard ServiceManager.inheritedDescriptors().isEmpty else { exit(2) }
      unsafe setenv("LISTEN_PID", "\(getpid())", 1)
      guard ServiceManager.inheritedDescriptors() == 3..<5 else { exit(3) }
      // Nobody wants to know.
      try ServiceManager.notify("READY=1")
      let folder = try Files.temporaryDirectory(prefix: "attuned")
      defer { try? Files.removeTree(folder) }
      let path = folder + "/notify"
      let heard = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
      let bound = unsafe withUnsafePointer(to: &address) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe bind(heard, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      guard bound == 0 else { exit(4) }
      unsafe setenv("NOTIFY_SOCKET", path, 1)
      try ServiceManager.notify("READY=1")
      var buffer = [UInt8](repeating: 0, count: 64)
      let count = unsafe recv(heard, &buffer, 64, Int32(MSG_DONTWAIT))
      guard count == 7, String(decoding: buffer.prefix(7), as: UTF8.self) == "READY=1" else { exit(5) }
      unsafe setenv("NOTIFY_SOCKET", folder + "/nobody", 1)
      #expect(throws: Failure.self) { try ServiceManager.notify("READY=1") }
      exit(0)
    }
  }
}

/// Holds a thread until it is opened.
private final class Gate: Sendable {
  private let lock = Condition()
  private final class State: @unchecked Sendable { var isOpen = false }  // unchecked: touched under `lock` only
  private let state = State()

  func open() {
    lock.locked {
      state.isOpen = true
      lock.broadcast()
    }
  }

  func pass() { lock.locked { while !state.isOpen { lock.wait() } } }
}

@Suite("G2, G5, G6: people erased through a daemon")
struct DaemonErasureTests {
  @Test("an erasure is answered before the files are searched, others are served without them, and verify waits for it")
  func answered() throws {
    let serving = try Serving()
    let (officer, shop) = (try Client(serving.socket), try Client(serving.socket))
    var models: [JSONValue?] = [try shop.call("status")["result"]?["digest"]]
    for subject in ["u1", "u2", "u3"] {
      let receipt = try #require(try officer.call("erase", [("subject", .string(subject))])["result"])
      #expect(receipt["verified"] == .null && receipt["items"] == nil && receipt["keyDestroyed"] == .bool(true))
      let answer = try shop.call("recommend", [("subject", .string("u9"))])["result"]
      #expect(answer?["model"] == receipt["modelAfter"] && receipt["modelBefore"] == models.last)
      models.append(receipt["modelAfter"])
      #expect(try shop.call("recommend", [("subject", .string(subject))])["result"]?["basis"] == .string("general"))
      let report = try officer.call("verify", [("receipt", receipt)])["result"]
      #expect(report?["holds"] == .bool(true) && report?["erased"]?.text != nil)
    }
    #expect(Set(models.map { "\($0?.text ?? "")" }).count == 4)
    let waited = try officer.call("erase", [("subject", .string("u4")), ("wait", .bool(true))])["result"]
    #expect(waited?["verified"]?.text != nil && waited?["items"]?.integer != nil)
  }

  @Test("what the model was learned from is in memory from the start where that is wanted, and let go above the limit")
  func keptTraining() throws {
    func kept(_ client: borrowing Client, _ wanted: Int) throws -> Bool {
      // It is read beside serving.
      for _ in 0..<3000 {
        let text = try client.call("metrics")["result"]?.text ?? ""
        if text.contains("attune_people_in_training \(wanted)\n") { return true }
        usleep(10_000)
      }
      return false
    }
    let serving = try Serving(configuration: "{\"keepTraining\":true}")
    let client = try Client(serving.socket)
    #expect(try kept(client, 30))
    let before = try client.call("status")["result"]?["digest"]
    let receipt = try client.call("erase", [("subject", .string("u3"))])["result"]
    #expect(receipt?["modelBefore"] == before && receipt?["modelAfter"] != before)
    #expect(try kept(client, 29))
    try serving.reload("{\"maxMemoryMiB\":16}")
    #expect(try kept(client, 0))
    let last = try client.call("erase", [("subject", .string("u4")), ("wait", .bool(true))])["result"]
    #expect(last?["modelBefore"] == receipt?["modelAfter"] && last?["verified"]?.text != nil)
    let other = try Serving()
    #expect(try kept(Client(other.socket), 0))
    try other.end()
  }

  @Test("G5: a burst of erasures, withdrawals and forgetting leaves the model of a store that never saw them")
  func burst() throws {
    let serving = try Serving()
    let officer = try Client(serving.socket)
    var calls = 0
    func send(_ method: String, _ params: [JSONValue.Member]) throws {
      try officer.send(Request(id: .integer(Int64(calls)), method: method, params: .object(params)).line)
      calls += 1
    }
    for person in 0..<12 {
      let subject = JSONValue.Member("subject", .string("u\(person)"))
      switch person % 4 {
      case 0, 1: try send("erase", [subject])
      case 2: try send("history.forget", [subject, .init("kind", .string("view"))])
      default: try send("consent.withdraw", [subject, .init("purposes", .array([.string("training")]))])
      }
    }
    for _ in 0..<calls { #expect(try officer.answer()["error"] == nil) }
    let digest = try officer.call("status")["result"]?["digest"]
    try serving.end()
    let folder = try Files.temporaryDirectory(prefix: "attuned-never")
    defer { try? Files.removeTree(folder) }
    try Serving.fill(folder + "/never.attune", folder)
    let never = try Engine.open(folder + "/never.attune")
    for person in 0..<12 { _ = try never.withdraw([.training], from: "u\(person)") }
    #expect(digest == .string(try #require(try never.status().model)))
    #expect(try Engine.open(serving.store).status().model == never.status().model)
  }
}
