import Attune
import Foundation
import Testing
import TestSupport
import Vocabulary

@Suite("What an import makes of a log")
struct ImportTests {
  private func write(_ text: String, _ path: String) throws -> ImportInput {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    var input = ImportInput(path: path)
    input.grantAll = true
    return input
  }

  private func log(_ times: [String], subject: String = "ann") -> String {
    "subject,item,kind,time\n" + times.map { "\(subject),hat,view,\($0)\n" }.joined()
  }

  @Test("logs of the past move the clock to their newest event, mistakes of the future do not, and people outrank both")
  func clock() throws {
    try withTemporaryDirectory { folder in
      let store = folder + "/s.attune"
      let engine = try Engine.open(store, create: true)
      func take(_ times: [String], _ name: String) throws -> String? {
        try engine.importEvents(write(log(times), "\(folder)/\(name).csv")).clock?.text
      }
      #expect(try take(["2020-05-01", "2150-01-01", "2020-04-01"], "a") == "2020-05-01T00:00:00Z")
      _ = try engine.train()
      #expect(try take(["2019-05-01"], "b") == nil)
      #expect(try take(["2021-05-01"], "c") == "2021-05-01T00:00:00Z")
      #expect(try engine.status().asOf?.text == "2021-05-01T00:00:00Z")
      var options = Engine.Options()
      options.asOf = Timestamp(seconds: 1_600_000_000)
      _ = try Engine.open(store, options: options)
      #expect(try take(["2022-05-01"], "d") == nil)
      #expect(try engine.status().asOf == Timestamp(seconds: 1_600_000_000))
      options = Engine.Options()
      options.releasesClock = true
      _ = try Engine.open(store, options: options)
      #expect(try take(["2023-05-01"], "e") == nil && engine.status().asOf == nil)
    }
  }

  @Test("a source's consent holds for the purposes it was given for and no other")
  func someConsent() throws {
    try withTemporaryDirectory { folder in
      let engine = try Engine.open(folder + "/s.attune", create: true)
      var input = try write(log(["2020-05-01"]), folder + "/log.csv")
      input.grantedPurposes = [.recommendation]
      #expect(try engine.importEvents(input).admitted == 1)
      let allowed = try engine.consent(of: "ann").purposes.filter(\.allowed).map(\.purpose)
      #expect(allowed == [.recommendation])
      #expect(try engine.train().events == 0, "training was not among them")
    }
  }

  @Test("a file that brought nothing in may be tried again; one that did is noticed")
  func again() throws {
    try withTemporaryDirectory { folder in
      let engine = try Engine.open(folder + "/s.attune", create: true)
      var input = try write(log(["2020-05-01"]), folder + "/log.csv")
      input.grantAll = false
      #expect(try engine.importEvents(input).refused.map(\.count) == [1])
      input.grantAll = true
      #expect(try engine.importEvents(input).admitted == 1)
      #expect(try engine.importEvents(input).importedBefore != nil && engine.status().events == 1)
    }
  }

  @Test("a file of which no line can be understood fails, and says what was wrong with it")
  func nonsense() throws {
    try withTemporaryDirectory { folder in
      let engine = try Engine.open(folder + "/s.attune", create: true)
      var input = try write("subject,item,kind\nann,hat,look\nSECRET,hat,gaze\n", folder + "/log.csv")
      input.rejects = folder + "/rejects"
      let thrown = #expect(throws: Failure.self) { _ = try engine.importEvents(input) }
      #expect(thrown?.code == .badInput && thrown?.what.contains("an unknown kind") == true)
      #expect(thrown?.description.contains("SECRET") == false)
      #expect(try String(contentsOfFile: folder + "/rejects", encoding: .utf8).contains("\"line\":3"))
    }
  }

  @Test("a model file that says nothing of events still learns from them")
  func emptyModel() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 940, people: 30, items: 20).engine(in: folder, train: false)
      #expect(try engine.train(model: Array("{}".utf8)).pairs > 0)
    }
  }

  @Test("what a store holds is its owner's to read, and nobody else's")
  func permissions() throws {
    try withTemporaryDirectory { folder in
      _ = try Shop.random(seed: 941, people: 5, items: 5).engine(in: folder)
      let store = folder + "/shop.attune"
      for name in try FileManager.default.contentsOfDirectory(atPath: store) {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(store)/\(name)")
        #expect((attributes[.posixPermissions] as? Int ?? 0) & 0o077 == 0, "\(name)")
      }
    }
  }

  @Test("names of members in NDJSON, which may be people's ids, are not listed")
  func members() throws {
    try withTemporaryDirectory { folder in
      let engine = try Engine.open(folder + "/s.attune", create: true)
      let line = "{\"subject\":\"ann\",\"item\":\"hat\",\"kind\":\"view\",\"anna@example.com\":1}\n"
      #expect(try engine.importEvents(write(line, folder + "/log.ndjson")).unusedColumns == [])
    }
  }
}
