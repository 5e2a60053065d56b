import TestSupport
import Testing
import Vocabulary

@testable import Retrieval

@Suite("Scanning bytes")
struct ByteScanTests {
  @Test("the first large byte is that of looking at each, from everywhere and for every least")
  func agrees() {
    checkProperty(cases: 20, seed: 900) { random in
      // Few values beside the edges of the arithmetic, so that there are long runs without a hit, and hits at once.
      let values: [UInt8] = [0, 1, 126, 127, 128, 129, 254, 255, UInt8(random.below(256))]
      let most = 1 + random.below(values.count)
      let bytes = (0..<random.below(40)).map { _ in values[random.below(most)] }
      for least in UInt8(1)...255 {
        for from in 0...bytes.count {
          let expected = (from..<bytes.count).first { bytes[$0] >= least } ?? bytes.count
          let found = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe buffer.baseAddress.map {
              unsafe ByteScan.first(in: $0, from: from, to: bytes.count, atLeast: least)
            }
          }
          if found ?? bytes.count != expected { return false }
        }
      }
      return true
    }
  }
}
