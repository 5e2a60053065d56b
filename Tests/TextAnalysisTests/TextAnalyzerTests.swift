import Testing
import TextAnalysis

@Suite("Terms of texts in several languages")
struct TextAnalyzerTests {
  private func item(_ text: String) -> [String] { TextAnalyzer.terms(of: text, for: .item) }
  private func extras(_ text: String) -> [String] { TextAnalyzer.terms(of: text, for: .item, extras: true) }
  private func query(_ text: String) -> [String] { TextAnalyzer.terms(of: text, for: .query) }

  @Test(
    "worked by hand",
    arguments: [
      ("Tents for Cafés", ["tent", "for", "cafe"]),
      ("Movies, movie; batteries & boxes", ["movie", "movie", "battery", "box"]),
      ("canvas series ties child's don't", ["canvas", "series", "tie", "child", "dont"]),
      ("glass bus tennis gas", ["glass", "bus", "tennis", "gas"]),
      ("DN50 304L 3.5 mm", ["dn50", "304l", "3.5", "mm"]),
      ("Ｗｉｄｅ　ＴＥＮＴ", ["wide", "tent"]),
      ("e\u{301}clair \u{E9}clair ﬁne m²", ["eclair", "eclair", "fine", "m2"]),
      ("Straße Ærø Łódź", ["strasse", "aero", "lodz"]),
      ("Привет, ЁЛКА Й", ["привет", "ёлка", "й"]),
      ("ΟΔΟΣ οδος", ["οδοσ", "οδοσ"]),
      ("绿茶杯", ["绿茶", "茶杯"]),
      ("茶", ["茶"]),
      ("東京タワー", ["東京", "京タ", "タワ", "ワー"]),
      ("ﾊﾟﾝ ｶﾞｽ", ["パン", "ガス"]),
      ("서울 커피를", ["서울", "커피", "피를"]),
      ("iPhone15手机壳 2台", ["iphone15", "手机", "机壳", "2", "台"]),
      ("", []), ("\u{0}\u{7} -- \"", []),
    ])
  func golden(text: String, terms: [String]) {
    #expect(item(text) == terms)
    #expect(query(text) == terms)
  }

  @Test("a compound is its parts and their whole in an item, and a name with digits its whole in a query")
  func compounds() {
    #expect(extras("DN-50") == ["dn", "50", "dn50"])
    #expect(query("DN-50") == ["dn50"])
    #expect(extras("e-mail") == ["e", "mail", "email"])
    #expect(query("e-mail") == ["e", "mail"])
    #expect(item("DN-50") == ["dn", "50"])
    #expect(extras("a -b- c") == ["a", "b", "c"])
  }

  @Test("a character can be found inside a word of Han or Hangul, kana only in pairs")
  func singles() {
    #expect(extras("绿茶") == ["绿茶", "绿", "茶"])
    #expect(extras("커피") == ["커피", "커", "피"])
    #expect(extras("タワ") == ["タワ"])
  }

  @Test("a tag's key is folded and has single blanks")
  func keys() {
    #expect(TextAnalyzer.key(of: "  Down \u{3000}UNDER ") == "down under")
    #expect(TextAnalyzer.key(of: "Ａcme-Ⅱ") == "acme-ⅱ")
  }

  @Test("long runs are cut, long texts end")
  func bounds() {
    #expect(item(String(repeating: "x", count: 1000)) == [String(repeating: "x", count: 64)])
    #expect(item(String(repeating: "ab ", count: 100_000)).count == 20_000)
  }
}
