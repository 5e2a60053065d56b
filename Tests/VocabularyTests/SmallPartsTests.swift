import TestSupport
import Testing
import Vocabulary

@Suite("Seeds, tags and sets of purposes")
struct SmallPartsTests {
  @Test("the generator gives the published numbers (Steele, Lea, Flood; seeds 0 and 1234567)")
  func published() {
    var zero = SplitMix64(seed: 0)
    #expect(zero.next() == 0xE220_A839_7B1D_CDAF)
    #expect(zero.next() == 0x6E78_9E6A_A1B9_65F4)
    #expect(zero.next() == 0x06C4_5D18_8009_454F)
    var other = SplitMix64(seed: 1_234_567)
    #expect(other.next() == 6_457_827_717_110_365_317)
    #expect(other.next() == 3_203_168_211_198_807_973)
  }

  @Test("numbers below a bound are, and reach all of them about equally often")
  func bounds() {
    var random = SplitMix64(seed: 91)
    var seen = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { seen[random.below(7)] += 1 }
    // Five standard deviations of a count of 10,000.
    for (value, count) in seen.enumerated() { #expect(abs(count - 10_000) < 470, "\(value)") }
    #expect((0..<100).allSatisfy { _ in random.below(1) == 0 })
    #expect((0..<100).allSatisfy { _ in random.chance(1, in: 1) && !random.chance(0, in: 3) })
  }

  @Test("sets of purposes hold each by itself")
  func purposes() {
    for purpose in Purpose.allCases {
      let alone = PurposeSet(purpose)
      #expect(alone.purposes == [purpose] && Purpose(name: purpose.name) == purpose)
      for other in Purpose.allCases { #expect(alone.contains(other) == (other == purpose)) }
    }
    #expect(PurposeSet.all.rawValue == 0b1111_1111)
    #expect(PurposeSet(rawValue: 0).purposes.isEmpty)
    #expect(Purpose.allCases.filter(\.isPermission) == [.training, .location, .partners, .transfer])
    #expect(EventKind.allCases.filter(\.isNegative) == [.dislike, .hide])
  }

  @Test("a tag's field is what stands before its first colon")
  func tags() {
    #expect(Tag.text(field: "brand", value: "acme") == "brand:acme")
    for (tag, field) in [("brand:acme", "brand"), ("a:b:c", "a"), ("none", ""), (":x", ""), ("größe:44", "größe")] {
      #expect(Tag.field(of: tag) == field[...], "\(tag)")
    }
  }

  @Test("compact numbers take the bytes they should, and strange ones are refused")
  func compactNumbers() {
    func bytes(_ number: UInt64) -> [UInt8] {
      var bytes: [UInt8] = []
      bytes.appendVarint(number)
      return bytes
    }
    #expect(bytes(0) == [0] && bytes(127) == [127] && bytes(128) == [0x80, 1] && bytes(300) == [0xAC, 2])
    #expect(bytes(.max) == [UInt8](repeating: 0xFF, count: 9) + [1])
    var zigzag: [UInt8] = []
    for number: Int64 in [0, -1, 1, -64, 64] { zigzag.appendZigzag(number) }
    #expect(zigzag == [0, 1, 2, 127, 0x80, 1])
    for strange in [[], [0x80], [UInt8](repeating: 0xFF, count: 9) + [2], [UInt8](repeating: 0x80, count: 10) + [1]] {
      var reader = ByteReader(strange)
      #expect(reader.varint() == nil, "\(strange)")
    }
    for number in [Int64.min, .max] {
      var extreme: [UInt8] = []
      extreme.appendZigzag(number)
      var reader = ByteReader(extreme)
      #expect(reader.zigzag() == number && reader.isAtEnd)
    }
    // A length that runs past the end, by one and by as much as there is.
    var short = ByteReader([3, 1, 2])
    #expect(short.text() == nil)
    var huge = ByteReader(bytes(.max) + [1])
    #expect(huge.text() == nil)
  }

  @Test("random bytes of the tests are as many as asked for, and the compressible ones repeat themselves")
  func testBytes() {
    var random = SplitMix64(seed: 92)
    #expect(random.bytes(0).isEmpty && random.bytes(17).count == 17)
    let bytes = random.compressibleBytes(5000)
    #expect(bytes.count == 5000 && Set(bytes).count <= 26)
  }
}

@Suite("Texts compared by their bytes")
struct ExactTextTests {
  @Test("two spellings of a letter are two, whatever Swift says of them")
  func spellings() {
    let (one, two): (ExactText, ExactText) = ("\u{E9}", "e\u{301}")
    #expect(one.text == two.text && one != two)
    #expect(Set([one, two, "\u{E9}"]).count == 2)
    // Scalars would put U+FFFF before U+10000 too; UTF-16 would not.
    #expect(
      ([two, one, "\u{10000}", "\u{FFFF}", ""] as [ExactText]).sorted() == ["", two, one, "\u{FFFF}", "\u{10000}"])
  }
}
