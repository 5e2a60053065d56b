import Learning
import Vocabulary

/// Simple rankings that any model has to beat, under the same rules as the model.
struct Yardsticks {
  private let data: TaskData
  private let k: Int
  /// Whether items of the history stay out of the list.
  private let leavesOut: Bool
  private let idOrder: [UInt32]
  /// Most people first, equals by id.
  private let popular: [UInt32]

  init(_ data: TaskData, support: [Int], k: Int, leavesOut: Bool) {
    self.data = data
    self.k = k
    self.leavesOut = leavesOut
    let idOrder = data.idOrder
    self.idOrder = idOrder
    popular = (0..<UInt32(support.count)).sorted {
      (support[Int($1)], idOrder[Int($0)]) < (support[Int($0)], idOrder[Int($1)])
    }
  }

  /// The same list for everybody: the items that most people of training have.
  func popularity() -> [[UInt32]] {
    var marks = Marks(data.trainedItems)
    return data.cases.map { question in
      mark(question, &marks)
      return fill([], &marks)
    }
  }

  /// Items in no order: the catalogue shuffled once, each case starting somewhere in it.
  func shuffled(seed: UInt64) -> [[UInt32]] {
    var random = SplitMix64(seed: seed)
    let order = popular.shuffled(using: &random)
    var marks = Marks(data.trainedItems)
    return data.cases.map { question in
      mark(question, &marks)
      var list: [UInt32] = []
      let start = random.below(order.count)
      for step in order.indices where list.count < k {
        let item = order[(start + step) % order.count]
        if marks.set(item) { list.append(item) }
      }
      return list
    }
  }

  /// What most people had together with the history's last item, filled up by popularity.
  ///
  /// Complexity: the timelines of the last items' people, once for each different last item.
  func lastItem() -> [[UInt32]] {
    var owners = [[UInt32]](repeating: [], count: data.trainedItems)
    for person in 0..<data.personCount {
      for event in data.person(person) where owners[Int(event.item.rawValue)].last != UInt32(person) {
        owners[Int(event.item.rawValue)].append(UInt32(person))
      }
    }
    let last = data.cases.map { question in
      data.history(of: question).last { Int($0.item.rawValue) < data.trainedItems }?.item.rawValue
    }
    var lists = [[UInt32]](repeating: [], count: data.cases.count)
    var together = [UInt32](repeating: 0, count: data.trainedItems)
    var seen = Marks(data.trainedItems)
    var marks = Marks(data.trainedItems)
    var item: UInt32?
    var best: [UInt32] = []
    for index in data.cases.indices.sorted(by: { (last[$0] ?? .max, $0) < (last[$1] ?? .max, $1) }) {
      if last[index] != item || item == nil {
        item = last[index]
        best = item.map { related(to: $0, owners[Int($0)], &together, &seen) } ?? []
      }
      mark(data.cases[index], &marks)
      lists[index] = fill(best, &marks)
    }
    return lists
  }

  /// The items of an item's people, most people first.
  private func related(
    to item: UInt32, _ owners: [UInt32], _ together: inout [UInt32], _ seen: inout Marks
  ) -> [UInt32] {
    var found: [UInt32] = []
    for owner in owners {
      seen.clear()
      for event in data.person(Int(owner)) where event.item.rawValue != item && seen.set(event.item.rawValue) {
        if together[Int(event.item.rawValue)] == 0 { found.append(event.item.rawValue) }
        together[Int(event.item.rawValue)] += 1
      }
    }
    found.sort {
      (together[Int($1)], idOrder[Int($0)]) < (together[Int($0)], idOrder[Int($1)])
    }
    for other in found { together[Int(other)] = 0 }
    return found
  }

  /// Marks what a case's list must not show.
  private func mark(_ question: TaskData.Case, _ marks: inout Marks) {
    marks.clear()
    if leavesOut { for event in data.history(of: question) { marks.set(event.item.rawValue) } }
  }

  /// The first k unmarked items of a list, then of the popular ones.
  private func fill(_ best: [UInt32], _ marks: inout Marks) -> [UInt32] {
    var list: [UInt32] = []
    for item in best {
      if list.count == k { return list }
      if marks.set(item) { list.append(item) }
    }
    for item in popular {
      if list.count == k { break }
      if marks.set(item) { list.append(item) }
    }
    return list
  }
}

/// A set of items that empties at once.
private struct Marks {
  private var stamps: [UInt32]
  private var stamp: UInt32 = 1

  init(_ count: Int) { stamps = [UInt32](repeating: 0, count: count) }

  mutating func clear() { stamp += 1 }

  /// Puts an item in; false where it was in already, or is none of training.
  @discardableResult
  mutating func set(_ item: UInt32) -> Bool {
    guard Int(item) < stamps.count, stamps[Int(item)] != stamp else { return false }
    stamps[Int(item)] = stamp
    return true
  }
}
