import TestSupport
import Testing
import Vocabulary

@testable import Intake

@Suite("Times in logs")
struct TimeParserTests {
  private static func parse(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    return unsafe bytes.withUnsafeBufferPointer { unsafe TimeParser.milliseconds($0) }
  }

  @Test("each form that logs have")
  func forms() {
    let morning: Int64 = 1_777_627_815_000  // 2026-05-01T09:30:15Z
    for (text, expected) in [
      ("0", 0), ("1777627815", morning), ("1777627815.25", morning + 250), ("1777627815.2509", morning + 250),
      ("1777627815000", morning), ("1777627815000999", morning), ("1777627815000999999", morning),
      ("99999999999", nil), ("100000000000", 100_000_000_000), ("7258118399", 7_258_118_399_000),
      ("7258118400", nil), ("7258118399999", 7_258_118_399_999), ("7258118400000", nil),
      ("20260501", 1_777_593_600_000), ("20260230", 20_260_230_000), ("19791231", 19_791_231_000),
      ("2026-05-01", 1_777_593_600_000), ("2026-05-01T09:30", morning - 15_000), ("2026-05-01 09:30:15", morning),
      ("2026-05-01t09:30:15z", morning), ("2026-05-01T09:30:15.5Z", morning + 500),
      ("2026-05-01T09:30:15,123456789", morning + 123), ("2026-05-01T11:30:15+02:00", morning),
      ("2026-05-01T11:30:15+02", morning), ("2026-04-30T23:00:15.001-1030", morning + 1),
      ("2026-05-02T09:29:15+2359", morning), ("01/May/2026:09:30:15 +0000", morning),
      ("30/Apr/2026:23:30:15 -1000", morning), ("01/May/2026:09:30:15", morning),
      ("2016-12-31T23:59:60Z", 1_483_228_799_999), ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:00:00-01:00", 0),
    ] as [(String, Int64?)] {
      #expect(TimeParserTests.parse(text) == expected, "\(text)")
    }
  }

  @Test(
    "what is no time, or an impossible one",
    arguments: [
      "", " ", "-", "-1", "+5", "1e9", "0x5", "12 ", " 12", "1.", ".5", "1.5x", "1.x", "9999999999999999",
      "99999999999999999999", "9999999999999999999", "18446744073709551617", "1777627815000.5", "2026-05",
      "2026-5-1", "2026-13-01", "2026-00-10", "2026-02-30", "2023-02-29", "2100-02-29", "2026-04-31", "2026-05-00",
      "0001-01-01", "1969-12-31T23:59:59Z", "2200-01-01", "1970-01-01T00:00:00+00:01", "2026-05-01T",
      "2026-05-01T24:00", "2026-05-01T09:60", "2026-05-01T09:30:61", "2026-05-01T09", "2026-05-01T09:30:15.",
      "2026-05-01T09:30:15.x",
      "2026-05-01T09:30:15+", "2026-05-01T09:30:15+2", "2026-05-01T09:30:15+24:00", "2026-05-01T09:30:15+02:60",
      "2026-05-01T09:30:15+02:00x", "2026-05-01T09:30:15Zx", "2026-05-01T09:30:15 UTC", "2026-05-01Z",
      "01/May/2026", "32/May/2026:09:30:15 +0000", "01/Mai/2026:09:30:15 +0000", "01/may/2026:09:30:15", "01/",
      "01/05/2026", "1/May/2026:09:30:15 +0000", "01/May/2026:09:30:15 +", "01/May/1960:09:30:15 +0000",
      "２０２６-05-01",
    ])
  func impossible(text: String) { #expect(TimeParserTests.parse(text) == nil) }

  /// Days from 1970 counted one month and one year at a time.
  private static func milliseconds(year: Int, month: Int, day: Int, ofDay: Int) -> Int64 {
    func isLeap(_ year: Int) -> Bool { year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) }
    var days = day - 1
    for before in 1970..<max(year, 1970) { days += isLeap(before) ? 366 : 365 }
    let lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    days += lengths[..<(month - 1)].reduce(0, +)
    return day > lengths[month - 1] ? -1 : Int64(days) * 86_400_000 + Int64(ofDay)
  }

  @Test("random times in every form agree with counting the days")
  func reference() {
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func pad(_ number: Int, _ width: Int = 2) -> String {
      String(repeating: "0", count: max(0, width - "\(number)".count)) + "\(number)"
    }
    checkProperty(cases: 2000, seed: 200) { random in
      let (year, month, day) = (1970 + random.below(231), 1 + random.below(12), 1 + random.below(31))
      let ofDay = random.below(86_400_000)
      let whole = TimeParserTests.milliseconds(year: year, month: month, day: day, ofDay: ofDay)
      let (hour, minute, second) = (ofDay / 3_600_000, ofDay / 60_000 % 60, ofDay / 1000 % 60)
      let offset = random.below(2 * 1440 - 1) - 1439
      let sign = offset < 0 ? "-" : "+"
      let (zoneHours, zoneMinutes) = (pad(abs(offset) / 60), pad(abs(offset) % 60))
      let date = "\(pad(year, 4))-\(pad(month))-\(pad(day))"
      let time = "\(pad(hour)):\(pad(minute)):\(pad(second))"
      let server = "\(pad(day))/\(names[month - 1])/\(pad(year, 4)):\(time)"
      func accepted(_ value: Int64) -> Int64? { whole >= 0 && Timestamp.accepted.contains(value) ? value : nil }
      let seconds = whole - whole % 1000
      let east = Int64(offset) * 60_000
      for (text, expected) in [
        (date, whole - Int64(ofDay)), ("\(date)T\(time).\(pad(ofDay % 1000, 3))Z", whole), ("\(date) \(time)", seconds),
        ("\(date)T\(time)\(sign)\(zoneHours):\(zoneMinutes)", seconds - east),
        ("\(server) \(sign)\(zoneHours)\(zoneMinutes)", seconds - east),
      ] where TimeParserTests.parse(text) != accepted(expected) { return false }
      if whole < 0 { return true }
      let decimal = "\(whole / 1000).\(pad(Int(whole % 1000), 3))"
      if TimeParserTests.parse(decimal) != accepted(whole) { return false }
      return whole < 100_000_000_000 || TimeParserTests.parse("\(whole)") == accepted(whole)
    }
  }

  @Test("no bytes crash it, and what it accepts lies in the range")
  func garbage() {
    let letters = Array("0123456789-:/.TZ +May,".utf8) + [0, 255]
    checkProperty(cases: 20_000, seed: 300) { random in
      let bytes = (0..<random.below(30)).map { _ in letters[random.below(letters.count)] }
      let found = unsafe bytes.withUnsafeBufferPointer { unsafe TimeParser.milliseconds($0) }
      return found.map { Timestamp.accepted.contains($0) } ?? true
    }
  }
}
