import Attune
import Foundation
import Testing
import TestSupport
import Vocabulary

@Suite("The catalogue")
struct CatalogueTests {
  private func importItems(_ text: String, _ engine: Engine, _ path: String, map: String? = nil) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    var input = ImportInput(path: path)
    input.map = map
    _ = try engine.importItems(input)
  }

  @Test(
    "stock and delisting hold from the next answer on; the learned model stays, and counts again when stock is back")
  func stock() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 911, people: 40, items: 30).engine(in: folder)
      let request = RecommendationRequest(subject: "u2", count: 30)
      let before = try engine.recommend(request)
      let digest = try engine.status().model
      let first = try #require(before.items.first?.item)
      try importItems("{\"item\":\"\(first)\",\"available\":false}\n", engine, folder + "/1.ndjson")
      let without = try engine.recommend(request)
      #expect(!without.items.contains { $0.item == first } && without.items.count == before.items.count - 1)
      #expect(try engine.status().model == digest)
      try importItems("{\"item\":\"\(first)\",\"available\":true}\n", engine, folder + "/2.ndjson")
      #expect(try engine.recommend(request).answerText == before.answerText)
    }
  }

  @Test("a line changes what it names and leaves the rest; several lines of one file add their tags up")
  func pieces() throws {
    try withTemporaryDirectory { folder in
      let engine = try Engine.open(folder + "/s.attune", create: true)
      try importItems(
        "id,title,genre\n1,One,drama|war\n2,Two,drama\n3,Three,war\n", engine, folder + "/films.csv",
        map: "item=id,title=title,tag.genre=genre")
      try importItems(
        "id,tag\n1,slow\n2,slow\n1,long\n2,long\n3,long\n", engine, folder + "/tags.csv", map: "item=id,tag.tag=tag")
      let similar = try engine.similar(to: "1", count: 5)
      #expect(Set(similar.items.map(\.title)) == ["Two", "Three"])
      func tags(_ title: String) -> Set<String> {
        Set(similar.items.first { $0.title == title }?.because.compactMap(\.tag) ?? [])
      }
      #expect(tags("Two").isSuperset(of: ["tag:slow", "genre:drama"]))
      // All three are long, which tells nobody apart; One and Three share the war.
      #expect(tags("Three") == ["genre:war"])
      // A later file replaces the tags of its field and no others.
      try importItems("id,tag\n2,short\n3,short\n", engine, folder + "/more.csv", map: "item=id,tag.tag=tag")
      let again = try engine.similar(to: "2", count: 5)
      #expect(Set(again.items.first { $0.title == "Three" }?.because.compactMap(\.tag) ?? []) == ["tag:short"])
      #expect(Set(again.items.first { $0.title == "One" }?.because.compactMap(\.tag) ?? []) == ["genre:drama"])
    }
  }

  @Test("always n items where n may be shown, whoever asks and whatever is left out")
  func alwaysFull() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 912, people: 40, items: 30).engine(in: folder, set: [("seen", "[]")])
      for person in 0..<45 {
        for count in [1, 7, 30] {
          var request = RecommendationRequest(subject: "u\(person)", count: count)
          #expect(try engine.recommend(request).items.count == count)
          request.exclude = (0..<10).map { "i\($0)" }
          #expect(try engine.recommend(request).items.count == min(count, 20))
          request.among = (5..<15).map { "i\($0)" } + ["unknown"]
          #expect(try engine.recommend(request).items.count == min(count, 5))
        }
      }
    }
  }
}
