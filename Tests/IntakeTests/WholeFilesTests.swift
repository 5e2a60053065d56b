import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Intake

@Suite("Files that are empty, cut short, too long or wrong from the start")
struct WholeFilesTests {
  @Test("an empty file, blank lines and a header only are no events")
  func nothing() throws {
    for text in ["subject,item,kind", "subject,item,kind\r\n", "\n\nsubject\titem\tkind\n\n  \n"] {
      let reading = try readLog(text, LogOptions(.events))
      #expect(reading.lines.isEmpty && reading.tally == [0, 0, 0] && reading.rejects.isEmpty)
    }
    for text in ["", "\n \n\r\n"] {
      let mapped = try options(format: .ndjson)
      #expect(try readLog(text, mapped).tally == [0, 0, 0])
      #expect(try readLog(text, options(columns: ["subject", "item", "kind"])).tally == [0, 0, 0])
      let reading = try readLog(text, LogOptions(.events))
      #expect(reading.tally == [0, 0, 0])
    }
  }

  @Test("packed data that ends early is a failure that says so, after what was whole")
  func truncated() throws {
    let text = "subject,item,kind\n" + String(repeating: "ann,hat,view\n", count: 1000)
    let packed = gzip(Array(text.utf8), level: 0)
    #expect(try readLog(packed, LogOptions(.events)).lines.count == 1000)
    for count in [packed.count - 1, packed.count / 2, 20, 11] {
      let thrown = failure { _ = try readLog(Array(packed.prefix(count)), LogOptions(.events)) }
      #expect(thrown?.code == .badInput && thrown?.what == "the compressed data ends too early", "\(count)")
    }
    try withTemporaryDirectory { folder in
      write(Array(packed.prefix(packed.count - 4)), to: folder + "/log")
      let sink = RejectSink(input: "log", path: nil, keepsLines: false, isStrict: false)
      let chunks = try ChunkReader(path: folder + "/log")
      let reader = try EventReader(chunks: chunks, options: LogOptions(.events), rejects: sink, name: "log")
      var batch = RawBatch()
      #expect(try reader.read(into: &batch, limit: 1000) && batch.count == 1000)
      #expect(failure { _ = try reader.read(into: &batch, limit: 2000) }?.place == folder + "/log")
    }
  }

  private static let long = [UInt8](repeating: UInt8(ascii: "x"), count: 17 << 20)

  @Test("a line longer than 16 MiB is passed over; the next is read, and lines are counted on")
  func tooLong() throws {
    let (header, good) = (Array("subject,item,kind\nann,hat,view\n".utf8), Array("bob,cap,view\n".utf8))
    let bytes = header + WholeFilesTests.long + [10] + good + Array("bob,cap\n".utf8)
    let reading = try readLog(bytes, LogOptions(.events))
    #expect(reading.pairs == ["ann hat", "bob cap"] && reading.tally == [4, 2, 0])
    #expect(reading.rejects.contains("\"line\":3,\"column\":1,\"found\":\"a line that is too long\""))
    #expect(reading.rejects.contains("\"line\":5,\"column\":8,\"found\":\"2 columns\""))
  }

  @Test("a last line too long, and a quote that swallows more than 16 MiB")
  func tooLongAtTheEnd() throws {
    let header = Array("subject,item,kind\nann,hat,view\n".utf8)
    let last = try readLog(header + WholeFilesTests.long, LogOptions(.events))
    #expect(last.pairs == ["ann hat"] && last.tally == [2, 1, 0])
    let line = Array("bob,cap,view,\(String(repeating: "x", count: 999))\n".utf8)
    var bytes = header + [34]
    for _ in 0..<17_000 { bytes += line }
    let quote = try readLog(bytes, LogOptions(.events))
    // Up to the limit the lines belong to the record; after it each is a line again.
    let rest = 17_000 - (RecordSource.limit / line.count + 1)
    #expect(quote.pairs == ["ann hat"] + [String](repeating: "bob cap", count: rest))
    #expect(quote.tally == [rest + 2, 1, 0])
  }

  @Test("a first line that is too long is counted like any other")
  func tooLongAtTheStart() throws {
    let good = Array("\n{\"subject\":\"ann\",\"item\":\"hat\",\"kind\":\"view\"}\n".utf8)
    let reading = try readLog(WholeFilesTests.long + good, LogOptions(.events))
    #expect(reading.pairs == ["ann hat"])
    #expect(reading.tally == [2, 1, 0])
  }

  @Test("a format that is wrong for the whole file ends the reading after 100 lines")
  func wrongFormat() throws {
    let rows = String(repeating: "SECRET,hat,view,soon\n", count: 100)
    let thrown = failure { _ = try readLog("subject,item,kind,time\n" + rows, LogOptions(.events)) }
    #expect(thrown?.code == .badInput && thrown?.place == "log:101:17" && thrown?.remedy != nil)
    #expect(thrown?.what.contains("none of the first 100 lines") == true)
    #expect(thrown?.description.contains("SECRET") == false)
    let one = "subject,item,kind,time\nann,hat,view,\n" + rows + rows
    let reading = try readLog(one, LogOptions(.events))
    #expect(reading.tally == [201, 200, 0] && reading.reasons.count == 1 && reading.reasons[0].hasPrefix("200 "))
  }

  @Test("rejects beyond 10,000 are counted and not listed; the most frequent reason stands first")
  func manyRejects() throws {
    let rows = String(repeating: ",hat,view\n", count: 10_003) + String(repeating: "ann,,view\n", count: 3)
    let reading = try readLog("subject,item,kind\nann,hat,view\n" + rows, LogOptions(.events))
    #expect(reading.tally == [10_007, 10_006, 0] && reading.rejects.count { $0 == "\n" } == RejectSink.listed)
    #expect(reading.reasons.map { $0.prefix { $0 != " " } } == ["10003", "3"])
  }

  @Test("kept lines are quoted, so that the rejects file can be read back")
  func keptLines() throws {
    let line = "{\"subject\":\"é\\u00e9\", \"a\t\\"
    let good = "{\"subject\":\"ann\",\"item\":\"hat\",\"kind\":\"view\"}\n"
    let reading = try readLog(good + line, LogOptions(.events), keepsLines: true)
    let quoted = "{\\\"subject\\\":\\\"é\\\\u00e9\\\", \\\"a\\u0009\\\\"
    #expect(reading.rejects.hasSuffix(",\"text\":\"\(quoted)\"}\n"))
  }
}
