import TestSupport
import Testing
import Vocabulary

@Suite("Words and numbers")
struct VocabularyTests {
  @Test("raw values are part of stored formats and stay as they are")
  func frozen() {
    #expect(
      EventKind.allCases.map { "\($0.rawValue) \($0.name)" } == [
        "0 view", "1 click", "2 search", "3 favorite", "4 cart", "5 purchase", "6 aftersales", "7 follow", "8 share",
        "9 publish", "10 rate", "11 impression", "12 dislike", "13 hide",
      ])
    #expect(
      Purpose.allCases.map { "\($0.rawValue) \($0.name)" } == [
        "0 recommendation", "1 search", "2 advertising", "3 push", "4 training", "5 location", "6 partners",
        "7 transfer",
      ])
    for kind in EventKind.allCases { #expect(EventKind(name: kind.name) == kind) }
    #expect(EventKind(name: "View") == nil)
    #expect(PurposeSet.all.purposes == Purpose.allCases)
  }

  @Test("civil times worked out by hand")
  func civilTimes() {
    let known: [(CivilTime, Int64)] = [
      (CivilTime(year: 1970, month: 1, day: 1), 0),
      (CivilTime(year: 2000, month: 3, day: 1), 951_868_800_000),
      (CivilTime(year: 2000, month: 2, day: 29, hour: 23, minute: 59, second: 59, millisecond: 999), 951_868_799_999),
      (CivilTime(year: 2038, month: 1, day: 19, hour: 3, minute: 14, second: 8), 2_147_483_648_000),
      (CivilTime(year: 2100, month: 3, day: 1), 4_107_542_400_000),
    ]
    for (civil, milliseconds) in known {
      #expect(civil.timestamp?.milliseconds == milliseconds)
      #expect(CivilTime(Timestamp(milliseconds: milliseconds)) == civil)
    }
    #expect(Timestamp(milliseconds: 951_868_799_999).text == "2000-02-29T23:59:59Z")
    let impossible = [
      CivilTime(year: 2100, month: 2, day: 29), CivilTime(year: 2026, month: 13, day: 1),
      CivilTime(year: 2026, month: 4, day: 31), CivilTime(year: 2026, month: 4, day: 0),
      CivilTime(year: 2026, month: 1, day: 1, hour: 24), CivilTime(year: 2026, month: 1, day: 1, minute: 60),
    ]
    for civil in impossible { #expect(civil.timestamp == nil, "\(civil)") }
  }

  @Test("civil times go there and back")
  func roundTrip() {
    checkProperty(cases: 2000, seed: 1) { random in
      let time = Timestamp(milliseconds: Int64(random.below(Int(Timestamp.accepted.upperBound))))
      return CivilTime(time).timestamp == time
    }
  }

  @Test("powers and decays are exact where they can be, and close elsewhere")
  func powers() {
    let one = FixedPoint.one16
    for exponent in 0..<20 {
      #expect(FixedPoint.log2(1 << UInt64(exponent)) == Int64(exponent) << 32)
      #expect(FixedPoint.power(1 << UInt64(exponent), minus: one, fractionBits: 30) == 1 << (30 - exponent))
    }
    #expect(FixedPoint.power(9, minus: one / 2, fractionBits: 24) == (1 << 24) / 3)
    #expect(
      FixedPoint.power(100, minus: -one, fractionBits: 16) / one == 99
        || FixedPoint.power(100, minus: -one, fractionBits: 16) == 100 * one)
    #expect(FixedPoint.halving(0, per: 10) == one)
    #expect(FixedPoint.halving(10, per: 10) == one / 2)
    #expect(FixedPoint.halving(30, per: 10) == one / 8)
    #expect(FixedPoint.halving(5, per: 0) == one)
    #expect(FixedPoint.halving(1 << 50, per: 1) == 0)
    #expect(FixedPoint.exponentialDecay(0, scale: one) == one)
    // e^-1 = 0.36787944… and e^(-10/4) = 0.08208499…
    #expect(FixedPoint.exponentialDecay(1, scale: one) == 24_109)
    #expect(FixedPoint.exponentialDecay(10, scale: 4 * one) == 5_379)
  }

  @Test("powers never rise with the base, decays never with the distance, and both stay within their error")
  func monotone() {
    checkProperty(cases: 300, seed: 3) { random in
      let exponent = Int64(random.below(2 << 16))
      var previous = Int64.max
      for base in stride(from: UInt64(1), to: 3000, by: 1 + random.below(50)) {
        let power = FixedPoint.power(base, minus: exponent, fractionBits: 36)
        if power > previous { return false }
        previous = power
      }
      let scale = Int64(1 + random.below(100 << 16))
      var decay = Int64.max
      for distance in 0..<200 {
        let next = FixedPoint.exponentialDecay(Int64(distance), scale: scale)
        if next > decay { return false }
        decay = next
      }
      return true
    }
  }

  @Test("square roots are exact floors")
  func roots() {
    for x in UInt64(0)...5000 {
      let root = FixedPoint.squareRoot(x)
      #expect(root * root <= x && (root + 1) * (root + 1) > x)
    }
    #expect(FixedPoint.squareRoot(.max) == 4_294_967_295)
  }

  @Test("numbers and texts survive the compact encoding; cut short, they are refused")
  func byteCoding() {
    checkProperty(cases: 500, seed: 9) { random in
      let number = random.next() >> UInt64(random.below(64))
      let signed = Int64(bitPattern: random.next()) >> Int64(random.below(64))
      let text = String((0..<random.below(20)).map { _ in Character(Unicode.Scalar(UInt8(32 + random.below(90)))) })
      var bytes: [UInt8] = []
      bytes.appendVarint(number)
      bytes.appendZigzag(signed)
      bytes.appendText(text)
      var reader = ByteReader(bytes)
      guard reader.varint() == number, reader.zigzag() == signed, reader.text() == text, reader.isAtEnd else {
        return false
      }
      var short = ByteReader(Array(bytes.dropLast()))
      return !(short.varint() == number && short.zigzag() == signed && short.text() == text)
    }
    var overlong = ByteReader([UInt8](repeating: 0xFF, count: 11))
    #expect(overlong.varint() == nil)
  }

  @Test("a failure says what, where, what was expected and what to do")
  func failures() {
    let failure = Failure(.badInput, "a hole", at: "log:3:4", expected: "a wall", remedy: "Build one")
    #expect("\(failure)" == "log:3:4: a hole; expected a wall. Build one")
    #expect("\(Failure(.usage, "no"))" == "no")
  }
}
