/// A SHA-256 digest.
package struct Digest: Hashable, Sendable {
  /// 32 bytes.
  package static let length = 32
  private let words: (UInt64, UInt64, UInt64, UInt64)

  /// - Returns: `nil` for anything but 32 bytes.
  package init?(bytes: [UInt8]) {
    guard bytes.count == Digest.length else { return nil }
    func word(_ start: Int) -> UInt64 { bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) } }
    words = (word(0), word(8), word(16), word(24))
  }

  /// Takes the 32 bytes that `body` writes.
  init(writtenBy body: (UnsafeMutablePointer<UInt8>) -> Void) {
    words = unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Digest.length) { buffer in
      guard let start = buffer.baseAddress else { preconditionFailure("32 bytes have an address") }
      unsafe body(start)
      func word(_ index: Int) -> UInt64 {
        unsafe UInt64(bigEndian: UnsafeRawPointer(start + 8 * index).loadUnaligned(as: UInt64.self))
      }
      return (word(0), word(1), word(2), word(3))
    }
  }

  /// 32 times the same byte.
  package init(filledWith byte: UInt8) {
    let word = UInt64(byte) &* 0x0101_0101_0101_0101
    words = (word, word, word, word)
  }

  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Digest.length)
    for word in [words.0, words.1, words.2, words.3] {
      for shift in stride(from: UInt64(56), through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    return bytes
  }

  /// 64 lower-case hexadecimal digits.
  package var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  package static func == (a: Digest, b: Digest) -> Bool { a.words == b.words }

  package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
