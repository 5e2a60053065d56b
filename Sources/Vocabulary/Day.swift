/// A day of the proleptic Gregorian calendar, without a time zone.
public struct Day: Hashable, Comparable, Sendable {
  /// Days since 1970-01-01.
  public let number: Int

  public init(number: Int) { self.number = number }

  /// The day that a moment falls on where clocks are `hours` ahead of UTC.
  public init(of time: Timestamp, hoursAhead hours: Int = 0) {
    number = Int((time.milliseconds + Int64(hours) * 3_600_000).floorDivided(by: 86_400_000))
  }

  /// Reads `2026-05-01`; `nil` for any other form, and for a day that does not exist.
  public init?(_ text: some StringProtocol) {
    let fields = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard text.utf8.count == 10, fields.map(\.count) == [4, 2, 2] else { return nil }
    let numbers = fields.compactMap { field in
      field.allSatisfy { (48...57).contains($0) } ? field.reduce(0) { $0 * 10 + Int($1) - 48 } : nil
    }
    guard numbers.count == 3, let day = Day(year: numbers[0], month: numbers[1], day: numbers[2]) else { return nil }
    self = day
  }

  /// `nil` for a day that does not exist, such as 31 April.
  public init?(year: Int, month: Int, day: Int) {
    guard let time = CivilTime(year: year, month: month, day: day).timestamp else { return nil }
    self.init(of: time)
  }

  /// `2026-05-01`.
  public var text: String { String(Timestamp(milliseconds: Int64(number) * 86_400_000).text.prefix(10)) }

  /// 1 for Monday to 7 for Sunday.
  public var weekday: Int { ((number + 3) % 7 + 7) % 7 + 1 }

  public func adding(days: Int) -> Day { Day(number: number + days) }

  /// The day of the same number some months later; the last of that month where it is too short.
  public func adding(months: Int) -> Day {
    let civil = CivilTime(Timestamp(milliseconds: Int64(number) * 86_400_000))
    let index = civil.year * 12 + civil.month - 1 + months
    let month = index % 12 + 1
    for day in stride(from: civil.day, through: 28, by: -1) {
      if let found = Day(year: index / 12, month: month, day: day) { return found }
    }
    return Day(year: index / 12, month: month, day: civil.day) ?? self
  }

  public static func < (a: Day, b: Day) -> Bool { a.number < b.number }
}
