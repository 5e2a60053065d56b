import Testing
import Vocabulary

@testable import Consent

@Suite struct PolicyTests {
  @Test func `the shipped policy keeps what the law wants kept and no longer uses it`() {
    let retention = Policy.shipped.retention
    for kind in EventKind.allCases {
      let held = kind == .purchase || kind == .aftersales
      #expect(retention[kind].use == (kind == .search ? 90 : held ? 365 : 180), "\(kind)")
      #expect(retention[kind].keep == (kind == .search ? 90 : held ? 1096 : 180), "\(kind)")
      #expect((retention[kind].hold != nil) == held, "\(kind)")
    }
    #expect(retention.decisions == 90)
    #expect(retention.ledger == 3 * 365 + 1)
  }

  @Test func `ages are by region, and the highest where the region is not known`() {
    let ages = Policy.shipped.ages
    #expect(ages.age(in: "CN") == 14)
    #expect(ages.age(in: "US") == 13)
    #expect(ages.age(in: "EU") == 16)
    #expect(ages.age(in: "SE") == 13)
    #expect(ages.age(in: nil) == 14)
    #expect(ages.age(in: "XX") == 16)
  }

  @Test func `a consent is outdated by a later material change of its purpose, and by no other`() throws {
    var book = PolicyBook(try Policy(json: Array("{\"version\":\"a\",\"material\":[\"push\"]}".utf8)))
    book.append(try Policy(json: Array("{\"version\":\"b\"}".utf8)))
    book.append(try Policy(json: Array("{\"version\":\"c\",\"material\":[\"search\"]}".utf8)))
    for notice in ["a", "b"] { #expect(book.isOutdated(.search, notice: notice)) }
    #expect(!book.isOutdated(.search, notice: "c"))
    for notice in ["a", "b", "c"] { #expect(!book.isOutdated(.push, notice: notice)) }
    // What nobody can look up any more is taken for the oldest: rather asked again than taken for granted.
    #expect(book.isOutdated(.search, notice: "never published"))
  }
}
