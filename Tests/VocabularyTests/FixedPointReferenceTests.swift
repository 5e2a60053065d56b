import Foundation
import TestSupport
import Testing
import Vocabulary

/// Reference values worked out with 60 decimal digits, then truncated.
@Suite("Fixed point against exact references")
struct FixedPointReferenceTests {
  @Test(
    "log2 · 2^32, truncated",
    arguments: [
      (UInt64(1), Int64(0)), (2, 4_294_967_296), (3, 6_807_362_105), (5, 9_972_605_231), (7, 12_057_497_578),
      (10, 14_267_572_527), (100, 28_535_145_054), (1000, 42_802_717_581), (4_294_967_295, 137_438_953_470),
      (1 << 63, 270_582_939_648), (10_000_000_000_000_000_000, 271_083_878_016), (.max, 274_877_906_943),
    ])
  func logarithms(x: UInt64, expected: Int64) { #expect(FixedPoint.log2(x) == expected) }

  @Test(
    "base^(−exponent), truncated",
    arguments: [
      (UInt64(2), Int64(32_768), 30, Int64(759_250_124)), (10, 65_536, 30, 107_374_182),
      (10, 39_321, 30, 269_717_437), (1000, 13_107, 30, 269_717_437), (5, -32_768, 30, 2_400_959_708),
      (7, 65_536, 32, 613_566_756), (1, 65_536, 16, 65_536), (1, -99_999, 30, 1 << 30), (12_345, 0, 20, 1 << 20),
      (.max, 131_072, 36, 0),
    ])
  func powers(base: UInt64, exponent: Int64, bits: Int, expected: Int64) {
    #expect(FixedPoint.power(base, minus: exponent, fractionBits: bits) == expected)
  }

  @Test(
    "2^y with 61 bits after the point, at most two units low for each of its factors",
    arguments: [
      (Int64(1) << 31, Int64(3_260_954_456_333_195_553)), (1 << 30, 2_742_124_912_636_209_755),
      (1 << 29, 2_514_539_631_859_660_217), (3 << 30, 3_877_950_241_171_266_237), (1, 2_305_843_009_585_824_511),
      (0xFFFF_FFFF, 4_611_686_017_683_126_786),
    ])
  func exponentials(y: Int64, exact: Int64) {
    let ours = FixedPoint.exp2(y, fractionBits: 61)
    #expect(ours <= exact && exact - ours <= 2 * Int64(y.nonzeroBitCount), "\(ours)")
  }

  @Test(
    "halving, truncated to Q16",
    arguments: [
      (Int64(1), Int64(2), Int64(46_340)), (1, 3, 52_015), (7, 30, 55_749), (29, 30, 33_533),
      (86_400_000, 2_592_000_000, 64_039), (16, 1, 1), (33, 2, 0), (17, 1, 0), (0, 1, 65_536), (-5, 1, 65_536),
      (.max, .max, 32_768), (.max, 1, 0),
    ])
  func halvings(numerator: Int64, denominator: Int64, expected: Int64) {
    #expect(FixedPoint.halving(numerator, per: denominator) == expected)
  }

  @Test(
    "e^(−distance/scale), truncated to Q16",
    arguments: [
      (Int64(1), Int64(1), Int64(24_109)), (3, 1, 3_262), (1, 10, 59_299), (7, 10, 32_544), (11, 1, 1), (12, 1, 0),
      (.max, 1, 0), (.max >> 20, .max >> 20, 24_109),
    ])
  func decays(distance: Int64, scale: Int64, expected: Int64) {
    let scaled = scale > 1 << 40 ? scale : scale << 16
    let far = scale > 1 << 40 ? distance >> 16 : distance
    #expect(FixedPoint.exponentialDecay(far, scale: scaled) == expected)
  }

  @Test("logarithms are the whole units below those of floating point")
  func logarithmsAgainstDouble() {
    checkProperty(cases: 3000, seed: 71) { random in
      let x = max(1, random.next() >> UInt64(random.below(64)))
      let exact = Foundation.log2(Double(x)) * 0x1p32
      // A double has 53 bits of x and of the result: 2^−20 units at this size, plus the truncation.
      return abs(exact - 0.5 - Double(FixedPoint.log2(x))) < 0.501
    }
  }

  @Test("powers are within 2^−30 of floating point, and a unit")
  func powersAgainstDouble() {
    checkProperty(cases: 3000, seed: 72) { random in
      let base = max(1, random.next() >> UInt64(24 + random.below(40)))
      let exponent = Int64(random.below(3 << 16)) - (1 << 15)
      let exact = pow(Double(base), -Double(exponent) / 65_536) * 0x1p36
      let ours = Double(FixedPoint.power(base, minus: exponent, fractionBits: 36))
      // A unit of the logarithm, 2^−32, times the exponent.
      return abs(ours - exact) <= 2 + exact * 0x1p-30
    }
  }

  @Test("decays are within a unit of floating point")
  func decaysAgainstDouble() {
    checkProperty(cases: 5000, seed: 73) { random in
      let distance = Int64(random.below(1 << random.below(40)))
      let halfLife = Int64(1 + random.below(1 << random.below(40)))
      let halved = Double(FixedPoint.halving(distance, per: halfLife))
      let scale = Int64(1 + random.below(1 << random.below(40)))
      let decayed = Double(FixedPoint.exponentialDecay(distance, scale: scale))
      return abs(halved + 0.5 - 65_536 * exp2(-Double(distance) / Double(halfLife))) < 1.01
        && abs(decayed + 0.5 - 65_536 * exp(-Double(distance) * 65_536 / Double(scale))) < 1.01
    }
  }

  @Test("the larger the number, the larger its logarithm and its root; neighbours included")
  func monotone() {
    checkProperty(cases: 3000, seed: 74) { random in
      let a = max(1, random.next() >> UInt64(random.below(64)))
      let b = max(a, a &+ UInt64(random.below(1 << random.below(40))))
      let y = Int64(random.below(40 << 32)) - (20 << 32)
      let z = y + Int64(random.below(1 << random.below(34)))
      return FixedPoint.log2(a) <= FixedPoint.log2(b) && FixedPoint.squareRoot(a) <= FixedPoint.squareRoot(b)
        && FixedPoint.exp2(y, fractionBits: 30) <= FixedPoint.exp2(z, fractionBits: 30)
    }
  }

  @Test("roots of squares and of their neighbours, up to the largest")
  func roots() {
    checkProperty(cases: 3000, seed: 75) { random in
      let root = max(1, random.next() >> UInt64(32 + random.below(32)))
      return FixedPoint.squareRoot(root * root) == root && FixedPoint.squareRoot(root * root - 1) == root - 1
        && FixedPoint.squareRoot(root * root + root) == root
    }
  }
}
