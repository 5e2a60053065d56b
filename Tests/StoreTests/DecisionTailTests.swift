import Glibc
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Store

/// Invariants 6 and 7, where the latest decisions wait in a file of their own.
@Suite struct DecisionTailTests {
  private static func sealed(_ number: Int64) -> [UInt8] {
    var random = SplitMix64(seed: UInt64(number))
    return random.bytes(0...90)
  }

  private static func append(_ store: SQLiteStore, _ number: Int64) throws -> Int64 {
    try store.appendDecision(of: PersonID(number % 5), time: Timestamp(milliseconds: -number), sealed: sealed(number))
  }

  private static func expectAll(_ store: SQLiteStore, _ last: Int64, without gone: Set<Int64> = []) throws {
    #expect(try store.lastDecision() == last)
    for number in 1...max(1, last) {
      let row = try store.decision(number)
      if number > last || gone.contains(number % 5) {
        #expect(row == nil)
        continue
      }
      #expect(row?.person == PersonID(number % 5) && row?.time == Timestamp(milliseconds: -number))
      #expect(row?.sealed == sealed(number))
    }
  }

  @Test("several that append, fold, gather and delete in turns agree with a plain list", arguments: 0..<6)
  func agreesWithAList(seed: UInt64) throws {
    let scratch = try Scratch()
    _ = try SQLiteStore.create(at: scratch.path)
    var stores = try (0..<3).map { _ in try SQLiteStore.open(at: scratch.path) }
    var random = SplitMix64(seed: seed)
    var last: Int64 = 0
    var all: [Int64: Int64] = [:]
    for step in 0..<250 {
      let index = random.below(3)
      switch random.below(12) {
      case 0: stores[index].decisions.tailLimit = Int64(random.below(2000))
      case 1: stores[index] = try SQLiteStore.open(at: scratch.path)
      case 2:
        let person = Int64(random.below(5))
        try stores[index].deleteDecisions(of: PersonID(person))
        all = all.filter { $0.key % 5 != person }
      case 3:
        stores[index].gathersDecisions = true
        for _ in 0..<random.below(6) {
          last += 1
          #expect(try DecisionTailTests.append(stores[index], last) == last, "seed \(seed), step \(step)")
          all[last] = last % 5
        }
        stores[index].gathersDecisions = false
        try stores[index].commitDecisions()
      case 4:
        try stores[random.below(3)].decisions.fold()
      case 5:
        #expect(try stores[index].lastDecision() == last, "seed \(seed), step \(step)")
      default:
        last += 1
        #expect(try DecisionTailTests.append(stores[index], last) == last, "seed \(seed), step \(step)")
        all[last] = last % 5
      }
    }
    for store in stores {
      for person in 0..<Int64(5) {
        let numbers = try store.decisions(of: PersonID(person)).map(\.number)
        #expect(numbers == all.filter { $0.value == person }.keys.sorted(), "seed \(seed)")
      }
      for number in all.keys {
        #expect(try store.decision(number)?.sealed == DecisionTailTests.sealed(number), "seed \(seed)")
      }
    }
  }

  @Test("a death in mid-write, at every byte: what was whole is there, and the numbers go on")
  func tornAtEveryByte() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    var ends: [Int] = []
    let tail = scratch.path + "/decisions.tail"
    for number in 1...Int64(6) {
      _ = try DecisionTailTests.append(store, number)
      ends.append(Int(try Files.size(of: tail)))
    }
    let whole = try Files.read(tail)
    for cut in 0...whole.count {
      let copy = try scratch.copy(scratch.path, to: "torn")
      // What follows may be the zeros of a page that was never written.
      let rest = [UInt8](repeating: 0, count: cut % 3 == 0 ? 50 : 0)
      try Files.writeAtomically(copy + "/decisions.tail", Array(whole[..<cut]) + (cut < 40 ? [] : rest))
      let kept = Int64(ends.count { $0 <= cut })
      let torn = try SQLiteStore.open(at: copy)
      #expect(try DecisionTailTests.append(torn, kept + 1) == kept + 1, "cut to \(cut) bytes")
      try DecisionTailTests.expectAll(torn, kept + 1)
      try Files.removeTree(copy)
    }
  }

  @Test("a death between folding and emptying: nothing comes twice, and what was deleted stays deleted")
  func foldedAndNotEmptied() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore.create(at: scratch.path)
    let tail = scratch.path + "/decisions.tail"
    for number in 1...Int64(20) { _ = try DecisionTailTests.append(store, number) }
    let full = try Files.read(tail)
    try store.decisions.fold()
    try DecisionTailTests.expectAll(store, 20)
    let empty = try Files.read(tail)
    #expect(empty.count == 40)
    // Folded, the header as it was: all of it comes again.
    try Files.writeAtomically(tail, full)
    try DecisionTailTests.expectAll(try SQLiteStore.open(at: scratch.path), 20)
    // The header written, the file not cut: nothing of it comes again.
    try Files.writeAtomically(tail, full)
    let again = try SQLiteStore.open(at: scratch.path)
    try again.deleteDecisions(of: PersonID(3))
    try Files.writeAtomically(tail, empty + full[40...])
    let last = try SQLiteStore.open(at: scratch.path)
    try DecisionTailTests.expectAll(last, 20, without: [3])
    #expect(try DecisionTailTests.append(last, 21) == 21)
    try DecisionTailTests.expectAll(last, 21, without: [3])
  }

  @Test("each system call that fails costs the decisions of that moment and no other", arguments: [ENOSPC, EIO])
  func faults(number: Int32) throws {
    var struck = 0
    for calls in 0..<40 {
      let scratch = try Scratch()
      let store = try SQLiteStore.create(at: scratch.path)
      store.decisions.tailLimit = 300
      var last: Int64 = 0
      FaultInjection.fail(after: calls, errno: number, under: scratch.path)
      for step in 0..<30 {
        store.gathersDecisions = step % 4 == 0
        let wanted = step % 4 == 0 ? 3 : 1
        do {
          for place in 1...Int64(wanted) { _ = try DecisionTailTests.append(store, last + place) }
          try store.commitDecisions()
          last += Int64(wanted)
        } catch { #expect((error as? Failure)?.code == .system) }
      }
      if FaultInjection.disarm(under: scratch.path) { struck += 1 }
      store.gathersDecisions = false
      try DecisionTailTests.expectAll(store, last)
      try DecisionTailTests.expectAll(try SQLiteStore.open(at: scratch.path), last)
    }
    #expect(struck > 30)
  }

  @Test("threads with a store each: every number once, nothing lost")
  func threads() throws {
    let scratch = try Scratch()
    _ = try SQLiteStore.create(at: scratch.path)
    let path = scratch.path
    let condition = Condition()
    nonisolated(unsafe) var numbers: [Int64] = []
    nonisolated(unsafe) var running = 3
    for thread in 0..<3 {
      Threads.start {
        var store: SQLiteStore?
        let given = try? (0..<200).map { step -> Int64 in
          // Each opens it anew now and then, as processes do.
          if step % 20 == 0 { store = try SQLiteStore.open(at: path) }
          guard let store else { return 0 }
          store.decisions.tailLimit = 1000
          return try store.appendDecision(
            of: PersonID(Int64(thread)), time: Timestamp(seconds: 0), sealed: [UInt8(step)])
        }
        condition.locked {
          unsafe numbers += given ?? []
          unsafe running -= 1
          condition.broadcast()
        }
      }
    }
    condition.locked { while unsafe running > 0 { condition.wait() } }
    #expect(unsafe numbers.sorted() == Array(1...600))
    let store = try SQLiteStore.open(at: path)
    for thread in 0..<3 {
      #expect(
        try store.decisions(of: PersonID(Int64(thread))).map(\.sealed) == (0..<200).map { [UInt8($0)] })
    }
  }

  @Test func anotherStoresTailIsRefused() throws {
    let scratch = try Scratch()
    let one = try SQLiteStore.create(at: scratch.path)
    let other = try Scratch()
    let two = try SQLiteStore.create(at: other.path)
    _ = try DecisionTailTests.append(one, 1)
    _ = try DecisionTailTests.append(two, 1)
    try Files.writeAtomically(other.path + "/decisions.tail", Files.read(scratch.path + "/decisions.tail"))
    let opened = try SQLiteStore.open(at: other.path)
    #expect(failure { _ = try DecisionTailTests.append(opened, 2) }?.code == .badStore)
  }
}
