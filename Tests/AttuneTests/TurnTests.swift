import Glibc
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Attune

@Suite("Answers in turns")
struct TurnTests {
  @Test("the same lists as one by one; on record once the turn is committed, and not before")
  func commits() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 31, people: 40, items: 30).engine(in: folder)
      let other = try Engine.open(folder + "/shop.attune")
      let single = try (0..<12).map { try engine.recommend(RecommendationRequest(subject: "u\($0)")).answerText }
      engine.beginTurn()
      let answers = try (0..<12).map { try engine.recommend(RecommendationRequest(subject: "u\($0)")) }
      #expect(answers.map(\.answerText) == single)
      for answer in answers {
        #expect(failure { _ = try other.explain(answer.decision) }?.code == .notFound)
      }
      try engine.commitTurn()
      for answer in answers { #expect(try other.explain(answer.decision).items.count == answer.items.count) }
      #expect(Set(answers.map(\.decision)).count == 12)
    }
  }

  @Test("G2: what somebody else changed holds from the next turn on, what the turn itself changes at once")
  func changes() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 32, people: 40, items: 30).engine(in: folder)
      let other = try Engine.open(folder + "/shop.attune")
      let request = RecommendationRequest(subject: "u3")
      engine.beginTurn()
      #expect(try engine.recommend(request).basis == .personal)
      _ = try engine.withdraw([.recommendation], from: "u3")
      #expect(try engine.recommend(request).reason == "opted-out")
      _ = try engine.grant([.recommendation], to: "u3")
      #expect(try engine.recommend(request).basis == .personal)
      try engine.commitTurn()
      _ = try other.withdraw([.recommendation], from: "u3")
      engine.beginTurn()
      #expect(try engine.recommend(request).reason == "opted-out")
      try engine.commitTurn()
      #expect(try engine.recommend(request).reason == "opted-out")
    }
  }

  @Test("where decisions cannot be kept, the turn says so and none of them is; the next turn is well")
  func fullDisk() async throws {
    await #expect(processExitsWith: .success) {
      let folder = try Files.temporaryDirectory(prefix: "attune-turn")
      defer { try? Files.removeTree(folder) }
      let engine = try Shop.random(seed: 33, people: 40, items: 30).engine(in: folder)
      for _ in 0..<50 { _ = try engine.recommend(RecommendationRequest(subject: "u1")) }
      let size = rlim_t(try Files.size(of: folder + "/shop.attune/decisions.sqlite-wal"))
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: size, rlim_max: rlim_t.max)
      guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { exit(2) }
      engine.beginTurn()
      let lost = try (0..<9).map { try engine.recommend(RecommendationRequest(subject: "u\($0)")).decision }
      guard let thrown = failure({ try engine.commitTurn() }), thrown.code == .system else { exit(3) }
      limit.rlim_cur = rlim_t.max
      guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { exit(4) }
      for decision in lost {
        guard failure({ _ = try engine.explain(decision) })?.code == .notFound else { exit(5) }
      }
      engine.beginTurn()
      let kept = try engine.recommend(RecommendationRequest(subject: "u1")).decision
      try engine.commitTurn()
      guard try engine.explain(kept).items.count == 10 else { exit(6) }
      exit(0)
    }
  }
}
