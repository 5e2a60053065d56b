/// The best candidates so far, up to a fixed number: a heap with the worst on top.
///
/// Ties are decided by ``Candidate/precedes(_:)``, so the result does not depend on the order of arrival.
package struct TopCandidates {
  private var heap: [Candidate] = []
  private let capacity: Int

  package init(capacity: Int) {
    self.capacity = max(0, capacity)
    heap.reserveCapacity(self.capacity)
  }

  package var isFull: Bool { heap.count == capacity }

  /// The least score that may still be kept; `Int64.min` while there is room.
  var least: Int64 { isFull ? heap.first?.score ?? .max : .min }

  /// What a candidate has to precede; `nil` while there is room.
  var worst: Candidate? { isFull ? heap.first : nil }

  /// Whether a candidate would be kept.
  ///
  /// Complexity: O(1).
  @inline(__always)
  package func accepts(_ candidate: Candidate) -> Bool {
    if heap.count < capacity { return true }
    guard let worst = heap.first else { return false }
    return candidate.precedes(worst)
  }

  /// Keeps a candidate that ``accepts(_:)`` approved.
  ///
  /// Complexity: O(log capacity).
  package mutating func insert(_ candidate: Candidate) {
    if heap.count < capacity {
      heap.append(candidate)
      var child = heap.count - 1
      while child > 0, heap[(child - 1) / 2].precedes(heap[child]) {
        heap.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
      return
    }
    guard capacity > 0 else { return }
    heap[0] = candidate
    var parent = 0
    while true {
      var worst = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[worst].precedes(heap[child]) {
        worst = child
      }
      if worst == parent { return }
      heap.swapAt(worst, parent)
      parent = worst
    }
  }

  /// The kept candidates, best first.
  package func sorted() -> [Candidate] { heap.sorted { $0.precedes($1) } }
}
