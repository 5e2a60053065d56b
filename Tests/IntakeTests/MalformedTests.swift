import TestSupport
import Testing
import Vocabulary

@testable import Intake

@Suite("Input that cannot be understood")
struct MalformedTests {
  /// Reads the bad line between good ones and expects it, and nothing of what it says, among the rejects.
  private static func check(
    _ bad: [UInt8], good: String, header: String = "", _ column: Int, _ found: String, _ expected: String
  ) throws {
    let head = Array((header + good).utf8)
    let bytes = head + bad + [10] + Array(good.utf8)
    let line = head.count { $0 == 10 } + 1
    let reading = try readLog(bytes, LogOptions(.events))
    let comment = Comment("\(String(decoding: bad.prefix(80), as: UTF8.self)): \(reading.rejects)")
    #expect(reading.pairs == ["ann hat", "ann hat"] && reading.tally == [3, 1, 0], comment)
    #expect(
      reading.rejects
        == "{\"file\":\"log\",\"line\":\(line),\"column\":\(column),\"found\":\"\(found)\",\"expected\":\"\(expected)\"}\n",
      comment)
    #expect(reading.reasons == ["1 \(found) where \(expected) was expected"], comment)
    #expect(!(reading.rejects + reading.reasons.joined()).contains("SECRET"), comment)
    // The line itself is only kept where that was asked for.
    let keeping = try readLog(bytes, LogOptions(.events), keepsLines: true)
    #expect(keeping.rejects.contains("\"text\":\"") && keeping.rejects.contains("SECRET"), comment)
    let thrown = failure { _ = try readLog(bytes, LogOptions(.events), isStrict: true) }
    #expect(thrown?.code == .badInput && thrown?.place == "log:\(line):\(column)", comment)
    #expect(thrown?.what == found && thrown?.description.contains("SECRET") == false, comment)
  }

  private static func csv(_ bad: String, _ column: Int, _ found: String, _ expected: String) throws {
    let (header, good) = ("subject,item,kind,time,value,query,source\n", "ann,hat,view,1,,,\n")
    try check(Array(bad.utf8), good: good, header: header, column, found, expected)
  }

  @Test("cells that are missing, of no known sort or impossible")
  func cells() throws {
    try MalformedTests.csv("SECRET-PERSON,hat,view", 23, "3 columns", "7 columns")
    try MalformedTests.csv(",SECRET-PERSON,view,1,,,", 1, "no person", "a person's id")
    try MalformedTests.csv("SECRET-PERSON,,view,1,,,", 15, "no item", "an item id")
    try MalformedTests.csv("SECRET-PERSON,hat,,1,,,", 19, "no kind of event", "a kind")
    try MalformedTests.csv("SECRET-PERSON,,search,1,,,", 26, "a search without words", "a query")
    try MalformedTests.csv("SECRET-PERSON,hat,rate,1,nan,,", 26, "a rating without a number", "a value")
    try MalformedTests.csv("SECRET-PERSON,hat,rate,1,1e7,,", 26, "a rating without a number", "a value")
    try MalformedTests.csv("SECRET-PERSON,hat,rate,1,,,", 26, "a rating without a number", "a value")
    for time in ["soon", "2026-13-01", "2026-02-30", "0001-01-01", "9999999999999999"] {
      try MalformedTests.csv(
        "SECRET-PERSON,hat,view,\(time),,,", 24, "a time that cannot be read or is impossible", TimeParser.expected)
    }
    let long = String(repeating: "x", count: 513)
    try MalformedTests.csv("SECRET\(long),hat,view,1,,,", 1, "an id that is too long", "at most 512 bytes")
    try MalformedTests.csv("SECRET,hat,view,1,,,\(long)", 21, "a text that is too long", "at most 512 bytes")
    try MalformedTests.csv("\"SECRET\" PERSON,hat,view,1,,,", 9, "text after a closing quote", "a delimiter")
    let words = String(repeating: "x", count: 4097)
    try MalformedTests.csv("SECRET,,search,1,,\(words),", 19, "a text that is too long", "at most 4096 bytes")
  }

  @Test("bytes that are no text")
  func bytes() throws {
    let (header, good) = ("subject,item,kind,source\n", "ann,hat,view,\n")
    for garbage: [UInt8] in [
      [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0], [27, 91], [0xF5, 0x80, 0x80, 0x80],
    ] {
      let secret = Array("SECRET".utf8)
      let (id, text) = ("an id that is not text", "something that is not text")
      try MalformedTests.check(secret + garbage + Array(",hat,view,".utf8), good: good, header: header, 1, id, "UTF-8")
      try MalformedTests.check(
        Array("bob,SECRET".utf8) + garbage + Array(",view,".utf8), good: good, header: header, 5, id, "UTF-8")
      try MalformedTests.check(
        Array("bob,hat,view,SECRET".utf8) + garbage, good: good, header: header, 14, text, "UTF-8")
    }
    // A file of nothing but noise ends, and lets nothing through.
    checkProperty(cases: 25, seed: 500) { random in
      for format in LogOptions.Format.allCases where format != .combined {
        let options = try options(format: format, columns: format == .ndjson ? nil : ["subject", "item", "kind"])
        let reading = try readLog(random.bytes(1 + random.below(2000)), options, keepsLines: true)
        if !reading.lines.isEmpty || reading.counts.read < reading.counts.rejected { return false }
      }
      return true
    }
  }

  @Test("the name of an unknown kind is not repeated")
  func unknownKinds() throws {
    let text = "subject,item,kind\nann,hat,SECRET-PERSON\nann,hat,view\n"
    let reading = try readLog(text, LogOptions(.events))
    #expect(reading.pairs == ["ann hat"] && reading.tally == [2, 1, 0])
    #expect(reading.rejects.contains("\"line\":2,\"column\":9,"))
    #expect(!(reading.rejects + reading.reasons.joined()).contains("SECRET"))
  }

  @Test("a quote that does not end: in TSV it spoils its line, in CSV what follows up to the next quote")
  func openQuotes() throws {
    let bad = "\"SECRET-PERSON\that\tview\n"
    let tabbed = try readLog("subject\titem\tkind\n" + bad + "ann\that\tview\n", LogOptions(.events))
    #expect(tabbed.pairs == ["ann hat"] && tabbed.tally == [2, 1, 0])
    let comma = try readLog("subject,item,kind\nann,hat,view\nbob,\"SECRET,view\nann,cap", LogOptions(.events))
    #expect(comma.pairs == ["ann hat"] && comma.tally == [2, 1, 0])
    #expect(tabbed.rejects.contains("\"line\":2,\"column\":1,\"found\":\"a quote that does not end\""))
    #expect(comma.rejects.contains("\"line\":3,\"column\":5,\"found\":\"a quote that does not end\""))
    #expect(!(tabbed.rejects + comma.rejects).contains("SECRET"))
  }

  @Test("a line taken for a header is not repeated")
  func headerless() throws {
    let thrown = failure { _ = try readLog("SECRET-PERSON,hat,view\n", LogOptions(.events)) }
    #expect(thrown?.code == .usage)
    #expect(thrown?.description.contains("SECRET") == false)
  }

  @Test("more tags than a sealed event can carry")
  func manyTags() throws {
    let columns = (0..<11).map { "c\($0)" }
    let tags = (0..<1000).map { "\($0)" }.joined(separator: "|")
    let mapped = try options(map: columns.map { "tag.\($0)=\($0)" }.joined(separator: ","))
    let row = { (count: Int) in
      "ann,hat,view," + columns.indices.map { $0 < count ? tags : "" }.joined(separator: ",") + "\n"
    }
    let reading = try readLog(
      "subject,item,kind,\(columns.joined(separator: ","))\n" + row(11) + row(10), mapped)
    #expect(reading.pairs == ["ann hat"] && reading.tally == [2, 1, 0])
  }
}
