import Vocabulary

/// The outbox for people: whom to tell what about whom.
struct OutboxText {
  let report: Report.Outbox

  func lines(_ style: Style) -> [String] {
    if report.notices.isEmpty { return ["Nobody has to be told anything."] }
    var table = Table(
      [
        .init(heading: "no.", onRight: true), .init(heading: "since"), .init(heading: "recipient", shrinksTo: 10),
        .init(heading: "about"), .init(heading: "what", shrinksTo: 20),
      ])
    for notice in report.notices {
      table.add(
        "\(notice.number)", notice.time.flatMap { Wording.date($0) } ?? "–", DisplayText.safe(notice.recipient),
        DisplayText.safe(notice.handle), OutboxText.words(notice))
    }
    return table.lines(style) + [style.paint("Once told: attune outbox done NUMBER", .dim)]
  }

  private static func words(_ notice: Report.Outbox.Notice) -> String {
    switch notice.act {
    case "erase": "is erased: delete what you have of them for \(notice.purpose.name)"
    case "change": "had something corrected or forgotten: ask for a new copy for \(notice.purpose.name)"
    case "withdraw": "no longer consents: stop using it for \(notice.purpose.name)"
    case let other: DisplayText.safe(other)
    }
  }
}
