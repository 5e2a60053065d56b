import TestSupport
import Testing
import Vocabulary

@testable import Intake

@Suite("Logs of web servers")
struct CombinedLogTests {
  private static let time: Int64 = 971_211_336_000

  private static func line(
    _ request: String, host: String = "10.0.0.1", user: String = "-", status: String = "200", rest: String = " 512"
  ) -> String { "\(host) - \(user) [10/Oct/2000:13:55:36 -0700] \"\(request)\" \(status)\(rest)\n" }

  private static func patterns() -> LogOptions {
    var options = LogOptions(.events)
    options.format = .combined
    options.itemPattern = "/product/([^/?]+)"
    options.searchPattern = "[?&]q=([^&]+)"
    return options
  }

  @Test("item views and searches, their ids and words decoded; the rest is left out")
  func requests() throws {
    let line = CombinedLogTests.line
    let log =
      line("GET /product/hat-1?ref=a HTTP/1.1", "10.0.0.1", "-", "200", " 512 \"http://x/\" \"Agent \\\"7\\\"\"")
      + line("GET /s?a=1&q=red%20hat+%C3%A9%zz%4 HTTP/1.1", "10.0.0.2", "ann", "304", "")
      + line("GET /product/b%2Fc?q=x", "::1", "-", "206", " -")
      + line("GET /style.css HTTP/1.1", "10.0.0.1", "-", "200", " 5")
      + line("POST /product/cap HTTP/1.1", "10.0.0.1", "-", "200", " 5")
      + line("GET /product/cap HTTP/1.1", "10.0.0.1", "-", "404", " 5")
      + line("GET /product/cap HTTP/1.1", "10.0.0.1", "-", "301", " 5")
      + line("GET /product/q\\\"t HTTP/1.1", "10.0.0.1", "-", "200", " 5")
    let reading = try readLog(log, CombinedLogTests.patterns())
    let time = CombinedLogTests.time
    #expect(
      reading.lines == [
        Line(subject: "10.0.0.1", item: "hat-1", kind: .view, time: time),
        Line(subject: "ann", kind: .search, time: time, query: "red hat é%zz%4"),
        Line(subject: "::1", item: "b/c", kind: .view, time: time),
        Line(subject: "10.0.0.1", item: "q\\\"t", kind: .view, time: time),
      ])
    #expect(reading.tally == [8, 0, 4] && reading.counts.unusedColumns.isEmpty)
  }

  @Test("a pattern without captures gives all that it matches, and the host may stand for the person")
  func mapped() throws {
    var options = CombinedLogTests.patterns()
    options.itemPattern = "[0-9]+$"
    options.searchPattern = nil
    try options.parse(map: "subject=host,source=path")
    let reading = try readLog(CombinedLogTests.line("GET /a/77", user: "ann"), options)
    let expected = Line(subject: "10.0.0.1", item: "77", kind: .view, time: CombinedLogTests.time, source: "/a/77")
    #expect(reading.lines == [expected])
  }

  @Test("lines that are none are rejects that say where, and not what they hold")
  func malformed() throws {
    let good = CombinedLogTests.line("GET /product/hat HTTP/1.1")
    for (bad, column, expected) in [
      ("SECRET-PERSON", 15, "the client's identity, or -"),
      ("SECRET-PERSON - ", 17, "the user, or -"),
      ("h - SECRET-PERSON 10/Oct/2000", 19, "a time in brackets"),
      ("h - SECRET-PERSON [10/Oct/2000", 19, "a time in brackets"),
      ("h - SECRET-PERSON [10/Oct/2000:13:55:36 -0700] GET", 48, "a request in quotes"),
      ("h - - [10/Oct/2000:13:55:36 -0700] \"GET /product/SECRET-PERSON\\", 36, "a request in quotes"),
      ("h - - [10/Oct/2000:13:55:36 -0700] \"SECRET-PERSON\" 400 1", 37, "METHOD PATH PROTOCOL"),
      ("h - - [10/Oct/2000:13:55:36 -0700] \"GET /SECRET-PERSON\"", 57, "a status"),
      ("h - - [10/Oct/2000:13:55:36 -0700] \"GET /x\" SECRET-PERSON", 45, "a status"),
      ("h - - [10/Foo/2000:13:55:36 -0700] \"GET /product/SECRET-PERSON\" 200", 8, TimeParser.expected),
      ("\u{1}SECRET-PERSON - - [10/Oct/2000:13:55:36 -0700] \"GET /product/x\" 200", 1, "UTF-8"),
    ] {
      let reading = try readLog(good + bad + "\n" + good, CombinedLogTests.patterns())
      #expect(reading.pairs == ["10.0.0.1 hat", "10.0.0.1 hat"] && reading.tally == [3, 1, 0], "\(bad)")
      #expect(reading.rejects.contains("\"line\":2,\"column\":\(column),"), "\(bad): \(reading.rejects)")
      #expect(reading.rejects.contains("\"expected\":\"\(expected)\"}"), "\(bad): \(reading.rejects)")
      #expect(!reading.rejects.contains("SECRET") && !reading.reasons.joined().contains("SECRET"), "\(bad)")
    }
  }

  @Test("without a pattern, or with one that is none, there is nothing to read")
  func patternsNeeded() throws {
    var options = LogOptions(.events)
    options.format = .combined
    let line = CombinedLogTests.line("GET /product/hat")
    let none = failure { _ = try readLog(line, options) }
    #expect(none?.code == .usage && none?.expected?.contains("--item-pattern") == true)
    options.searchPattern = "("
    let wrong = failure { _ = try readLog(line, options) }
    #expect(wrong?.code == .usage && wrong?.place == "--search-pattern")
  }

  @Test("percent escapes: any byte comes through, what is none stays")
  func escapes() {
    checkProperty(cases: 300, seed: 400) { random in
      let bytes = random.bytes(random.below(20))
      let escaped = bytes.flatMap { byte -> [UInt8] in
        let digits = String(byte, radix: 16, uppercase: byte % 2 == 0)
        return Array(("%" + (byte < 16 ? "0" : "") + digits).utf8)
      }
      return CombinedScanner.decoded(escaped) == bytes
    }
    for text in ["%", "%4", "%g1", "100%", "%%%"] {
      #expect(CombinedScanner.decoded(Array(text.utf8)) == Array(text.utf8))
    }
  }
}
