import Testing
import TextAnalysis

@Suite("What is being typed")
struct BeginningTests {
  @Test(
    "the last word, folded; words before it stay as they are",
    arguments: [
      ("te", "", "te", nil), ("Canvas TÉ", "Canvas ", "te", nil), ("dn-5", "", "dn5", nil), ("3.", "", "3.", "3"),
      ("tents", "", "tents", "tent"), ("绿茶", "绿", "茶", nil), ("big 茶", "big ", "茶", nil),
    ] as [(String, String, String, String?)])
  func beginnings(text: String, head: String, letters: String, stem: String?) throws {
    let beginning = try #require(Beginning(of: text))
    #expect(beginning.head == head && beginning.letters == letters && beginning.stem == stem)
  }

  @Test("nothing is completed after a blank, nor a condition", arguments: ["", " ", "te ", "brand:a", "\"te"])
  func none(text: String) { #expect(Beginning(of: text) == nil) }
}
