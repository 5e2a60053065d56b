import Foundation
import SystemIO
import Testing
import Vocabulary

@testable import CommandLine

/// The verbs on a real store, from the files to the explained answer.
struct EndToEndTests {
  /// A folder with a small made-up shop's files and store, removed at the end.
  private final class Shop {
    let folder: String
    let recording = Recording()
    let guide: String

    init() throws {
      folder = try Files.temporaryDirectory(prefix: "attune-cli-test-")
      let shop = DemoShop(seed: 3, size: .init(people: 120, items: 200, events: 9000))
      try Files.writeAtomically("\(folder)/items.ndjson", shop.itemsFile)
      try Files.writeAtomically("\(folder)/events.csv", shop.eventsFile)
      guide = DemoShop.personID(shop.guide)
    }

    deinit { try? Files.removeTree(folder) }

    /// Runs a command line on the store; `@` stands for the folder.
    func run(_ line: String) -> AttuneCommand.Exit {
      let words = line.split(separator: " ").map { String($0).replacing("@", with: folder) }
      return recording.run(words + ["--store", "\(folder)/shop.attune"])
    }

    /// Runs a command line, which must succeed, and parses its JSON.
    func json(_ line: String) throws -> [String: Any] {
      let exit = run(line + " --json")
      #expect(exit == .done, "\(line): \(recording.messages)")
      let parsed = try JSONSerialization.jsonObject(with: Data(recording.output.utf8))
      return try #require(parsed as? [String: Any])
    }

    func filled() throws -> Shop {
      _ = try json("import --items @/items.ndjson")
      _ = try json("import --events @/events.csv --consent granted")
      _ = try json("train")
      return self
    }
  }

  private func items(_ answer: [String: Any]) -> [String] {
    (answer["items"] as? [[String: Any]])?.compactMap { $0["item"] as? String } ?? []
  }

  @Test func fromTheFilesToTheCounts() throws {
    let shop = try Shop()
    let items = try shop.json("import --items @/items.ndjson")
    #expect(items["admitted"] as? Int == 200 && items["what"] as? String == "items")
    let events = try shop.json("import --events @/events.csv --consent granted")
    #expect(events["admitted"] as? Int == 9000 && events["people"] as? Int == 120)
    let training = try shop.json("train")
    let status = try shop.json("status")
    #expect(status["subjects"] as? Int == 120 && status["items"] as? Int == 200 && status["events"] as? Int == 9000)
    #expect((training["digest"] as? String)?.hasPrefix("sha256:") == true)
    #expect(status["digest"] as? String == training["digest"] as? String && status["age"] is Int)
  }

  @Test func theSameFileTwiceIsNoticed() throws {
    let shop = try Shop().filled()
    let again = try shop.json("import --events @/events.csv --consent granted")
    #expect(again["importedBefore"] is String && again["admitted"] as? Int == 0)
    #expect(try shop.json("status")["events"] as? Int == 9000)
  }

  @Test func withoutConsentNothingIsKept() throws {
    let shop = try Shop()
    _ = try shop.json("import --items @/items.ndjson")
    let report = try shop.json("import --events @/events.csv")
    let refused = try #require(report["refused"] as? [String: Int])
    #expect(report["admitted"] as? Int == 0 && refused.values.reduce(0, +) == 9000)
    #expect(try shop.json("status")["events"] as? Int == 0)
  }

  @Test func anAnswerIsExplainedToThePoint() throws {
    let shop = try Shop().filled()
    let answer = try shop.json("recommend \(shop.guide)")
    #expect(answer["basis"] as? String == "personal" && answer["subject"] as? String == shop.guide)
    #expect(items(answer).count == 10)
    let decision = try #require(answer["decision"] as? String)
    let explanation = try shop.json("explain \(decision)")
    let explained = try #require(explanation["items"] as? [[String: Any]])
    #expect(explained.compactMap { $0["item"] as? String } == items(answer))
    for item in explained {
      let contributions = try #require(item["contributions"] as? [[String: Any]])
      #expect(contributions.compactMap { $0["points"] as? Int }.reduce(0, +) == item["score"] as? Int)
    }
    let one = try shop.json("explain \(decision) --item \(items(answer)[0])")
    #expect(items(one) == [items(answer)[0]])
    #expect(shop.run("explain \(decision) --html @/why.html") == .done)
    let page = String(decoding: try Files.read("\(shop.folder)/why.html"), as: UTF8.self)
    #expect(page.hasPrefix("<!doctype html>") && page.contains("What counted"))
  }

  @Test func switchingOffHoldsForTheNextAnswer() throws {
    let shop = try Shop().filled()
    let consent = try shop.json("consent \(shop.guide) withdraw recommendation")
    let states = try #require(consent["purposes"] as? [[String: Any]])
    let switched = states.first { $0["purpose"] as? String == "recommendation" }
    #expect(switched?["allowed"] as? Bool == false && switched?["by"] as? String == "own")
    let off = try shop.json("recommend \(shop.guide)")
    #expect(off["basis"] as? String == "general" && off["reason"] as? String == "opted-out")
    #expect(items(off).count == 10)
    #expect(try shop.json("profile \(shop.guide)")["allowed"] as? Bool == false)
    let general = try shop.json("recommend --anonymous")
    #expect(items(general) == items(off))
    _ = try shop.json("explain \(#require(off["decision"] as? String))")
    _ = try shop.json("consent \(shop.guide) grant recommendation")
    #expect(try shop.json("recommend \(shop.guide)")["basis"] as? String == "personal")
  }

  @Test func blocksAndRemovedTagsAreHeeded() throws {
    let shop = try Shop().filled()
    let before = items(try shop.json("recommend \(shop.guide)"))
    let blocked = try shop.json("block \(shop.guide) --item \(before[0])")
    #expect((blocked["blocked"] as? [String: [String]])?["items"] == [before[0]])
    #expect(!items(try shop.json("recommend \(shop.guide)")).contains(before[0]))
    _ = try shop.json("block \(shop.guide) --item \(before[0]) --remove")
    #expect(items(try shop.json("recommend \(shop.guide)")) == before)

    let profile = try #require(try shop.json("profile \(shop.guide)")["tags"] as? [[String: Any]])
    let weights = profile.compactMap { $0["weight"] as? Int }
    #expect(weights == weights.sorted(by: >))
    let tag = try #require(profile.compactMap { $0["tag"] as? String }.first { $0.hasPrefix("brand:") })
    _ = try shop.json("tags \(shop.guide) remove \(tag)")
    let after = try shop.json("profile \(shop.guide)")
    #expect(after["removed"] as? [String] == [tag])
    #expect((after["tags"] as? [[String: Any]])?.contains { $0["tag"] as? String == tag } == false)
  }

  @Test func similarItemsAndContext() throws {
    let shop = try Shop().filled()
    let similar = try shop.json("similar i0001 -n 5")
    #expect(items(similar).count == 5 && !items(similar).contains("i0001"))
    let context = try shop.json("recommend --anonymous --context i0001 -n 5")
    #expect(context["basis"] as? String == "contextual" && context["subject"] == nil)
    let page = try shop.json("recommend \(shop.guide) -n 5 --offset 5")
    #expect((page["items"] as? [[String: Any]])?.first?["rank"] as? Int == 6)
    let among = try shop.json("recommend \(shop.guide) --among i0002,i0004")
    #expect(Set(items(among)).isSubset(of: ["i0002", "i0004"]))
  }

  @Test func idsOfPeopleAreMaskedForPeople() throws {
    let shop = try Shop().filled()
    for verb in ["recommend", "profile", "consent", "tags", "block"] {
      #expect(shop.run("\(verb) \(shop.guide)") == .done, "\(verb): \(shop.recording.messages)")
      #expect(!shop.recording.output.contains(shop.guide), "\(verb)")
      #expect(shop.recording.output.contains(Masking.mask(shop.guide)), "\(verb)")
      #expect(shop.run("\(verb) \(shop.guide) --unmask") == .done)
      #expect(shop.recording.output.contains(shop.guide), "\(verb)")
    }
  }

  @Test func whatIsNotThereFailsWithoutNamingThePerson() throws {
    let shop = try Shop()
    #expect(shop.run("status") == .failed)
    #expect(shop.recording.messages.hasPrefix("attune: "))
    let filled = try shop.filled()
    #expect(filled.run("explain nonsense") == .failed)
    #expect(filled.run("import --events @/missing.csv") == .failed)
    #expect(filled.recording.messages.contains("missing.csv"))
    #expect(filled.run("recommend stranger-42") == .done)
    #expect(!filled.recording.output.contains("stranger") && !filled.recording.messages.contains("stranger"))
  }
}

/// The demonstration runs through, whole.
struct DemoTests {
  @Test func everyStepSucceeds() {
    let recording = Recording()
    #expect(recording.run("demo") == .done, "\(recording.messages)")
    for command in ["import --items", "train", "profile", "recommend", "explain", "block", "tags", "consent"] {
      #expect(recording.output.contains("$ attune \(command)"), "\(command)")
    }
    #expect(recording.output.contains("General: the same for everybody."))
  }
}
