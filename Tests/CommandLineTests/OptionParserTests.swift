import Testing
import Vocabulary

@testable import CommandLine

/// Command lines are taken apart by the conventions of `getopt_long`.
struct OptionParserTests {
  private let parser = OptionParser(
    verb: "test",
    options: [
      OptionSpec("count", short: "n", .required("N"), ""),
      OptionSpec("context", .required("ITEM,…"), repeats: true, ""),
      OptionSpec("gpc", .optional("VALUE"), ""), OptionSpec(flag: "json", short: "j", ""),
      OptionSpec(flag: "verbose", short: "v", ""),
    ])

  @Test(arguments: [
    ["u1", "--count", "5", "--json"], ["--count=5", "--json", "u1"], ["-n", "5", "-j", "u1"], ["-n5", "u1", "--js"],
    ["-jn5", "u1"], ["--cou", "5", "-j", "--", "u1"],
  ])
  func everyFormMeansTheSame(words: [String]) throws {
    let arguments = try parser.parse(words)
    #expect(arguments.operands == ["u1"])
    #expect(try arguments.number("count", in: 1...10, standard: 1) == 5)
    #expect(arguments.has("json") && !arguments.has("verbose"))
  }

  @Test func afterTwoDashesEverythingIsAnOperand() throws {
    #expect(try parser.parse(["-j", "--", "--json", "-x", "--"]).operands == ["--json", "-x", "--"])
  }

  @Test func aSingleDashIsAnOperand() throws {
    #expect(try parser.parse(["-"]).operands == ["-"])
  }

  @Test func valuesMayLookLikeOptionsOrBeEmpty() throws {
    #expect(try parser.parse(["--count", "--json"]).value("count") == "--json")
    #expect(try parser.parse(["--count="]).value("count") == "")
    #expect(try parser.parse(["--count=a=b"]).value("count") == "a=b")
  }

  @Test func anOptionalValueIsNeverTheNextWord() throws {
    let bare = try parser.parse(["--gpc", "0"])
    #expect(bare.value("gpc") == "" && bare.operands == ["0"])
    #expect(try parser.parse(["--gpc=0"]).value("gpc") == "0")
  }

  @Test func listsGatherRepeatedOptionsAndCommas() throws {
    #expect(try parser.parse(["--context", "a,b", "--context=c,"]).list("context") == ["a", "b", "c"])
  }

  @Test(arguments: [
    (["--jsn"], "unknown option --jsn", "Did you mean --json?"),
    (["--co", "5"], "--co is ambiguous", "one of --count, --context"),
    (["--frobnicate"], "unknown option --frobnicate", "Try attune test --help"),
    (["-x"], "unknown option -x", "Try attune test --help"),
    (["--count"], "--count needs a value", "--count N"),
    (["-n"], "-n needs a value", "-n N"),
    (["--json=1"], "--json takes no value", "Try attune test --help"),
    (["--count=1", "-n2"], "--count was given twice", ""),
  ])
  func mistakesAreNamed(words: [String], what: String, help: String) {
    let failure = #expect(throws: Failure.self) { try parser.parse(words) }
    #expect(failure?.code == .usage)
    #expect(failure?.what == what)
    #expect(failure?.description.contains(help) == true, "\(failure?.description ?? "")")
  }

  @Test(arguments: ["0", "11", "five", "", "1.5", "99999999999999999999"])
  func countsOutOfRangeAreRefused(text: String) throws {
    let arguments = try parser.parse(["--count=\(text)"])
    #expect(throws: Failure.self) { try arguments.number("count", in: 1...10, standard: 1) }
  }
}

struct SpellingTests {
  @Test(arguments: [
    ("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("kitten", "sitting", 3), ("recomend", "recommend", 1),
  ])
  func countsEdits(a: String, b: String, distance: Int) {
    #expect(Spelling.distance(Array(a), Array(b)) == distance)
    #expect(Spelling.distance(Array(b), Array(a)) == distance)
  }

  @Test func farWordsAreNotSuggested() {
    #expect(Spelling.nearest(to: "statsu", among: ["train", "status"]) == "status")
    #expect(Spelling.nearest(to: "xyz", among: ["train", "status"]) == nil)
    #expect(Spelling.nearest(to: "", among: ["a"]) == nil)
  }
}
