/// How many of the held-out items are found that hardly anybody of training has.
package struct ColdScores: Hashable, Sendable {
  /// An item is cold that fewer people of training have; most have none where a catalogue alone knows it.
  package static let people = 5

  /// The cold items held out, over all cases.
  package var pairs = 0
  /// Those of them in their case's list.
  package var hits = 0

  /// Cold recall@k: hits / pairs; 0 without any.
  package var recall: Double { pairs == 0 ? 0 : Double(hits) / Double(pairs) }

  init(pairs: Int, hits: Int) {
    self.pairs = pairs
    self.hits = hits
  }

  /// - Parameters:
  ///   - lists: By case, k items each.
  ///   - support: Distinct people of training by item; items beyond are not of training and have none.
  init(_ lists: [[UInt32]], _ data: TaskData, support: [Int]) {
    for (list, question) in zip(lists, data.cases) {
      for item in question.held where Int(item) >= support.count || support[Int(item)] < ColdScores.people {
        pairs += 1
        if list.contains(item) { hits += 1 }
      }
    }
  }
}
