import TestSupport
import Testing
import Vocabulary

@testable import Store

@Suite("G16: when something of a person's falls due")
struct DueTests {
  private struct Interruption: Error {}

  @Test("G16: the earliest time noted stands, in any order and number, until it is put anew", arguments: [1, 2, 3])
  func agreesWithPlainTable(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let scratch = try Scratch()
    var store = try SQLiteStore.create(at: scratch.path)
    var due: [Int64: Int64] = [:]
    for step in 0..<60 {
      let before = due
      do {
        try store.transaction {
          for _ in 0..<random.below(90) {
            let (person, time) = (Int64(1 + random.below(50)), Int64(random.below(1000)) - 500)
            if random.chance(1, in: 12) {
              let new = random.chance(1, in: 2) ? time : nil
              try store.setDue(PersonID(person), at: new.map { Timestamp(milliseconds: $0) })
              due[person] = new
            } else {
              try store.noteDue(PersonID(person), at: Timestamp(milliseconds: time))
              due[person] = min(due[person] ?? time, time)
            }
          }
          if random.chance(1, in: 5) { throw Interruption() }
        }
      } catch is Interruption { due = before }
      if random.chance(1, in: 6) { store = try SQLiteStore.open(at: scratch.path) }
      let now = Int64(random.below(1200)) - 600
      let expected = due.filter { $0.value <= now }.keys.sorted()
      let found = try store.peopleDue(upTo: Timestamp(milliseconds: now)).map(\.rawValue)
      #expect(found == expected, "seed \(seed), step \(step)")
    }
  }
}
