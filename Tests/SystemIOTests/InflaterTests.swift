import TestSupport
import Testing
import Vocabulary

@testable import SystemIO

@Suite("Unpacking gzip")
struct InflaterTests {
  /// What comes out, the failure, and whether the input may end there.
  private static func unpack(_ pieces: [[UInt8]]) -> (bytes: [UInt8], failure: Failure?, isComplete: Bool) {
    let inflater = Inflater(path: "x.gz")
    var bytes: [UInt8] = []
    let failure = failure { for piece in pieces { try inflater.inflate(piece) { bytes += $0 } } }
    return (bytes, failure, inflater.isComplete)
  }

  @Test("no cutting into pieces matters; members follow each other, and zeros after them are padding")
  func chunkings() {
    checkProperty(cases: 60, seed: 41) { random in
      var plain: [UInt8] = []
      var packed: [UInt8] = []
      for _ in 0...random.below(3) {
        let part = random.compressibleBytes(random.below(random.chance(1, in: 4) ? 5000 : 20))
        plain += part
        packed += gzip(part, level: Int32(random.below(10)))
      }
      if random.chance(1, in: 3) { packed += [UInt8](repeating: 0, count: random.below(600)) }
      return TestSupport.chunkings(of: packed, random: &random, randomCuts: 5).allSatisfy {
        let result = InflaterTests.unpack($0)
        return result.bytes == plain && result.failure == nil && result.isComplete
      }
    }
  }

  @Test("every cutting into two of two members")
  func everyCut() {
    let packed = gzip(Array("first\n".utf8)) + gzip(Array("second\n".utf8))
    for cut in 0...packed.count {
      let result = InflaterTests.unpack([Array(packed[..<cut]), Array(packed[cut...])])
      #expect(result.bytes == Array("first\nsecond\n".utf8) && result.isComplete, "cut at \(cut)")
    }
  }

  @Test("much output from little input comes out whole, in chunks of bounded size")
  func bombs() throws {
    let plain = [UInt8](repeating: 65, count: 10_000_000)
    let packed = gzip(plain)
    #expect(packed.count < 20_000)
    for pieces in [[packed], packed.map { [$0] }] {
      let inflater = Inflater(path: "x.gz")
      var count = 0
      for piece in pieces {
        try inflater.inflate(piece) {
          #expect($0.count <= 1 << 20)
          count += $0.count
        }
      }
      #expect(count == plain.count && inflater.isComplete)
    }
  }

  @Test("cut off after its last block, before its check sum, all the content comes out, also past a full chunk")
  func pendingOutput() {
    for extra in [-1, 0, 1, 50, 257, 258, 259, 1000] {
      let packed = gzip([UInt8](repeating: 65, count: (1 << 20) + extra))
      let result = InflaterTests.unpack([packed.dropLast(8)])
      #expect(result.bytes.count == (1 << 20) + extra && !result.isComplete)
    }
  }

  @Test("cut short anywhere, what stands before the cut comes out and the end is missed")
  func truncation() {
    var random = SplitMix64(seed: 42)
    let plain = random.compressibleBytes(300)
    let packed = gzip(plain)
    for count in 0..<packed.count {
      let result = InflaterTests.unpack([Array(packed.prefix(count))])
      #expect(result.failure == nil && !result.isComplete, "\(count) bytes")
      #expect(plain.starts(with: result.bytes), "\(count) bytes")
    }
    // Between members the input may end; within the second it may not.
    #expect(InflaterTests.unpack([packed]).isComplete)
    #expect(!InflaterTests.unpack([packed + packed.prefix(5)]).isComplete)
  }

  @Test("anything but zeros and members after a member is damage, found after all that is whole has come out")
  func garbage() {
    let plain = Array("a line\n".utf8)
    for tail in [[UInt8]("garbage".utf8), [0, 0, 0, 7, 7], [0x1F, 0x8C, 8], [0xFF]] {
      for pieces in [[gzip(plain) + tail], [gzip(plain), tail], (gzip(plain) + tail).map { [$0] }] {
        let result = InflaterTests.unpack(pieces)
        #expect(result.bytes == plain)
        #expect(result.failure?.code == .badInput || !result.isComplete, "\(tail)")
      }
    }
    #expect(InflaterTests.unpack([gzip(plain) + Array("garbage".utf8)]).failure?.place == "x.gz")
  }

  @Test("one bit changed never passes for whole with other content")
  func damage() {
    var random = SplitMix64(seed: 43)
    let plain = random.compressibleBytes(200)
    let packed = gzip(plain)
    var found = 0
    for bit in 0..<packed.count * 8 {
      var damaged = packed
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      let result = InflaterTests.unpack([damaged])
      // The header has fields that say nothing about the content, such as the time.
      let isHarmless = result.bytes == plain
      #expect(result.failure != nil || !result.isComplete || isHarmless, "bit \(bit)")
      if result.failure != nil { found += 1 }
    }
    #expect(found > packed.count * 4)
  }
}
