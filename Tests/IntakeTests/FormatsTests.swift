import TestSupport
import Testing
import Vocabulary

@testable import Intake

@Suite("The same events in every format")
struct FormatsTests {
  private static let header = [
    "subject", "item", "kind", "time", "value", "session", "query", "tags", "source", "decision", "eventid",
  ]

  /// A line and its cells, in the order of the header.
  private static func line(
    _ random: inout SplitMix64, newlines: Bool
  ) -> (line: Line, cells: [String?]) {
    let letters = Array("abZ019 \",;|\t\\'é日:=\u{1F600}".unicodeScalars) + (newlines ? ["\n", "\r"] : [])
    func text(_ random: inout SplitMix64) -> String {
      var text = String.UnicodeScalarView()
      for _ in 0...random.below(6) { text.append(letters[random.below(letters.count)]) }
      return String(text)
    }
    func maybe(_ random: inout SplitMix64) -> String? { random.chance(1, in: 2) ? text(&random) : nil }
    let kind = EventKind.allCases[random.below(EventKind.allCases.count)]
    var line = Line(subject: text(&random), item: kind == .search ? nil : text(&random), kind: kind)
    line.time = random.chance(1, in: 4) ? nil : 1_000_000_000_000 + Int64(random.below(900_000_000_000))
    line.value = kind == .rate ? Int32(random.below(10_001) - 5000) : 0
    line.query = kind == .search ? text(&random) : nil
    line.tags = (0..<random.below(3)).map { _ in "f\(random.below(4)):v\(random.below(9))" }
    line.source = maybe(&random)
    line.decision = maybe(&random)
    line.eventID = maybe(&random)
    let session = maybe(&random)
    line.session = session.map(sessionMark) ?? 0
    let value = kind == .rate ? "\(Double(line.value) / 1000)" : nil
    let cells: [String?] = [
      line.subject, line.item, kind.name, line.time.map { "\($0)" }, value, session, line.query,
      line.tags.isEmpty ? nil : line.tags.joined(separator: "^"), line.source, line.decision, line.eventID,
    ]
    return (line, cells)
  }

  private static func quoted(_ cell: String, _ delimiter: Character, always: Bool) -> String {
    let special: [Unicode.Scalar] = ["\"", "\n", "\r"] + delimiter.unicodeScalars
    guard always || cell.unicodeScalars.contains(where: { special.contains($0) }) else { return cell }
    let doubled = cell.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
    return "\"" + doubled + "\""
  }

  private static func json(_ text: String, _ random: inout SplitMix64) -> String {
    let escapes = text.utf16.map { unit -> String in
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
    if random.chance(1, in: 3) { return "\"" + escapes.joined() + "\"" }
    let short: [Unicode.Scalar: String] = ["\"": "\\\"", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"]
    return "\"" + text.unicodeScalars.map { short[$0] ?? String($0) }.joined() + "\""
  }

  /// Cut anywhere, or packed, it is the same file.
  private static func stored(_ text: String, _ random: inout SplitMix64) -> [UInt8] {
    let bytes = Array(text.utf8)
    if random.chance(1, in: 2) { return bytes }
    let cuts = [random.below(bytes.count), random.below(bytes.count)].sorted()
    return gzip(Array(bytes[..<cuts[0]])) + gzip(Array(bytes[cuts[0]..<cuts[1]])) + gzip(Array(bytes[cuts[1]...]))
  }

  @Test("random events written with any delimiter, any quoting and as JSON are read alike")
  func alike() {
    checkProperty(cases: 40, seed: 100) { random in
      for delimiter in [",", ";", "|", "\t", "json"] {
        // TSV has a record a line; the others may have line ends within quotes.
        let lines = (0..<5).map { _ in FormatsTests.line(&random, newlines: delimiter != "\t") }
        var options = LogOptions(.events)
        options.separator = "^"
        var text = random.chance(1, in: 3) ? "\u{FEFF}" : ""
        let end = random.chance(1, in: 2) ? "\r\n" : "\n"
        if delimiter == "json" {
          for (index, line) in lines.enumerated() {
            var members: [String] = []
            for (name, cell) in zip(FormatsTests.header, line.cells) {
              if cell == nil, index > 0, random.chance(1, in: 2) { continue }
              var value = cell.map { FormatsTests.json($0, &random) } ?? "null"
              if let cell, name == "time" || name == "value" { value = cell }
              if name == "tags" { value = "[" + line.line.tags.map { "\"\($0)\"" }.joined(separator: ", ") + "]" }
              members.append("\"\(name)\" : \(value)")
            }
            text += "{" + members.joined(separator: ",") + "}" + end
          }
        } else {
          let always = random.chance(1, in: 4)
          let rows = [FormatsTests.header] + lines.map { $0.cells.map { $0 ?? "" } }
          text += rows.map { row in
            row.map { FormatsTests.quoted($0, Character(delimiter), always: always) }.joined(separator: delimiter)
          }.joined(separator: end)
        }
        let reading = try readLog(FormatsTests.stored(text, &random), options)
        let names = ["json": "ndjson", "\t": "tsv"]
        guard reading.lines == lines.map(\.line), reading.tally == [5, 0, 0],
          reading.counts.format == names[delimiter, default: "csv"]
        else { return false }
      }
      return true
    }
  }

  @Test("ids are numbered in order of first appearance, however many there are, the empty one among them")
  func interning() {
    checkProperty(cases: 5, seed: 150) { random in
      var interner = ByteInterner()
      var known: [[UInt8]: UInt32] = [:]
      for _ in 0..<5000 {
        let id = Array("\(random.below(3000))".utf8.dropLast(random.below(2)))
        let expected = known[id, default: UInt32(known.count)]
        known[id] = expected
        guard unsafe id.withUnsafeBufferPointer({ unsafe interner.intern($0) }) == expected else { return false }
      }
      return interner.count == known.count && known.allSatisfy { interner.bytes(of: $0.value) == $0.key }
    }
  }

  @Test("backslashes before quotes, line ends in quotes, blanks and blank lines")
  func quoting() throws {
    let text = "\"subject\",kind,item\n\n\"a\"\"n\\\"\"\",view,\"say \"\"hi\"\" now\"\n  \n c ,\"view\",\"a\\\"\n"
    let reading = try readLog(text + "\"two\r\nlines, one cell\",view,5' nail", LogOptions(.events))
    #expect(reading.pairs == ["a\"n\\\" say \"hi\" now", " c  a\\", "two\r\nlines, one cell 5' nail"])
    #expect(reading.tally == [3, 0, 0])
  }

  @Test("a quote after a backslash is a quote like any other: its line is rejected, and no line after it")
  func backslashQuotes() throws {
    for cell in ["\"5\\\" nail\"", "\"\\\"x\" 5\""] {
      let reading = try readLog("subject,item,kind\nann,\(cell),view\nbob,hat,view\n", LogOptions(.events))
      #expect(reading.pairs == ["bob hat"] && reading.tally == [2, 1, 0], "\(cell)")
    }
  }

  @Test("a quote in the middle of a plain cell is a letter like any other")
  func strayQuote() throws {
    let reading = try readLog("kind,subject,item,note\nview,ann,hat,5\" nail\nview,bob,cap,x\n", LogOptions(.events))
    #expect(reading.pairs == ["ann hat", "bob cap"])
  }
}
