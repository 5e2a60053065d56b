public import Vocabulary

/// The public holidays of a calendar, and the weekend days that are worked instead.
///
/// As text, one entry a line: `2026-10-01`, a span `2026-10-01..2026-10-07`, a weekend day that is worked
/// `+2026-10-10`; what follows `#` is a comment.
public struct HolidayList: Equatable, Sendable {
  public private(set) var holidays: Set<Day> = []
  public private(set) var workedWeekends: Set<Day> = []

  /// Saturdays and Sundays are free, and nothing else.
  public init() {}

  /// Reads a list.
  ///
  /// - Throws: ``Failure`` with `badInput` that names the line.
  public init(text: String) throws {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let entry = line.prefix { $0 != "#" }.filter { !$0.isWhitespace }
      if entry.isEmpty { continue }
      let wrong = Failure(
        .badInput, "this is no day", at: "line \(index + 1)",
        expected: "2026-10-01, 2026-10-01..2026-10-07 or +2026-10-10")
      if entry.hasPrefix("+") {
        guard let day = Day(entry.dropFirst()) else { throw wrong }
        guard day.weekday > 5 else {
          throw Failure(.badInput, "a day with + is no weekend day", at: "line \(index + 1)", expected: "a weekend day")
        }
        workedWeekends.insert(day)
        continue
      }
      let ends = entry.components(separatedBy: "..").map { Day($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last,
        last.number - first.number < 366
      else { throw wrong }
      for number in first.number...last.number { holidays.insert(Day(number: number)) }
    }
    if let both = holidays.intersection(workedWeekends).min() {
      throw Failure(.badInput, "\(both.text) is both a holiday and worked", expected: "one of them")
    }
  }

  /// The list as text again, each day by itself.
  public var text: String {
    (holidays.sorted().map(\.text) + workedWeekends.sorted().map { "+\($0.text)" }).map { $0 + "\n" }.joined()
  }

  public func isWorked(_ day: Day) -> Bool {
    day.weekday > 5 ? workedWeekends.contains(day) : !holidays.contains(day)
  }

  /// The `count`th working day after a day, which itself does not count.
  public func workingDay(_ count: Int, after day: Day) -> Day {
    var (day, left) = (day, count)
    while left > 0 {
      day = day.adding(days: 1)
      if isWorked(day) { left -= 1 }
    }
    return day
  }
}

extension String {
  /// The pieces between two-character separators.
  fileprivate func components(separatedBy separator: String) -> [Substring] {
    guard let range = firstRange(of: separator) else { return [self[...]] }
    return [self[..<range.lowerBound], self[range.upperBound...]]
  }
}
