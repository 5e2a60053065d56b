import TestSupport
import Testing
import Vocabulary

@testable import TextAnalysis

@Suite("The language of searches")
struct SearchQueryTests {
  @Test("words, phrases, exclusions, tags and prices")
  func parts() throws {
    let query = try SearchQuery(
      "the canvas \"Down Bag\" -gas -\"gas stoves\" Brand:Acme series:\"Far  Out\" -color:red price:10..50.5")
    #expect(query.words.map(\.term) == ["the", "canvas", "down", "bag"])
    #expect(query.words.map(\.counts) == [false, true, true, true])
    #expect(query.phrases == [["down", "bag"]])
    #expect(query.excludedPhrases == [["gas"], ["gas", "stove"]])
    #expect(query.tags == ["brand:acme", "series:far out"])
    #expect(query.excludedTags == ["color:red"])
    #expect(query.leastPrice == 10_000 && query.greatestPrice == 50_500)
  }

  @Test("open ends of a price, one price, and what is none")
  func prices() throws {
    #expect(try SearchQuery("price:..5").greatestPrice == 5000)
    #expect(try SearchQuery("price:5..").leastPrice == 5000)
    let one = try SearchQuery("price:5")
    #expect(one.leastPrice == 5000 && one.greatestPrice == 5000)
    #expect(try SearchQuery("price:cheap").tags == ["price:cheap"])
    #expect(try SearchQuery("price:..").tags == ["price:.."])
  }

  @Test("what only looks like an operator is text")
  func text() throws {
    #expect(try SearchQuery("at 12:30").words.map(\.term) == ["at", "12", "30"])
    #expect(try SearchQuery("note: tents").words.map(\.term) == ["note", "tent"])
    #expect(try SearchQuery("tent\"bag").words.map(\.term) == ["tent", "bag"])
    #expect(try SearchQuery("\"down bag").phrases == [["down", "bag"]])
    #expect(try SearchQuery("“down bag”").phrases == [["down", "bag"]])
    #expect(try SearchQuery("the of").words.map(\.counts) == [true, true])
  }

  @Test("only operators, control characters and nothing ask for nothing")
  func empty() throws {
    for text in ["", "  ", "- - \" \"", "-", "::", "\"\"", "\u{0}\u{1}\u{7F}", "---", ": :"] {
      #expect(try SearchQuery(text).isEmpty, "\(text.debugDescription)")
    }
  }

  @Test("what is too long or has too many parts is refused")
  func bounds() {
    #expect(throws: SearchQuery.Refusal.tooLong(bytes: 10_000_000)) {
      _ = try SearchQuery(String(repeating: "x", count: 10_000_000))
    }
    #expect(throws: SearchQuery.Refusal.tooManyParts) {
      _ = try SearchQuery((0..<600).map { "w\($0)" }.joined(separator: " "))
    }
    #expect(throws: Never.self) { _ = try SearchQuery((0..<64).map { "w\($0)" }.joined(separator: " ")) }
  }

  @Test("any text is taken apart or refused, the same each time")
  func anything() {
    let pieces = [
      "-", "\"", ":", " ", "tent", "绿茶", "price:", "..", "9", "\u{0}", "é", "“", "\u{FF1A}", "🏕️", "x-1", "'",
    ]
    checkProperty(cases: 3000, seed: 70) { random in
      let text = (0..<random.below(40)).map { _ in pieces[random.below(pieces.count)] }.joined()
      let query = try SearchQuery(text)
      return query == (try SearchQuery(text)) && query.words.allSatisfy { !$0.term.isEmpty && !$0.term.contains(":") }
        && query.phrases.allSatisfy { !$0.isEmpty } && Set(query.words).count == query.words.count
    }
  }
}
