import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import ModelFile

@Suite("G5: changes appended to a published file")
struct ModelEditorTests {
  /// A model before and after some of its items lost people.
  private struct Change {
    var before: Segments
    /// By place in the learned segment; `nil` for an item that is not learned any more.
    var items: [Int: LearnedItem?] = [:]
    /// Written as a whole.
    var after: Segments

    init(_ random: inout SplitMix64, after earlier: Segments? = nil) throws {
      before = try earlier ?? Segments(&random)
      // Refined rows are not edited.
      before.learned.refined = nil
      after = before
      let learned = before.learned
      let places = learned.ids.indices.filter { _ in random.chance(1, in: 3) }
      // Whoever is gone is a neighbour only of items that change as well.
      let gone = Set(places.filter { _ in random.chance(1, in: 4) })
      for place in learned.ids.indices {
        var item = learned.item(place)
        let isTouched = places.contains(place)
        let kept = item.neighbours.indices.filter {
          !gone.contains(Int(item.neighbours[$0])) && (!isTouched || random.chance(3, in: 4))
        }
        if !isTouched, kept.count == item.neighbours.count { continue }
        item.neighbours = kept.map { item.neighbours[$0] }
        item.values = kept.map { UInt32(1 + random.below(Int(item.values[$0]))) }
        item.shift = UInt8(random.below(38))
        if item.neighbours.isEmpty { item.shift = 0 }
        item.support = UInt32(1 + random.below(Int(item.support)))
        item.general /= 2
        item.sales = UInt32(random.below(Int(item.sales) + 1))
        items[place] = gone.contains(place) ? .some(nil) : item
      }
      after.learned = LearnedSegment(parameters: learned.parameters)
      var places2: [Int: UInt32] = [:]
      for place in learned.ids.indices where !gone.contains(place) { places2[place] = UInt32(places2.count) }
      for place in learned.ids.indices where !gone.contains(place) {
        let item = items[place].flatMap { $0 } ?? learned.item(place)
        after.learned.ids.append(learned.ids[place])
        after.learned.support.append(item.support)
        after.learned.general.append(item.general)
        after.learned.sales.append(item.sales)
        after.learned.rowShift.append(item.shift)
        after.learned.rowItem += item.neighbours.compactMap { places2[Int($0)] }
        after.learned.rowValue += item.values
        after.learned.rowStart.append(UInt32(after.learned.rowItem.count))
      }
    }

    /// The changes with places in the file.
    func changes(in snapshot: Snapshot) -> [(item: UInt32, learned: LearnedItem?)] {
      func place(_ index: Int) -> UInt32 { snapshot.index(ofID: before.learned.ids[index]) ?? .max }
      return items.sorted { $0.key < $1.key }.map { index, item in
        var moved = item
        if let neighbours = item?.neighbours { moved?.neighbours = neighbours.map { place(Int($0)) } }
        return (place(index), moved)
      }
    }
  }

  /// Everything that answers are made from, by outside id.
  private func text(_ snapshot: Snapshot) -> String {
    let shown = (0..<UInt32(snapshot.itemCount)).filter { snapshot.index(ofID: snapshot.id(of: $0)) == $0 }
    let items = shown.map { item in
      let row = snapshot.row(of: item).map {
        unsafe "\(snapshot.id(of: snapshot.rowItems[$0]))=\(snapshot.rowValues[$0])"
      }
      return "\(snapshot.id(of: item)) \(snapshot.support(of: item)) \(snapshot.source(of: item)) "
        + "\(snapshot.target(of: item)) \(snapshot.generalPoints(of: item)) \(snapshot.rowTotal(of: item)) "
        + "\(snapshot.shift(of: item)) \(snapshot.isAvailable(item)) "
        + "\(snapshot.index(of: snapshot.number(of: item)) == item) \(row.joined(separator: " "))"
    }
    let order = (0..<snapshot.itemCount).map { unsafe snapshot.generalOrder[$0] }.filter(shown.contains)
    let bounds: [UInt16] = snapshot.columns.all(.termBlockGeneral)
    let rarity: [UInt32] = snapshot.columns.all(.termRarity)
    return "\(snapshot.unit) \(snapshot.tick) \(bounds) \(rarity)\n" + items.joined(separator: "\n") + "\n"
      + order.map(snapshot.id(of:)).joined(separator: " ")
  }

  /// What is suggested for whoever types nothing yet.
  private func completions(_ snapshot: Snapshot) -> String {
    snapshot.words.completions(of: [], count: 100).map { "\(snapshot.words.text(of: $0.term)) \($0.items)" }
      .joined(separator: ",")
  }

  /// What two files' sections differ in that no item has left since, but for rows, which keep their places in one.
  ///
  /// Every section there is or will be: one that depends on what people did and is not amended stands out.
  private func differences(_ amended: Snapshot, _ anew: Snapshot) -> [Section] {
    Section.allCases.filter { section in
      ![.rowStart, .rowItem, .rowValue].contains(section)
        && amended.columns.bytes(section) != anew.columns.bytes(section)
    }
  }

  @Test("an amended file says what a file written anew says, and its learned part is the same, change after change")
  func amended() throws {
    try withTemporaryDirectory { folder in
      var amendments = 0
      var gone = 0
      var compared = 0
      checkProperty(cases: 200, seed: 300) { random in
        let (path, anew) = ("\(folder)/model.bin", "\(folder)/anew.bin")
        var change = try Change(&random)
        try change.before.write(to: path)
        let editor = ModelEditor(try Snapshot(path: path), path: path)
        for _ in 0..<3 {
          let published = try Snapshot(path: path)
          guard try editor.publish(change.changes(in: published)) else { return false }
          amendments += change.items.isEmpty ? 0 : 1
          gone += change.items.values.count { $0 == nil }
          try change.after.write(to: anew)
          let amended = try Snapshot(path: path)
          try amended.verify()
          let written = try Snapshot(path: anew)
          if amended.itemCount == written.itemCount {
            compared += 1
            if !differences(amended, written).isEmpty { return false }
          }
          guard text(amended) == text(written), completions(amended) == completions(written),
            editor.digest == change.after.learned.digest,
            amended.learnedDigest == editor.digest,
            amended.learned().digest == editor.digest, amended.learned().rowStart == change.after.learned.rowStart
          else { return false }
          change = try Change(&random, after: change.after)
        }
        return true
      }
      #expect(amendments > 200 && gone > 50 && compared > 100, "the cases are too thin to mean anything")
    }
  }

  @Test("an amendment that was cut short or changed by a byte never was; the whole ones before it hold")
  func torn() throws {
    try withTemporaryDirectory { folder in
      var random = SplitMix64(seed: 301)
      let path = "\(folder)/model.bin"
      var change = try Change(&random)
      while change.items.isEmpty { change = try Change(&random) }
      try change.before.write(to: path)
      let editor = ModelEditor(try Snapshot(path: path), path: path)
      var states = [text(try Snapshot(path: path))]
      var sizes = [try Files.read(path).count]
      for _ in 0..<2 {
        #expect(try editor.publish(change.changes(in: Snapshot(path: path))))
        states.append(text(try Snapshot(path: path)))
        sizes.append(try Files.read(path).count)
        change = try Change(&random, after: change.after)
      }
      let whole = try Files.read(path)
      for size in sizes[0]...sizes[2] {
        try Files.writeAtomically(path, Array(whole[..<size]))
        let state = size == sizes[2] ? 2 : size >= sizes[1] ? 1 : 0
        #expect(text(try Snapshot(path: path)) == states[state], "cut to \(size) bytes")
      }
      for _ in 0..<200 {
        var bytes = whole
        let place = sizes[1] + random.below(sizes[2] - sizes[1])
        bytes[place] ^= UInt8(1 << random.below(8))
        try Files.writeAtomically(path, bytes)
        #expect(text(try Snapshot(path: path)) == states[1], "byte \(place)")
      }
    }
  }

  @Test("a row that has grown does not fit, and nothing is written")
  func tooLong() throws {
    try withTemporaryDirectory { folder in
      var random = SplitMix64(seed: 302)
      let path = "\(folder)/model.bin"
      var segments = try Segments(&random)
      while segments.learned.ids.count < 3 { segments = try Segments(&random) }
      // Refined rows are not edited.
      segments.learned.refined = nil
      try segments.write(to: path)
      let snapshot = try Snapshot(path: path)
      let bytes = try Files.read(path)
      let editor = ModelEditor(snapshot, path: path)
      var item = LearnedItem(support: 3, general: 1, sales: 0)
      item.neighbours = (0..<100).map { UInt32($0 % snapshot.itemCount) }
      item.values = item.neighbours.map { _ in 1 }
      #expect(try !editor.publish([(item: 0, learned: item)]))
      #expect(try Files.read(path) == bytes && editor.digest == snapshot.learnedDigest)
    }
  }

  @Test("where the path leads to another file, or an amendment's beginning stands at its end, nothing is appended")
  func anotherFile() throws {
    try withTemporaryDirectory { folder in
      var random = SplitMix64(seed: 303)
      let path = "\(folder)/model.bin"
      var change = try Change(&random)
      while change.items.isEmpty { change = try Change(&random) }
      try change.before.write(to: path)
      let snapshot = try Snapshot(path: path)
      let editor = ModelEditor(snapshot, path: path)
      // The same bytes, but written anew.
      try Files.writeAtomically(path, try Files.read(path))
      let bytes = try Files.read(path)
      #expect(try !editor.publish(change.changes(in: snapshot)))
      #expect(try Files.read(path) == bytes && editor.digest == snapshot.learnedDigest)

      let torn = ModelEditor(try Snapshot(path: path), path: path)
      try Files.append(path, Array("ATTAMEND".utf8))
      #expect(try !torn.publish(change.changes(in: snapshot)))
      // One that was made afterwards reads up to where the whole ends, and so does not append either.
      let later = ModelEditor(try Snapshot(path: path), path: path)
      #expect(try !later.publish(change.changes(in: snapshot)))
      #expect(try Files.read(path) == bytes + Array("ATTAMEND".utf8))
    }
  }
}
