/// Logarithms, powers and decays in integer arithmetic, so that every machine gets the same bits.
///
/// Fractions are fixed point: `Q16` has 16 bits after the point (1.0 is 65,536).
public enum FixedPoint {
  /// One in Q16.
  public static let one16: Int64 = 1 << 16

  /// log2(x) in Q32, truncated; `x` ≥ 1.
  ///
  /// Complexity: 32 multiplications. Method: repeated squaring of the mantissa (Knuth, TAOCP 1.2.2, exercise 25).
  public static func log2(_ x: UInt64) -> Int64 {
    precondition(x >= 1, "the logarithm of zero does not exist")
    let exponent = 63 - x.leadingZeroBitCount
    var mantissa = x << (63 - exponent)  // 1.63
    var fraction: Int64 = 0
    for bit in stride(from: Int64(31), through: 0, by: -1) {
      let square = mantissa.multipliedFullWidth(by: mantissa).high  // 2.62
      if square >> 63 != 0 {
        fraction |= 1 << bit
        mantissa = square
      } else {
        mantissa = square << 1
      }
    }
    return Int64(exponent) << 32 | fraction
  }

  /// 2^y for `y` in Q32; the result is below 2^62 and has `fractionBits` bits after the point.
  ///
  /// It is truncated, or one unit less where the true value is a hair above a whole number of units.
  /// Complexity: 32 multiplications by the square roots 2^(1/2), 2^(1/4), ….
  public static func exp2(_ y: Int64, fractionBits: Int) -> Int64 {
    let whole = Int(y >> 32)
    let fraction = UInt64(bitPattern: y) & 0xFFFF_FFFF
    var mantissa: UInt64 = 1 << 62  // 1.62
    for bit in 0..<32 where fraction & (1 << UInt64(31 - bit)) != 0 {
      let (high, low) = mantissa.multipliedFullWidth(by: roots[bit])
      mantissa = high << 2 | low >> 62
    }
    let shift = 62 - whole - fractionBits
    if shift > 63 { return 0 }
    precondition(shift >= 1, "the power does not fit 62 bits")
    return Int64(mantissa >> UInt64(shift))
  }

  /// base^(−exponent), `base` ≥ 1 and `exponent` in Q16 (may be negative), with `fractionBits` after the point.
  public static func power(_ base: UInt64, minus exponent: Int64, fractionBits: Int) -> Int64 {
    let product = log2(base).multipliedFullWidth(by: -exponent)
    return exp2(product.high << 48 | Int64(bitPattern: UInt64(product.low >> 16)), fractionBits: fractionBits)
  }

  /// 2^(−numerator/denominator) in Q16: the decay after `numerator` of a half-life `denominator`; both ≥ 0.
  ///
  /// Truncated, or one unit more where the true value is a hair below a whole number of units. A denominator of zero
  /// stands for "no decay" and gives 1.
  public static func halving(_ numerator: Int64, per denominator: Int64) -> Int64 {
    if denominator <= 0 || numerator <= 0 { return one16 }
    let whole = numerator / denominator
    if whole >= 17 { return 0 }
    let rest = UInt64(numerator % denominator)
    let fraction = Int64(UInt64(denominator).dividingFullWidth((rest >> 32, rest << 32)).quotient)
    return exp2(-(whole << 32 | fraction), fractionBits: 16)
  }

  /// The square root of `x`, truncated.
  public static func squareRoot(_ x: UInt64) -> UInt64 {
    if x < 2 { return x }
    var root = UInt64(1) << UInt64((64 - x.leadingZeroBitCount + 1) / 2)
    while true {
      let next = (root + x / root) / 2
      if next >= root { return root }
      root = next
    }
  }

  /// 2^(1/2), 2^(1/4), … in 1.62, each the truncated square root of the one before.
  private static let roots: [UInt64] = {
    var all: [UInt64] = []
    var value = rootOfTwo
    for _ in 0..<32 {
      all.append(value)
      value = squareRoot62(value)
    }
    return all
  }()

  /// ⌊√2 · 2^62⌋.
  private static let rootOfTwo: UInt64 = 6_521_908_912_666_391_106

  /// The square root of a 1.62 number, as 1.62, truncated: bit by bit, so that no rounding mode matters.
  private static func squareRoot62(_ x: UInt64) -> UInt64 {
    var root: UInt64 = 0
    for bit in stride(from: 62, through: 0, by: -1) {
      let candidate = root | 1 << UInt64(bit)
      let square = candidate.multipliedFullWidth(by: candidate)
      // x · 2^62 against candidate²
      let target = (high: x >> 2, low: x << 62)
      if square.high < target.high || (square.high == target.high && square.low <= target.low) { root = candidate }
    }
    return root
  }
}

extension FixedPoint {
  /// e^(−distance/scale) in Q16, truncated; `distance` ≥ 0, `scale` > 0 in Q16.
  public static func exponentialDecay(_ distance: Int64, scale: Int64) -> Int64 {
    precondition(distance >= 0 && scale > 0)
    if distance == 0 { return one16 }
    // e^(−d/s) = 2^(−d·log2(e)/s); anything past 2^(−17) is zero in Q16.
    let product = UInt64(distance).multipliedFullWidth(by: log2OfE)
    let numerator = (high: product.high << 16 | product.low >> 48, low: product.low << 16)
    if numerator.high >= UInt64(scale) { return 0 }
    let exponent = UInt64(scale).dividingFullWidth(numerator).quotient
    if exponent >= 17 << 32 { return 0 }
    return exp2(-Int64(exponent), fractionBits: 16)
  }

  /// ⌊log2(e) · 2^32⌋.
  private static let log2OfE: UInt64 = 6_196_328_018
}
