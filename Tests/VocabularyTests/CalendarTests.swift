import TestSupport
import Testing
import Vocabulary

@Suite("The calendar")
struct CalendarTests {
  @Test("every day from 1600 to 2400, counted one by one")
  func everyDay() {
    // Days from 1600-01-01 to 1970-01-01: 370 years with 90 leap days (1600, 1604, … 1968 without 1700, 1800, 1900).
    var day: Int64 = -(370 * 365 + 90)
    var wrong = 0
    for year in 1600..<2400 {
      let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
      for (month, days) in zip(1..., [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
        for date in 1...days {
          let civil = CivilTime(year: year, month: month, day: date)
          let time = Timestamp(milliseconds: day * 86_400_000)
          if civil.timestamp != time || CivilTime(time) != civil { wrong += 1 }
          day += 1
        }
        if CivilTime(year: year, month: month, day: days + 1).timestamp != nil { wrong += 1 }
      }
    }
    #expect(wrong == 0)
    #expect(CivilTime(year: 2400, month: 1, day: 1).timestamp?.milliseconds == day * 86_400_000)
  }

  @Test("times before 1970 go there and back to the millisecond")
  func beforeTheEpoch() {
    #expect(
      CivilTime(Timestamp(milliseconds: -1))
        == CivilTime(year: 1969, month: 12, day: 31, hour: 23, minute: 59, second: 59, millisecond: 999))
    checkProperty(cases: 2000, seed: 81) { random in
      let time = Timestamp(milliseconds: Int64(bitPattern: random.next()) >> Int64(1 + random.below(40)))
      return CivilTime(time).timestamp == time
    }
  }

  @Test("the ends of time do not trap")
  func extremes() {
    for milliseconds in [Int64.min, .min + 1, .max] {
      let civil = CivilTime(Timestamp(milliseconds: milliseconds))
      #expect((1...12).contains(civil.month) && (1...31).contains(civil.day))
    }
    for year in [Int.min, Int.min / 2, -290_000_001, 290_000_001, Int.max] {
      #expect(CivilTime(year: year, month: 1, day: 1).timestamp == nil, "year \(year)")
    }
    for year in [-290_000_000, 290_000_000] {
      let first = CivilTime(year: year, month: 1, day: 1)
      #expect(first.timestamp.map { CivilTime($0) } == first)
    }
  }

  @Test("fields out of their range, each alone, and those just inside")
  func ranges() {
    func time(_ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int, _ milli: Int) -> Timestamp? {
      CivilTime(
        year: 2024, month: month, day: day, hour: hour, minute: minute, second: second, millisecond: milli
      ).timestamp
    }
    #expect(time(12, 31, 23, 59, 59, 999)?.milliseconds == 1_735_689_599_999)
    #expect(time(1, 1, 0, 0, 0, 0)?.milliseconds == 1_704_067_200_000)
    #expect(time(2, 29, 0, 0, 0, 0) != nil && time(2, 30, 0, 0, 0, 0) == nil)
    #expect(time(0, 1, 0, 0, 0, 0) == nil && time(13, 1, 0, 0, 0, 0) == nil && time(-1, 1, 0, 0, 0, 0) == nil)
    #expect(time(1, 0, 0, 0, 0, 0) == nil && time(1, -1, 0, 0, 0, 0) == nil && time(1, 32, 0, 0, 0, 0) == nil)
    #expect(time(1, 1, -1, 0, 0, 0) == nil && time(1, 1, 24, 0, 0, 0) == nil)
    #expect(time(1, 1, 0, -1, 0, 0) == nil && time(1, 1, 0, 60, 0, 0) == nil)
    #expect(time(1, 1, 0, 0, -1, 0) == nil && time(1, 1, 0, 0, 61, 0) == nil)
    #expect(time(1, 1, 0, 0, 0, -1) == nil && time(1, 1, 0, 0, 0, 1000) == nil)
    // A leap second is the last millisecond before the next minute.
    #expect(time(6, 30, 23, 59, 60, 5) == time(6, 30, 23, 59, 59, 999))
  }

  @Test("texts are padded, and what counts as a clock")
  func textsAndClocks() {
    #expect(Timestamp(seconds: 0).text == "1970-01-01T00:00:00Z")
    #expect(Timestamp(seconds: 1_714_555_800).text == "2024-05-01T09:30:00Z")
    #expect(Timestamp(milliseconds: Timestamp.accepted.upperBound).text == "2200-01-01T00:00:00Z")
    #expect(!Timestamp(milliseconds: 7).isClock && Timestamp(seconds: 1_714_555_800).isClock)
    #expect(CivilTime(year: 1980, month: 1, day: 1).timestamp?.isClock == true)
    #expect(CivilTime(year: 1979, month: 12, day: 31, hour: 23).timestamp?.isClock == false)
    #expect(Timestamp(seconds: 1) < Timestamp(seconds: 2))
  }
}
