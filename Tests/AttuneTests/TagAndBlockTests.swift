import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Attune

@Suite("G14, G15: tags and blocks, in any order and on every surface")
struct TagAndBlockTests {
  private struct Difference: Error {
    var what: String
  }

  private static let tags = (0..<5).map { "brand:b\($0)" } + ["colour:red", "colour:green", "colour:blue"]

  /// What tags an event of the shop is evidence for.
  private static func evidence(_ event: Shop.Event, _ shop: Shop) -> [String] {
    shop.items.first { $0.id == event.item }?.tags ?? []
  }

  @Test("G14: whatever is removed, restored, added and begun anew, the profile has what it should and nothing else")
  func tags() throws {
    var (resets, shown) = (0, 0)
    checkProperty(cases: 6, seed: 14_000) { random in
      try withTemporaryDirectory { folder in
        var shop = Shop.random(seed: random.next(), people: 12, items: 20)
        // Positive kinds only, so that evidence never cancels out.
        shop.events.removeAll { $0.kind == "dislike" || $0.kind == "search" }
        let engine = try shop.engine(in: folder)
        var time = Int(try #require(try engine.status().asOf).milliseconds / 1000)
        let subject = "u\(random.below(12))"
        var own = shop.events.filter { $0.subject == subject }
        var (removed, added, since): (Set<String>, Set<String>, Int) = ([], [], 0)
        for _ in 0..<12 {
          let tag = TagAndBlockTests.tags[random.below(TagAndBlockTests.tags.count)]
          switch random.below(6) {
          case 0, 1:
            _ = try engine.removeTag(tag, for: subject)
            removed.insert(tag)
            added.remove(tag)
          case 2:
            _ = try engine.restoreTag(tag, for: subject)
            removed.remove(tag)
          case 3:
            _ = try engine.addTag(tag, for: subject)
            added.insert(tag)
            removed.remove(tag)
          case 4:
            _ = try engine.resetTags(for: subject)
            (removed, added, since) = ([], [], time)
            resets += 1
          default:
            time += 1
            let event = Shop.Event(subject: subject, item: "i\(random.below(20))", kind: "view", time: time)
            _ = try engine.record([Array(Shop.lines([event]).utf8)])[0].get()
            own.append(event)
            // The store's clock goes on with what happens.
            try engine.setClock(Timestamp(seconds: Int64(time)))
          }
          var expected = added
          for event in own where event.time > since { expected.formUnion(TagAndBlockTests.evidence(event, shop)) }
          expected.subtract(removed)
          let profile = try engine.profile(of: subject)
          let found = Set(profile.tags.map(\.tag).filter { !$0.hasPrefix("term:") })
          guard found == expected else {
            throw Difference(what: "\(found.symmetricDifference(expected)) of \(expected.count)")
          }
          guard Set(profile.tags.filter(\.added).map(\.tag)) == added.subtracting(removed) else {
            throw Difference(what: "added")
          }
          let answer = try engine.recommend(RecommendationRequest(subject: subject, count: 5))
          for item in try engine.explain(answer.decision).items {
            for cause in item.contributions where cause.kind == "tag" {
              let tag = cause.tag ?? ""
              guard expected.contains(tag) || tag.hasPrefix("term:") else { throw Difference(what: "cause \(tag)") }
              shown += 1
            }
          }
        }
        return true
      }
    }
    #expect(resets > 2 && shown > 50, "the cases are too thin to mean anything")
  }

  @Test("G15: a blocked category, with all below it, seller, tag or item is on no surface, whoever asks and for what")
  func blocks() throws {
    var kept = 0
    checkProperty(cases: 4, seed: 15_000) { random in
      try withTemporaryDirectory { folder in
        let shop = Shop.random(seed: random.next(), people: 20, items: 40)
        let engine = try shop.engine(in: folder, train: false)
        let places = (0..<40).map { _ in ("c\(random.below(3))", "d\(random.below(3))", "s\(random.below(4))") }
        let lines = places.enumerated().map { index, place in
          "{\"item\":\"i\(index)\",\"category\":\"\(place.0)/\(place.1)\",\"seller\":\"\(place.2)\"}\n"
        }.joined()
        try lines.write(toFile: folder + "/more.ndjson", atomically: true, encoding: .utf8)
        _ = try engine.importItems(ImportInput(path: folder + "/more.ndjson"))
        _ = try engine.train()
        for round in 0..<12 {
          // Also somebody of whom nothing is known, and somebody who has switched everything off.
          let subject = round == 0 ? "stranger" : "u\(random.below(20))"
          if round % 3 == 1 { _ = try engine.withdraw(Purpose.allCases, from: subject) }
          let one = places[random.below(40)]
          let (block, isBlocked): (Engine.Block, (Int) -> Bool)
          switch random.below(4) {
          case 0: (block, isBlocked) = (.tag("category:\(one.0)"), { places[$0].0 == one.0 })
          case 1:
            (block, isBlocked) = (
              .tag("category:\(one.0)/\(one.1)"), { places[$0].0 == one.0 && places[$0].1 == one.1 }
            )
          case 2: (block, isBlocked) = (.tag("seller:\(one.2)"), { places[$0].2 == one.2 })
          default:
            let item = random.below(40)
            (block, isBlocked) = (.item("i\(item)"), { $0 == item })
          }
          _ = try engine.block(block, for: subject)
          for purpose in [Purpose.recommendation, .advertising, .push] {
            for variant in 0..<6 {
              var request = RecommendationRequest(subject: subject, purpose: purpose, count: 1000)
              if variant == 1 { request.context = ["i\(random.below(40))"] }
              if variant == 2 { request.within = "category:\(one.0)" }
              if variant == 3 { request.among = (0..<40).map { "i\($0)" } }
              if variant == 4 { request.globalPrivacyControl = "1" }
              if variant == 5 { (request.count, request.offset) = (7, 5) }
              for shown in try engine.recommend(request).items {
                guard let index = Int(shown.item.dropFirst()), !isBlocked(index) else {
                  throw Difference(what: "\(block) and \(shown.item), \(purpose), variant \(variant)")
                }
                kept += 1
              }
            }
          }
          for sort in SearchRequest.Sort.allCases {
            let words = ["thing", "thing category:\(one.0)", "thing seller:\(one.2)", "of thing \(random.below(40))"]
            let request = SearchRequest(words[random.below(4)], subject: subject, sort: sort, count: 1000)
            for shown in try engine.search(request).list.items {
              guard let index = Int(shown.item.dropFirst()), !isBlocked(index) else {
                throw Difference(what: "\(block) and \(shown.item), a search sorted \(sort)")
              }
              kept += 1
            }
          }
        }
        return true
      }
    }
    #expect(kept > 5000, "the cases are too thin to mean anything")
  }

  @Test("L4, L6: a history is searched by words, kind and period as a plain look through it would find")
  func search() throws {
    var found = 0
    checkProperty(cases: 5, seed: 14_500) { random in
      try withTemporaryDirectory { folder in
        let shop = Shop.random(seed: random.next(), people: 8, items: 20, eventsEach: 10...40)
        let engine = try shop.engine(in: folder)
        for _ in 0..<20 {
          let subject = "u\(random.below(9))"
          let all = try engine.history(of: subject)
          var filter = HistoryFilter()
          let words = ["red", "I1", "THING green", "brand", "  blue "]
          if random.chance(1, in: 2) { filter.words = words[random.below(5)] }
          if random.chance(1, in: 3) { filter.kinds = [.view, .search] }
          let from = Shop.start + random.below(5_000_000)
          if random.chance(1, in: 3) { filter.since = Timestamp(seconds: Int64(from)) }
          if random.chance(1, in: 3) { filter.before = Timestamp(seconds: Int64(from + 1_000_000)) }
          let limit = 1 + random.below(30)
          let expected = all.events.filter { event in
            let texts = [event.query, event.item, event.title].compactMap(\.self) + event.tags
            let text = texts.joined(separator: "|").lowercased()
            return (filter.words ?? "").lowercased().split(separator: " ").allSatisfy { text.contains($0) }
              && (filter.kinds.isEmpty || filter.kinds.map(\.name).contains(event.event))
              && filter.since.map { event.time >= $0 } != false && filter.before.map { event.time < $0 } != false
          }
          let report = try engine.history(of: subject, limit: limit, filter: filter)
          guard report.held == all.held, report.events.map(\.id) == expected.prefix(limit).map(\.id) else {
            throw Difference(what: "events")
          }
          let isFiltered = filter != HistoryFilter()
          guard report.found == (isFiltered ? expected.count : nil) else { throw Difference(what: "found") }
          found += isFiltered ? expected.count : 0
        }
        return true
      }
    }
    #expect(found > 100, "the cases are too thin to mean anything")
  }

  @Test("C4: a tag that a person has set is in no profile, segment or import once its field is sensitive")
  func sensitiveTags() throws {
    try withTemporaryDirectory { folder in
      var shop = Shop.random(seed: 14_900, people: 40, items: 20)
      shop.items[0].tags.append("faith:x")
      let engine = try SegmentTests.engine(shop, in: folder, floor: 3) { engine in
        for person in 0..<20 { _ = try engine.addTag("faith:x", for: "u\(person)") }
      }
      func segmentTags() throws -> Set<String> { Set(try engine.segments().segments.flatMap(\.tags).map(\.tag)) }
      func added(_ engine: Engine) throws -> [String] {
        try engine.profile(of: "u1").tags.filter(\.added).map(\.tag)
      }
      #expect(try added(engine) == ["faith:x"] && segmentTags().contains("faith:x"))
      let brought = try engine.export(of: "u1").lines
      let strict = Array("{\"version\":\"v2\",\"segmentFloor\":3,\"sensitiveFields\":[\"faith\"]}".utf8)
      _ = try engine.publishPolicy(strict)
      _ = try engine.train()
      #expect(try added(engine).isEmpty)
      #expect(try !segmentTags().isEmpty && segmentTags().allSatisfy { !$0.hasPrefix("faith:") })

      // A copy made before brings the tag nowhere that keeps it out.
      let other = try Shop(items: shop.items, events: []).engine(in: folder, name: "other", train: false)
      _ = try other.publishPolicy(strict)
      let report = try other.importPerson(brought)
      #expect(report.instructions == 0 && report.refused == 1 && report.events > 0)
      let kept = try other.instructions(of: "u1")
      #expect(kept.addedTags.isEmpty)
      // Whoever asks by a policy that another process has just put in force is answered by that one.
      let late = try Engine.open(folder + "/other.attune")
      _ = try other.publishPolicy(Array("{\"version\":\"v3\",\"sensitiveFields\":[\"colour\"]}".utf8))
      #expect(failure { _ = try late.addTag("colour:red", for: "u1") }?.code == .refused)
    }
  }
}
