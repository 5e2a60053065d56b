import ModelFile
import Vocabulary

/// The factors of a pair's weight, as tables.
///
/// | factor | form |
/// |---|---|
/// | strength of each event | Q8, at most 25,600 |
/// | items of the timeline to the power −β | Q24, at most 1 |
/// | decay of the gap, and of going backward | Q16, at most 1 |
///
/// The weight is their product in Q20, rounded down at each of two steps; at most 2^34, so that sums over 2^28 people stay
/// below 2^62.
struct Weights {
  /// By gap: positions between the two events.
  ///
  /// The last entry serves all longer gaps.
  let forward: [Int64]
  let backward: [Int64]
  /// By number of distinct items.
  private let subject: [Int64]
  let window: Int
  let isSymmetric: Bool

  /// A person's part in one pair is at most so many times their single greatest weight.
  static let boundFactor: Int64 = 4

  init(_ parameters: ModelParameters) {
    let timeline = parameters.timeline
    window = timeline.window == 0 ? .max : Int(timeline.window)
    var decays = [FixedPoint.one16]
    while decays.count < Int(timeline.cap), let last = decays.last, last > 0, timeline.gapDecay < FixedPoint.one16 {
      decays.append((last * timeline.gapDecay) >> 16)
    }
    forward = decays
    backward = decays.map { ($0 * timeline.backward) >> 16 }
    isSymmetric = decays.count == 1 && timeline.backward == FixedPoint.one16
    subject =
      [0]
      + (1...Int(timeline.cap)).map {
        FixedPoint.power(UInt64($0), minus: timeline.subjectExponent, fractionBits: 24)
      }
  }

  /// The factor of a timeline with so many distinct items, Q24.
  func subjectFactor(distinct: Int) -> Int64 { subject[min(distinct, subject.count - 1)] }

  /// A row's count (Q20, above 0) to the power `exponent` (Q16, 0…1): 2^(exponent · log2 count), in Q20 again.
  static func damped(_ count: Int64, exponent: Int64) -> Int64 {
    let power = (FixedPoint.log2(UInt64(count)) * exponent) >> 16 + (20 << 16) * (FixedPoint.one16 - exponent)
    return FixedPoint.exp2(power, fractionBits: 0)
  }

  /// strength · strength · subject factor in Q20: the weight before gaps.
  @inline(__always)
  static func base(_ a: Int64, _ b: Int64, _ subject: Int64) -> Int64 { (a &* b &* subject) >> 20 }
}
