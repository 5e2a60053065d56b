public import Testing
public import Vocabulary

/// Tries a property on random cases; each has a seed of its own, which a failure prints.
///
/// - Parameters:
///   - cases: How many.
///   - seed: Of the first case; the others count up from it. Give the printed one, with one case, to repeat a failure.
///   - body: Throws, or returns false, where the property does not hold.
public func checkProperty(
  cases: Int, seed: UInt64, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: (inout SplitMix64) throws -> Bool
) {
  for index in 0..<UInt64(cases) {
    var random = SplitMix64(seed: seed &+ index)
    do {
      if try body(&random) { continue }
      Issue.record("the property fails for seed \(seed &+ index)", sourceLocation: sourceLocation)
    } catch {
      Issue.record("seed \(seed &+ index): \(error)", sourceLocation: sourceLocation)
    }
    return
  }
}

/// Every way to cut bytes into at most three pieces, then random cuts: what a decoder must not notice.
public func chunkings(of bytes: [UInt8], random: inout SplitMix64, randomCuts: Int = 20) -> [[[UInt8]]] {
  var all: [[[UInt8]]] = [[bytes], bytes.map { [$0] }]
  if bytes.count <= 40 {
    for cut in 0...bytes.count { all.append([Array(bytes[..<cut]), Array(bytes[cut...])]) }
  }
  for _ in 0..<randomCuts {
    var pieces: [[UInt8]] = []
    var start = 0
    while start < bytes.count {
      let length = 1 + random.below(min(bytes.count - start, 1 + random.below(64)))
      pieces.append(Array(bytes[start..<start + length]))
      start += length
    }
    all.append(pieces)
  }
  return all
}

extension SplitMix64 {
  /// Bytes of any value.
  public mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }

  /// Bytes that repeat themselves, as text does.
  public mutating func compressibleBytes(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count {
      let back = 1 + below(100)
      if bytes.count > back && chance(3, in: 4) {
        for _ in 0..<min(3 + below(60), count - bytes.count) { bytes.append(bytes[bytes.count - back]) }
      } else {
        bytes.append(UInt8(97 + below(26)))
      }
    }
    return bytes
  }
}
