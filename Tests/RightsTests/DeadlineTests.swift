import Rights
import TestSupport
import Testing
import Vocabulary

/// Deadlines by regime against tables worked out by hand with a calendar.
@Suite("G18: deadlines")
struct DeadlineTests {
  /// Public holidays and worked weekends in China in 2026, as announced by the State Council.
  static let china = """
    2026-01-01..2026-01-03
    +2026-01-04
    2026-02-15..2026-02-23  # Spring Festival
    +2026-02-14
    +2026-02-28
    2026-04-04..2026-04-06
    2026-05-01..2026-05-05
    +2026-05-09
    2026-06-19..2026-06-21
    2026-09-25..2026-09-27
    +2026-09-20
    2026-10-01..2026-10-07  # National Day
    +2026-10-10
    """

  @Test(
    "G18: 7 and 15 working days in China, with holidays and worked weekends",
    arguments: [
      // Eight days off, then a worked Saturday.
      ("2026-09-30", "2026-10-15", "2026-10-27"),
      // A worked Saturday on either side of nine days off.
      ("2026-02-13", "2026-03-02", "2026-03-12"),
      // Received on a Saturday; the holiday comes in the second week.
      ("2026-04-25", "2026-05-08", "2026-05-19"),
      // Nothing but weekends in between.
      ("2026-07-01", "2026-07-10", "2026-07-22"),
      // Received on a holiday.
      ("2026-10-03", "2026-10-15", "2026-10-27"),
    ])
  func china(received: String, seven: String, fifteen: String) throws {
    let list = try HolidayList(text: DeadlineTests.china)
    let day = try #require(Day(received))
    #expect(Regime.china7.due(received: day, holidays: list).text == seven)
    #expect(Regime.china15.due(received: day, holidays: list).text == fifteen)
    #expect(Regime.china7.extended(received: day) == nil && Regime.china15.extended(received: day) == nil)
  }

  @Test("G18: without a list only weekends are free")
  func noList() throws {
    let day = try #require(Day("2026-09-30"))
    #expect(Regime.china7.due(received: day, holidays: HolidayList()).text == "2026-10-09")
    #expect(Regime.china15.due(received: day, holidays: HolidayList()).text == "2026-10-21")
  }

  @Test(
    "G18: one calendar month in the EU and two more, at the ends of months too",
    arguments: [
      ("2026-03-05", "2026-04-05", "2026-06-05"), ("2026-01-31", "2026-02-28", "2026-04-30"),
      ("2028-01-31", "2028-02-29", "2028-04-30"), ("2026-08-31", "2026-09-30", "2026-11-30"),
      ("2026-12-15", "2027-01-15", "2027-03-15"), ("2026-11-30", "2026-12-30", "2027-02-28"),
      ("2026-02-28", "2026-03-28", "2026-05-28"),
    ])
  func eu(received: String, month: String, three: String) throws {
    let day = try #require(Day(received))
    #expect(Regime.eu.due(received: day, holidays: HolidayList()).text == month)
    #expect(Regime.eu.extended(received: day)?.text == three)
    #expect(Regime.eu.confirmation(received: day, holidays: HolidayList()) == nil)
  }

  @Test(
    "G18: 45 days in the US and 45 more, and ten business days to confirm",
    arguments: [
      ("2026-01-01", "2026-02-15", "2026-04-01", "2026-01-15"),
      ("2026-12-01", "2027-01-15", "2027-03-01", "2026-12-15"),
      ("2026-11-19", "2027-01-03", "2027-02-17", "2026-12-04"),
      ("2028-02-01", "2028-03-17", "2028-05-01", "2028-02-15"),
    ])
  func us(received: String, first: String, second: String, confirmed: String) throws {
    let day = try #require(Day(received))
    let list = try HolidayList(text: "2026-11-26 # Thanksgiving\n2026-12-25\n")
    #expect(Regime.us.due(received: day, holidays: list).text == first)
    #expect(Regime.us.extended(received: day)?.text == second)
    #expect(Regime.us.confirmation(received: day, holidays: list)?.text == confirmed)
  }

  @Test("G18: in China a request of the evening in UTC is of the next day")
  func zones() throws {
    let time = try #require(CivilTime(year: 2026, month: 7, day: 1, hour: 17).timestamp)
    func record(_ regime: Regime) -> RequestRecord {
      RequestRecord(
        kind: .access, regime: regime, time: time, holidays: HolidayList(), holidayDigest: [], details: .init())
    }
    #expect(record(.china7).received.text == "2026-07-02" && record(.china7).due.text == "2026-07-13")
    #expect(record(.eu).received.text == "2026-07-01" && record(.eu).due.text == "2026-08-01")
  }

  @Test("lists of holidays are read as they are written, and what is no list is refused by its line")
  func lists() throws {
    let list = try HolidayList(text: DeadlineTests.china)
    #expect(list.holidays.count == 3 + 9 + 3 + 5 + 3 + 3 + 7 && list.workedWeekends.count == 6)
    #expect(try HolidayList(text: list.text) == list)
    for (text, line) in [
      ("2026-02-30", "line 1"), ("2026-01-01\n2026-01-05..2026-01-04", "line 2"), ("\n\n1.5.2026", "line 3"),
      ("+2026-01-05", "line 1"), ("2026-01-01..2026-01-02..2026-01-03", "line 1"),
      ("2026-01-01..2036-01-01", "line 1"),
    ] {
      let failure = failure { _ = try HolidayList(text: text) }
      #expect(failure?.code == .badInput && failure?.place == line, "\(text): \(String(describing: failure))")
    }
    #expect(failure { _ = try HolidayList(text: "2026-01-04\n+2026-01-04") }?.code == .badInput)
  }

  @Test("days know their weekdays and their months' lengths")
  func days() throws {
    #expect(Day("1970-01-01")?.weekday == 4 && Day("2026-11-21")?.weekday == 6 && Day("1969-12-28")?.weekday == 7)
    #expect(Day("2026-02-29") == nil && Day("2026-2-2") == nil && Day("2026-13-01") == nil && Day("x") == nil)
    checkProperty(cases: 200, seed: 18) { random in
      let day = Day(number: random.below(60_000))
      let months = random.below(40)
      let later = day.adding(months: months)
      let (a, b) = (day.text.split(separator: "-"), later.text.split(separator: "-"))
      guard let y = Int(a[0]), let m = Int(a[1]), let d = Int(a[2]), let e = Int(b[2]) else { return false }
      let index = y * 12 + m - 1 + months
      let isMonth = Int(b[0]) == index / 12 && Int(b[1]) == index % 12 + 1
      // The same day, or the last of a month that lacks it.
      let isEnd = later.adding(days: 1).text.hasSuffix("-01")
      return Day(day.text) == day && isMonth && (e == d || e < d && isEnd)
    }
  }
}
