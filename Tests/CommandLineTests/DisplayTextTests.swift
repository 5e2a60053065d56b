import Testing
import Vocabulary

@testable import CommandLine

struct DisplayTextTests {
  @Test(arguments: [
    ("abc", 3), ("é", 1), ("e\u{301}", 1), ("羊毛", 4), ("ｆｕｌｌ", 8), ("한국", 4), ("🧶", 2), ("👩‍🚀", 2), ("█▍", 2), ("…", 1),
    ("", 0), ("❤️", 2),
  ])
  func widthIsInColumns(text: String, columns: Int) {
    #expect(DisplayText.width(text) == columns)
  }

  @Test(arguments: [
    ("abcdef", 4, "abc…"), ("abcd", 4, "abcd"), ("羊毛围巾", 5, "羊毛…"), ("羊毛围巾", 4, "羊…"), ("ab", 1, "…"), ("ab", 0, ""),
  ])
  func truncationKeepsWithinTheColumns(text: String, limit: Int, expected: String) {
    #expect(DisplayText.truncate(text, to: limit) == expected)
  }

  @Test func controlCharactersCannotSteerTheTerminal() {
    #expect(DisplayText.safe("a\u{1b}]0;x\u{7}b\nc\u{9b}d") == "a ]0;x b c d")
    #expect(DisplayText.safe("abc\u{202e}def\u{200b}") == "abcdef")
    #expect(DisplayText.safe("👩‍🚀") == "👩‍🚀")
  }

  @Test func wrappingBreaksAtSpaces() {
    #expect(DisplayText.wrap("one two  three", to: 7) == ["one two", "three"])
    #expect(DisplayText.wrap("羊毛 围巾 深", to: 7) == ["羊毛", "围巾 深"])
    #expect(DisplayText.wrap("", to: 7) == [""])
    #expect(DisplayText.wrap("abcdefghij k", to: 5) == ["abcd…", "k"])
  }

  @Test func barsFillByEighths() {
    #expect(Bar.text(10, of: 10, columns: 4) == "████")
    #expect(Bar.text(5, of: 10, columns: 3) == "█▌")
    #expect(Bar.text(1, of: 1_000_000, columns: 4) == "▏")
    #expect(Bar.text(0, of: 10, columns: 4) == "" && Bar.text(-1, of: 10, columns: 4) == "")
    #expect(Bar.text(20, of: 10, columns: 2) == "██")
  }

  @Test func tablesAlignByColumnsAndShrinkToTheWidth() {
    var table = Table([.init(onRight: true), .init(shrinksTo: 4), .init()], indent: 1)
    table.add("1", "羊毛围巾", "x")
    table.add("10", "a scarf", "yy")
    #expect(table.lines(Style(width: 80)) == ["  1  羊毛围巾  x", " 10  a scarf   yy"])
    table.add("100", String(repeating: "long ", count: 20), "z")
    let lines = table.lines(Style(width: 40))
    #expect(lines.allSatisfy { DisplayText.width($0) <= 40 })
    #expect(lines[2].hasPrefix(" 100  long long") && lines[2].hasSuffix("…  z"))
  }

  @Test func coloursAreOnlyWhereWanted() {
    #expect(Style(inColor: true).paint("x", .bold) == "\u{1b}[1mx\u{1b}[0m")
    #expect(Style(inColor: false).paint("x", .bold) == "x")
    #expect(Style(inColor: true).paint("", .bold) == "")
  }
}

struct WordingTests {
  @Test func numbers() {
    #expect(Wording.count(0) == "0" && Wording.count(999) == "999" && Wording.count(1000) == "1,000")
    #expect(Wording.count(-1_234_567) == "−1,234,567" && Wording.count(Int64.min).hasPrefix("−9,223,"))
    #expect(Wording.count(1, "item") == "1 item" && Wording.count(2, "person", "people") == "2 people")
    #expect(Wording.percent(0.414) == "41 %" && Wording.percent(-0.12) == "−12 %" && Wording.percent(0.001) == "<1 %")
    #expect(Wording.percent(0) == "0 %" && Wording.percent(.infinity) == "–")
    #expect(Wording.decimal(3.14159, places: 2) == "3.14" && Wording.decimal(-0.001, places: 2) == "0.00")
    #expect(Wording.decimal(1.999, places: 2) == "2.00" && Wording.decimal(12_345.05, places: 1) == "12,345.1")
  }

  @Test func times() {
    #expect(Wording.duration(seconds: 0.0083) == "8 ms" && Wording.duration(seconds: 1.239) == "1.24 s")
    #expect(Wording.duration(seconds: 200) == "3 min 20 s")
    #expect(Wording.age(seconds: 59) == "59 seconds" && Wording.age(seconds: 60) == "1 minute")
    #expect(Wording.age(seconds: 3 * 86_400) == "3 days")
    #expect(Wording.time(Timestamp(seconds: 1_770_000_000)) == "2026-02-02 02:40")
    #expect(Wording.time(Timestamp(milliseconds: 5)) == nil)
  }

  @Test func lists() {
    #expect(Wording.list([]) == "" && Wording.list(["a"]) == "a" && Wording.list(["a", "b", "c"]) == "a, b and c")
    #expect(Wording.bytes(999) == "999 bytes" && Wording.bytes(2_345_678) == "2.3 MB")
    #expect(Wording.digest("sha256:0123456789abcdef") == "sha256:0123456789ab")
  }
}
