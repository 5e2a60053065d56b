import Vocabulary

/// Numbers, times and words as people read them.
enum Wording {
  /// A whole number with its thousands apart: `1,234,567`.
  static func count(_ number: some BinaryInteger) -> String {
    let digits = String(number.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return number < 0 ? "−" + text : text
  }

  /// A count with its noun: `1 item`, `2 items`.
  static func count(_ number: some BinaryInteger, _ noun: String, _ plural: String? = nil) -> String {
    "\(count(number)) \(number == 1 ? noun : plural ?? noun + "s")"
  }

  /// Where an operand stands, from 0, without saying what it is: it may be somebody's id in the wrong place.
  static func place(_ index: Int) -> String {
    let words = ["first", "second", "third", "fourth", "fifth"]
    return index < words.count ? "the \(words[index]) word" : "word \(index + 1)"
  }

  /// A share as whole percent: `41 %`, `−12 %`; below one half percent `<1 %`.
  static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "–" }
    let whole = (share.magnitude * 100).rounded()
    let sign = share < 0 ? "−" : ""
    if whole == 0, share != 0 { return "\(sign)<1 %" }
    return "\(sign)\(Int(min(whole, 999_999))) %"
  }

  /// A fraction with `places` digits after the point.
  static func decimal(_ number: Double, places: Int) -> String {
    guard number.isFinite, number.magnitude < 1e12 else { return "–" }
    let scale = (0..<places).reduce(1) { product, _ in product * 10 }
    let scaled = Int64((number.magnitude * Double(scale)).rounded())
    let sign = number < 0 && scaled != 0 ? "−" : ""
    if places == 0 { return sign + count(scaled) }
    let fraction = String(scaled % Int64(scale))
    return sign + count(scaled / Int64(scale)) + "." + String(repeating: "0", count: places - fraction.count) + fraction
  }

  /// How long something took: `8 ms`, `1.24 s`, `3 min 20 s`.
  static func duration(seconds: Double) -> String {
    if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
    if seconds < 100 { return "\(decimal(seconds, places: 2)) s" }
    let whole = Int(seconds.rounded())
    return "\(whole / 60) min \(whole % 60) s"
  }

  /// How long ago something was, in its largest unit: `3 days`.
  static func age(seconds: Int64) -> String {
    switch seconds {
    case ..<60: return count(seconds, "second")
    case ..<3600: return count(seconds / 60, "minute")
    case ..<172_800: return count(seconds / 3600, "hour")
    default: return count(seconds / 86_400, "day")
    }
  }

  static func bytes(_ number: Int64) -> String {
    switch number {
    case ..<1000: count(number, "byte")
    case ..<1_000_000: "\(decimal(Double(number) / 1e3, places: 1)) kB"
    case ..<1_000_000_000: "\(decimal(Double(number) / 1e6, places: 1)) MB"
    default: "\(decimal(Double(number) / 1e9, places: 1)) GB"
    }
  }

  /// A time to the minute in UTC, `2026-05-01 09:30`; a place in a file that stands for a time gives `nil`.
  static func time(_ time: Timestamp) -> String? {
    guard time.isClock else { return nil }
    let text = time.text
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
  }

  /// A date in UTC, `2026-05-01`; `nil` for a place in a file.
  static func date(_ time: Timestamp) -> String? { time.isClock ? String(time.text.prefix(10)) : nil }

  /// A digest short enough to compare by eye: `sha256:9f86d081884c`.
  static func digest(_ digest: String) -> String {
    guard let colon = digest.firstIndex(of: ":") else { return String(digest.prefix(12)) }
    return "\(digest[...colon])\(digest[digest.index(after: colon)...].prefix(12))"
  }

  /// Words in a row: `a`, `a and b`, `a, b and c`.
  static func list(_ words: [String], _ last: String = "and") -> String {
    guard let final = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(last) \(final)"
  }
}
