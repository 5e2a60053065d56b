import TestSupport
import Testing
import Vocabulary

@testable import Intake

@Suite("How a file is to be read")
struct OptionsTests {
  @Test("roles, constants, tag columns and foreign kinds")
  func mapping() throws {
    var mapped = try options(
      map: "subject=who,item=what,time=when,tag.genre=genres,tag.mood=mood,kind=did,source=:web",
      kinds: "look=view,buy=purchase,ping=-")
    mapped.separator = " / "
    let text = """
      subject,who,did,what,when,genres,mood
      x,ann,look,hat,2026-05-01,rock / pop /  /jazz,
      x,bob,ping,hat,2026-05-01,,
      x,ann,buy,cap,,,glad
      x,ann,cart,cap,,,
      """
    let reading = try readLog(text, mapped)
    #expect(
      reading.lines == [
        Line(
          subject: "ann", item: "hat", kind: .view, time: 1_777_593_600_000,
          tags: ["genre:rock", "genre:pop", "genre:/jazz"], source: "web"),
        Line(subject: "ann", item: "cap", kind: .purchase, tags: ["mood:glad"], source: "web"),
        Line(subject: "ann", item: "cap", kind: .cart, source: "web"),
      ])
    #expect(reading.tally == [4, 0, 1] && reading.counts.unusedColumns == ["subject"])
    let constant = try readLog("user_id,movieId\nann,hat\n", options(map: "kind=:rate,value=:-1.5"))
    #expect(constant.lines == [Line(subject: "ann", item: "hat", kind: .rate, value: -1500)])
    // A constant may be a foreign kind, and one that is left out.
    let translated = try readLog("user,sku\nann,hat\n", options(map: "kind=:look", kinds: "look=favorite"))
    #expect(translated.lines.map(\.kind) == [.favorite])
    let ignored = try readLog("user,sku\nann,hat\n", options(map: "kind=:x", kinds: "x=-"))
    #expect(ignored.tally == [1, 0, 1])
  }

  @Test("named columns, lines passed over, and the delimiter that gives as many cells as were named")
  func columns() throws {
    let two = ["subject", "item"]
    for (text, names, pair) in [
      ("ann;hat, red, big\n", two, "ann hat, red, big"), ("ann|a,b,c\n", two, "ann a,b,c"),
      ("ann\thä;t\n", two, "ann hä;t"), ("ann,a;b;c;d;e\n", two, "ann a;b;c;d;e"),
      ("ann,hat,1|2|3|4|5|6\n", two + ["x"], "ann hat"), ("a,b,c|hat\n", ["item", "subject"], "hat a,b,c"),
    ] {
      var named = try options(map: "kind=:view", columns: names)
      #expect(try readLog(text, named).pairs == [pair])
      named.skipLines = 2
      #expect(try readLog("# made, by \"us\n;;;;;;;\n\n" + text, named).pairs == [pair])
    }
    var given = try options(map: "kind=:view")
    given.delimiter = UInt8(ascii: "~")
    #expect(try readLog("item~subject\na,b~c,d\n", given).pairs == ["c,d a,b"])
  }

  @Test("the format is known by the first line that is not blank")
  func guessing() throws {
    var patterns = LogOptions(.events)
    patterns.itemPattern = "/p/(.*)"
    let request = "h - ann [10/Oct/2000:13:55:36 -0700] \"GET /p/hat HTTP/1.0\" 200 1"
    for (text, format) in [
      (" \t{\"subject\":\"ann\",\"item\":\"hat\",\"kind\":\"view\"}", "ndjson"), (request, "combined"),
      ("subject\titem\tkind\nann\that\tview", "tsv"), ("subject|item|kind\nann|hat|view", "csv"),
    ] {
      let reading = try readLog("\n \r\n" + text, patterns)
      #expect(reading.pairs == ["ann hat"] && reading.counts.format == format)
    }
  }

  @Test("a map, kinds or columns that do not fit say what would")
  func usage() throws {
    for (map, kinds, word) in [
      ("person=a", "", "'person' is no role of events"), ("subject", "", "'subject' is not a pair"),
      ("subject=", "", "'subject=' is not a pair"), ("price=a", "", "one of event, subject, item"),
      ("", "a=b", "'b' is no kind of event"), ("", "=-", "'=-' is not a pair"),
    ] {
      let thrown = failure { _ = try options(map: map, kinds: kinds) }
      #expect(thrown?.code == .usage && thrown?.description.contains(word) == true, "\(map) \(kinds)")
    }
    for (text, map, word) in [
      ("user,what\n", "subject=whom", "'whom'; expected one of user, what"),
      ("who,what\n", "subject=who,tag.x=y", "'y'; expected one of who, what"),
      // Nothing says that the first line is a header: it may be somebody's.
      ("ann,hat\n", "subject=whom", "'whom'; expected a column of its header"),
      ("subject,item\n", "", "no column says the kind"), ("item,kind\n", "", "no column says the subject"),
      ("subject,kind\n", "", "no column says the item or the query"),
      ("a,a,item,kind\n", "subject=a", "two columns are called 'a'"),
      ("subject,item\n", "kind=:look", "'look' is no kind of event"),
      ("\"subject,item\n", "", "a quote that does not end"),
    ] {
      let thrown = failure { _ = try readLog(text, options(map: map)) }
      #expect(thrown?.description.contains(word) == true, "\(text): \(thrown.map { "\($0)" } ?? "none")")
    }
  }

  @Test("a header that cannot be read is named with its line")
  func headerPlace() throws {
    var skipping = LogOptions(.events)
    skipping.skipLines = 2
    let thrown = failure { _ = try readLog("# a\n# b\n\"subject,item\n", skipping) }
    #expect(thrown?.code == .badInput && thrown?.what == "a quote that does not end")
    #expect(thrown?.place == "log:3:1")
  }

  @Test("a headerless file whose first record has a line end within quotes")
  func firstRecordOfTwoLines() throws {
    let text = "ann,\"red\nhat\",view\nbob,cap,view\n"
    let reading = try readLog(text, options(columns: ["subject", "item", "kind"]))
    #expect(reading.pairs == ["ann red\nhat", "bob cap"])
  }

  @Test("a constant stands in for any role")
  func constants() throws {
    for (map, header, cells) in [
      ("subject=:ann", "item,kind", "hat,view"), ("item=:hat", "subject,kind", "ann,view"),
    ] {
      let reading = try readLog("\(header)\n\(cells)\n", options(map: map))
      #expect(reading.pairs == ["ann hat"])
    }
    let mapped = try options(map: "time=:2026-05-01,session=:s,tags=:a:b")
    let reading = try readLog("subject,item,kind\nann,hat,view\n", mapped)
    let line = try #require(reading.lines.first)
    #expect(line.time == 1_777_593_600_000 && line.session == sessionMark("s") && line.tags == ["a:b"])
    let thrown = failure { _ = try readLog("subject,item,kind\n", options(map: "time=:soon")) }
    #expect(thrown?.code == .usage && thrown?.what == "'soon' is no time")
  }

  @Test("NDJSON whose kind is called 'event' has no event ids")
  func kindCalledEvent() throws {
    let line = "{\"user\":\"ann\",\"item\":\"hat\",\"event\":\"view\"}\n"
    let found = try readLog(line, LogOptions(.events))
    let mapped = try readLog(line, options(map: "kind=event"))
    #expect(found.lines.map(\.eventID) == [nil] && mapped.lines.map(\.eventID) == [nil])
  }
}
