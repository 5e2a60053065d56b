import Attune
import AttuneClient
import Foundation
import Protocol
import ServingSupport
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import CommandLine

/// The verbs say the same through the daemon that serves the store as they do on the store itself.
struct ServiceTests {
  /// Makes a trained store of a small shop at `FOLDER/shop.attune`.
  ///
  /// - Returns: The person that its examples are about.
  private static func fill(_ folder: String) throws -> String {
    let shop = DemoShop(seed: 3, size: .init(people: 60, items: 120, events: 3000))
    try Files.writeAtomically("\(folder)/items.ndjson", shop.itemsFile)
    try Files.writeAtomically("\(folder)/events.csv", shop.eventsFile)
    let recording = Recording()
    for line in ["import --items @/items.ndjson", "import --events @/events.csv --consent granted", "train"] {
      let words = line.split(separator: " ").map { String($0).replacing("@", with: folder) }
      guard recording.run(words + ["--store", "\(folder)/shop.attune"]) == .done else {
        throw Failure(.system, recording.messages)
      }
    }
    return DemoShop.personID(shop.guide)
  }

  /// Every verb that asks a store, in an order in which later ones show what earlier ones did; `#` is the person,
  /// `%` the decision that was shown last, and `@` the folder.
  private static let lines = [
    "status", "recommend # -n 5", "recommend # -n 5 --unmask --offset 3 --exclude i0001,i0002", "recommend #",
    "suggest s", "suggest --subject #", "replay %", "history #", "history # -n 2", "history stranger-42", "policy",
    "policy show --lang zh",
    "policy show --version none", "policy publish @/policy.json", "policy publish @/policy.json",
    "policy show --lang zh", "policy show --version shipped-1", "policy publish @/late.csv", "replay nonsense",
    "explain %", "explain % --level summary", "explain % --html -", "explain % --item nothing", "explain nonsense",
    "recommend # --purpose push --gpc", "recommend # --purpose advertising --explain",
    "recommend # --among i0002,i0004 --within category:shoes", "recommend stranger-42",
    "recommend --anonymous --context i0001 -n 4", "explain %", "recommend --anonymous -n 3 --explain",
    "similar i0003 -n 4", "similar i0003 --offset 2 --explain", "similar nothing", "profile #",
    "profile # --limit 3 --purpose search", "profile stranger-42", "tags # add color:green a:b", "tags # remove a:b",
    "tags # restore a:b", "tags #", "block # --item i0001 --similar i0002 --tag category:toys",
    "block # --item i0001 --remove", "block #", "recommend #", "profile #", "consent #",
    "consent # withdraw recommendation push", "recommend #", "explain %", "profile #", "consent # grant all",
    "consent # withdraw training", "consent new-person grant recommendation", "train --set nothing=1",
    "train --set query.repeat=0.15", "train --model storefront --set rows.support=1", "train", "recommend #",
    "import --items @/items.ndjson", "import --items @/more.ndjson --again --rejects @/more.rejects",
    "import --events @/none.csv",
    "import --events @/late.csv --consent granted --rejects @/rejects.ndjson", "recommend #", "status",
    "request holidays china @/holidays.txt", "request holidays mars @/holidays.txt",
    "request open access # --regime china-7 --received 2026-09-30 --words hello", "request open appeal # --regime eu",
    "request open deletion u0003 --regime us --by guardian --name Guard", "request show 1", "request show 99",
    "request work 1", "request work 3", "request identity 3", "request work 3 --evidence letter",
    "request extend 3 --note much", "request extend 1 --note much", "request refuse 1 --reason because",
    "request refuse 1 --reason excessive --note often", "request list", "request list --due 3d", "request list #",
    "request list u0003 --open --unmask", "recommend #", "explain %", "appeal % --subject # --words why --regime eu",
    "appeal % --subject u0003 --words why --regime eu", "request work 5", "request work 6",
    "appeal decide 5 --outcome upheld --reviewer R --block-item i0005 --remove-tag color:green",
    "appeal decide 6 --outcome dismissed --reviewer R --words no --block-item i0005",
    "appeal decide 6 --outcome dismissed --reviewer R --words no", "block #",
    "access #", "access stranger-42", "correct # e-nothing --kind view", "correct # e-nothing",
    "close u0004 --regime eu --receipt @/c.json", "request list --unmask", "access u0004",
    "audit", "audit --all", "audit --sample 5 --html -", "audit --sample x",
    "incident --since 2020-01-01", "incident --since 2020-01-01 --role officer --among @/among.txt --unmask",
    "history # --forget-kind favorite --forget-kind cart", "history # --since 2020-01-01",
    "history # --words shoe --kind view -n 4", "history # --words x --forget-kind view", "tags # reset", "tags #",
    "history # --forget-kind view --before 2026-03-10", "history # --forget e-nothing", "history # --forget-kind odd",
    "history stranger-42 --forget-kind all", "history #", "recommend #",
    "segments", "campaign autumn", "recommend # --purpose advertising", "export #",
    "export # --partner push", "export # --partner push --recipient Acme", "outbox",
    "export # --partner training --recipient Acme", "export stranger-9", "outbox done 1", "outbox undo 1",
    "age u0005", "age u0005 --born 2012 --region US", "age u0006 --guardian aunt --minor", "age u0006 --no-guardian",
    "import --export @/none.json", "import --export @/person.ndjson", "export moved", "import --export @/person.ndjson",
    "sweep", "sweep --fixed-clock on", "history # -n 3", "sweep --fixed-clock odd", "sweep --fixed-clock off",
    "verify @/none.json", "verify @/late.csv", "erase u0002 u0003 stranger-7 --receipt @/a.json",
    "erase # --receipt @/b.json", "recommend #", "history #",
    "consent #", "import --events @/late.csv --consent granted --rejects @/rejects.ndjson --again", "status",
  ]

  /// What each line printed, as text and as JSON, with what must differ between two runs taken out.
  private static func transcript(_ folder: String, _ person: String) throws -> [String] {
    let recording = Recording()
    var decision = "none"
    var transcript: [String] = []
    for line in lines {
      for suffix in [[], ["--json"]] {
        let words = (line.split(separator: " ").map(String.init) + suffix).map {
          $0.replacing("@", with: folder).replacing("#", with: person).replacing("%", with: decision)
        }
        // No receipt is written over.
        for name in ["a", "b", "c"] where Files.exists("\(folder)/\(name).json") {
          try Files.remove("\(folder)/\(name).json")
        }
        let exit = recording.run(words + ["--store", "\(folder)/shop.attune"])
        transcript.append(
          "$ \(line) \(suffix.joined())\n\(exit)\n\(masked(recording.output))\n\(masked(recording.messages))")
        if let found = recording.output.firstMatch(of: /"decision":"([^"]*)"/), !suffix.isEmpty {
          decision = String(found.1)
        }
      }
    }
    return transcript
  }

  /// Ids that carry a record hold the time; so does all that happened now, or took a while.
  private static func masked(_ text: String) -> String {
    text.replacing(/"decision":"g-[^"]*"/, with: "CARRIED").replacing(/<code>g-[^<]*/, with: "CARRIED")
      .replacing(/20[2-9][0-9]-[0-9-]{5}[T ][0-9:]{5,8}/, with: "TIME")
      .replacing(/"(seconds|age)":[0-9.e-]+/, with: "DURATION")
      .replacing(/\ in [0-9.,]+ (ms|s)\b(, [0-9,]+ lines\/s)?/, with: "DURATION")
      .replacing(/"at":[0-9]+/, with: "AT").replacing(/"proof":"r-[^"]*"/, with: "PROOF")
      .replacing(/erased in [0-9.]+ m?s/, with: "DURATION")
      .replacing(/[0-9]+ (seconds?|minutes?) old/, with: "AGE")
  }

  @Test("text and JSON of every verb are the same, byte for byte", .timeLimit(.minutes(10)))
  func sameEitherWay() throws {
    try withTemporaryDirectory { folder in
      let person = try ServiceTests.fill(folder)
      try Files.writeAtomically("\(folder)/more.ndjson", Array("{\"item\":\"i0001\",\"price\":5}\nbad\n".utf8))
      try Files.writeAtomically(
        "\(folder)/late.csv", Array("subject,item,kind,time,odd\n\(person),i0009,view,1775200000,\n,,,,\n".utf8))
      try Files.writeAtomically("\(folder)/holidays.txt", Array("2026-10-01..2026-10-07\n+2026-10-10\n".utf8))
      try Files.writeAtomically("\(folder)/among.txt", Array("u0001\nu0002\n".utf8))
      let policy = "{\"version\":\"v2\",\"material\":[\"push\"],\"summary\":{\"en\":\"news\",\"zh\":\"新\"}}"
      try Files.writeAtomically("\(folder)/policy.json", Array(policy.utf8))
      try Files.writeAtomically(
        "\(folder)/person.ndjson",
        Array(
          """
          {"record":"export","format":1,"subject":"moved"}
          {"record":"choice","act":"grant","purposes":["search"],"at":1770000000000,"method":"api","notice":"n"}
          {"record":"tag","tag":"color:green","choice":"added"}
          {"record":"event","kind":"view","at":1770000000000,"item":"i0001","purposes":["search"]}

          """.utf8))
      let (store, kept) = ("\(folder)/shop.attune", "\(folder)/kept")
      // Both work at one path, one after the other, so that paths in the output are the same.
      try FileManager.default.copyItem(atPath: store, toPath: kept)
      let direct = try ServiceTests.transcript(folder, person)
      try Files.removeTree(store)
      try FileManager.default.moveItem(atPath: kept, toPath: store)
      let daemon = try RunningDaemon(store: store)
      let served = try ServiceTests.transcript(folder, person)
      let metrics = try AttuneClient(store: store).call("metrics").text ?? ""
      try daemon.end()
      for (a, b) in zip(direct, served) { #expect(a == b) }
      for method in [
        "recommend", "suggest", "similar", "explain", "profile", "tags.get", "tags.add", "tags.remove", "tags.restore",
        "block", "unblock", "consent.get", "consent.grant", "consent.withdraw", "status", "train", "import", "replay",
        "history", "policy", "policy.publish", "erase", "verify", "history.forget", "request.holidays", "request.open",
        "request.show", "request.change", "request.list", "appeal", "appeal.decide", "incident", "access", "correct",
        "close", "audit", "sweep", "export", "age", "tags.reset",
      ] {
        #expect(metrics.contains("method=\"\(method)\",outcome="), "\(method) was not asked of the daemon")
      }
    }
  }

  @Test("an erasure's receipt is kept where people read, and holds; one that nobody needs is not made")
  func receipts() throws {
    try withTemporaryDirectory { folder in
      let person = try ServiceTests.fill(folder)
      let store = ["--store", "\(folder)/shop.attune"]
      let recording = Recording()
      #expect(recording.run(["erase", person, "--receipt", "\(folder)/r.json"] + store) == .done)
      #expect(recording.output.contains("1 person erased") && recording.output.contains("\(folder)/r.json"))
      #expect(recording.run(["verify", "\(folder)/r.json"] + store) == .done)
      #expect(recording.output.contains("holds"))
      // No earlier receipt is written over, and where there can be none nobody is erased.
      let kept = try Files.read("\(folder)/r.json")
      #expect(recording.run(["status", "--json"] + store) == .done)
      let status = recording.output
      for path in ["r.json", "none/r.json"] {
        for line in ["erase u0002", "close u0002 --regime eu", "decommission --confirm shop.attune"] {
          let words = line.split(separator: " ").map(String.init)
          #expect(recording.run(words + ["--receipt", "\(folder)/\(path)"] + store) == .usage)
        }
      }
      #expect(try Files.read("\(folder)/r.json") == kept)
      #expect(recording.run(["status", "--json"] + store) == .done && recording.output == status)
      // A disk that is full just then is told after the erasure, with the receipt at hand.
      FaultInjection.fail(after: 0, errno: ENOSPC, under: "\(folder)/late.json")
      #expect(recording.run(["erase", "u0002", "--receipt", "\(folder)/late.json"] + store) == .failed)
      #expect(FaultInjection.disarm(under: "\(folder)/late.json"))
      #expect(recording.output.contains("\"proof\":\"r-"), "\(recording.output)")
    }
  }

  @Test("the socket that a dead daemon left is no daemon")
  func deadSocket() throws {
    try withTemporaryDirectory { folder in
      let person = try ServiceTests.fill(folder)
      let socket = "\(folder)/shop.attune/attuned.sock"
      do {
        let listener = try UnixListener(path: "\(folder)/elsewhere")
        try FileManager.default.moveItem(atPath: "\(folder)/elsewhere", toPath: socket)
        withExtendedLifetime(listener) {}
      }
      #expect(Files.exists(socket))
      let recording = Recording()
      #expect(recording.run("recommend", person, "--store", "\(folder)/shop.attune") == .done)
      #expect(recording.output.hasPrefix("Personal:") && recording.messages.isEmpty)
    }
  }

  @Test("a daemon that dies in the middle of a call is no reason to ask the store instead")
  func diesInTheMiddle() throws {
    try withTemporaryDirectory { folder in
      let person = try ServiceTests.fill(folder)
      let daemon = try ScriptedDaemon(socket: "\(folder)/shop.attune/attuned.sock") { _ in nil }
      defer { daemon.end() }
      let recording = Recording()
      #expect(recording.run("block", person, "--item", "i0001", "--store", "\(folder)/shop.attune") == .failed)
      #expect(recording.output.isEmpty && recording.messages.contains("not known"), "\(recording.messages)")
      #expect(!recording.messages.contains(person) && daemon.lines.count == 1)
      #expect(try Engine.open("\(folder)/shop.attune").instructions(of: person).items.isEmpty)
    }
  }

  @Test("what the daemon refuses is refused; what it does not know is done in the store")
  func refusalsAndOldDaemons() throws {
    try withTemporaryDirectory { folder in
      let person = try ServiceTests.fill(folder)
      let store = "\(folder)/shop.attune"
      let daemon = try ScriptedDaemon(socket: "\(folder)/s.sock") { line in
        let isTrain = String(decoding: line, as: UTF8.self).contains("\"method\":\"train\"")
        let error = isTrain ? "\"code\":-32601,\"message\":\"unknown\"" : "\"code\":-32006,\"message\":\"no leave\""
        return Array("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\(error)}}\n".utf8)
      }
      defer { daemon.end() }
      let recording = Recording()
      #expect(recording.run("status", "--store", store, "--socket", "\(folder)/s.sock") == .failed)
      #expect(recording.messages == "attune: no leave\n" && recording.output.isEmpty)
      #expect(
        recording.run(
          "train", "--json", "--set", "query.repeat=1", "--set", "query.repeat=0.15", "--model", "storefront",
          "--store", store, "--socket", "\(folder)/s.sock") == .done)
      #expect(recording.output.hasPrefix("{\"digest\":\"sha256:"))
      let request = try JSONParser.parse(#require(daemon.lines.last)[...])
      #expect(request["params"]?["set"] == ["query.repeat": "0.15"])
      #expect(request["params"]?["model"]?.text.map { Array($0.utf8) } == Engine.shippedModel(named: "storefront"))
      #expect(recording.run("recommend", person, "--store", store) == .done)
    }
  }

  @Test("which socket is asked")
  func socketPath() async throws {
    await #expect(processExitsWith: .success) {
      func path(_ words: String...) throws -> String {
        let console = Console(style: Style(), result: { _ in }, message: { _ in })
        let arguments = try OptionParser(verb: "status", options: Verb.status.allOptions).parse(words)
        return Call(verb: .status, arguments: arguments, console: console).socketPath
      }
      unsafe unsetenv("ATTUNE_STORE")
      unsafe unsetenv("ATTUNE_SOCKET")
      var paths = [try path(), try path("--store", "s"), try path("--socket", "x", "--store", "s")]
      unsafe setenv("ATTUNE_STORE", "e", 1)
      paths.append(try path())
      unsafe setenv("ATTUNE_SOCKET", "y", 1)
      paths += [try path(), try path("--store", "s"), try path("--socket", "x")]
      let expected = [
        "store.attune/attuned.sock", "s/attuned.sock", "x", "e/attuned.sock", "y", "s/attuned.sock", "x",
      ]
      guard paths == expected else { exit(1) }
    }
  }

  @Test("an answer that cannot be shown says so, and is given to scripts all the same")
  func answersOfOtherVersions() throws {
    try withTemporaryDirectory { folder in
      let daemon = try ScriptedDaemon(socket: "\(folder)/s.sock") { _ in
        Array("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"store\": 1e0}}\n".utf8)
      }
      defer { daemon.end() }
      let recording = Recording()
      #expect(recording.run("status", "--socket", "\(folder)/s.sock", "--store", folder) == .failed)
      #expect(recording.messages.contains("member 'store' is missing, or of another sort"))
      #expect(recording.run("status", "--json", "--socket", "\(folder)/s.sock", "--store", folder) == .done)
      #expect(recording.output == "{\"store\": 1e0}\n")
    }
  }
}
