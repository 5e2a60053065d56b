import Vocabulary

/// What came of a campaign, for people: one line a segment, with a dash for what is not shown.
struct CampaignText {
  let report: Report.Campaign

  func lines(_ style: Style) -> [String] {
    let name = DisplayText.safe(report.campaign)
    let threshold = Wording.count(report.threshold, "person", "people")
    guard report.total.reached != nil else {
      return [
        style.paint("Campaign \(name): nothing to show.", .bold),
        "At least \(threshold) who consent to advertising have to be behind every number.",
      ]
    }
    var table = Table(
      [
        .init(heading: "segment", shrinksTo: 16), .init(heading: "reached", onRight: true),
        .init(heading: "clicked", onRight: true), .init(heading: "bought", onRight: true),
      ], indent: 2)
    func add(_ name: String, _ counts: Report.Campaign.Counts) {
      func text(_ count: Int?) -> String { count.map { Wording.count($0) } ?? "–" }
      table.add(name, text(counts.reached), text(counts.clicked), text(counts.bought))
    }
    for segment in report.segments { add(DisplayText.safe(segment.name), segment.counts) }
    if report.others.reached != nil { add("in no segment", report.others) }
    add("all together", report.total)
    return [style.paint("Campaign \(name), in people", .bold)] + table.lines(style) + [
      style.paint("Behind each number, and each difference of numbers, stand at least \(threshold).", .dim)
    ]
  }
}
