import Vocabulary

/// Reads lines of a web server's Combined Log Format and finds item views and searches among them.
struct CombinedScanner {
  /// What may be asked of a line.
  static let columns = ["host", "user", "subject", "time", "method", "path", "status", "kind", "item", "query"]

  private let slots: [String: [Int]]
  private let itemPattern: Regex<AnyRegexOutput>?
  private let searchPattern: Regex<AnyRegexOutput>?

  init(wanted: [String], options: LogOptions) throws {
    var slots: [String: [Int]] = [:]
    for (slot, name) in wanted.enumerated() { slots[name, default: []].append(slot) }
    self.slots = slots
    itemPattern = try options.itemPattern.map { try CombinedScanner.pattern($0, "--item-pattern") }
    searchPattern = try options.searchPattern.map { try CombinedScanner.pattern($0, "--search-pattern") }
    if itemPattern == nil, searchPattern == nil {
      throw Failure(
        .usage, "a web server's log says which pages were asked for, not which are items",
        expected: "--item-pattern or --search-pattern with one capture, such as --item-pattern '/product/([^/?]+)'")
    }
  }

  private static func pattern(_ text: String, _ option: String) throws -> Regex<AnyRegexOutput> {
    guard let pattern = try? Regex(text) else {
      throw Failure(.usage, "the pattern is no regular expression", at: option, expected: "such as '/product/([^/?]+)'")
    }
    return pattern
  }

  /// False for a request that is neither an item view nor a search, or did not succeed.
  func scan(_ record: UnsafeBufferPointer<UInt8>, into row: inout Row) throws -> Bool {
    unsafe row.begin(record)
    var place = 0
    func word(_ what: String) throws -> Range<Int> {
      let start = place
      while unsafe place < record.count && record[place] != 32 { place += 1 }
      if place == start { throw Malformed(column: start + 1, found: "nothing", expected: what) }
      defer { place += 1 }
      return start..<place
    }
    func enclosed(_ open: UInt8, _ close: UInt8, _ what: String) throws -> Range<Int> {
      guard unsafe place < record.count && record[place] == open else {
        throw Malformed(column: place + 1, found: "something else", expected: what)
      }
      place += 1
      let start = place
      while unsafe place < record.count && record[place] != close {
        // A quote inside is escaped with a backslash.
        unsafe place += close == 34 && record[place] == 92 ? 2 : 1
      }
      guard place < record.count else { throw Malformed(column: start, found: "no end", expected: what) }
      defer { place += 2 }
      return start..<place
    }
    let host = try word("the client's address")
    _ = try word("the client's identity, or -")
    let user = try word("the user, or -")
    let time = try enclosed(91, 93, "a time in brackets")
    let request = try enclosed(34, 34, "a request in quotes")
    let status = try word("a status")
    let parts = unsafe String(decoding: record[request], as: UTF8.self).split(separator: " ")
    guard parts.count >= 2 else {
      throw Malformed(
        column: request.lowerBound + 1, found: "a request without a path", expected: "METHOD PATH PROTOCOL")
    }
    let statusText = unsafe String(decoding: record[status], as: UTF8.self)
    guard Int(statusText) != nil else {
      throw Malformed(column: status.lowerBound + 1, found: "no number", expected: "a status")
    }
    guard parts[0] == "GET", statusText.hasPrefix("2") || statusText == "304" else { return false }
    let path = String(parts[1])
    let hasUser = unsafe !(user.count == 1 && record[user.lowerBound] == UInt8(ascii: "-"))
    put("host", host, &row)
    put("user", user, &row)
    put("subject", hasUser ? user : host, &row)
    put("time", time, &row)
    put("status", status, &row)
    put("method", Array(parts[0].utf8), &row)
    put("path", Array(path.utf8), &row)
    if let item = capture(itemPattern, path) {
      put("kind", Array("view".utf8), &row)
      put("item", item, &row)
      return true
    }
    if let query = capture(searchPattern, path) {
      put("kind", Array("search".utf8), &row)
      put("query", query, &row)
      return true
    }
    return false
  }

  private func put(_ name: String, _ range: Range<Int>, _ row: inout Row) {
    for slot in slots[name] ?? [] { row.set(slot, start: range.lowerBound, count: range.count) }
  }

  private func put(_ name: String, _ bytes: [UInt8], _ row: inout Row) {
    for slot in slots[name] ?? [] { row.set(slot, copy: bytes) }
  }

  private func capture(_ pattern: Regex<AnyRegexOutput>?, _ path: String) -> [UInt8]? {
    guard let pattern, let match = try? pattern.firstMatch(in: path) else { return nil }
    let found = match.output.count > 1 ? match.output[1].substring : match.output[0].substring
    guard let found, !found.isEmpty else { return nil }
    return CombinedScanner.decoded(Array(found.utf8))
  }

  /// Percent escapes and plus signs taken out; what is no escape stays as it is.
  static func decoded(_ text: [UInt8]) -> [UInt8] {
    func digit(_ byte: UInt8) -> UInt8? { Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init) }
    var result: [UInt8] = []
    var place = 0
    while place < text.count {
      if text[place] == UInt8(ascii: "%"), place + 2 < text.count, let high = digit(text[place + 1]),
        let low = digit(text[place + 2])
      {
        result.append(high << 4 | low)
        place += 3
      } else {
        result.append(text[place] == UInt8(ascii: "+") ? 32 : text[place])
        place += 1
      }
    }
    return result
  }
}
