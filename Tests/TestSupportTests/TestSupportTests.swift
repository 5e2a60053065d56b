import Foundation
import TestSupport
import Testing
import Vocabulary

@Suite("What the tests themselves stand on")
struct TestSupportTests {
  @Test("a temporary folder is empty, and gone afterwards, also after an error")
  func folders() throws {
    let path = try withTemporaryDirectory { path in
      #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
      try "x".write(toFile: path + "/x", atomically: false, encoding: .utf8)
      return path
    }
    #expect(!FileManager.default.fileExists(atPath: path))
    struct Oops: Error {}
    var seen = ""
    #expect(throws: Oops.self) {
      try withTemporaryDirectory { path in
        seen = path
        throw Oops()
      }
    }
    #expect(!FileManager.default.fileExists(atPath: seen))
  }

  @Test("a property that fails is reported with its seed, and no later case is tried")
  func properties() {
    var tried = 0
    withKnownIssue {
      checkProperty(cases: 10, seed: 5) { _ in
        tried += 1
        return tried < 3
      }
    } matching: { issue in
      "\(issue)".contains("seed 7")
    }
    #expect(tried == 3)
  }

  @Test("every chunking joins up to the whole")
  func cuts() {
    var random = SplitMix64(seed: 1)
    let bytes = (0..<30).map { UInt8($0) }
    let all = chunkings(of: bytes, random: &random)
    #expect(all.count > 40)
    for pieces in all { #expect(pieces.flatMap { $0 } == bytes) }
  }
}
