import Attune
import Learning
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Evaluation

@Suite("Logs split into training and cases")
struct LogSplitTests {
  private func read(
    _ logs: [String], _ split: LogSplit, share: Int = 20, repeats: Bool = false
  ) throws -> TaskData {
    try withTemporaryDirectory { folder in
      let inputs = try logs.enumerated().map { index, text in
        let path = "\(folder)/log\(index).csv"
        try Files.writeAtomically(path, Array(text.utf8))
        return ImportInput(path: path)
      }
      return try TaskReader.read(inputs, split: split, share: share, repeats: repeats)
    }
  }

  private func cases(_ data: TaskData) -> [[[String]]] {
    data.cases.map { question in
      [data.history(of: question).map(\.item.rawValue), question.held].map { $0.map { data.ids[Int($0)] } }
    }
  }

  /// Two files out of order, the second with a search, a dislike and a line that is none; seconds from 2023 on.
  private let logs = [
    """
    subject,item,kind,time
    u1,b,view,1700000050
    u1,a,view,1700000000
    u2,a,cart,1700000010
    u1,c,purchase,1700000090
    u1,a,view,1700000095
    u1,d,hide,1700000096
    u3,c,view,1700000099

    """,
    """
    subject,item,kind,time,query
    u2,,search,1700000020,warm tent
    u2,b,dislike,1700000030,
    u2,a,view,1700000085,
    u4,b,view,1700000079,
    u4,c,impression,1700000100,
    u4,b,nonsense,1700000100,

    """,
  ]

  @Test("by time: the last fifth is looked for, by those with a history, unless they had it before")
  func time() throws {
    let data = try read(logs, .time)
    #expect(data.cut?.milliseconds == 1_700_000_080_000 && data.hasTimes && data.rejected == 1)
    // A hidden item is not looked for, nor is an impression, nor what is in the history.
    #expect(cases(data) == [[["a", "b"], ["c"]]])
    #expect(data.metBefore == 1 && data.strangers == 1)
    #expect(data.trainedItems == 2 && data.catalogueItems == 2 && data.personCount == 3)
    // The dislike stays in its person's history, the search does not.
    #expect(data.person(1).map(\.kind) == [.cart, .dislike])
    let again = try read(logs, .time, repeats: true)
    #expect(cases(again) == [[["a", "b"], ["a", "c"]], [["a", "b"], ["a"]]] && again.metBefore == 0)
    #expect(try read(logs, .time, share: 60).cut?.milliseconds == 1_700_000_040_000)
  }

  @Test("the last of each: what came after it is in no history")
  func leaveLast() throws {
    let data = try read(logs, .leaveLast, repeats: true)
    #expect(cases(data) == [[["a", "b", "c"], ["a"]], [["a", "b"], ["a"]]])
    // A lone event teaches; an impression is nobody's last event.
    #expect(data.personCount == 4 && data.cut == nil)
    #expect(data.person(2).count == 1 && data.person(3).count == 1)
    let first = try read(["subject,item,kind\nu,a,view\nu,b,view\n"], .leaveLast)
    #expect(cases(first) == [[["a"], ["b"]]] && !first.hasTimes)
  }

  @Test("an event whose id came before counts once")
  func eventIDs() throws {
    let log = "subject,item,kind,event_id\nu,a,view,1\nu,b,view,2\nu,a,view,1\n"
    #expect(cases(try read([log], .leaveLast, repeats: true)) == [[["a"], ["b"]]])
  }

  @Test("a log that can show nothing is refused")
  func nothing() throws {
    for (log, split) in [
      ("subject,item,kind\nu,a,view\nu,b,view\n", LogSplit.time),
      ("subject,item,kind,time\nu,a,view,1700000000\n", .time),
      ("subject,item,kind\nu,a,view\nu,a,view\n", .leaveLast),
      ("subject,item,kind\nu,a,gibberish\n", .leaveLast),
    ] {
      do {
        _ = try read([log], split)
        Issue.record("nothing was thrown")
      } catch let failure as Failure {
        #expect(failure.code == .badInput && failure.place?.hasSuffix("log0.csv") == true)
      }
    }
  }
}
