import Testing
import Vocabulary

@testable import Attune
@testable import CommandLine

/// Which options describe which of several files.
struct ImportPlanTests {
  private func plan(_ line: String) throws -> ImportPlan {
    let verb = Verb.importing
    let words = line.split(separator: " ").map(String.init)
    let arguments = try OptionParser(verb: verb.name, options: verb.allOptions).parse(words)
    return try ImportPlan(
      Call(verb: verb, arguments: arguments, console: Console(style: Style(), result: { _ in }, message: { _ in })))
  }

  private func summary(_ line: String) throws -> [String] {
    try plan(line).steps.map { "\($0.isItems ? "items" : "events") \($0.input.path) \($0.input.map ?? "-")" }
  }

  @Test(arguments: [
    ("--events a --map x=y", ["events a x=y"]),
    ("--map x=y --events a", ["events a x=y"]),
    ("--events a b --events c --map x=y", ["events a x=y", "events b x=y", "events c x=y"]),
    ("--items i --events e --map x=y", ["items i -", "events e x=y"]),
    ("--items i --map p=q --events e --map x=y", ["items i p=q", "events e x=y"]),
    ("--events a --map p=q --events b --map x=y", ["events a p=q", "events b x=y"]),
    ("--events a --map p=q --kinds k=view --map r=s", ["events a p=q,r=s"]),
    ("--map p=q --items i --events e", ["items i p=q", "events e p=q"]),
  ])
  func describingOptionsHoldForTheRunBeforeThem(line: String, expected: [String]) throws {
    #expect(try summary(line) == expected)
  }

  @Test func everythingTypedReachesTheInput() throws {
    let input = try #require(
      plan(
        "--events a --format csv --map m=n --columns p,q --kinds k=view --separator ; --delimiter \\t --skip-lines 3 "
          + "--item-pattern /i --search-pattern /s --consent granted --source shop --rejects r --keep-lines --strict "
          + "--again --follow"
      ).steps.first?.input)
    #expect(input.format == "csv" && input.map == "m=n" && input.columns == "p,q" && input.kinds == "k=view")
    #expect(input.separator == ";" && input.delimiter == "\t" && input.skipLines == 3)
    #expect(input.itemPattern == "/i" && input.searchPattern == "/s" && input.source == "shop")
    #expect(input.grantAll && input.strict && input.again && input.follow && input.keepLines)
    #expect(input.rejects == "r" && !input.shouldStop())
  }

  @Test func rejectsGoToAFileNamedAfterTheInput() throws {
    #expect(try plan("--events some/log.csv.gz").steps.first?.input.rejects == "log.csv.gz.rejects.ndjson")
    #expect(try plan("--events -").steps.first?.input.rejects == "standard-input.rejects.ndjson")
  }

  @Test(arguments: ["--events a b --follow", "--events a b --rejects r", "--events - --items -"])
  func whatBelongsToOneFileIsRefusedForSeveral(line: String) {
    #expect(throws: Failure.self) { try plan(line) }
  }

  @Test(arguments: [
    ("2026-05-01", "2026-05-01T00:00:00Z"), ("2026-05-01T09:30", "2026-05-01T09:30:00Z"),
    ("2026-05-01T09:30:15Z", "2026-05-01T09:30:15Z"), ("2026-05-01 09:30:15", "2026-05-01T09:30:15Z"),
  ])
  func timesAreRead(text: String, expected: String) throws {
    let call = Call(
      verb: .importing, arguments: Arguments(),
      console: Console(style: Style(), result: { _ in }, message: { _ in }))
    #expect(try ImportPlan.time(text, call).text == expected)
  }

  @Test func rejectsOfFilesOfOneNameStayApart() throws {
    let inputs = try plan("--events a/e.csv b/e.csv").steps.map(\.input.rejects)
    #expect(inputs == ["e.csv.rejects.ndjson", "e.csv.2.rejects.ndjson"])
  }

  @Test func purposesOfASource() throws {
    let input = try #require(try plan("--events a --consent granted=recommendation,training").steps.first?.input)
    #expect(input.grantAll && input.grantedPurposes == [.recommendation, .training])
    #expect(throws: Failure.self) { try plan("--events a --consent granted=fun") }
    #expect(throws: Failure.self) { try plan("--events a --consent granted=") }
  }
}
