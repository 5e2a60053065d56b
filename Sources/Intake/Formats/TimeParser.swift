import Vocabulary

/// Reads times in the forms that logs have.
enum TimeParser {
  static let expected =
    "Unix seconds or milliseconds, ISO 8601, YYYYMMDD, or a web server's time, from 1970 to 2199"

  /// The time in a cell; `nil` for anything that is none, or lies outside ``Timestamp/accepted``.
  ///
  /// Whole numbers are Unix time in seconds, milliseconds (from 10^11), microseconds (10^14) or nanoseconds (10^17);
  /// a decimal point means seconds; eight digits that make a day from 1980 on are that day. Without a zone, a written
  /// time is UTC.
  static func milliseconds(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard let found = unsafe parse(bytes), Timestamp.accepted.contains(found) else { return nil }
    return found
  }

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    var digits: Int64 = 0
    var index = 0
    while unsafe index < bytes.count && isDigit(bytes[index]) {
      if index >= 19 { return nil }
      unsafe digits = digits &* 10 &+ Int64(bytes[index] - 48)
      if digits < 0 { return nil }
      index += 1
    }
    if index == 0 { return nil }
    if index == bytes.count { return index == 8 ? day(digits) ?? scaled(digits) : scaled(digits) }
    let next = unsafe bytes[index]
    if next == UInt8(ascii: ".") {
      guard digits < 100_000_000_000, let fraction = unsafe fraction(bytes, from: index + 1) else { return nil }
      return digits * 1000 + fraction
    }
    if next == UInt8(ascii: "-"), index == 4 { return unsafe written(bytes) }
    if next == UInt8(ascii: "/") { return unsafe serverTime(bytes) }
    return nil
  }

  /// The day that is written without hyphens, such as 20260501.
  ///
  /// As seconds it would be of 1970, which no log is.
  private static func day(_ number: Int64) -> Int64? {
    let civil = CivilTime(year: Int(number / 10_000), month: Int(number / 100 % 100), day: Int(number % 100))
    return civil.timestamp.flatMap { $0.isClock ? $0.milliseconds : nil }
  }

  private static func scaled(_ number: Int64) -> Int64 {
    switch number {
    case ..<100_000_000_000: number * 1000
    case ..<100_000_000_000_000: number
    case ..<100_000_000_000_000_000: number / 1000
    default: number / 1_000_000
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  /// Digits to the end of the cell as milliseconds, truncated.
  private static func fraction(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int64? {
    var value: Int64 = 0
    for place in 0..<3 {
      let digit = unsafe start + place < bytes.count ? bytes[start + place] : 48
      if !isDigit(digit) { return nil }
      value = value * 10 + Int64(digit - 48)
    }
    for index in min(start + 3, bytes.count)..<bytes.count where unsafe !isDigit(bytes[index]) { return nil }
    return start < bytes.count ? value : nil
  }

  /// A fixed number of digits, moving past them.
  private static func number(_ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int, _ count: Int) -> Int? {
    guard place + count <= bytes.count else { return nil }
    var value = 0
    for _ in 0..<count {
      guard unsafe isDigit(bytes[place]) else { return nil }
      unsafe value = value * 10 + Int(bytes[place] - 48)
      place += 1
    }
    return value
  }

  private static func take(_ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int, _ allowed: StaticString) -> Bool {
    guard place < bytes.count else { return false }
    let found = unsafe bytes[place]
    let isAllowed = unsafe UnsafeBufferPointer(start: allowed.utf8Start, count: allowed.utf8CodeUnitCount).contains(
      found)
    if isAllowed { place += 1 }
    return isAllowed
  }

  /// A date, or a date and a time of day: `2026-05-01`, `2026-05-01T09:30`, `2026-05-01 09:30:15.25+02:00`.
  private static func written(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    var place = 0
    guard let year = unsafe number(bytes, &place, 4), unsafe take(bytes, &place, "-"),
      let month = unsafe number(bytes, &place, 2), unsafe take(bytes, &place, "-"),
      let day = unsafe number(bytes, &place, 2)
    else { return nil }
    var civil = CivilTime(year: year, month: month, day: day)
    if place == bytes.count { return civil.timestamp?.milliseconds }
    guard unsafe take(bytes, &place, "Tt "), let hour = unsafe number(bytes, &place, 2),
      unsafe take(bytes, &place, ":"),
      let minute = unsafe number(bytes, &place, 2)
    else { return nil }
    (civil.hour, civil.minute) = (hour, minute)
    if unsafe take(bytes, &place, ":") {
      guard let second = unsafe number(bytes, &place, 2) else { return nil }
      civil.second = second
      if unsafe take(bytes, &place, ".,") {
        let start = place
        while unsafe place < bytes.count && isDigit(bytes[place]) { place += 1 }
        let digits = unsafe UnsafeBufferPointer(rebasing: bytes[..<place])
        guard let fraction = unsafe fraction(digits, from: start) else { return nil }
        civil.millisecond = Int(fraction)
      }
    }
    guard let local = civil.timestamp, let offset = unsafe zone(bytes, &place) else { return nil }
    return local.milliseconds - offset
  }

  /// A zone to the end of the cell, as milliseconds east of UTC.
  private static func zone(_ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int) -> Int64? {
    if place == bytes.count { return 0 }
    if unsafe take(bytes, &place, "Zz") { return place == bytes.count ? 0 : nil }
    let west = unsafe place < bytes.count && bytes[place] == UInt8(ascii: "-")
    guard unsafe take(bytes, &place, "+-"), let hours = unsafe number(bytes, &place, 2), hours <= 23 else { return nil }
    var minutes = 0
    if place < bytes.count {
      _ = unsafe take(bytes, &place, ":")
      guard let more = unsafe number(bytes, &place, 2), more <= 59 else { return nil }
      minutes = more
    }
    let offset = Int64(hours * 60 + minutes) * 60_000
    return place == bytes.count ? (west ? -offset : offset) : nil
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// The time of a web server's log, such as `10/Oct/2000:13:55:36 -0700`.
  private static func serverTime(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    var place = 0
    guard let day = unsafe number(bytes, &place, 2), unsafe take(bytes, &place, "/"), place + 3 < bytes.count,
      let month = months.firstIndex(of: unsafe String(decoding: bytes[place..<place + 3], as: UTF8.self))
    else { return nil }
    place += 3
    guard unsafe take(bytes, &place, "/"), let year = unsafe number(bytes, &place, 4), unsafe take(bytes, &place, ":"),
      let hour = unsafe number(bytes, &place, 2), unsafe take(bytes, &place, ":"),
      let minute = unsafe number(bytes, &place, 2), unsafe take(bytes, &place, ":"),
      let second = unsafe number(bytes, &place, 2),
      let local = CivilTime(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
        .timestamp
    else { return nil }
    if place < bytes.count, unsafe !take(bytes, &place, " ") { return nil }
    guard let offset = unsafe zone(bytes, &place) else { return nil }
    return local.milliseconds - offset
  }
}
