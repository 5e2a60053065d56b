import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Intake

@Suite("Catalogues")
struct ItemsTests {
  private struct Items {
    var updates: [ItemUpdate] = []
    var counts = ReadCounts()
    var reasons: [String] = []

    var records: [ItemRecord] { updates.map(\.record) }
    var tally: [Int] { [counts.read, counts.rejected, counts.ignored] }
  }

  private static func read(_ text: String, _ options: LogOptions, limit: Int = 2) throws -> Items {
    try withTemporaryDirectory { folder in
      write(Array(text.utf8), to: folder + "/items")
      let sink = RejectSink(input: "items", path: nil, keepsLines: false, isStrict: false)
      let chunks = try ChunkReader(path: folder + "/items")
      let reader = try ItemReader(chunks: chunks, options: options, rejects: sink, name: "items")
      var items = Items()
      while let some = try reader.next(limit: limit) {
        #expect(!some.isEmpty && some.count <= limit)
        items.updates += some
      }
      items.counts = reader.counts
      items.reasons = sink.reasons.map(\.reason)
      return items
    }
  }

  @Test("every column of an item, as CSV and as JSON")
  func columns() throws {
    let csv = #"""
      sku,Product Name,description,price,shop,category,in_stock,tags,colors
      h1,Hat,"Red, ""big""",12.5,Acme,Clothes > Hats >Red,yes,brand:acme|new| |a:b:c,red|blue
      c1,,,,,,,,
      c2,Cap,,0.0004,,Clothes/Caps,0,,red
      c3,,,1e3,,a|b / c|,3.5,,
      """#
    let json = #"""
      {"sku":"h1","title":"Hat","text":"Red, \"big\"","price":12.5,"seller":"Acme","category":["Clothes","Hats","Red"],\#
      "available":true,"tags":["brand:acme","new"," ","a:b:c"],"colors":["red","blue"]}
      {"sku":"c1","title":null,"tags":[],"colors":[]}
      {"sku":"c2","title":"Cap","price":"0.0004","category":["Clothes/Caps"],"available":false,"colors":"red"}
      {"sku":"c3","price":1e3,"category":["a","b / c"],"available":3.5}
      """#
    let expected = [
      ItemRecord(
        id: "h1", title: "Hat", text: "Red, \"big\"", price: 12_500, seller: "Acme",
        category: ["Clothes", "Hats", "Red"], available: true,
        tags: ["brand:acme", "tag:new", "a:b:c", "color:red", "color:blue"]),
      ItemRecord(id: "c1"),
      ItemRecord(
        id: "c2", title: "Cap", price: 0, category: ["Clothes", "Caps"], available: false, tags: ["color:red"]),
      ItemRecord(id: "c3", price: 1_000_000, category: ["a", "b / c"], available: true),
    ]
    for text in [csv, json] {
      let items = try ItemsTests.read(text, options(.items, map: "tag.color=colors"))
      #expect(items.records == expected && items.tally == [4, 0, 0])
      // A line with tags of its own tells them all; one with a field's column only those of the field.
      #expect(items.updates.map(\.tagFields) == [nil, [], ["color"], []])
    }
  }

  @Test("words for what is there and what is not, and prices")
  func words() throws {
    for (text, expected) in [
      ("TRUE", true), ("t", true), ("1", true), (" Yes ", true), ("y", true), ("in_stock", true), ("InStock", true),
      ("In Stock", true), ("available", true), ("12", true), ("0.5", true), ("false", false), ("F", false),
      ("0", false), ("no", false), ("n", false), ("out_of_stock", false), ("OutOfStock", false),
      ("out of stock", false), ("unavailable", false), ("delisted", false), ("-1", false), ("0.0", false), ("", nil),
    ] as [(String, Bool?)] {
      let items = try ItemsTests.read("item,available\nhat,\(text)\n", LogOptions(.items))
      #expect(items.records == [ItemRecord(id: "hat", available: expected)], "\(text)")
    }
    for (line, reason) in [
      ("hat,maybe,", "an availability that says neither yes nor no where"), ("hat,,-1", "a price that is no number"),
      ("hat,,12 €", "a price that is no number"), ("hat,,1e12", "a price that is no number"), (",1,2", "no item where"),
      ("hat,,nan", "a price that is no number"), ("hat", "1 columns where 3 columns"),
      (String(repeating: "x", count: 513) + ",,", "a text that is too long where at most 512"),
    ] {
      let items = try ItemsTests.read("item,available,price\n\(line)\ncap,,1\n", LogOptions(.items))
      #expect(items.records == [ItemRecord(id: "cap", price: 1000)] && items.tally == [2, 1, 0], "\(line)")
      #expect(items.reasons.count == 1 && items.reasons[0].hasPrefix(reason), "\(items.reasons)")
    }
  }

  @Test("a log of events gives items where its kinds concern some; lines of other kinds are left out")
  func fromEvents() throws {
    let log = "kind,item,title\npublish,hat,Hat\nsearch,,\nlook,cap,Cap\nother,x,X\nping,y,Y\n"
    let items = try ItemsTests.read(log, options(.items, map: "kind=kind", kinds: "look=view,ping=-"))
    #expect(items.records.map(\.id) == ["hat", "cap"] && items.tally == [5, 0, 3])
    let missing = failure { _ = try ItemsTests.read("name,price\n", LogOptions(.items)) }
    #expect(missing?.code == .usage && missing?.remedy?.contains("name, price") == true)
    let constant = try ItemsTests.read("item\nhat\n", options(.items, map: "seller=:Acme,price=:2"))
    #expect(constant.records == [ItemRecord(id: "hat", price: 2000, seller: "Acme")])
  }

  @Test("what a line leaves open stays as it was")
  func updates() {
    let old = ItemRecord(
      id: "hat", title: "Hat", text: "Red", price: 1, seller: "Acme", category: ["a"], available: false,
      tags: ["color:red", "size:m", "plain"])
    func tags(_ new: [String], _ fields: Set<String>?, adds: Bool) -> [String] {
      ItemUpdate(record: ItemRecord(id: "hat", tags: new), tagFields: fields).applied(to: old, addsTags: adds).tags
    }
    let empty = ItemUpdate(record: ItemRecord(id: "hat"), tagFields: [])
    #expect(empty.applied(to: old, addsTags: false) == old && empty.applied(to: old, addsTags: true) == old)
    #expect(empty.applied(to: nil, addsTags: false) == ItemRecord(id: "hat"))
    let full = ItemRecord(
      id: "hat", title: "Cap", text: "", price: 0, seller: "Other", category: ["b", "c"], available: true, tags: ["x:y"]
    )
    #expect(ItemUpdate(record: full, tagFields: nil).applied(to: old, addsTags: false) == full)
    #expect(tags(["color:blue"], ["color"], adds: false) == ["size:m", "plain", "color:blue"])
    #expect(tags([], ["size", "shape"], adds: false) == ["color:red", "plain"])
    #expect(tags([], nil, adds: false).isEmpty)
    #expect(tags(["size:m", "color:blue", "color:blue"], nil, adds: true) == old.tags + ["color:blue"])
    #expect(tags(["color:blue"], ["color"], adds: true) == old.tags + ["color:blue"])
  }

  @Test("a file with one line a tag adds up, whichever order its lines come in")
  func oneLineATag() {
    checkProperty(cases: 200, seed: 800) { random in
      let lines = (0..<random.below(8)).map { _ in ["a:\(random.below(3))"] }
      let record = lines.enumerated().reduce(ItemRecord(id: "hat", tags: ["a:9", "b:1"])) { old, line in
        let update = ItemUpdate(record: ItemRecord(id: "hat", tags: line.element), tagFields: ["a"])
        return update.applied(to: old, addsTags: line.offset > 0)
      }
      let expected = lines.isEmpty ? ["a:9", "b:1"] : Set(lines.joined()).sorted() + ["b:1"]
      return record.tags.sorted() == expected
    }
  }
}
