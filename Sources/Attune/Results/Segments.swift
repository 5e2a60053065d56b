public import Vocabulary

/// The groups of people that advertising reads.
public struct SegmentsReport: Sendable {
  /// How many people stand behind a segment, and behind each of its tags, at least.
  public var threshold: Int
  /// The clock of the training that formed them; `nil` before the first.
  public var formed: Timestamp?
  /// Those of the most people first; equal numbers by name.
  public var segments: [SegmentReport]
}

/// People with the same leading tag.
public struct SegmentReport: Sendable {
  /// That tag.
  public var segment: String
  public var people: Int
  /// What they like on average, heaviest first.
  public var tags: [SegmentTag]
}

/// A tag of a segment.
public struct SegmentTag: Sendable {
  public var tag: String
  /// How many of the segment have it.
  public var people: Int
  /// The average over the whole segment, in the unit of ``ProfileTag/weight``; all tags of a person together are
  /// scaled to 524,288 first.
  public var weight: Int64
}

extension SegmentsReport: JSONWritable {
  /// The report as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("threshold", threshold)
      $0.member("formed", formed)
      $0.member("segments", segments)
    }
  }
}

extension SegmentReport: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("segment", segment)
      $0.member("people", people)
      $0.member("tags", tags)
    }
  }
}

extension SegmentTag: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("tag", tag)
      $0.member("people", people)
      $0.member("weight", weight)
    }
  }
}
