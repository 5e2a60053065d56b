import Rights
import TestSupport
import Testing
import Vocabulary

@Suite("S1: counts that enough people stand behind")
struct CountTableTests {
  @Test("tables worked out by hand")
  func byHand() {
    // All are many: nothing is held back.
    let large = CountTable([[10, 5], [20, 10]], columns: 2, threshold: 5)
    #expect(large.rows == [[10, 5], [20, 10]] && large.total == [30, 15])
    // One is few: so that the total does not give it away, the smallest of the others goes with it.
    let few = CountTable([[3], [10], [20]], columns: 1, threshold: 5)
    #expect(few.rows == [[nil], [nil], [20]] && few.total == [33])
    // Two that are few, together enough.
    let two = CountTable([[3], [4], [10]], columns: 1, threshold: 5)
    #expect(two.rows == [[nil], [nil], [10]] && two.total == [17])
    // Nobody in one is no secret of anybody.
    let none = CountTable([[0], [10]], columns: 1, threshold: 5)
    #expect(none.rows == [[nil], [10]] && none.total == [10])
    // All but two did: that gives the two away.
    let nearlyAll = CountTable([[10, 8], [20, 10]], columns: 2, threshold: 5)
    #expect(nearlyAll.rows == [[10, nil], [20, nil]] && nearlyAll.total == [30, 18])
    #expect(CountTable([[10, 8]], columns: 2, threshold: 5).total == [10, nil])
    #expect(CountTable([[4]], columns: 1, threshold: 5).total == [nil])
    #expect(CountTable([], columns: 3, threshold: 5).total == [nil, nil, nil])
  }

  @Test("G12, S1: no difference of what is shown counts fewer people than the threshold")
  func differences() {
    var shown = 0
    checkProperty(cases: 4000, seed: 11_000) { random in
      let threshold = 2 + random.below(8)
      let columns = 1 + random.below(3)
      let counts = (0..<random.below(7)).map { _ in
        let first = random.below(5 * threshold)
        return [first] + (1..<columns).map { _ in random.below(first + 1) }
      }
      let table = CountTable(counts, columns: columns, threshold: threshold)
      func isSafe(_ people: Int) -> Bool { people == 0 || people >= threshold }
      for column in 0..<columns {
        let seen = counts.indices.filter { table.rows[$0][column] != nil }
        shown += seen.count
        for row in seen {
          guard table.rows[row][column] == counts[row][column], counts[row][column] >= threshold,
            isSafe(counts[row][0] - counts[row][column]), table.rows[row][0] != nil, table.total[column] != nil
          else { return false }
        }
        guard let total = table.total[column] else { continue }
        if total < threshold { return false }
        // What is left of the total, and of it those who did not.
        let rest = total - seen.reduce(0) { $0 + (table.rows[$1][column] ?? 0) }
        let reached = (table.total[0] ?? 0) - seen.reduce(0) { $0 + (table.rows[$1][0] ?? 0) }
        if !isSafe(rest) || !isSafe(reached - rest) || !isSafe((table.total[0] ?? 0) - total) { return false }
      }
      return true
    }
    #expect(shown > 5000)
  }
}
