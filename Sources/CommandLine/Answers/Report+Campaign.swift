import Vocabulary

extension Report {
  /// What came of a campaign, in numbers of people.
  struct Campaign {
    var campaign: String
    var threshold: Int
    var total: Counts
    var segments: [Segment]
    var others: Counts

    /// `nil` for what is not shown.
    struct Counts {
      var reached: Int?
      var clicked: Int?
      var bought: Int?
    }

    struct Segment {
      var name: String
      var counts: Counts
    }
  }
}

extension Report.Campaign: ReadableResult {
  init(_ object: ResultObject) throws {
    campaign = try object.text("campaign")
    threshold = try object.count("threshold")
    total = try Counts(object.object("total"))
    segments = try object.list("segments")
    others = try Counts(object.object("others"))
  }
}

extension Report.Campaign.Counts: ReadableResult {
  init(_ object: ResultObject) throws {
    func count(_ key: String) -> Int? { object.integerIfAny(key).map { Int(clamping: $0) } }
    (reached, clicked, bought) = (count("reached"), count("clicked"), count("bought"))
  }
}

extension Report.Campaign.Segment: ReadableResult {
  init(_ object: ResultObject) throws {
    name = try object.text("segment")
    counts = try Report.Campaign.Counts(object)
  }
}
