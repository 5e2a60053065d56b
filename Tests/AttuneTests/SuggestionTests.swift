import Attune
import TestSupport
import Testing
import Vocabulary

@Suite("Suggestions")
struct SuggestionTests {
  /// Two people with searches of their own among others.
  private func engine(in folder: String) throws -> Engine {
    var shop = Shop.random(seed: 91, people: 20, items: 60)
    for (person, query, time) in [
      ("ann", "Red shoes", 1), ("ann", "green tea", 2), ("ann", "red  SHOES", 3), ("bob", "redcurrant", 4),
    ] {
      shop.events.append(
        Shop.Event(subject: person, item: nil, kind: "search", time: Shop.start + time, query: query))
    }
    return try shop.engine(in: folder)
  }

  @Test("L4, L6, G1: own searches come first, to nobody else, and not once search is off or they are forgotten")
  func own() throws {
    try withTemporaryDirectory { folder in
      let engine = try engine(in: folder)
      let everybody = try engine.suggest("re").suggestions.map(\.text)
      #expect(everybody == ["red"])
      let ann = try engine.suggest("re", subject: "ann")
      #expect(ann.reason == nil && ann.suggestions.map(\.text) == ["red  SHOES", "red"])
      // Enough of the others asked for "red".
      #expect(ann.suggestions.map(\.kind) == [.own, .query] && ann.suggestions[0].events.count == 2)
      #expect(try engine.suggest("SHO", subject: "ann").suggestions.map(\.text) == ["red  SHOES"])
      #expect(try engine.suggest("", subject: "ann").suggestions.map(\.text) == ["red  SHOES", "green tea"])
      #expect(try engine.suggest("", subject: "ann", count: 1).suggestions.map(\.text) == ["red  SHOES"])
      #expect(try engine.suggest("re", subject: "bob").suggestions.map(\.text) == ["redcurrant", "red"])
      for person in [nil, "stranger"] + (0..<20).map({ "u\($0)" }) {
        for text in ["re", "g", "tea", "shoes", ""] {
          let found = try engine.suggest(text, subject: person).suggestions.map(\.text)
          #expect(Set(found).isDisjoint(with: ["Red shoes", "red  SHOES", "green tea", "redcurrant"]))
        }
      }

      var forget = ForgetRequest()
      forget.events = [ann.suggestions[0].events[0]]
      _ = try engine.forget(forget, of: "ann")
      #expect(try engine.suggest("re", subject: "ann").suggestions.map(\.text) == ["Red shoes", "red"])
      forget.events = [ann.suggestions[0].events[1]]
      _ = try engine.forget(forget, of: "ann")
      #expect(try engine.suggest("re", subject: "ann").suggestions.map(\.text) == everybody)

      _ = try engine.withdraw([.search], from: "bob")
      let off = try engine.suggest("re", subject: "bob")
      #expect(off.reason == "opted-out" && off.suggestions.map(\.text) == everybody)
      #expect(try engine.suggest("", subject: "bob").suggestions.isEmpty)
    }
  }

  @Test("words stand whole after what was typed before, stop words are not offered")
  func words() throws {
    try withTemporaryDirectory { folder in
      let engine = try engine(in: folder)
      #expect(try engine.complete("Big thi").map(\.text) == ["Big thing"])
      #expect(try engine.complete("things").map(\.text) == ["thing"])
      #expect(try engine.complete("thi")[0].items == 60)
      #expect(try engine.complete("of").isEmpty)
      #expect(throws: Failure.self) { try engine.complete("a", count: 0) }
      #expect(throws: Failure.self) { try engine.complete(String(repeating: "a", count: 5000)) }
    }
  }
}
