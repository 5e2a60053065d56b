import Foundation
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import CommandLine

/// The verb from files to figures, on a made-up shop of two shelves.
struct EvaluateTests {
  /// Sessions stay on one of two shelves of six items, so that a model can tell what comes next and popularity cannot.
  private func withFiles(_ body: (_ recording: Recording, _ files: [String]) throws -> Void) throws {
    try withTemporaryDirectory { folder in
      var random = SplitMix64(seed: 11)
      func session() -> [String] {
        let shelf = random.below(2)
        return (0..<4).map { _ in "i\(shelf)\(random.below(6))" }
      }
      let train = (0..<200).map { _ in session().joined(separator: " ") }.joined(separator: "\n")
      let test = (0..<50).map { _ in
        let items = session()
        return "\(items.dropLast().joined(separator: " "))\t\(items[3])"
      }.joined(separator: "\n")
      try Files.writeAtomically(folder + "/train.txt", Array(train.utf8))
      try Files.writeAtomically(folder + "/test.txt", Array(test.utf8))
      try body(Recording(), ["--train", folder + "/train.txt", "--test", folder + "/test.txt", "--task", "next-item"])
    }
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func figuresAreInTheJSONOfTheContract() throws {
    try withFiles { recording, files in
      #expect(recording.run(["evaluate"] + files + ["-k", "6", "--json"]) == .done)
      let report = try json(recording.output)
      for name in ["recall@6", "ndcg@6", "mrr@6", "hit@6", "coverage@6", "fitSeconds", "rankSeconds"] {
        #expect(report[name] is Double, "\(name)")
      }
      #expect(report["cases"] as? Int == 50 && report["model"] as? String == "sessions")
      let recall = try #require(report["recall@6"] as? Double)
      let interval = try #require(report["recall@6_ci"] as? [Double])
      #expect(interval.count == 2 && interval[0] <= recall && recall <= interval[1])
      let assumed = try #require(report["assumed"] as? [String: String])
      #expect(assumed == ["rows.support": "1", "general.share": "0", "diversity.similarity": "0"])
      let yardsticks = try #require(report["yardsticks"] as? [[String: Any]])
      #expect((report["optedOut"] as? [String: Any])?["recall@6_ci"] is [Double])
      #expect(yardsticks.compactMap { $0["name"] as? String } == ["popularity", "shuffled", "last item"])
      // One shelf is six items; half of the popular ones are of the wrong shelf.
      #expect(recall > 0.9 && (yardsticks[0]["recall@6"] as? Double ?? 1) < 0.8)
    }
  }

  @Test func theTableShowsYardsticksAndAssumptions() throws {
    try withFiles { recording, files in
      #expect(recording.run(["evaluate"] + files + ["--set", "rows.support=2", "--groups"]) == .done)
      for part in [
        "sessions: next item, 50 cases", "popularity  shuffled  last item", "ndcg@20",
        "events of the history", "opted out",
        "as in published figures: general.share=0 diversity.similarity=0", "as asked for: rows.support=2",
      ] { #expect(recording.output.contains(part), "\(part)") }
    }
  }

  @Test func aCataloguesTagsAreEvidence() throws {
    try withFiles { recording, files in
      // Only the shelf is known of an item that nobody of training has met.
      let folder = String(files[1].dropLast("/train.txt".count))
      let items = (0..<12).map { "i\($0 / 6)\($0 % 6),\($0 / 6)" } + ["fresh,1"]
      try Files.writeAtomically(folder + "/items.csv", Array(("id,shelf\n" + items.joined(separator: "\n")).utf8))
      try Files.writeAtomically(folder + "/test.txt", Array("i10\tfresh\ni11 i12\tfresh\n".utf8))
      let catalogue = ["--items", folder + "/items.csv", "--map", "item=id,tag.shelf=shelf", "-k", "7", "--json"]
      for (weight, hits) in [("0", 0.0), ("2", 1.0)] {
        #expect(recording.run(["evaluate"] + files + catalogue + ["--set", "tags.weight=\(weight)"]) == .done)
        let report = try json(recording.output)
        #expect(report["cold@7"] as? Double == hits && report["coldPairs"] as? Int == 2)
        #expect(report["recall@7"] as? Double == hits)
      }
      #expect(recording.run(["evaluate"] + files + ["--map", "item=id"]) == .usage)
      #expect(recording.messages.contains("--map belongs to --events or --items"))
      let train = files.filter { $0 != "--test" && !$0.hasSuffix("test.txt") }
      #expect(recording.run(["tune", "--out", folder + "/mine.json", "--trials", "4"] + train + catalogue) == .done)
      #expect(try json(recording.output)["tried"] as? Int ?? 0 > 0)
    }
  }

  @Test func pagesStandAlone() throws {
    try withFiles { recording, files in
      let calls = [
        ["--model", "sessions"], ["--compare", "unordered", "sessions"], ["--sweep", "support=1,2,40"],
        // A parameter's text comes back in the notes.
        ["--sweep", "name=\"<script>&\",b"],
      ]
      for call in calls {
        #expect(recording.run(["evaluate"] + call + files + ["-k", "6", "--html", "-"]) == .done)
        let page = recording.output
        for part in ["<!doctype html>", "default-src 'none'", "scheme: dark", "role=\"img\"", "<caption>"] {
          #expect(page.contains(part), "\(part)")
        }
        for danger in ["http:", "https:", "src=", "href=", "url(", "@import", "<link", "<script", "NaN"] {
          #expect(!page.contains(danger), "\(danger)")
        }
        for element in ["figure", "figcaption", "svg", "details", "table", "tr", "td", "th", "text", "ul", "title"] {
          let opened = page.ranges(of: "<\(element)>").count + page.ranges(of: "<\(element) ").count
          #expect(opened > 0 && opened == page.ranges(of: "</\(element)>").count, "\(element)")
        }
      }
    }
  }

  @Test func thePlotsShowWhatWasMeasured() throws {
    try withFiles { recording, files in
      try withTemporaryDirectory { folder in
        let path = folder + "/page.html"
        #expect(recording.run(["evaluate"] + files + ["-k", "6", "--json", "--html", path]) == .done)
        let report = try json(recording.output)
        let page = String(decoding: try Files.read(path), as: UTF8.self)
        let curve = try #require((report["curve"] as? [String: [Double]]))
        let hits = try #require(curve["hit"])
        #expect(hits.last == report["hit@6"] as? Double && hits.count == 6)
        for (index, hit) in hits.enumerated() {
          #expect(page.contains("<title>model, \(index + 1): \(Wording.decimal(hit, places: 4))</title>"))
        }
        for part in ["popularity", "last item", "How long one list takes", "Coverage"] { #expect(page.contains(part)) }
        #expect(recording.run(["evaluate"] + files + ["--json", "--html", "-"]) == .usage)
      }
    }
  }

  @Test func twoModelsAreCompared() throws {
    try withFiles { recording, files in
      #expect(recording.run(["evaluate", "--compare", "unordered", "sessions"] + files + ["--json"]) == .done)
      let report = try json(recording.output)
      let names = ["a", "b"].map { (report[$0] as? [String: Any])?["model"] as? String }
      #expect(names == ["unordered", "sessions"])
      let differences = try #require(report["differences"] as? [String: Any])
      let chance = try #require(differences["ndcg@20_p"] as? Double)
      #expect(chance > 0 && chance <= 1 && (differences["ndcg@20_ci"] as? [Double])?.count == 2)
      #expect(recording.run(["evaluate", "--compare", "unordered", "sessions"] + files) == .done)
      #expect(recording.output.contains("by chance"))
    }
  }

  /// Forty people who stay on their shelf, a view a minute.
  private func withLog(_ body: (_ recording: Recording, _ log: String) throws -> Void) throws {
    try withTemporaryDirectory { folder in
      var random = SplitMix64(seed: 5)
      var lines = ["user,sku,at"]
      for minute in 0..<400 {
        let person = random.below(40)
        lines.append("p\(person),i\(person % 2)\(random.below(12)),\(1_700_000_000 + 60 * minute)")
      }
      let log = folder + "/log.csv"
      try Files.writeAtomically(log, Array((lines.joined(separator: "\n") + "\n").utf8))
      try body(Recording(), log)
    }
  }

  @Test func aLogOfOnesOwnIsSplit() throws {
    try withLog { recording, log in
      let map = ["--map", "subject=user,item=sku,kind=:view,time=at"]
      #expect(recording.run(["evaluate", "--events", log, "--split", "time", "--json"] + map) == .done)
      let report = try json(recording.output)
      #expect(report["split"] as? String == "time" && report["model"] as? String == "storefront")
      #expect(report["heldOutFrom"] as? String == "2023-11-15T03:32:32Z" && report["rejected"] as? Int == 0)
      let yardsticks = try #require(report["yardsticks"] as? [[String: Any]])
      let (own, popular) = (report["recall@20"] as? Double ?? 0, yardsticks[0]["recall@20"] as? Double ?? 1)
      #expect(own > popular)
      #expect(recording.run(["evaluate", "--events", log, "--split", "leave-last"] + map) == .done)
      #expect(recording.output.contains("each person's last event"))
      // The word after --compare A is a model; another word is another log.
      let compare = ["evaluate", "--compare", "unordered", "storefront", "--events", log, log, "--split", "time"]
      #expect(recording.run(compare + map + ["--json"]) == .done)
      let first = try #require(try json(recording.output)["a"] as? [String: Any])
      #expect(first["events"] as? Int == 2 * (report["events"] as? Int ?? 0))
    }
  }

  @Test func aParameterIsSwept() throws {
    try withFiles { recording, files in
      #expect(recording.run(["evaluate", "--sweep", "support=1,30"] + files + ["--json"]) == .done)
      let runs = try #require(try json(recording.output)["runs"] as? [[String: Any]])
      #expect(runs.compactMap { $0["value"] as? String } == ["1", "30"])
      let pairs = runs.compactMap { ($0["report"] as? [String: Any])?["pairs"] as? Int }
      #expect(pairs.count == 2 && pairs[0] > pairs[1])
      #expect(recording.run(["evaluate", "--sweep", "support=1,30"] + files) == .done)
      #expect(recording.output.contains("rows.support"))
    }
  }

  @Test func aModelIsTunedAndUsed() throws {
    try withFiles { recording, files in
      let out = files[1] + ".json"
      let tune = ["tune", "--train", files[1], "--task", "next-item", "--out", out, "--trials", "4", "-k", "3"]
      #expect(recording.run(tune + ["--json"]) == .done)
      let first = try json(recording.output)
      #expect((first["tried"] as? Int ?? 0) + (first["remembered"] as? Int ?? 0) == 4)
      let (before, after) = (first["ndcgBefore"] as? Double ?? 1, first["ndcgAfter"] as? Double ?? 0)
      #expect(before <= after)
      let model = try Files.read(out)
      #expect(recording.run(tune) == .done)
      #expect(recording.output.contains("0 models tried, 4 remembered"))
      #expect(try Files.read(out) == model)
      #expect(recording.run(["evaluate"] + files + ["--model", out]) == .done)
      #expect(recording.output.hasPrefix("sessions, tuned: next item"))
    }
  }

  @Test(arguments: [
    (["--train", "t"], "attune evaluate: --test is missing. "),
    (["--train", "t", "--test", "t"], "attune evaluate: --task is missing; expected interactions or next-item. "),
    (["--train", "t", "--test", "t", "--task", "x"], "attune evaluate: “x” is no task; expected "),
    (["--train", "t", "--test", "t", "--task", "next-item", "--repeats"], "attune evaluate: --repeats belongs to "),
    (["--train", "t", "--test", "t", "--task", "next-item", "u"], "attune evaluate: the first word is one too many. "),
    (["--train", "t", "--test", "t", "--task", "next-item", "--kinds", "x=y"], "attune evaluate: “x=y” translates "),
    (["--train", "t", "--test", "t", "--task", "next-item", "--sweep", "support"], "attune evaluate: --sweep has no "),
    (["--train", "t", "--test", "t", "--task", "next-item", "--compare", "sessions"], "attune evaluate: the second "),
    (["--events", "t"], "attune evaluate: --split is missing; expected time or leave-last. "),
    (["--events", "t", "--split", "half"], "attune evaluate: “half” is no split; "),
    (["--events", "t", "--split", "time", "--train", "t"], "attune evaluate: --train and --events exclude "),
    (["--events", "t", "--split", "time", "--task", "next-item"], "attune evaluate: --events has the task "),
    (["--events", "t", "--split", "leave-last", "--share", "9"], "attune evaluate: --share belongs to --split time. "),
    (["--train", "t", "--test", "t", "--task", "next-item", "--map", "x=y"], "attune evaluate: --map belongs to "),
  ])
  func wrongUsageIsExplained(words: [String], message: String) {
    let recording = Recording()
    #expect(recording.run(["tune", "--train", "t", "--task", "next-item"]) == .usage)
    #expect(recording.messages.hasPrefix("attune tune: --out is missing. "))
    #expect(recording.run(["evaluate"] + words) == .usage)
    #expect(recording.messages.hasPrefix(message), "\(recording.messages)")
  }
}
