import Testing

@testable import CommandLine

/// The tables that parsing and help are made from are consistent.
struct VerbTableTests {
  @Test func verbsAreThoseOfTheContract() {
    #expect(
      Verb.all.map(\.name) == [
        "demo", "import", "train", "recommend", "search", "suggest", "similar", "explain",
        "replay", "profile", "history",
        "tags",
        "consent", "age", "block", "access", "correct", "export", "erase", "close", "decommission", "outbox", "verify",
        "sweep",
        "request", "appeal", "incident", "audit", "policy", "segments", "campaign", "evaluate", "tune", "status",
        "help", "version",
      ])
  }

  @Test(arguments: Verb.all.map(\.name))
  func namesAreUniqueAndEveryOptionIsInTheHelp(name: String) throws {
    let verb = try #require(Verb.named(name))
    let options = verb.allOptions
    #expect(Set(options.map(\.long)).count == options.count)
    let shorts = options.compactMap(\.short)
    #expect(Set(shorts).count == shorts.count)
    #expect(options.contains { $0.long == "json" })
    let help = verb.help(Style(width: 80)).joined(separator: "\n")
    for option in options {
      #expect(!option.help.isEmpty)
      #expect(help.contains("--\(option.long)"))
    }
    #expect(help.hasPrefix("attune \(name)"))
  }

  @Test func helpFitsTheScreen() {
    for verb in Verb.all {
      for line in verb.help(Style(width: 80)) where !line.hasPrefix("  attune") {  // examples are to be copied whole
        #expect(DisplayText.width(line) <= 80, "\(verb.name): \(line)")
      }
    }
  }

  @Test func helpIsReachedEveryWay() {
    let recording = Recording()
    #expect(recording.run("help", "train") == .done)
    let help = recording.output
    #expect(recording.run("train", "--help") == .done)
    #expect(recording.output == help)
    #expect(recording.run() == .done)
    let overview = recording.output
    #expect(recording.run("--help") == .done)
    #expect(recording.output == overview && overview.contains("  recommend     ranks items"))
    #expect(recording.run("version", "--json") == .done)
    #expect(recording.output == "{\"version\":\"\(AttuneCommand.version)\"}\n")
  }
}

/// Wrong usage ends with code 2 and says what would be right, before any store is opened.
struct UsageTests {
  @Test(arguments: [
    (["recomend"], "attune: the first word is no verb of attune. Did you mean attune recommend?"),
    (["--frob"], "attune: a verb comes first. Try attune help"),
    (["recommend"], "attune recommend: nobody is named; expected a SUBJECT, or --anonymous. "),
    (["recommend", "u1", "--anonymous"], "attune recommend: --anonymous and a SUBJECT exclude each other. "),
    (["recommend", "u1", "u2"], "attune recommend: the second word is one too many. "),
    (["recommend", "u1", "-n", "0"], "attune: --count: “0” is no count; expected a whole number from 1 to 1000"),
    (["recommend", "u1", "--purpose", "puch"], "attune recommend: “puch” is no purpose here; expected "),
    (["explain"], "attune explain: DECISION is missing. "),
    (["explain", "d", "--level", "deep"], "attune explain: “deep” is no level; expected summary or full. "),
    (["tags", "u1", "forget", "a:b"], "attune tags: the second word is nothing to do with a tag; expected "),
    (["tags", "u1", "remove"], "attune tags: TAG is missing. "),
    (["consent", "u1", "grnt", "push"], "attune consent: the second word is no change; expected grant or withdraw. "),
    (["bob@example.org"], "attune: the first word is no verb of attune. "),
    (["consent", "grant", "bob@example.org"], "attune consent: the second word is no change; expected grant or "),
    (["consent", "u1", "grant", "bob@example.org"], "attune consent: the third word is no purpose here; expected "),
    (["tags", "add", "bob@example.org"], "attune tags: the second word is nothing to do with a tag; expected "),
    (["request", "bob@example.org"], "attune request: the first word is nothing to do with a request; expected "),
    (["request", "open", "bob@example.org"], "attune request: the second word is no kind of request; expected "),
    (["request", "show", "bob@example.org"], "attune request: the second word is no number of a request; expected "),
    (["policy", "bob@example.org"], "attune policy: the first word is nothing to do with a policy; expected "),
    (["segments", "bob@example.org"], "attune segments: the first word is one too many. "),
    (["consent", "u1", "grant"], "attune consent: PURPOSE is missing; expected recommendation, "),
    (["block", "u1", "--remove"], "attune block: --remove needs to know what; expected "),
    (["train", "--set", "query.repeat"], "attune train: --set has no “=”; expected "),
    (["import"], "attune import: no file is named; expected --items FILE or --events FILE. "),
    (["import", "a.csv"], "attune import: a file stands before --items or --events. "),
    (["import", "--events", "a", "--format", "xml"], "attune import: “xml” is no format; expected auto, "),
    (["import", "--events", "a", "--consent", "yes"], "attune import: “yes” is no consent; expected granted or "),
    (["import", "--events", "a", "--as-of", "2026-02-30"], "attune import: “2026-02-30” is no time; expected "),
    (["profile", "u1", "--purpose", "training"], "attune profile: “training” is no purpose here; expected "),
  ])
  func isRefused(words: [String], message: String) {
    let recording = Recording()
    #expect(recording.run(words + (words.count > 1 ? ["--store", "/nonexistent/store"] : [])) == .usage)
    #expect(recording.messages.hasPrefix(message), "\(recording.messages)")
    #expect(recording.output.isEmpty)
  }
}
