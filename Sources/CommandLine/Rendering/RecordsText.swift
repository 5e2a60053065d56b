import Vocabulary

/// A replayed decision for people.
struct ReplayText {
  let report: Report.Replay

  func lines(_ style: Style) -> [String] {
    let made = report.time.flatMap { Wording.time($0) }.map { ", made \($0) UTC" } ?? ""
    var table = Table([.init(onRight: true), .init(shrinksTo: 16), .init(onRight: true)], indent: 2)
    for item in report.items {
      table.add("\(item.rank)", DisplayText.safe(item.item), "\(Wording.count(item.score)) points")
    }
    let outcome =
      report.reproduced
      ? "Ranked again with the same model and inputs, the list is the same."
      : "Not ranked again: \(DisplayText.safe(report.note ?? "the list came out otherwise"))."
    return [style.paint("Scores of the decision\(made), from its record alone", .bold)] + table.lines(style)
      + DisplayText.wrap(outcome, to: style.width)
  }
}

/// A person's history for people.
struct HistoryText {
  let report: Report.History

  func lines(_ style: Style) -> [String] {
    let found = report.found ?? report.held
    let shown = report.events.count < found ? ", the latest \(Wording.count(report.events.count))" : ""
    let among = report.found == nil ? "" : " among \(Wording.count(report.held))"
    let title = "\(Wording.count(found, "event"))\(among) of \(style.person(report.subject))\(shown)"
    var table = Table([.init(ink: .dim), .init(), .init(shrinksTo: 20), .init(ink: .dim), .init(ink: .dim)], indent: 2)
    for event in report.events {
      table.add(
        event.time.flatMap { Wording.time($0) } ?? "–", DisplayText.safe(event.event), Self.what(event),
        event.purposes.joined(separator: " "), DisplayText.safe(event.id ?? ""))
    }
    let laws = Set(report.events.compactMap(\.restricted)).sorted()
    return [style.paint(title, .bold)] + table.lines(style)
      + laws.flatMap { DisplayText.wrap("  only kept: \(DisplayText.safe($0))", to: style.width) }
  }

  private static func what(_ event: Report.HistoryEvent) -> String {
    var words: [String] = []
    if let query = event.query { words.append("“\(DisplayText.safe(query))”") }
    if let item = event.item { words.append(DisplayText.safe(item)) }
    if let title = event.title { words.append(DisplayText.safe(title)) }
    if let value = event.value { words.append("(\(Wording.decimal(value, places: 1)))") }
    if event.restricted != nil { words.append("(only kept)") }
    return words.joined(separator: " ")
  }
}
