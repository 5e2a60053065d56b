import Vocabulary

/// A profile for people: a bar per tag, largest first, with what it came from.
struct ProfileText {
  let profile: Report.Profile
  /// How many tags are shown.
  var limit = 30

  private static let barColumns = 24
  private static let sourcesListed = 3

  func lines(_ style: Style) -> [String] {
    let who = style.person(profile.subject)
    guard profile.allowed else {
      return [style.paint("No profile of \(who) for \(profile.purpose.name)", .bold)] + offReason(who, style) + removed
    }
    var lines = [heading(who, style)]
    if let segment = profile.segment {
      lines.append(
        "What people who like \(Origin.name(ofTag: segment)) like on average; advertising reads nothing of \(who).")
    } else if profile.reason == "no-segment" {
      lines.append("They are in no segment of enough people, so advertisements are the same as for everybody.")
    } else if profile.tags.isEmpty {
      lines.append("Nothing is known yet.")
    }
    lines += table(style)
    let hidden = profile.tags.count - limit
    if hidden > 0 {
      lines.append(
        style.paint("and \(Wording.count(hidden, "smaller tag")); --limit \(profile.tags.count) shows all", .dim))
    }
    return lines + removed
  }

  private func heading(_ who: String, _ style: Style) -> String {
    guard profile.purpose != .advertising else {
      let segment = profile.segment.map { ", segment \(Origin.name(ofTag: $0))" } ?? ""
      return style.paint("Profile of \(who) for advertising\(segment)", .bold)
    }
    let events = Wording.count(profile.events, "event")
    return style.paint("Profile of \(who) for \(profile.purpose.name), from \(events)", .bold)
  }

  private func offReason(_ who: String, _ style: Style) -> [String] {
    switch profile.reason {
    case "minor": ["They are a minor, so nothing was read."]
    case "decommissioned": ["The store is decommissioned: nothing is held of anybody."]
    default:
      [
        "There is no consent to this purpose, so nothing was read.",
        style.paint("To allow it: attune consent SUBJECT grant \(profile.purpose.name)", .dim),
      ]
    }
  }

  private func table(_ style: Style) -> [String] {
    let shown = profile.tags.prefix(limit)
    let greatest = shown.map { Int64(clamping: $0.weight.magnitude) }.max() ?? 0
    var table = Table([
      .init(shrinksTo: 16), .init(ink: .accent), .init(onRight: true), .init(shrinksTo: 0, ink: .dim),
    ])
    for tag in shown {
      let bar = Bar.text(Int64(clamping: tag.weight.magnitude), of: greatest, columns: Self.barColumns)
      table.add(
        Origin.name(ofTag: tag.tag), bar, Wording.decimal(Double(tag.weight) / 65_536, places: 2), sources(tag))
    }
    return table.lines(style)
  }

  private func sources(_ tag: Report.ProfileTag) -> String {
    if tag.added { return "added by the person" }
    var parts = tag.from.prefix(Self.sourcesListed).map(Self.words)
    if tag.from.count > parts.count { parts.append("\(Wording.count(tag.from.count - parts.count)) more") }
    return parts.joined(separator: " · ")
  }

  private static func words(_ source: Report.ProfileSource) -> String {
    let object =
      source.query.map { "“\(DisplayText.safe($0))”" } ?? source.title.map { DisplayText.safe($0) }
      ?? source.item.map { DisplayText.safe($0) }
    return "\(Origin.deed(source.event)) \(object.map { DisplayText.truncate($0, to: 32) } ?? "")"
      .trimmingTrailingSpaces
  }

  private var removed: [String] {
    if profile.removed.isEmpty { return [] }
    return ["Removed, and not inferred again: \(profile.removed.map(Origin.name(ofTag:)).joined(separator: ", "))"]
  }
}
