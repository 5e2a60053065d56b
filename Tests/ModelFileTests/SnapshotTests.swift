import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import ModelFile

/// Segments of a small model made at random.
struct Segments {
  var learned: LearnedSegment
  var items: [CatalogItem]

  init(_ random: inout SplitMix64) throws {
    var parameters = ModelParameters()
    try parameters.set("name", "\"m\(random.below(1000))\"")
    let ids = Set(
      (0..<random.below(25)).map { _ in ["a", "ä", "item ", "羊", "z"][random.below(5)] + "\(random.below(40))" }
    )
    .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    items = []
    for (index, id) in ids.enumerated() where random.chance(3, in: 4) {
      let features = (0..<6).map { "f:\($0)" }.filter { _ in random.chance(1, in: 2) }
      items.append(
        CatalogItem(
          id: id, number: ItemNumber(UInt32(2 * index)), named: random.chance(3, in: 4),
          title: random.chance(1, in: 2) ? "title of \(id)" : nil,
          price: random.chance(1, in: 2) ? Int64(random.below(1 << 40)) : nil, available: random.chance(4, in: 5),
          features: features))
    }
    learned = LearnedSegment(parameters: parameters)
    learned.ids = ids.filter { _ in random.chance(1, in: 2) }
    for item in learned.ids.indices {
      learned.support.append(UInt32(1 + random.below(1 << 20)))
      learned.general.append(random.next() >> 8)
      learned.sales.append(UInt32(random.below(100)))
      learned.rowShift.append(UInt8(random.below(38)))
      for other in learned.ids.indices where other != item && random.chance(1, in: 2) {
        learned.rowItem.append(UInt32(other))
        learned.rowValue.append(UInt32(1 + random.below((1 << 24) - 1)))
      }
      learned.rowStart.append(UInt32(learned.rowItem.count))
    }
    if random.chance(1, in: 2) {
      var rows = ItemRows()
      for item in learned.ids.indices {
        let row = learned.ids.indices.filter { $0 != item && random.chance(1, in: 2) }
          .map { (item: UInt32($0), weight: Int64(1 + random.below(1 << 40))) }
        rows.append(row.sorted { $0.weight > $1.weight })
      }
      learned.refined = rows
    }
  }

  func write(to path: String) throws {
    let parameters = learned.parameters
    try ModelWriter.write(
      learned: learned, catalog: CatalogSegment(items: items, parameters: parameters), parameters: parameters, tick: 7,
      to: path)
  }
}

@Suite("Published model files")
struct SnapshotTests {
  @Test("what goes in comes out, and is the same again when published with the catalogue a second time")
  func roundTrip() throws {
    try withTemporaryDirectory { folder in
      checkProperty(cases: 120, seed: 100) { random in
        let segments = try Segments(&random)
        let path = "\(folder)/model.bin"
        try segments.write(to: path)
        let snapshot = try Snapshot(path: path)
        try snapshot.verify()
        let again = snapshot.learned()
        guard again.digest == segments.learned.digest, snapshot.learnedDigest == segments.learned.digest,
          again.rowItem == segments.learned.rowItem, again.rowStart == segments.learned.rowStart,
          again.refined == segments.learned.refined, snapshot.isRefined == (segments.learned.refined != nil),
          again.support == segments.learned.support, again.general == segments.learned.general,
          snapshot.tick == 7, snapshot.parameters == segments.learned.parameters
        else { return false }
        let bytes = try Files.read(path)
        var copy = segments
        copy.learned = again
        try copy.write(to: path)
        return try Files.read(path) == bytes
      }
    }
  }

  @Test("items stand in the order of their ids, each with what the catalogue says")
  func items() throws {
    try withTemporaryDirectory { folder in
      checkProperty(cases: 80, seed: 200) { random in
        let segments = try Segments(&random)
        try segments.write(to: "\(folder)/model.bin")
        let snapshot = try Snapshot(path: "\(folder)/model.bin")
        let learned = Set(segments.learned.ids)
        let named = segments.items.filter(\.named).map(\.id)
        let expected = learned.union(named).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard expected == (0..<UInt32(snapshot.itemCount)).map(snapshot.id(of:)) else { return false }
        for item in segments.items {
          guard let index = snapshot.index(ofID: item.id) else {
            // Known from events alone, and not to enough people: it does not exist here.
            if item.named || learned.contains(item.id) { return false }
            continue
          }
          guard snapshot.index(of: item.number) == index, snapshot.number(of: index) == item.number,
            snapshot.title(of: index) == item.title, snapshot.price(of: index) == item.price,
            snapshot.isAvailable(index) == item.available,
            Set(snapshot.vector(of: index).map { unsafe snapshot.featureName(of: snapshot.vectorFeatures[$0]) })
              == Set(item.features)
          else { return false }
          for feature in item.features {
            guard let number = snapshot.feature(named: feature),
              snapshot.postings(of: number).contains(where: { unsafe snapshot.postingItems[$0] == index })
            else { return false }
          }
        }
        return snapshot.index(ofID: "nothing") == nil && snapshot.index(of: ItemNumber(1_000_000)) == nil
          && snapshot.feature(named: "f:9") == nil
      }
    }
  }

  @Test("vectors are log2(N/df), scaled to length 1")
  func vectors() throws {
    func item(_ id: String, _ features: [String]) -> CatalogItem {
      CatalogItem(
        id: id, number: ItemNumber(0), named: true, title: nil, price: nil, available: true, features: features)
    }
    var parameters = ModelParameters()
    try parameters.set("tags.fields.b", "3")
    // N = 4; a:1 is in two items, so log2(4/2) = 1; b:1 is too, with field weight 3; c:1 is in one alone and says nothing.
    let segment = CatalogSegment(
      items: [item("1", ["a:1", "b:1", "c:1"]), item("2", ["a:1"]), item("3", ["b:1"]), item("4", [])],
      parameters: parameters)
    #expect(segment.features == ["a:1", "b:1", "c:1"])
    #expect(segment.inverseFrequency == [1 << 16, 1 << 16, 0])
    // (1, 3, 0) / √10 = (0.3162, 0.9487, 0) in Q14; the length is rounded down before the division, hence not 15,543.
    #expect(segment.vectorWeight == [5181, 15_544, 0, 16_384, 16_384])
  }

  @Test("a damaged file does not open, or does not pass its checksum; nothing in it leads outside it")
  func damage() throws {
    try withTemporaryDirectory { folder in
      var random = SplitMix64(seed: 300)
      var segments = try Segments(&random)
      while segments.learned.ids.count < 6 { segments = try Segments(&random) }
      let path = "\(folder)/model.bin"
      try segments.write(to: path)
      let whole = try Files.read(path)
      func opens(_ bytes: [UInt8]) throws -> Bool {
        try Files.writeAtomically(path, bytes)
        do {
          let snapshot = try Snapshot(path: path)
          for item in 0..<UInt32(snapshot.itemCount) {
            _ = (snapshot.id(of: item), snapshot.title(of: item), snapshot.row(of: item), snapshot.vector(of: item))
          }
          _ = snapshot.learned()
          try snapshot.verify()
          return true
        } catch let failure as Failure {
          #expect(failure.code == .badStore || failure.code == .badInput, "\(failure)")
          return false
        }
      }
      for length in stride(from: 0, to: whole.count, by: max(1, whole.count / 150)) {
        #expect(try !opens(Array(whole.prefix(length))), "cut at \(length)")
      }
      var changed = 0
      for _ in 0..<1500 {
        var damaged = whole
        let place = random.below(random.chance(1, in: 2) ? Header.length : whole.count)
        damaged[place] ^= UInt8(1 << random.below(8))
        // What lies between sections is no part of them.
        if try opens(damaged) { changed += whole[place] == 0 ? 0 : 1 }
      }
      #expect(changed == 0)
      #expect(try opens(whole))
    }
  }

  @Test("a file of a newer version says so")
  func newer() throws {
    try withTemporaryDirectory { folder in
      var random = SplitMix64(seed: 400)
      let path = "\(folder)/model.bin"
      try Segments(&random).write(to: path)
      var bytes = try Files.read(path)
      bytes[8] = 9
      try Files.writeAtomically(path, bytes)
      let thrown = #expect(throws: Failure.self) { _ = try Snapshot(path: path) }
      #expect(thrown?.what.contains("version 9") == true && thrown?.remedy?.contains("newer") == true)
    }
  }
}
