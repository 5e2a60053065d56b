import Crypto
import Foundation
import ModelFile
import Store
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Attune

@Suite("G5, G6: leaving the model through what is kept in memory")
struct TrainingMemoryTests {
  /// An engine as a daemon's worker has it, with the training in memory.
  private func worker(_ shop: Shop, in folder: String, name: String = "all") throws -> Engine {
    let engine = try shop.engine(in: folder, name: name, train: false)
    engine.keepsTraining = true
    _ = try engine.train()
    return engine
  }

  @Test("G5: through memory, whoever leaves in whatever way and order, the model is that of a store without them")
  func neverSeen() throws {
    var (amended, whole) = (0, 0)
    checkProperty(cases: 16, seed: 7100) { random in
      try withTemporaryDirectory { folder in
        var shop = Shop.random(seed: random.next(), people: 40, items: 15 + random.below(40))
        if random.chance(1, in: 2) { shop.items = [] }
        let engine = try worker(shop, in: folder)
        var (gone, off): (Set<String>, [String]) = ([], [])
        let later = Shop.random(seed: random.next(), people: 40, items: 30)
        for round in 0..<7 {
          let subject = "u\(random.below(40))"
          switch random.below(8) {
          case 0 where !gone.contains(subject):
            _ = try engine.withdraw([.training], from: subject)
            off.append(subject)
          case 1:
            try engine.finish()
            try shop.importEvents(later.events, into: engine, folder + "/later\(round).ndjson")
          case 2:
            // Somebody else's engine on the same store, which knows nothing of ours.
            try engine.finish()
            _ = try Engine.open(folder + "/all.attune").erase([subject])
            gone.insert(subject)
          case 3 where !gone.contains(subject):
            var request = ForgetRequest()
            request.kinds = [.view]
            // The whole contribution is out until the next training.
            if try engine.forget(request, of: subject).withdrawn { off.append(subject) }
          case 4:
            engine.training = random.chance(1, in: 2) ? nil : engine.training
          default:
            let subjects = (0...random.below(3)).map { _ in "u\(random.below(40))" }
            let before = try engine.status().model
            let receipt = try engine.eraseBeforeVerifying(subjects)
            gone.formUnion(subjects)
            if try engine.store.pendingRetraction() != 0 { amended += 1 } else { whole += 1 }
            guard receipt.modelBefore == before, receipt.modelAfter == (try engine.status().model) else { return false }
          }
          if random.chance(1, in: 2) { try engine.finish() }
        }
        let rest = Shop(items: shop.items, events: shop.events.filter { !gone.contains($0.subject) })
        let never = try rest.engine(in: folder, name: "never")
        for subject in off where !gone.contains(subject) { _ = try never.withdraw([.training], from: subject) }
        let model = try never.status().model
        if try engine.status().model != model { return false }
        try engine.finish()
        return try engine.status().model == model && engine.store.pendingRetraction() == 0
          && engine.store.pendingErasure() == nil
      }
    }
    #expect(amended > 20 && whole > 5, "the cases are too thin to mean anything: \(amended), \(whole)")
  }

  @Test("G5: what is read into memory at the start is what was learned from, or is not believed")
  func readAtStart() throws {
    checkProperty(cases: 12, seed: 7300) { random in
      try withTemporaryDirectory { folder in
        let shop = Shop.random(seed: random.next(), people: 40, items: 15 + random.below(20))
        var gone: Set<String> = []
        do {
          let engine = try shop.engine(in: folder, name: "all")
          _ = try engine.withdraw([.training], from: "u1")
          if random.chance(1, in: 2) { _ = try engine.erase(["u2"]) }
          // Not learned from yet.
          try shop.importEvents(
            Shop.random(seed: random.next(), people: 40, items: 30).events, into: engine, folder + "/later.ndjson")
        }
        let engine = try Engine.open(folder + "/all.attune")
        engine.keepsTraining = true
        try engine.readTraining()
        let kept = try engine.training.map { $0.isAttached(to: try engine.store.modelVersion()) }
        guard kept == true, engine.training?.digest == (try engine.status().model) else { return false }
        // Somebody else takes a person out before we do.
        let isPreceded = random.chance(1, in: 3)
        if isPreceded { gone.formUnion(try erase("u5", folder)) }
        _ = try engine.eraseBeforeVerifying(["u7"])
        gone.formUnion(["u2", "u7"])
        guard try (engine.store.pendingRetraction() != 0) != isPreceded else { return false }
        let rest = Shop(items: shop.items, events: shop.events.filter { !gone.contains($0.subject) })
        let never = try rest.engine(in: folder, name: "never")
        _ = try never.withdraw([.training], from: "u1")
        if try engine.person("u2") != nil { _ = try engine.eraseBeforeVerifying(["u2"]) }
        return try engine.status().model == never.status().model
      }
    }
  }

  private func erase(_ subject: String, _ folder: String) throws -> [String] {
    _ = try Engine.open(folder + "/all.attune").erase([subject])
    return [subject]
  }

  @Test("G5: with refined rows the counts are served from the first erasure on, and then amended")
  func refined() throws {
    try withTemporaryDirectory { folder in
      let set = [("rows.refine", "15"), ("rows.ridge", "2")]
      let shop = Shop.random(seed: 34, people: 40, items: 25)
      let engine = try shop.engine(in: folder, name: "all", train: false)
      engine.keepsTraining = true
      _ = try engine.train(set: set.map { (key: $0.0, value: $0.1) })
      #expect(try engine.model().snapshot.isRefined)
      var gone: Set<String> = []
      for (index, subject) in ["u4", "u9", "u17"].enumerated() {
        _ = try engine.eraseBeforeVerifying([subject])
        gone.insert(subject)
        #expect(try engine.store.pendingRetraction() != 0 || index == 0, "amended from the second on")
        #expect(try !engine.model().snapshot.isRefined)
        let rest = Shop(items: shop.items, events: shop.events.filter { !gone.contains($0.subject) })
        let never = try rest.engine(in: folder, name: "never\(index)", set: set)
        #expect(try engine.status().model == never.status().model)
        if index == 1 { try engine.finish() }
      }
    }
  }

  @Test("G5: what a search finds and what is suggested is that of a store without them, before the search of the files")
  func words() throws {
    try withTemporaryDirectory { folder in
      var shop = Shop.random(seed: 35, people: 40, items: 40)
      // Half of what was seen no catalogue names, and has no words.
      shop.items = shop.items.filter { $0.id.utf8.last.map { $0 % 2 == 0 } ?? false }
      let leaving = ["u4", "u9", "u17", "u21", "u30"]
      let engine = try worker(shop, in: folder)
      _ = try engine.eraseBeforeVerifying(leaving)
      #expect(try engine.store.pendingRetraction() != 0, "the file was amended")
      let never = try Shop(items: shop.items, events: shop.events.filter { !leaving.contains($0.subject) })
        .engine(in: folder, name: "never")
      for text in ["thing", "red", "thing of blue", "b1 green", "s2", "colour:red thing"] {
        for sort in [SearchRequest.Sort.personal, .general, .sales] {
          for subject in [nil] + (0..<12).map({ "u\($0)" }) {
            let request = SearchRequest(text, subject: subject, sort: sort, count: 30)
            let (found, wanted) = (try engine.search(request).list, try never.search(request).list)
            #expect(!wanted.items.isEmpty && found.answerText == wanted.answerText, "\(text), \(sort)")
          }
        }
        let (offered, wanted) = (try engine.complete(text), try never.complete(text))
        #expect(offered.map { "\($0.text) \($0.items ?? 0)" } == wanted.map { "\($0.text) \($0.items ?? 0)" })
      }
    }
  }

  @Test("G5, G6: before the search everybody's answers are those of a store without them, and the receipt says which")
  func beforeVerifying() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop(items: [], events: Shop.random(seed: 31, people: 40, items: 25).events)
      let leaving = ["u4", "u9", "u17"]
      let engine = try worker(shop, in: folder)
      let traces = try Traces(of: leaving, in: engine)
      var keys = traces
      keys.whole = try leaving.map { try engine.store.requireKey(of: #require(try engine.person($0))).bytes }
      #expect(try keys.pieces(in: folder + "/all.attune") == 6)
      let receipt = try engine.eraseBeforeVerifying(leaving)
      #expect(try keys.pieces(in: folder + "/all.attune") == 0, "answered with a key in a file")
      #expect(engine.isUnfinished && receipt.verified == nil && receipt.items == nil && receipt.people == 3)
      let text = String(decoding: receipt.json, as: UTF8.self)
      #expect(text.contains("\"verified\":null") && text.contains("\"keyDestroyed\":true"))
      let rest = Shop(items: [], events: shop.events.filter { !leaving.contains($0.subject) })
      let never = try rest.engine(in: folder, name: "never")
      // Another process sees it too; it leaves what is unfinished to us.
      let other = try Engine.open(folder + "/all.attune")
      for engine in [engine, other] {
        #expect(try engine.status().model == never.status().model)
        for person in 0..<40 {
          let request = RecommendationRequest(subject: "u\(person)", count: 20)
          #expect(try engine.recommend(request).answerText == never.recommend(request).answerText, "person \(person)")
        }
      }
      #expect(try engine.store.pendingErasure() != nil)
      try engine.finish()
      #expect(try traces.pieces(in: folder + "/all.attune") == 0)
      let report = try engine.verify(text)
      #expect(report.holds && report.erased != nil)
      // The file was written anew: it is what a store has that never saw them, but for the numbers of items.
      #expect(try engine.status().items == never.status().items)
      #expect(try Files.size(of: engine.store.modelPath) == Files.size(of: never.store.modelPath))
    }
  }

  @Test("G7: the first answer to an erasure reads nobody else's events, and adds to the model file what has changed")
  func readsNobodyElse() throws {
    checkProperty(cases: 6, seed: 7300) { random in
      try withTemporaryDirectory { folder in
        let shop = Shop.random(seed: random.next(), people: 40, items: 20 + random.below(20))
        let engine = try worker(shop, in: folder)
        let leaving = Set((0...random.below(3)).map { _ in "u\(random.below(40))" })
        let before = try Files.read(engine.store.modelPath)
        try engine.spoilEvents(but: Array(leaving))
        let receipt = try engine.eraseBeforeVerifying(leaving.sorted())
        let rest = Shop(items: shop.items, events: shop.events.filter { !leaving.contains($0.subject) })
        let never = try rest.engine(in: folder, name: "never")
        let after = try Files.read(engine.store.modelPath)
        return try receipt.modelAfter == never.status().model && after.starts(with: before) && after != before
      }
    }
  }

  @Test("G5, G6: one search serves erasures that follow each other, and each receipt tells of its own alone")
  func oneSearch() throws {
    try withTemporaryDirectory { folder in
      // Items that no catalogue names, each touched by one person alone.
      var shop = Shop(items: [], events: Shop.random(seed: 34, people: 30, items: 20).events)
      for person in 0..<30 {
        for number in 0..<person % 4 {
          shop.events.append(
            Shop.Event(subject: "u\(person)", item: "own\(person)-\(number)", kind: "view", time: Shop.start))
        }
      }
      let engine = try worker(shop, in: folder)
      let leaving = ["u5", "stranger", "u6", "u7", "u9"]
      let traces = try Traces(of: leaving, in: engine)
      let first = try engine.beginErasing(["u1"])
      let ended = try engine.finish()
      #expect(try first.receipt(verifiedWith: ended).items == 1 && engine.fileSearches == 1)
      let begun = try leaving.map { try engine.beginErasing([$0]) }
      // Consent to learn taken back between two, and nothing of it stops the search.
      _ = try engine.withdraw([.training], from: "u8")
      let last = try engine.beginErasing(["u11"])
      let model = try engine.status().model
      let receipts = begun.map { $0.receipt() }
      #expect(engine.fileSearches == 1 && receipts.allSatisfy { $0.verified == nil && $0.items == nil })
      #expect(last.receipt().modelAfter == model)
      let gone = try engine.finish()
      #expect(engine.fileSearches == 2 && !engine.isUnfinished)
      let verified = try begun.map { try $0.receipt(verifiedWith: gone) }
      #expect(verified.map(\.items) == [1, 0, 2, 3, 1] && verified.map(\.people) == [1, 0, 1, 1, 1])
      for receipt in receipts + verified + [last.receipt()] { #expect(try engine.verify(receipt.proof).holds) }
      #expect(try traces.pieces(in: folder + "/all.attune") == 0 && engine.store.pendingErasures().isEmpty)
      let without = Set(leaving + ["u1", "u11"])
      let never = try Shop(items: [], events: shop.events.filter { !without.contains($0.subject) })
        .engine(in: folder, name: "never")
      _ = try never.withdraw([.training], from: "u8")
      #expect(try engine.status().model == model && model == never.status().model)
      #expect(try engine.status().items == never.status().items)
    }
  }

  @Test("somebody who is not known, erased while others are to be searched for, learns nothing anew")
  func strangerMeanwhile() throws {
    try withTemporaryDirectory { folder in
      let engine = try worker(Shop.random(seed: 35, people: 30, items: 20), in: folder)
      _ = try engine.eraseBeforeVerifying(["u5"])
      let version = try engine.store.modelVersion()
      _ = try engine.eraseBeforeVerifying(["stranger"])
      #expect(try engine.store.modelVersion() == version && engine.training != nil && engine.mayBeginMore)
      _ = try engine.eraseBeforeVerifying((0..<64).map { "stranger\($0)" })
      #expect(!engine.mayBeginMore && engine.isUnfinished)
      try engine.finish()
      #expect(engine.mayBeginMore && !engine.isUnfinished)
    }
  }

  @Test("G6: a receipt given out before the search does not hold where something is left")
  func unverified() throws {
    try withTemporaryDirectory { folder in
      let engine = try worker(Shop.random(seed: 33, people: 30, items: 20), in: folder)
      let person = try #require(try engine.person("u5"))
      let receipt = try engine.eraseBeforeVerifying(["u5"])
      try engine.store.appendEvents(person, sequence: 1, count: 1, sealed: [1])
      try engine.finish()
      let report = try engine.verify(receipt.proof)
      #expect(!report.holds && report.erased == nil && report.rows == 1)
    }
  }

  @Test(
    "G5, G6: killed at any step, the first answer given or not, it is finished when the store is next opened",
    arguments: 0..<5, [false, true])
  func killed(step: Int, isBegunTwice: Bool) async throws {
    let folder = try Files.temporaryDirectory(prefix: "attune-erase")
    defer { try? Files.removeTree(folder) }
    let shop = Shop(items: [], events: Shop.random(seed: 70, people: 40, items: 25).events)
    var traces: Traces?
    do {
      let engine = try shop.engine(in: folder)
      _ = try engine.recommend(RecommendationRequest(subject: "u3"))
      traces = try Traces(of: ["u1", "u3", "u8"], in: engine)
    }
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [folder = folder as String, step = step as Int, isBegunTwice = isBegunTwice as Bool] in
      let engine = try Engine.open(folder + "/shop.attune")
      engine.keepsTraining = true
      _ = try engine.erase(["u1"])
      // One that another follows before the files are searched.
      if isBegunTwice { _ = try engine.eraseBeforeVerifying(["u3"]) }
      engine.onErasureStep = { if $0 == ErasureStep.allCases[step] { kill(getpid(), SIGKILL) } }
      _ = try engine.eraseBeforeVerifying(isBegunTwice ? ["u8"] : ["u3", "u8"])
      try engine.finish()
    }
    let engine = try Engine.open(folder + "/shop.attune")
    let rest = Shop(items: [], events: shop.events.filter { !["u1", "u3", "u8"].contains($0.subject) })
    let never = try rest.engine(in: folder, name: "never").status()
    let status = try engine.status()
    #expect(status.model == never.model && status.items == never.items && status.events == never.events)
    #expect(try engine.store.pendingErasure() == nil && engine.store.pendingRetraction() == 0)
    #expect(try traces?.pieces(in: folder + "/shop.attune") == 0)
  }

  @Test("G5: a loss of power that takes an amended file along costs nothing that the store does not make good")
  func tornModel() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop(items: [], events: Shop.random(seed: 72, people: 40, items: 25).events)
      let rest = Shop(items: [], events: shop.events.filter { $0.subject != "u8" })
      let never = try rest.engine(in: folder, name: "never").status().model
      for cut in [0, 100, 5000] {
        do {
          let engine = try worker(shop, in: folder, name: "cut\(cut)")
          _ = try engine.eraseBeforeVerifying(["u8"])
          #expect(try engine.store.pendingRetraction() != 0, "the file was amended")
        }
        let path = folder + "/cut\(cut).attune/model.bin"
        try Files.writeAtomically(path, Array(try Files.read(path).prefix(cut)))
        // A process being started may hold our lock for a moment yet, and opening leaves things to whoever holds it.
        _ = try DirectoryLock(path: folder + "/cut\(cut).attune", patience: 60)
        #expect(try Engine.open(folder + "/cut\(cut).attune").status().model == never, "cut to \(cut) bytes")
      }
    }
  }

  @Test("G5: a disk that fails at any moment leaves the erasure to be finished, and memory is not believed after it")
  func failingDisk() throws {
    try withTemporaryDirectory { folder in
      // So many leave that items go and rows shrink: a file written without them has all else at other places.
      let shop = Shop(items: [], events: Shop.random(seed: 71, people: 40, items: 60).events)
      let leaving = (3..<14).map { "u\($0)" }
      var struck = 0
      for calls in 0..<14 {
        let name = "s\(calls)"
        let engine = try worker(shop, in: folder, name: name)
        FaultInjection.fail(after: calls, errno: ENOSPC, under: folder + "/\(name).attune")
        let failure = failure {
          _ = try engine.eraseBeforeVerifying(leaving)
          try engine.finish()
        }
        struck += FaultInjection.disarm(under: folder + "/\(name).attune") ? 1 : 0
        // The same engine goes on, as a daemon's does.
        _ = try engine.erase(["u25"])
        let rest = Shop(items: [], events: shop.events.filter { !(leaving + ["u25"]).contains($0.subject) })
        let never = try rest.engine(in: folder, name: "never\(calls)").status().model
        // Where the first was not put on record at all, it was refused, and is not done.
        if try engine.person("u3") != nil {
          #expect(failure != nil)
          _ = try engine.erase(leaving)
        }
        #expect(try engine.status().model == never, "call \(calls)")
        let reopened = try Engine.open(folder + "/\(name).attune")
        #expect(try reopened.status().model == never && reopened.store.pendingErasure() == nil, "call \(calls)")
      }
      #expect(struck > 3)
    }
  }
}
