/// A point in time: milliseconds since 1970-01-01 00:00 UTC.
///
/// An event that came without a time carries its place in its file instead, as that many milliseconds; such values lie
/// in the first day of 1970 or soon after, so ``isClock`` tells the two apart.
public struct Timestamp: Hashable, Comparable, Sendable {
  public var milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }
  public init(seconds: Int64) { milliseconds = seconds * 1000 }

  /// The range accepted from outside: 1970 up to, not including, the year 2200.
  public static let accepted = 0..<Int64(7_258_118_400_000)

  /// Whether this is a time of day rather than a place in a file.
  ///
  /// Times before 1980 count as places.
  public var isClock: Bool { milliseconds >= 315_532_800_000 }

  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }
}

extension Timestamp {
  /// ISO 8601 in UTC to the second, such as `2026-05-01T09:30:00Z`.
  public var text: String {
    let civil = CivilTime(self)
    func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
    return "\(civil.year)-\(two(civil.month))-\(two(civil.day))T\(two(civil.hour)):\(two(civil.minute)):"
      + "\(two(civil.second))Z"
  }
}

/// A UTC time of day on a date of the proleptic Gregorian calendar.
public struct CivilTime: Hashable, Sendable {
  public var year, month, day, hour, minute, second, millisecond: Int

  public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, millisecond: Int = 0) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
    self.millisecond = millisecond
  }

  /// The civil time of a timestamp.
  public init(_ time: Timestamp) {
    let days = time.milliseconds.floorDivided(by: 86_400_000)
    // Wrapping, because the first day of all begins before the earliest timestamp.
    let rest = Int(time.milliseconds &- days &* 86_400_000)
    // Days since 0000-03-01; eras of 400 years. H. Hinnant, "chrono-compatible low-level date algorithms".
    let z = Int(days) + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    self.init(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month, day: dayOfYear - (153 * shifted + 2) / 5 + 1,
      hour: rest / 3_600_000, minute: rest / 60_000 % 60, second: rest / 1000 % 60, millisecond: rest % 1000)
  }

  /// The timestamp of this time; `nil` where a field is out of its range (month 13, 31 April, 25 o'clock).
  ///
  /// A leap second (60) counts as the last millisecond of its minute. Years may be 290 million away from 0.
  public var timestamp: Timestamp? {
    guard year.magnitude <= 290_000_000, (1...12).contains(month), day >= 1, day <= daysInMonth,
      (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second), (0...999).contains(millisecond)
    else { return nil }
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    let leap = second == 60
    let ofDay = (hour * 3600 + minute * 60 + (leap ? 59 : second)) * 1000 + (leap ? 999 : millisecond)
    return Timestamp(milliseconds: Int64(days) * 86_400_000 + Int64(ofDay))
  }

  var daysInMonth: Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    default: 31
    }
  }
}

extension Int64 {
  /// The quotient rounded towards minus infinity; `divisor` is positive.
  func floorDivided(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
