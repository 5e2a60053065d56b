import Foundation
import SystemIO
import Testing

@testable import CommandLine

/// The page of clauses names verbs and tests that there are.
struct ClausesTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

  @Test("every clause has a line, every verb in it is one, and every test in it is there")
  func page() throws {
    let path = ClausesTests.root.appending(path: "Sources/Attune/Attune.docc/Clauses.md").path
    let page = String(decoding: try Files.read(path), as: UTF8.self)
    let rows = page.split(separator: "\n").filter { $0.firstMatch(of: /^\| [A-Z][0-9]+ \|/) != nil }
    let numbers = rows.map { String($0.split(separator: "|")[0].filter { $0 != " " }) }
    let all =
      (1...8).map { "L\($0)" } + (1...10).map { "P\($0)" } + (1...7).map { "C\($0)" } + (1...10).map { "R\($0)" }
      + ["M1"] + (1...4).map { "S\($0)" } + ["T1", "T2"] + (1...5).map { "H\($0)" } + ["N1"]
    #expect(numbers == all)
    var sources = ""
    let files = FileManager.default.enumerator(atPath: ClausesTests.root.appending(path: "Tests").path)
    while let file = files?.nextObject() as? String {
      if !file.hasSuffix(".swift") { continue }
      let bytes = try Files.read(ClausesTests.root.appending(path: "Tests/\(file)").path)
      for suite in String(decoding: bytes, as: UTF8.self).matches(of: /struct ([A-Za-z]+Tests)\b/) {
        sources += "/\(suite.1).\n"
      }
    }
    for row in rows {
      let columns = row.split(separator: "|")
      for verb in row.matches(of: /attune ([a-z]+)/) { #expect(Verb.named(String(verb.1)) != nil, "\(row)") }
      let tests = columns[columns.count - 1].matches(of: /`([A-Za-z]+Tests)/).map { String($0.1) }
      for test in tests { #expect(sources.contains("/\(test)."), "\(test) in \(row)") }
      #expect(!tests.isEmpty || row.contains("**not kept yet**"), "\(row)")
    }
  }
}
