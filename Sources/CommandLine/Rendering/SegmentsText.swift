import Vocabulary

/// The segments for people: how many are in each, and what they like.
struct SegmentsText {
  let report: Report.Segments

  /// How many tags are named of a segment.
  private static let tagsNamed = 5

  func lines(_ style: Style) -> [String] {
    let threshold = Wording.count(report.threshold, "person", "people")
    guard !report.segments.isEmpty else {
      let why =
        report.formed == nil
        ? "Segments are formed by attune train."
        : "At least \(threshold) who consent to advertising have to have a leading tag in common."
      return [style.paint("There are no segments, so advertising is the same for everybody.", .bold), why]
    }
    let formed = report.formed.flatMap { Wording.time($0) }.map { ", formed by the clock of \($0) UTC" } ?? ""
    var table = Table([.init(onRight: true), .init(shrinksTo: 16), .init(shrinksTo: 30, ink: .dim)], indent: 2)
    for segment in report.segments {
      let whole = segment.tags.reduce(0) { $0 + $1.weight }
      let tags = segment.tags.prefix(SegmentsText.tagsNamed).map {
        "\(DisplayText.safe($0.name)) (\(Wording.percent(whole == 0 ? 0 : Double($0.weight) / Double(whole))))"
      }
      table.add(Wording.count(segment.people), DisplayText.safe(segment.name), tags.joined(separator: ", "))
    }
    return [style.paint("\(Wording.count(report.segments.count, "segment"))\(formed)", .bold)] + table.lines(style) + [
      style.paint("Behind each, and behind each of its tags, stand at least \(threshold).", .dim)
    ]
  }
}
