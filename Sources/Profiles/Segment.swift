import Vocabulary

/// What one person adds to a segment: their strongest tags, scaled so that all of them together always weigh the same.
///
/// Whoever did much counts no more than whoever did little.
package struct SegmentShare: Sendable {
  /// The tags of one person that count, at most.
  package static let mostTags = 8
  /// What all of a person's tags weigh together, in the unit of ``TagWeight/weight``; rounding may leave a little less.
  package static let total: Int64 = 8 << 16

  /// The heaviest tag, by which the person belongs to a segment; equal weights by the lower feature.
  package let leading: UInt32
  /// Ascending by feature, with weights above zero.
  package let tags: [(feature: UInt32, weight: Int64)]

  /// - Parameter counts: Whether a feature is a tag that may lead or count; words of titles are none.
  /// - Returns: `nil` for a profile without such a tag of positive weight.
  package init?(_ profile: Profile, where counts: (_ feature: UInt32) -> Bool) {
    let liked = profile.tags.filter { $0.weight > 0 && counts($0.feature) }
    let strongest = liked.sorted { ($1.weight, $0.feature) < ($0.weight, $1.feature) }.prefix(SegmentShare.mostTags)
    guard let first = strongest.first else { return nil }
    leading = first.feature
    let sum = Int128(strongest.reduce(0) { $0 + $1.weight })
    tags = strongest.map { ($0.feature, Int64(Int128($0.weight) * Int128(SegmentShare.total) / sum)) }
      .filter { $0.1 > 0 }.sorted { $0.0 < $1.0 }
  }
}

/// People with the same leading tag, as one: how many they are, and what they like on average.
///
/// Whatever fewer people than the threshold stand behind is zero and stays zero, so that taking somebody out gives, tag by
/// tag, the segment that never had them.
package struct Segment: Hashable, Sendable {
  /// A tag that enough of the members have.
  package struct Tag: Hashable, Sendable {
    package var name: String
    /// How many members have it; 0 once they are too few.
    package var people: Int
    /// The sum of their weights.
    package var total: Int64

    package init(name: String, people: Int, total: Int64) {
      self.name = name
      self.people = people
      self.total = total
    }
  }

  /// The leading tag of every member.
  package var name: String
  package var people: Int
  /// Ascending by name's bytes; a place once given is kept.
  package var tags: [Tag]

  package init(name: String, people: Int, tags: [Tag]) {
    self.name = name
    self.people = people
    self.tags = tags
  }

  /// Takes one member out; false where too few are left for a segment.
  package mutating func remove(_ member: SegmentMember, threshold: Int) -> Bool {
    people -= 1
    for entry in member.tags where tags[entry.place].people > 0 {
      tags[entry.place].people -= 1
      tags[entry.place].total -= entry.weight
      if tags[entry.place].people < threshold { (tags[entry.place].people, tags[entry.place].total) = (0, 0) }
    }
    return people >= threshold
  }

  /// The average over all members of what they like, in the unit of ``TagWeight/weight``, rounded down; heaviest first,
  /// equal weights by the name's bytes.
  package var averages: [(name: String, people: Int, weight: Int64)] {
    tags.filter { $0.people > 0 }.map { (name: $0.name, people: $0.people, weight: $0.total / Int64(people)) }
      .sorted { $0.weight != $1.weight ? $0.weight > $1.weight : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }
}

/// One person's part in a segment: enough to take them out of it, and nothing else of what they did.
package struct SegmentMember: Hashable, Sendable {
  /// Which segment.
  package var segment: Int64
  /// Places among its tags, with what the person added to each.
  package var tags: [Entry]

  package struct Entry: Hashable, Sendable {
    package var place: Int
    package var weight: Int64
  }

  package init(segment: Int64, tags: [(place: Int, weight: Int64)]) {
    self.segment = segment
    self.tags = tags.map { Entry(place: $0.place, weight: $0.weight) }
  }
}

/// The segments of many people's shares.
package struct SegmentBuilder {
  private var shares: [SegmentShare] = []

  package init() {}

  /// How many people are in it.
  package var count: Int { shares.count }

  package mutating func append(_ share: SegmentShare) { shares.append(share) }

  /// The segments of at least `threshold` people, numbered from 1 in the order of their features, and each person's part
  /// in one, in the order in which they came; `nil` for whoever shares the leading tag with too few.
  ///
  /// - Parameter name: The text of a feature; features stand in the order of their texts.
  /// - Complexity: linear in the shares, plus sorting the features.
  package func build(threshold: Int, name: (UInt32) -> String) -> (segments: [Segment], members: [SegmentMember?]) {
    var members = [SegmentMember?](repeating: nil, count: shares.count)
    var segments: [Segment] = []
    var groups: [UInt32: [Int]] = [:]
    for (index, share) in shares.enumerated() { groups[share.leading, default: []].append(index) }
    for (feature, group) in groups.sorted(by: { $0.key < $1.key }) where group.count >= threshold {
      var sums: [UInt32: (people: Int, total: Int64)] = [:]
      for index in group {
        for (feature, weight) in shares[index].tags {
          let known = sums[feature] ?? (0, 0)
          sums[feature] = (known.people + 1, known.total + weight)
        }
      }
      let kept = sums.filter { $0.value.people >= threshold }.sorted { $0.key < $1.key }
      var places: [UInt32: Int] = [:]
      for (place, tag) in kept.enumerated() { places[tag.key] = place }
      segments.append(
        Segment(
          name: name(feature), people: group.count,
          tags: kept.map { Segment.Tag(name: name($0.key), people: $0.value.people, total: $0.value.total) }))
      for index in group {
        members[index] = SegmentMember(
          segment: Int64(segments.count),
          tags: shares[index].tags.compactMap { tag in places[tag.feature].map { ($0, tag.weight) } })
      }
    }
    return (segments, members)
  }
}

// MARK: - Forms to seal

extension Segment {
  private static let version: UInt8 = 1

  package var encoded: [UInt8] {
    var bytes = [Segment.version]
    bytes.appendText(name)
    bytes.appendVarint(UInt64(people))
    bytes.appendVarint(UInt64(tags.count))
    for tag in tags {
      bytes.appendText(tag.name)
      bytes.appendVarint(UInt64(tag.people))
      bytes.appendVarint(UInt64(tag.total))
    }
    return bytes
  }

  /// Reads the form back; `nil` for anything else.
  package init?(encoded bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard reader.byte() == Segment.version, let name = reader.text(), let people = reader.varint(),
      let count = reader.varint(), count <= bytes.count
    else { return nil }
    var tags: [Tag] = []
    for _ in 0..<count {
      guard let name = reader.text(), let people = reader.varint(), let total = reader.varint() else { return nil }
      tags.append(Tag(name: name, people: Int(clamping: people), total: Int64(clamping: total)))
    }
    guard reader.isAtEnd else { return nil }
    self.init(name: name, people: Int(clamping: people), tags: tags)
  }
}

extension SegmentMember {
  private static let version: UInt8 = 1

  package var encoded: [UInt8] {
    var bytes = [SegmentMember.version]
    bytes.appendVarint(UInt64(segment))
    for tag in tags {
      bytes.appendVarint(UInt64(tag.place))
      bytes.appendVarint(UInt64(tag.weight))
    }
    return bytes
  }

  /// Reads the form back; `nil` for anything else.
  package init?(encoded bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard reader.byte() == SegmentMember.version, let segment = reader.varint() else { return nil }
    var tags: [(place: Int, weight: Int64)] = []
    while !reader.isAtEnd {
      guard let place = reader.varint(), let weight = reader.varint() else { return nil }
      tags.append((Int(clamping: place), Int64(clamping: weight)))
    }
    self.init(segment: Int64(clamping: segment), tags: tags)
  }
}
