import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import ModelFile

@Suite("Publishing again")
struct ReuseTests {
  @Test("a file written with an earlier one at hand is that written without, whatever has changed")
  func same() throws {
    var reused = 0
    var rebuilt = 0
    try withTemporaryDirectory { folder in
      checkProperty(cases: 120, seed: 320) { random in
        var segments = try Segments(&random)
        let words = ["tent", "Down bag", "绿茶", "dn-50", ""]
        for index in segments.items.indices where random.chance(2, in: 3) {
          segments.items[index].text = words[random.below(words.count)]
          segments.items[index].features.append("term:tent")
        }
        try segments.write(to: "\(folder)/earlier.bin")
        let earlier = try Snapshot(path: "\(folder)/earlier.bin")
        if !segments.items.isEmpty {
          let place = random.below(segments.items.count)
          switch random.below(10) {
          case 0: segments.items[place].title = "another tent"
          case 1: segments.items[place].text = random.chance(1, in: 2) ? "down" : nil
          case 2: segments.items[place].features.insert("brand:acme", at: 0)
          case 3: segments.items[place].named.toggle()
          case 4: segments.items.remove(at: place)
          // A text handed on from one item to its neighbour, and from the title to the text.
          case 5 where place > 0:
            (segments.items[place].text, segments.items[place - 1].text) = (
              segments.items[place - 1].text, segments.items[place].text
            )
          case 6:
            (segments.items[place].title, segments.items[place].text) = (
              segments.items[place].text, segments.items[place].title
            )
          case 7: segments.items[place].price = 5
          case 8: segments.items[place].available.toggle()
          default: break
          }
        }
        for item in segments.learned.ids.indices { segments.learned.general[item] = random.next() >> 8 }
        let parameters = segments.learned.parameters
        let catalog = CatalogSegment(items: segments.items, parameters: parameters)
        for (name, at) in [("with", Optional(earlier)), ("without", nil)] {
          try ModelWriter.write(
            learned: segments.learned, catalog: catalog, parameters: parameters, tick: 8,
            to: "\(folder)/\(name).bin", reusing: at)
        }
        let written = try Snapshot(path: "\(folder)/with.bin")
        if written.words.textDigest == earlier.words.textDigest { reused += 1 } else { rebuilt += 1 }
        return try Files.read("\(folder)/with.bin") == Files.read("\(folder)/without.bin")
      }
    }
    #expect(reused > 20 && rebuilt > 20, "\(reused) reused, \(rebuilt) rebuilt")
  }
}
