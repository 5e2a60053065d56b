public import Vocabulary

/// The rules by which a request must be answered in time.
///
/// A period is counted from the day after receipt. Where a rule lets a last day that is not worked move on, it is not
/// moved: whoever goes by the earlier date is never late.
public enum Regime: String, CaseIterable, Sendable {
  /// Seven working days, as a policy may promise in China.
  case china7 = "china-7"
  /// Fifteen working days (GB/T 35273-2020, 8.7, asks for thirty days; policies promise fifteen).
  case china15 = "china-15"
  /// One month, and two more where the person is told within the first (GDPR 12(3)).
  case eu
  /// 45 days and 45 more; receipt is confirmed within ten business days (CCPA regulations § 7021).
  case us

  /// Which list of holidays counts.
  public var calendar: String {
    switch self {
    case .china7, .china15: "china"
    case .eu, .us: rawValue
    }
  }

  /// The names of all calendars.
  public static let calendars = ["china", "eu", "us"]

  /// How far clocks are ahead of UTC where a day ends, in hours: in China as law has it, elsewhere none, so a caller
  /// who knows better says the day of receipt.
  public var hoursAhead: Int { calendar == "china" ? 8 : 0 }

  /// The last day to answer.
  public func due(received day: Day, holidays: HolidayList) -> Day {
    switch self {
    case .china7: holidays.workingDay(7, after: day)
    case .china15: holidays.workingDay(15, after: day)
    case .eu: day.adding(months: 1)
    case .us: day.adding(days: 45)
    }
  }

  /// The last day to answer once extended; `nil` where nothing can be extended.
  public func extended(received day: Day) -> Day? {
    switch self {
    case .china7, .china15: nil
    case .eu: day.adding(months: 3)
    case .us: day.adding(days: 90)
    }
  }

  /// The last day to confirm receipt; `nil` where nothing asks for it.
  public func confirmation(received day: Day, holidays: HolidayList) -> Day? {
    self == .us ? holidays.workingDay(10, after: day) : nil
  }
}
