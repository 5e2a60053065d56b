import Vocabulary

extension Report {
  /// The groups of people that advertising reads.
  struct Segments {
    /// How many people stand behind a segment, and behind each of its tags, at least.
    var threshold: Int
    /// The clock of the training that formed them; `nil` before the first.
    var formed: Timestamp?
    var segments: [Segment]
  }

  /// People with the same leading tag.
  struct Segment {
    var name: String
    var people: Int
    /// Heaviest first.
    var tags: [Tag]

    struct Tag {
      var name: String
      var people: Int
      var weight: Int64
    }
  }
}

extension Report.Segments: ReadableResult {
  init(_ object: ResultObject) throws {
    threshold = try object.count("threshold")
    formed = try object.timeIfAny("formed")
    segments = try object.list("segments")
  }
}

extension Report.Segment: ReadableResult {
  init(_ object: ResultObject) throws {
    name = try object.text("segment")
    people = try object.count("people")
    tags = try object.list("tags")
  }
}

extension Report.Segment.Tag: ReadableResult {
  init(_ object: ResultObject) throws {
    name = try object.text("tag")
    people = try object.count("people")
    weight = try object.integer("weight")
  }
}
