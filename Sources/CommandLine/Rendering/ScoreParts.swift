import Attune
import Vocabulary

/// The parts of an item's score, largest first, the many small ones summed up in one.
struct ScoreParts {
  struct Row: Equatable {
    var words: String
    var points: Int64
    var share: Double
  }

  var rows: [Row]
  /// The largest magnitude, for scaling bars.
  var greatest: Int64

  /// Equal magnitudes keep the order of the record.
  init(_ item: Report.ExplainedItem, _ liking: Liking, listed: Int) {
    let whole = Double(item.score)
    func share(_ points: Int64) -> Double { item.score > 0 ? Double(points) / whole : 0 }
    let ordered = item.contributions.enumerated().sorted {
      ($1.element.points.magnitude, $0.offset) < ($0.element.points.magnitude, $1.offset)
    }.map(\.element)
    // One part too many is no shorter as a sum.
    let cut = ordered.count > listed + 1 ? listed : ordered.count
    rows = ordered[..<cut].map { Row(words: Self.words($0, liking), points: $0.points, share: share($0.points)) }
    if cut < ordered.count {
      let rest = ordered[cut...].reduce(0) { $0 + $1.points }
      rows.append(
        Row(words: "\(Wording.count(ordered.count - cut)) smaller parts together", points: rest, share: share(rest)))
    }
    greatest = rows.map { Int64(clamping: $0.points.magnitude) }.max() ?? 0
  }

  private static func words(_ contribution: Report.Contribution, _ liking: Liking) -> String {
    let (subject, predicate) = Origin(contribution, liking).clause
    let day = contribution.time.flatMap { Wording.date($0) }.map { ", \($0)" } ?? ""
    return "\(subject.rawValue) \(predicate)\(day)"
  }
}

/// What would become of an item without one of its causes.
enum CounterfactualText {
  static func outcome(_ counterfactual: Report.Counterfactual, now: Int) -> String {
    guard let rank = counterfactual.rank else { return "it would not be in the list" }
    return rank == now ? "it would stay at place \(now)" : "place \(rank) instead of \(now)"
  }
}

/// What placed an item other than its score.
enum PlacementText {
  static func sentence(_ placedBy: String) -> String? {
    switch placedBy {
    case "score": nil
    case "general-share": "A general pick: it stands in a place kept for what everybody may see."
    case "sort": "It stands where the order asked for puts it; its score decides nothing."
    case "fill": "It fills the list, because nothing better was left."
    default: "Placed by \(DisplayText.safe(placedBy))."
    }
  }
}

/// Why items were left out, in words.
enum NotShownText {
  /// - Parameter isSearch: Of a search what does not match is counted with what lies below: to tell them apart would
  ///   take looking at every match.
  static func words(_ cause: String, isSearch: Bool = false) -> String {
    switch cause {
    case "unavailable": "not available"
    case "blocked": "blocked"
    case "excluded": "excluded by the request, or named in it"
    case "seen": "already seen"
    case "outside": "outside what was asked for"
    case "earlierPages": "on an earlier page"
    case "belowCut": isSearch ? "no match, or below the last place shown" : "below the last place shown"
    default: spaced(DisplayText.safe(cause))
    }
  }

  /// `overLimit` or `over-limit` as `over limit`.
  private static func spaced(_ name: String) -> String {
    var text = ""
    for character in name {
      if character.isUppercase, !text.isEmpty { text += " " }
      text += character == "-" || character == "_" ? " " : character.lowercased()
    }
    return text
  }
}
