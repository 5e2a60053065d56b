import TestSupport
import Testing
import Vocabulary

@testable import Profiles

@Suite("Segments, as numbers")
struct SegmentTests {
  /// A person's share with random tags of a few; the lowest features are the most liked.
  private static func share(_ random: inout SplitMix64) -> SegmentShare? {
    var profile = Profile()
    for feature in 0..<UInt32(14) where random.chance(2, in: 5) {
      profile.tags.append(
        TagWeight(feature: feature, weight: Int64(random.below(4_000_000 >> Int(feature / 2))) - 9000, added: false))
    }
    return SegmentShare(profile) { $0 != 1 }
  }

  private static func name(_ feature: UInt32) -> String { "tag:" + String(UnicodeScalar(UInt8(97 + feature))) }

  /// What can be seen of segments, in order of name.
  private static func seen(_ segments: [Segment]) -> [String] {
    segments.map { segment in
      "\(segment.name) \(segment.people) "
        + segment.averages.map { "\($0.name)/\($0.people)/\($0.weight)" }.joined(separator: " ")
    }
  }

  @Test("G5, G12: segments that people were taken out of are those that never had them; each part has enough people")
  func exact() {
    var left = 0
    checkProperty(cases: 3000, seed: 8000) { random in
      let threshold = 2 + random.below(4)
      let shares = (0..<random.below(40)).compactMap { _ in SegmentTests.share(&random) }
      var all = SegmentBuilder()
      for share in shares { all.append(share) }
      let (segments, members) = all.build(threshold: threshold, name: SegmentTests.name)
      var now: [Segment?] = segments
      var rest = SegmentBuilder()
      for (share, member) in zip(shares, members) {
        if random.chance(1, in: 3) {
          guard let member, var segment = now[Int(member.segment - 1)] else { continue }
          // As they lie in the store.
          guard let again = SegmentMember(encoded: member.encoded), again == member else { return false }
          let isLeft = segment.remove(again, threshold: threshold)
          now[Int(member.segment - 1)] = isLeft ? segment : nil
          left += 1
        } else {
          rest.append(share)
        }
      }
      let expected = rest.build(threshold: threshold, name: SegmentTests.name)
      let found = now.compactMap { $0.flatMap { Segment(encoded: $0.encoded) } }
      let isLarge = found.allSatisfy { segment in
        segment.people >= threshold && segment.averages.allSatisfy { $0.people >= threshold }
      }
      return isLarge && SegmentTests.seen(found) == SegmentTests.seen(expected.segments)
    }
    #expect(left > 5000)
  }

  @Test("a share is bounded whatever was done, names the heaviest tag, and leaves out dislikes and words")
  func shares() throws {
    var profile = Profile()
    for (feature, weight) in [(UInt32(0), Int64(-5)), (2, 30), (3, 90), (4, 90), (9, 900)] {
      profile.tags.append(TagWeight(feature: feature, weight: weight, added: false))
    }
    let share = try #require(SegmentShare(profile) { $0 < 9 })
    #expect(share.leading == 3)
    // 524,288 · 30 / 210 and · 90 / 210, rounded down.
    #expect(share.tags.map(\.feature) == [2, 3, 4] && share.tags.map(\.weight) == [74_898, 224_694, 224_694])
    profile.tags = profile.tags.map { TagWeight(feature: $0.feature, weight: $0.weight * 1_000_000_007, added: false) }
    #expect(try #require(SegmentShare(profile) { $0 < 9 }).tags.map(\.weight) == share.tags.map(\.weight))
    #expect(SegmentShare(profile) { $0 == 0 } == nil && SegmentShare(Profile()) { _ in true } == nil)
    profile.tags = (0..<20).map { TagWeight(feature: $0, weight: 100 + Int64($0), added: false) }
    let most = try #require(SegmentShare(profile) { _ in true })
    #expect(most.tags.map(\.feature) == Array(12..<20) && most.leading == 19)
    #expect(most.tags.reduce(0) { $0 + $1.weight } <= SegmentShare.total)
  }
}
