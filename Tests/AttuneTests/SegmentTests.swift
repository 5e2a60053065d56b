import Consent
import Foundation
import Store
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Attune

@Suite("P1, S1: advertising by segment")
struct SegmentTests {
  /// A trained store whose segments have at least `floor` people.
  static func engine(
    _ shop: Shop, in folder: String, name: String = "shop", floor: Int = 4, without: Set<String> = [],
    after change: (Engine) throws -> Void = { _ in }
  ) throws -> Engine {
    var shop = shop
    shop.events.removeAll { without.contains($0.subject) }
    let engine = try shop.engine(in: folder, name: name, train: false)
    try engine.setClock(Timestamp(seconds: Int64(Shop.start) + 6_000_000))
    _ = try engine.publishPolicy(Array("{\"version\":\"v1\",\"segmentFloor\":\(floor)}".utf8))
    try change(engine)
    _ = try engine.train()
    return engine
  }

  private static func request(_ subject: String?, count: Int = 10) -> RecommendationRequest {
    RecommendationRequest(subject: subject, purpose: .advertising, count: count)
  }

  /// What can be seen of the segments.
  private static func seen(_ engine: Engine) throws -> String {
    String(decoding: try engine.segments().json, as: UTF8.self)
  }

  @Test("G5: whoever is erased, withdraws, forgets or is a child leaves the segments of those who never came")
  func neverSeen() throws {
    var changes = 0
    checkProperty(cases: 20, seed: 9000) { random in
      try withTemporaryDirectory { folder in
        let people = 25 + random.below(30)
        let shop = Shop.random(seed: random.next(), people: people, items: 30)
        let engine = try SegmentTests.engine(shop, in: folder)
        let before = try SegmentTests.seen(engine)
        var gone: Set<String> = []
        for _ in 0..<1 + random.below(6) {
          let subject = "u\(random.below(people))"
          if gone.contains(subject) { continue }
          gone.insert(subject)
          switch random.below(5) {
          case 0: _ = try engine.erase([subject])
          case 1:
            _ = try engine.withdraw([.advertising], from: subject)
            // Consenting anew counts with the next training.
            if random.chance(1, in: 2) { _ = try engine.grant([.advertising], to: subject) }
          case 2: _ = try engine.setAge(.minor, of: subject)
          case 3:
            if let first = try engine.history(of: subject, limit: 1).events.first {
              var forgotten = ForgetRequest()
              forgotten.events = [first.id]
              _ = try engine.forget(forgotten, of: subject)
            }
          default: _ = try engine.resetTags(for: subject)
          }
        }
        let other = try SegmentTests.engine(shop, in: folder, name: "other", without: gone)
        let (now, expected) = (try SegmentTests.seen(engine), try SegmentTests.seen(other))
        if now != before { changes += 1 }
        let checks = try engine.audit(sample: nil).checks
        return now == expected && checks.filter { $0.guarantee == "P1" }.allSatisfy(\.passed)
      }
    }
    #expect(changes > 10)
  }

  @Test("many erased at once, and a store that ends, leave the same segments as one by one")
  func together() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 9100, people: 60, items: 30)
      let (one, all) = (
        try SegmentTests.engine(shop, in: folder, name: "one"), try SegmentTests.engine(shop, in: folder, name: "all")
      )
      let gone = (0..<20).map { "u\($0)" }
      let traces = try Traces(of: gone, in: all)
      _ = try all.erase(gone)
      for subject in gone { _ = try one.erase([subject]) }
      let other = try SegmentTests.engine(shop, in: folder, name: "other", without: Set(gone))
      #expect(try SegmentTests.seen(all) == SegmentTests.seen(one))
      #expect(try SegmentTests.seen(all) == SegmentTests.seen(other))
      #expect(try !all.segments().segments.isEmpty && traces.pieces(in: folder + "/all.attune") == 0)
      _ = try all.decommission(confirm: "all.attune")
      #expect(try all.segments().segments.isEmpty && all.store.aSegmentMember() == nil)
    }
  }

  @Test("P1: an advertisement is ranked although no event of anybody can be read, and is the same for all of a segment")
  func readsNobody() throws {
    try withTemporaryDirectory { folder in
      let engine = try SegmentTests.engine(Shop.random(seed: 9200, people: 60, items: 40), in: folder)
      try engine.spoilEvents()
      let trapped = failure { _ = try engine.recommend(RecommendationRequest(subject: "u1")) }
      #expect(trapped?.code == .badStore, "this store lets nobody be read")
      var answers: [String: Set<String>] = [:]
      for person in 0..<60 {
        let answer = try engine.recommend(SegmentTests.request("u\(person)"))
        #expect((answer.basis == .personal) == (answer.segment != nil))
        #expect(answer.basis == .personal || answer.reason == "no-segment")
        answers[answer.segment ?? "", default: []].insert(answer.answerText)
      }
      #expect(answers.count > 3 && answers.values.allSatisfy { $0.count == 1 })
      let segments = try engine.segments()
      #expect(Set(answers.keys).subtracting([""]) == Set(segments.segments.map(\.segment)))
      // Whoever has not consented, and whoever is unknown, gets what everybody gets.
      _ = try engine.withdraw([.advertising], from: "u1")
      let general = try engine.recommend(SegmentTests.request(nil))
      for subject in ["u1", "stranger"] {
        let answer = try engine.recommend(SegmentTests.request(subject))
        #expect(answer.basis == .general && answer.reason == "opted-out" && answer.segment == nil)
        #expect(answer.scores == general.scores)
      }
    }
  }

  @Test("P1: a profile for advertising is what the advertisement was ranked by, and shows no event of the person")
  func profileIsTheSegment() throws {
    try withTemporaryDirectory { folder in
      let engine = try SegmentTests.engine(Shop.random(seed: 9250, people: 60, items: 40), in: folder)
      let own = try engine.profile(of: "u1")
      #expect(own.tags.contains { !$0.from.isEmpty } && own.events > 0 && own.segment == nil && own.reason == nil)
      _ = try engine.setAge(.minor, of: "u2")
      try engine.spoilEvents()
      let trapped = failure { _ = try engine.profile(of: "u1") }
      #expect(trapped?.code == .badStore, "this store lets nobody be read")
      let segments = try engine.segments().segments
      var (inSegments, inNone, removals) = (0, 0, 0)
      for person in 0..<60 where person != 2 {
        let subject = "u\(person)"
        let name = try engine.recommend(SegmentTests.request(subject)).segment
        var expected = segments.first { $0.segment == name }
        // Every third has removed a tag, which is left out of the average.
        if person % 3 == 0, let last = expected?.tags.last?.tag, last != expected?.segment {
          _ = try engine.removeTag(last, for: subject)
          expected?.tags.removeLast()
          removals += 1
        }
        let answer = try engine.recommend(SegmentTests.request(subject, count: 1000))
        let profile = try engine.profile(of: subject, purpose: .advertising)
        #expect(profile.allowed && profile.events == 0 && profile.tags.allSatisfy { $0.from.isEmpty && !$0.added })
        #expect(profile.segment == answer.segment && profile.reason == answer.reason)
        #expect(
          profile.tags.map { "\($0.tag)=\($0.weight)" } == (expected?.tags ?? []).map { "\($0.tag)=\($0.weight)" })
        // No tag that the ranking counted is missing, and none that is shown was left uncounted.
        let counted = try engine.explain(answer.decision, level: .full).items.flatMap(\.contributions).compactMap(\.tag)
        #expect(Set(counted) == Set(profile.tags.map(\.tag)))
        if answer.segment == nil { inNone += 1 } else { inSegments += 1 }
      }
      #expect(inSegments > 20 && inNone > 0 && removals > 5)
      _ = try engine.withdraw([.advertising], from: "u1")
      for (subject, reason) in [("u1", "opted-out"), ("u2", "minor"), ("stranger", "opted-out")] {
        let profile = try engine.profile(of: subject, purpose: .advertising)
        #expect(!profile.allowed && profile.reason == reason && profile.segment == nil && profile.tags.isEmpty)
        #expect(try engine.recommend(SegmentTests.request(subject)).reason == reason)
      }
    }
  }

  @Test("G8, G9, G11, G14: an advertisement's record adds up, is replayed, and says what would change it")
  func explained() throws {
    try withTemporaryDirectory { folder in
      let engine = try SegmentTests.engine(Shop.random(seed: 9300, people: 60, items: 40), in: folder)
      var claims = 0
      var isReplaced = false
      for person in 0..<60 {
        let subject = "u\(person)"
        let answer = try engine.recommend(SegmentTests.request(subject, count: 5))
        guard let segment = answer.segment else { continue }
        #expect(try engine.replay(answer.decision).reproduced)
        let explanation = try engine.explain(answer.decision)
        #expect(explanation.basis == .personal && explanation.segment == segment)
        for item in explanation.items {
          #expect(item.contributions.reduce(0) { $0 + $1.points } == item.score)
          #expect(item.contributions.allSatisfy { ["tag", "general"].contains($0.kind) && $0.time == nil })
          for claim in item.without where claims < 40 {
            let tag = try #require(claim.tag)
            #expect(tag != segment)
            _ = try engine.removeTag(tag, for: subject)
            let list = try engine.recommend(SegmentTests.request(subject, count: 1000))
            #expect(list.segment == segment && list.items.first { $0.item == item.item }?.rank == claim.rank)
            let causes = try engine.explain(list.decision, level: .summary).items.flatMap(\.contributions)
            #expect(causes.contains { $0.tag != nil } && !causes.contains { $0.tag == tag }, "a removed tag counts")
            _ = try engine.restoreTag(tag, for: subject)
            claims += 1
          }
        }
        guard !isReplaced else { continue }
        isReplaced = true
        // The tag that makes the segment takes its owner out of it.
        _ = try engine.removeTag(segment, for: subject)
        #expect(try engine.recommend(SegmentTests.request(subject)).reason == "no-segment")
        let replay = try engine.replay(answer.decision)
        #expect(!replay.reproduced && replay.note?.contains("segment") == true)
        #expect(replay.items.map(\.score) == answer.items.map(\.score))
      }
      #expect(claims > 10 && isReplaced)
    }
  }

  @Test("G12: a tag that one person less than enough has is in no segment; with one more it is, after the training")
  func threshold() throws {
    try withTemporaryDirectory { folder in
      var shop = Shop.random(seed: 9400, people: 0, items: 4)
      // All tags are rarer than the catalogue is large, so that each weighs something.
      shop.items = (0..<8).map { ("i\($0)", "thing \($0)", ["brand:b\($0 % 2)"]) }
      shop.items[0].tags.append("rare:r")
      shop.items[4].tags.append("rare:r")
      func events(_ people: Range<Int>, _ item: String) -> [Shop.Event] {
        people.map { Shop.Event(subject: "u\($0)", item: item, kind: "view", time: Shop.start) }
      }
      // Eight like the brand of even numbers; three of them by way of the rare tag too.
      shop.events = events(0..<8, "i2") + events(0..<8, "i6") + events(0..<3, "i0")
      let engine = try SegmentTests.engine(shop, in: folder, floor: 4)
      func tags() throws -> [String] { try engine.segments().segments.flatMap(\.tags).map(\.tag) }
      #expect(try engine.segments().segments.map(\.people) == [8] && tags() == ["brand:b0"])
      try shop.importEvents(events(3..<4, "i0"), into: engine, folder + "/more.ndjson")
      #expect(try tags() == ["brand:b0"])
      _ = try engine.train()
      #expect(try tags() == ["brand:b0", "rare:r"])
      _ = try engine.withdraw([.advertising], from: "u3")
      #expect(try engine.segments().segments.map(\.people) == [7] && tags() == ["brand:b0"])
      for person in 4..<7 { _ = try engine.erase(["u\(person)"]) }
      #expect(try engine.segments().segments.map(\.people) == [4])
      _ = try engine.withdraw([.advertising], from: "u0")
      #expect(try engine.segments().segments.isEmpty)
      #expect(try engine.recommend(SegmentTests.request("u1")).reason == "no-segment")
    }
  }

  @Test("C5: segments end with the consents that a new policy no longer takes, and with a higher floor")
  func policies() throws {
    try withTemporaryDirectory { folder in
      let engine = try SegmentTests.engine(Shop.random(seed: 9500, people: 60, items: 40), in: folder)
      #expect(try !engine.segments().segments.isEmpty)
      _ = try engine.publishPolicy(Array("{\"version\":\"v2\",\"segmentFloor\":5}".utf8))
      #expect(try engine.segments().segments.isEmpty)
      _ = try engine.train()
      #expect(try engine.segments().segments.allSatisfy { $0.people >= 5 } && !engine.segments().segments.isEmpty)
      _ = try engine.publishPolicy(
        Array("{\"version\":\"v3\",\"segmentFloor\":5,\"material\":[\"advertising\"]}".utf8))
      #expect(try engine.segments().segments.isEmpty && engine.store.aSegmentMember() == nil)
      _ = try engine.train()
      #expect(try engine.segments().segments.isEmpty)
    }
  }

  @Test("P1: a floor that is raised while a training is under way holds for its segments")
  func floorRaisedMeanwhile() throws {
    try withTemporaryDirectory { folder in
      let engine = try SegmentTests.engine(Shop.random(seed: 9520, people: 60, items: 40), in: folder)
      #expect(try engine.segments().segments.contains { $0.people < 12 })
      let other = try Engine.open(folder + "/shop.attune")
      try engine.store.setAsOf(nil)
      var isPublished = false
      engine.wall = {
        if !isPublished {
          isPublished = true
          _ = try? other.publishPolicy(Array("{\"version\":\"v2\",\"segmentFloor\":12}".utf8))
        }
        return Timestamp(seconds: Int64(Shop.start) + 6_000_000)
      }
      try engine.formSegments()
      #expect(try isPublished && engine.store.segmentThreshold() == 12)
      #expect(try engine.segments().segments.allSatisfy { $0.people >= 12 })
    }
  }

  @Test("whoever a later log, or another age, takes the consent from leaves the segment with it")
  func consentsTakenAway() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 9550, people: 60, items: 40)
      let engine = try SegmentTests.engine(shop, in: folder)
      _ = try engine.setAge(.born(2005), of: "u7", region: "US")
      let whole = try engine.segments().segments.reduce(0) { $0 + $1.people }
      let two = shop.events.filter { ["u1", "u2"].contains($0.subject) }
      var log = try shop.input(Shop.lines(two), folder + "/two.ndjson")
      log.grantAll = true
      log.grantedPurposes = [.recommendation]
      _ = try engine.importEvents(log)
      let other = try SegmentTests.engine(shop, in: folder, name: "other", without: ["u1", "u2"])
      #expect(try SegmentTests.seen(engine) == SegmentTests.seen(other))
      let ages = "\"ages\":{\"region\":\"CN\",\"from\":{\"CN\":14,\"US\":25}}"
      _ = try engine.publishPolicy(Array("{\"version\":\"v2\",\"segmentFloor\":4,\(ages)}".utf8))
      let rest = try SegmentTests.engine(shop, in: folder, name: "rest", without: ["u1", "u2", "u7"])
      #expect(try SegmentTests.seen(engine) == SegmentTests.seen(rest))
      #expect(try engine.segments().segments.reduce(0) { $0 + $1.people } < whole)
      #expect(try engine.audit().checks.filter { $0.guarantee == "P1" }.allSatisfy(\.passed))
    }
  }

  @Test("G16: an event that is out of use takes its owner out of the segment with the sweep")
  func retention() throws {
    try withTemporaryDirectory { folder in
      let engine = try SegmentTests.engine(Shop.random(seed: 9600, people: 60, items: 40), in: folder)
      try engine.setRetention(byFixedClock: true)
      _ = try engine.train()
      #expect(try !engine.segments().segments.isEmpty)
      try engine.setClock(Timestamp(seconds: Int64(Shop.start) + 400 * 86_400))
      let report = try engine.sweep()
      #expect(report.people == 60 && report.events > 0)
      #expect(try engine.segments().segments.isEmpty && engine.store.aSegmentMember() == nil)
      #expect(try engine.store.pendingErasure() == nil)
    }
  }

  // MARK: Campaigns

  /// A store with two segments of `sizes` people, of whom the first ones were reached, clicked and bought, and one
  /// person in no segment.
  private static func campaign(_ sizes: [Int], _ counts: [[Int]], in folder: String) throws -> Engine {
    var shop = Shop.random(seed: 9700, people: 0, items: 4)
    shop.items = (0..<8).map { ("i\($0)", "thing \($0)", ["brand:b\($0 % 4)"]) }
    var lines = ""
    func add(_ subject: String, _ item: Int, _ kind: String, _ campaign: String) {
      lines +=
        "{\"subject\":\"\(subject)\",\"item\":\"i\(item)\",\"kind\":\"\(kind)\",\"time\":\(Shop.start),"
        + "\"campaign\":\"\(campaign)\"}\n"
    }
    for (segment, size) in sizes.enumerated() {
      for person in 0..<size {
        let subject = "s\(segment)-\(person)"
        add(subject, segment, "view", "other")
        for (column, kind) in ["impression", "click", "purchase"].enumerated() where person < counts[segment][column] {
          add(subject, segment, kind, "autumn")
        }
      }
    }
    return try SegmentTests.engine(shop, in: folder, floor: 5) { engine in
      try lines.write(toFile: folder + "/campaign.ndjson", atomically: true, encoding: .utf8)
      var log = ImportInput(path: folder + "/campaign.ndjson")
      log.grantAll = true
      _ = try engine.importEvents(log)
      try engine.setClock(Timestamp(seconds: Int64(Shop.start) + 6_000_000))
    }
  }

  @Test("S1: a campaign is reported in numbers of people, none of them small, also not by difference")
  func campaigns() throws {
    try withTemporaryDirectory { folder in
      let engine = try SegmentTests.campaign([20, 30, 3], [[20, 10, 5], [25, 12, 2], [3, 3, 3]], in: folder)
      func report(_ name: String = "autumn") throws -> String {
        String(decoding: try engine.campaign(name).json, as: UTF8.self)
      }
      #expect(try engine.segments().segments.map(\.people) == [30, 20])
      // Three were reached outside the segments, so one of the segments is not shown either.
      let counts = "\"segments\":[{\"segment\":\"brand:b1\",\"reached\":25,\"clicked\":12}]"
      #expect(
        try report() == "{\"campaign\":\"autumn\",\"threshold\":5,\"total\":{\"reached\":48,\"clicked\":25,"
          + "\"bought\":10},\(counts),\"others\":{}}")
      let nothing = "\"threshold\":5,\"total\":{},\"segments\":[],\"others\":{}}"
      #expect(try report("spring") == "{\"campaign\":\"spring\"," + nothing)
      // Whoever has not consented to advertising, or is gone, is not counted.
      for person in 0..<4 { _ = try engine.withdraw([.advertising], from: "s1-\(person)") }
      _ = try engine.erase(["s0-0", "s2-0", "s2-1", "s2-2"])
      let rest = try engine.campaign("autumn")
      #expect(rest.total.reached == 40 && rest.total.clicked == 17 && rest.total.bought == nil)
      #expect(rest.segments.map(\.segment) == ["brand:b1", "brand:b0"])
      #expect(rest.segments.map(\.counts.reached) == [21, 19])
      for bad in ["", String(repeating: "x", count: 101)] {
        let refusal = failure { _ = try engine.campaign(bad) }
        #expect(refusal?.code == .usage)
      }
    }
  }
}
