import Foundation
import Protocol
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Daemon

@Suite("The reference of the socket")
struct ReferenceTests {
  private static let file = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources/Attune/Attune.docc/Socket.md").standardized.path

  @Test("a daemon answers every example as the page says, and the page has every method")
  func examples() throws {
    let page = String(decoding: try Files.read(ReferenceTests.file), as: UTF8.self)
    let serving = try Serving(isFilled: false)
    try Files.writeAtomically(serving.folder + "/more.csv", Array("sku,name\nx1,Lantern\n".utf8))
    let client = try Client(serving.socket)
    var known = ["folder": serving.folder]
    var asked: Set<String> = []
    var expected: JSONValue?
    for line in page.split(separator: "\n") {
      if line.hasPrefix("→ ") {
        #expect(expected == nil, "a call without an answer: \(line)")
        var text = String(line.dropFirst(2))
        for (name, value) in known { text = text.replacingOccurrences(of: "$\(name)", with: value) }
        let call = try JSONParser.parse(Array(text.utf8)[...])
        for one in call.elements.isEmpty ? [call] : call.elements { asked.insert(one["method"]?.text ?? "") }
        try client.send(Array((text + "\n").utf8))
        let answer = try client.answer()
        expected = answer
        for name in ["decision", "token", "proof"] {
          if let value = answer["result"]?[name]?.text { known[name] = known[name] ?? value }
        }
      } else if line.hasPrefix("← ") {
        let shown = try JSONParser.parse(Array(line.dropFirst(2).utf8)[...])
        let answer = try #require(expected)
        let isSame = ReferenceTests.matches(shown, answer, folder: serving.folder)
        #expect(isSame, "shown \(line)\nanswered \(String(decoding: answer.bytes, as: UTF8.self))")
        expected = nil
      }
    }
    #expect(asked == Set(Method.all.keys).union(Method.own.keys))
    for code in [-32_700, -32_600, -32_601, -32_602, -32_603, -32_001, -32_002, -32_003, -32_004, -32_005, -32_006] {
      #expect(page.contains("| \(code) |"))
    }
  }

  @Test("the page's configuration is one, and sets what it says")
  func configuration() throws {
    let page = String(decoding: try Files.read(ReferenceTests.file), as: UTF8.self)
    let start = try #require(page.range(of: "```json\n")).upperBound
    let end = try #require(page[start...].range(of: "```")).lowerBound
    let folder = try Files.temporaryDirectory(prefix: "attuned")
    defer { try? Files.removeTree(folder) }
    // The names of the page's users are no users everywhere.
    let text = page[start..<end].replacingOccurrences(of: "\"dpo\"", with: "77").replacingOccurrences(
      of: "\"compliance\"", with: "88"
    ).replacingOccurrences(of: "\"www-data\"", with: "99")
    try Files.writeAtomically(folder + "/c.json", Array(text.utf8))
    let configuration = try Configuration(file: folder + "/c.json")
    #expect(configuration.access.officers.users == [77] && configuration.access.officers.groups == [88])
    #expect(configuration.access.serving?.users == [99] && configuration.access.serving?.groups == [])
    #expect(configuration.trainEvery == 3600 && configuration.sweepEvery == 3600)
    #expect(configuration.maxConnections == 4000 && configuration.keepTraining)
    #expect(configuration.maxPeople == 20_000 && configuration.maxMemoryMiB == 1024)
  }

  /// Whether an answer is what an example shows, where "…" stands for anything.
  private static func matches(_ shown: JSONValue, _ answer: JSONValue, folder: String) -> Bool {
    switch (shown, answer) {
    case (.string("…"), _): true
    case (.string(let a), .string(let b)): a.replacingOccurrences(of: "$folder", with: folder) == b
    case (.array(let a), .array(let b)): a.count == b.count && zip(a, b).allSatisfy { matches($0, $1, folder: folder) }
    case (.object(let a), .object(let b)):
      a.map(\.key) == b.map(\.key) && zip(a, b).allSatisfy { matches($0.value, $1.value, folder: folder) }
    default: shown == answer
    }
  }
}
