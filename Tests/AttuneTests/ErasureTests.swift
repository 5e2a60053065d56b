import Consent
import Crypto
import Foundation
import Intake
import ModelFile
import Store
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Attune

/// Everything of a person's that must be found nowhere once they are erased, as bytes.
struct Traces {
  var whole: [[UInt8]] = []

  init(whole: [[UInt8]]) { self.whole = whole }

  init(of subjects: [String], in engine: Engine) throws {
    for subject in subjects {
      let pseudonym = engine.pseudonymizer.pseudonym(of: Array(subject.utf8))
      guard let person = try engine.store.person(pseudonym) else { continue }
      whole.append(pseudonym.bytes)
      whole.append(try engine.store.requireKey(of: person).bytes)
      whole += try engine.store.sealedEvents(of: person).map(\.sealed)
      whole += try engine.store.decisions(of: person).map(\.sealed)
      whole += try engine.store.ledgerRows(of: person).map(\.sealed)
      if let instructions = try engine.store.instructions(of: person) { whole.append(instructions) }
      whole += try engine.store.disclosures(of: person).map(\.sealed)
      if let member = try engine.store.segmentMember(person) {
        whole.append(member)
        // The averages with them in it; each write of one is sealed anew.
        whole += try engine.store.allSegments().map(\.sealed)
      }
    }
  }

  /// How many 16-byte pieces of them lie in any file of a folder, by a search of its own.
  func pieces(in folder: String) throws -> Int {
    var words: [UInt64: Set<[UInt8]>] = [:]
    for bytes in whole {
      for start in stride(from: 0, through: bytes.count - 16, by: 16) {
        let piece = Array(bytes[start..<start + 16])
        words[unsafe piece.withUnsafeBytes { unsafe $0.loadUnaligned(as: UInt64.self) }, default: []].insert(piece)
      }
    }
    var found = 0
    for name in try Files.names(in: folder) where Files.isRegular(folder + "/" + name) {
      let bytes = try Files.read(folder + "/" + name)
      unsafe bytes.withUnsafeBytes { raw in
        for start in 0..<max(0, raw.count - 15) {
          guard let pieces = words[unsafe raw.loadUnaligned(fromByteOffset: start, as: UInt64.self)] else { continue }
          if pieces.contains(unsafe Array(raw[start..<start + 16])) { found += 1 }
        }
      }
    }
    return found
  }
}

@Suite("G5, G6: being forgotten")
struct ErasureTests {
  @Test("G5: after erasures, opt-outs and new events the model is that of a store that never saw them")
  func neverSeen() throws {
    var changed = 0
    checkProperty(cases: 12, seed: 7000) { random in
      try withTemporaryDirectory { folder in
        var shop = Shop.random(seed: random.next(), people: 40, items: 15 + random.below(40))
        // A store without a catalogue knows items from events alone.
        if random.chance(1, in: 2) { shop.items = [] }
        let engine = try shop.engine(in: folder, name: "all")
        var (gone, off): (Set<String>, [String]) = ([], [])
        let later = Shop.random(seed: random.next(), people: 40, items: 30)
        for round in 0..<4 {
          switch random.below(4) {
          case 0:
            let subject = "u\(random.below(40))"
            if gone.contains(subject) { continue }
            _ = try engine.withdraw([.training], from: subject)
            off.append(subject)
          case 1 where round < 3: try shop.importEvents(later.events, into: engine, folder + "/later\(round).ndjson")
          default:
            let subjects = (0...random.below(5)).map { _ in "u\(random.below(40))" }
            let before = try engine.status().model
            let receipt = try engine.erase(subjects)
            gone.formUnion(subjects)
            changed += receipt.modelAfter == before ? 0 : 1
            guard receipt.modelAfter == (try engine.status().model), receipt.modelBefore == before else { return false }
          }
        }
        let rest = Shop(items: shop.items, events: shop.events.filter { !gone.contains($0.subject) })
        let never = try rest.engine(in: folder, name: "never")
        for subject in off where !gone.contains(subject) { _ = try never.withdraw([.training], from: subject) }
        _ = try engine.ledger.verify()
        return try engine.status().model == never.status().model
      }
    }
    #expect(changed > 10, "the cases are too thin to mean anything")
  }

  @Test("G5: everybody else gets what they would get had the person never been there")
  func othersUnmoved() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop(items: [], events: Shop.random(seed: 31, people: 40, items: 25).events)
      let engine = try shop.engine(in: folder, name: "all")
      _ = try engine.erase(["u4", "u9", "u17"])
      let rest = Shop(items: [], events: shop.events.filter { !["u4", "u9", "u17"].contains($0.subject) })
      let never = try rest.engine(in: folder, name: "never")
      let (a, b) = (try engine.status(), try never.status())
      #expect(a.items == b.items && a.events == b.events && a.subjects == b.subjects && a.model == b.model)
      for person in 0..<40 {
        let request = RecommendationRequest(subject: "u\(person)", count: 20)
        #expect(try engine.recommend(request).answerText == never.recommend(request).answerText, "person \(person)")
      }
      #expect(try engine.recommend(RecommendationRequest(subject: "u4")).basis == .general)
      #expect(try engine.history(of: "u4").held == 0)
    }
  }

  @Test("G5: an item that only erased people had touched, and no catalogue names, is gone")
  func canary() throws {
    try withTemporaryDirectory { folder in
      var shop = Shop.random(seed: 32, people: 30, items: 20)
      for person in ["u1", "u2", "u3"] {
        for item in ["only-theirs", "i0"] {
          shop.events.append(Shop.Event(subject: person, item: item, kind: "view", time: Shop.start + 9))
        }
      }
      let engine = try shop.engine(in: folder)
      #expect(try engine.model().snapshot.index(ofID: "only-theirs") != nil)
      let count = try engine.status().items
      #expect(try engine.erase(["u1"]).items == 0)
      #expect(try engine.model().snapshot.index(ofID: "only-theirs") == nil, "two are too few to show it")
      #expect(try engine.status().items == count)
      #expect(try engine.erase(["u2", "u3"]).items == 1)
      #expect(try engine.status().items == count - 1 && engine.store.itemNumber(id: "only-theirs") == nil)
      for name in try Files.names(in: folder + "/shop.attune") {
        let bytes = String(decoding: try Files.read(folder + "/shop.attune/" + name), as: UTF8.self)
        #expect(!bytes.contains("only-theirs"), "\(name)")
      }
      // Numbers are not given out again.
      try shop.importEvents(
        [Shop.Event(subject: "new", item: "new", kind: "view", time: Shop.start)], into: engine, folder + "/n.ndjson")
      #expect(try engine.store.itemNumber(id: "new").map { Int($0.rawValue) } == count)
      _ = try engine.train()
    }
  }

  @Test("G6: no byte of rows, pseudonyms or keys is left in any file, and the receipt says so", arguments: 0..<4)
  func noResidue(seed: UInt64) throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 40 + seed, people: 300, items: 30)
      let engine = try shop.engine(in: folder)
      var random = SplitMix64(seed: seed)
      // People who come one by one leave split pages behind.
      for round in 0..<400 {
        let subject = "late\(random.below(300))"
        _ = try engine.grant([.recommendation], to: subject)
        let line = "{\"subject\":\"\(subject)\",\"item\":\"i\(round % 30)\",\"kind\":\"view\",\"time\":1750000000}\n"
        _ = try engine.record([Array(line.utf8)])
      }
      let store = folder + "/shop.attune"
      for round in 0..<4 {
        let two = ["u\(random.below(300))", "late\(random.below(300))"]
        let subjects = round == 3 ? (0..<60).map { "u\($0 * 4)" } : two
        for subject in subjects.prefix(3) {
          _ = try engine.recommend(RecommendationRequest(subject: subject))
          _ = try engine.block(.item("i3"), for: subject)
        }
        let traces = try Traces(of: subjects, in: engine)
        #expect(try traces.pieces(in: store) > 3, "the search finds nothing, so it shows nothing")
        let receipt = try engine.erase(subjects)
        #expect(try traces.pieces(in: store) == 0, "seed \(seed), round \(round)")
        let report = try engine.verify(String(decoding: receipt.json, as: UTF8.self))
        #expect(report.holds && report.rows == 0 && report.residue == 0 && report.bytes > 50_000, "\(report)")
        let text = String(decoding: receipt.json, as: UTF8.self)
        #expect(!subjects.contains { text.contains("\"\($0)\"") }, "the receipt names nobody")
      }
      #expect(try Engine.open(store).status().events == engine.status().events)
    }
  }

  @Test("G6: deletion alone leaves residue, which the search finds")
  func deletionIsNotEnough() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 45, people: 50, items: 30).engine(in: folder)
      let traces = try Traces(of: ["u5"], in: engine)
      let fingerprints = traces.whole.flatMap { Fingerprint.all(of: $0) }
      try engine.store.deletePerson(#require(try engine.person("u5")))
      #expect(try engine.store.residue(of: fingerprints).found > 0)
      #expect(try traces.pieces(in: folder + "/shop.attune") > 0)
      try engine.store.wipe(fingerprints)
      #expect(try engine.store.residue(of: fingerprints).found == 0)
      #expect(try traces.pieces(in: folder + "/shop.attune") == 0)
    }
  }

  @Test(
    "G6: a receipt does not hold for a store in which something of the person is left",
    arguments: ["row", "bytes", "key", "pseudonym", "chain"])
  func brokenStores(what: String) throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 50, people: 30, items: 20).engine(in: folder)
      let person = try #require(try engine.person("u5"))
      let traces = try Traces(of: ["u5"], in: engine)
      _ = try engine.withdraw([.push], from: "u6")
      let receipt = String(decoding: try engine.erase(["u5"]).json, as: UTF8.self)
      #expect(try engine.verify(receipt).holds)
      switch what {
      case "row": try engine.store.appendEvents(person, sequence: 1, count: 1, sealed: [1])
      case "bytes": try engine.store.setFact("left", bytes: traces.whole[2])
      case "key": try engine.store.setFact("left", bytes: Array(traces.whole[1].prefix(16)))
      case "pseudonym":
        _ = try engine.store.addPerson(engine.pseudonymizer.pseudonym(of: Array("u5".utf8)), sourceGrant: nil)
      default:
        // A body dropped without an erasure on record.
        _ = try engine.store.dropLedgerBodies(of: #require(try engine.person("u6")))
      }
      let report = try engine.verify(receipt)
      #expect(!report.holds && (report.rows + report.residue > 0) == (what != "chain"), "\(report)")
    }
  }

  @Test("G6: a receipt that was changed, or is another store's, is none")
  func forged() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 51, people: 20, items: 20).engine(in: folder)
      let other = try Shop.random(seed: 51, people: 20, items: 20).engine(in: folder, name: "other")
      let json = try engine.erase(["u5"]).json
      #expect(throws: Failure.self) { try other.verify(String(decoding: json, as: UTF8.self)) }
      var random = SplitMix64(seed: 52)
      for _ in 0..<200 {
        var bytes = json
        let place = random.below(bytes.count)
        bytes[place] = UInt8(33 + random.below(90))
        if bytes == json { continue }
        let text = String(decoding: bytes, as: UTF8.self)
        let failure = failure { _ = try engine.verify(text) }
        #expect(failure?.code == .badInput, "seed 52, place \(place)")
      }
      // White space and the proof alone are as good.
      let spaced = String(decoding: json, as: UTF8.self).replacing(",\"", with: ",\n  \"")
      #expect(try engine.verify(spaced).holds)
      #expect(try engine.verify(engine.erase(["u7"]).proof + "\n").holds)
      #expect(throws: Failure.self) { try engine.verify("") }
    }
  }

  @Test("an old log does not bring an erased person back; consenting anew does")
  func suppression() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 60, people: 30, items: 20)
      let engine = try shop.engine(in: folder)
      let model = try engine.status().model
      let receipt = try engine.erase(["u5", "never-met"])
      #expect(receipt.people == 1 && receipt.events == shop.events.count { $0.subject == "u5" })
      let without = try engine.status()
      #expect(without.model != model)
      func again() throws -> ImportReport {
        let events = shop.events.filter { $0.subject == "u5" }
        let stranger = Shop.Event(subject: "never-met", item: "i1", kind: "view", time: Shop.start)
        try Shop.lines(events + [stranger]).write(
          toFile: folder + "/again.ndjson", atomically: true, encoding: .utf8)
        var input = ImportInput(path: folder + "/again.ndjson")
        input.grantAll = true
        input.again = true
        return try engine.importEvents(input)
      }
      #expect(try again().admitted == 0)
      _ = try engine.train()
      #expect(try engine.status().subjects == without.subjects && engine.status().model == without.model)
      // A choice against something does not invite the old log either, though it makes them known.
      _ = try engine.withdraw([.push], from: "u5")
      #expect(try again().admitted == 0)
      var report = try engine.verify(receipt.proof)
      #expect(report.holds && report.returned == 1)
      _ = try engine.grant([.recommendation], to: "u5")
      #expect(try again().admitted == receipt.events)
      report = try engine.verify(receipt.proof)
      #expect(report.holds && report.returned == 1)
      _ = try engine.erase(["u5"])
      #expect(try again().admitted == 0)
    }
  }

  @Test("G20: after erasures the chain verifies, and a body missing for another reason is found")
  func chain() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 61, people: 20, items: 20).engine(in: folder)
      var random = SplitMix64(seed: 61)
      for _ in 0..<40 {
        _ = try engine.withdraw([Purpose.allCases[random.below(4)]], from: "u\(random.below(20))")
        if random.chance(1, in: 4) { _ = try engine.erase(["u\(random.below(20))", "u\(random.below(20))"]) }
      }
      let entries = try engine.ledger.verify()
      #expect(entries > 40)
      var dropped = 0
      try engine.store.forEachLedgerRow { row in
        #expect((row.person == nil) || !row.sealed.isEmpty)
        dropped += row.sealed.isEmpty ? 1 : 0
      }
      #expect(dropped > 5)
      let left = try #require(try engine.store.peopleInLedger().first)
      _ = try engine.store.dropLedgerBodies(of: left)
      #expect(throws: Failure.self) { try engine.ledger.verify() }
      try engine.store.transaction { _ = try engine.ledger.recordErasure(of: [left], time: Timestamp(seconds: 1)) }
      #expect(throws: Failure.self, "an entry made afterwards does not explain it") { try engine.ledger.verify() }
    }
  }

  @Test(
    "G5, G6: killed at any step, an erasure is finished when the store is next opened",
    arguments: ErasureStep.allCases.indices)
  func killed(step: Int) async throws {
    let folder = try Files.temporaryDirectory(prefix: "attune-erase")
    defer { try? Files.removeTree(folder) }
    let shop = Shop(items: [], events: Shop.random(seed: 70, people: 40, items: 25).events)
    var traces: Traces?
    do {
      let engine = try shop.engine(in: folder)
      _ = try engine.recommend(RecommendationRequest(subject: "u3"))
      traces = try Traces(of: ["u3", "u8"], in: engine)
    }
    await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String, step = step as Int] in
      let engine = try Engine.open(folder + "/shop.attune")
      engine.onErasureStep = { if $0 == ErasureStep.allCases[step] { kill(getpid(), SIGKILL) } }
      _ = try engine.erase(["u3", "u8"])
    }
    let engine = try Engine.open(folder + "/shop.attune")
    let rest = Shop(items: [], events: shop.events.filter { !["u3", "u8"].contains($0.subject) })
    let never = try rest.engine(in: folder, name: "never").status()
    let status = try engine.status()
    #expect(status.model == never.model && status.items == never.items && status.events == never.events)
    #expect(try engine.store.pendingErasure() == nil && engine.store.pendingRetraction() == 0)
    #expect(try traces?.pieces(in: folder + "/shop.attune") == 0)
    let receipt = try engine.erase(["u3", "u8"])
    #expect(receipt.events == 0)
    #expect(try engine.verify(receipt.proof).holds)
  }

  @Test("G5: a disk that fails at any moment leaves the erasure to the next opening")
  func failingDisk() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 71, people: 40, items: 25)
      var struck = 0
      for calls in 0..<8 {
        let name = "s\(calls)"
        let engine = try shop.engine(in: folder, name: name)
        FaultInjection.fail(after: calls, errno: ENOSPC, under: folder + "/\(name).attune")
        let failure = failure { _ = try engine.erase(["u3"]) }
        struck += FaultInjection.disarm(under: folder + "/\(name).attune") ? 1 : 0
        let rest = Shop(items: shop.items, events: shop.events.filter { $0.subject != "u3" })
        let reopened = try Engine.open(folder + "/\(name).attune")
        if failure != nil { #expect(try reopened.store.pendingErasure() == nil) }
        #expect(
          try reopened.status().model == rest.engine(in: folder, name: "never\(calls)").status().model, "call \(calls)")
      }
      #expect(struck > 0)
    }
  }
}
