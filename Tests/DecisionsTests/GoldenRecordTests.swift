import Decisions
import Foundation
import Testing
import Vocabulary

/// Records in every form that there has been, with the scores that they stand for worked out by hand.
///
/// They were made by another program from the description of the form and never change: a new form gets a new number.
@Suite("G8: records of earlier versions")
struct GoldenRecordTests {
  private static func record(_ base64: String) throws -> DecisionRecord {
    let bytes = Array(try #require(Data(base64Encoded: base64)))
    let record = try #require(DecisionRecord(encoded: bytes))
    #expect(record.encoded == bytes)
    #expect(record.time == Timestamp(seconds: 1_750_000_000) && record.asOf == Timestamp(seconds: 1_749_999_960))
    #expect(record.policy == "shipped-1" && record.watermark == 77 && record.notShown == [5, 0, 12])
    #expect(record.model == Array(0..<32) && record.catalogue == Array(32..<64))
    return record
  }

  /// The points of every part of every place.
  private static func points(_ record: DecisionRecord) -> [[Int64]] {
    record.places.map { place in place.parts.map { record.points(of: $0, in: place) } }
  }

  @Test("G8: of a recommendation, with a tag of before the target factor multiplied tags")
  func recommendation() throws {
    let record = try GoldenRecordTests.record(
      """
      AQCA8IbC7mWA/4HC7mUIcGVyc29uYWwACXNoaXBwZWQtMQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJicoKSor\
      LC0uLzAxMjM0NTY3ODk6Ozw9Pj+aAQQAAQNjdHgKY29sb3VyOnJlZAEBeAAABzABYYDgp4GkZYKAgBABA2N0eIGAgBACAWiAgICACAMB\
      YfLAAQQIYnJhbmQ6YjGCQAUAgIAIBgpjb2xvdXI6cmVkgUACAmkxAQCAgAIFAAMBAwKAgEAEAwYDB2dyw7bDn2UCAYCABAIF6QcDAQMF\
      AAw=
      """)
    #expect(record.purpose == .recommendation && record.basis == "personal" && record.reason == nil)
    #expect(record.places.map(\.item) == ["i1", "gr\u{F6}\u{DF}e"] && record.places.map(\.placement) == [0, 1])
    #expect(record.terms[0].event == .purchase && record.terms[0].time == Timestamp(seconds: 1_740_000_000))
    // ⌊(2^24 + 1) · 3 / 2^24⌋ · 2^15, the same below zero, ⌊2^30 · 2^20 / 2^24⌋ · 2^15, 4097 · 3 · 2^4, and
    // ⌊−4097 · 3 / 2^12⌋ · 2^15; then ⌊2^16 · 1001 / 4⌋ and a repeat.
    let points: [[Int64]] = [[98_304, -131_072, 1 << 41, 196_656, -131_072], [16_400_384, 12_345]]
    #expect(GoldenRecordTests.points(record) == points)
    #expect(record.places.map { record.score(of: $0) } == [2_199_023_288_368, 16_412_729])
  }

  @Test("G8: of a search")
  func search() throws {
    let record = try GoldenRecordTests.record(
      """
      AgGA8IbC7mWA/4HC7mUHZ2VuZXJhbARzb3J0CXNoaXBwZWQtMQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJico\
      KSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj+aAQQAAQNjdHgKY29sb3VyOnJlZAEBeAAAAwcEc29mYYCAGIAEc29mYYCAGAUAgIACAQJpOQED\
      gIAEAwDIAQEfAugHAwUADAhSZWQgc29mYQYtcHJpY2UBCGJyYW5kOmIyBDEuLjI=
      """)
    #expect(record.purpose == .search && record.basis == "general" && record.reason == "sort")
    #expect(
      record.search == DecisionRecord.Search(text: "Red sofa", sort: "-price", tags: ["brand:b2"], price: "1..2"))
    // 3 · 2^16 · 200 · 2^8, 3 · 2^16 · 31 · 2^8, and ⌊2^14 · 1000 / 4⌋.
    #expect(GoldenRecordTests.points(record) == [[10_066_329_600, 1_560_281_088, 4_096_000]])
  }

  @Test("G8: of an advertisement")
  func advertisement() throws {
    let record = try GoldenRecordTests.record(
      """
      AwKA8IbC7mWA/4HC7mUIcGVyc29uYWwACXNoaXBwZWQtMQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJicoKSor\
      LC0uLzAxMjM0NTY3ODk6Ozw9Pj+aAQQAAQNjdHgKY29sb3VyOnJlZAEBeAAAAQYIYnJhbmQ6YjGAgIABAQJpMgEAwLgCAQCoRgMFAAwI\
      YnJhbmQ6YjE=
      """)
    #expect(record.purpose == .advertising && record.segment == "brand:b1" && record.search == nil)
    // ⌊2^20 · 9000 / 2^12⌋ · 40,000.
    #expect(GoldenRecordTests.points(record) == [[92_160_000_000]])
  }
}
