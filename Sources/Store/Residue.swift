import Crypto

/// Sixteen bytes to look for wherever they may lie, known by a digest that does not give them away.
package struct Fingerprint: Hashable, Sendable {
  /// How many bytes a fingerprint stands for.
  package static let window = 16
  /// 24 bits that are cheap to compute at every place of a file, and 64 bits of SHA-256 to be sure.
  let tag: UInt32
  let digest: UInt64

  init(tag: UInt32, digest: UInt64) {
    self.tag = tag
    self.digest = digest
  }

  /// The fingerprint in 11 bytes.
  package var bytes: [UInt8] {
    (0..<3).map { UInt8(truncatingIfNeeded: tag >> UInt32(16 - 8 * $0)) }
      + (0..<8).map { UInt8(truncatingIfNeeded: digest >> UInt64(56 - 8 * $0)) }
  }

  package static let length = 11

  /// - Returns: `nil` for anything but 11 bytes.
  package init?(bytes: [UInt8]) {
    guard bytes.count == Fingerprint.length else { return nil }
    tag = bytes.prefix(3).reduce(0) { $0 << 8 | UInt32($1) }
    digest = bytes.dropFirst(3).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The fingerprints of every whole window of some bytes, one each `stride` bytes.
  package static func all(of bytes: [UInt8], stride step: Int = window) -> [Fingerprint] {
    let hash = SHA256()
    return unsafe bytes.withUnsafeBytes { bytes in
      Swift.stride(from: 0, through: bytes.count - window, by: step).map { start in
        unsafe Fingerprint(of: UnsafeRawBufferPointer(rebasing: bytes[start..<start + window]), hash)
      }
    }
  }

  fileprivate init(of window: UnsafeRawBufferPointer, _ hash: SHA256) {
    unsafe tag = Fingerprint.tag(of: window.loadUnaligned(as: UInt64.self))
    unsafe hash.update(window)
    digest = hash.finalize().bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  @inline(__always)
  fileprivate static func tag(of word: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: (UInt64(littleEndian: word) &* 0x9E37_79B9_7F4A_7C15) >> 40)
  }
}

/// Looks for fingerprints at every place of some bytes.
struct ResidueSearch {
  /// One bit a tag.
  private var isWanted = [UInt64](repeating: 0, count: 1 << 18)
  private let wanted: Set<Fingerprint>
  private let hash = SHA256()
  private(set) var found: Set<Fingerprint> = []
  private(set) var searched = 0

  init(_ fingerprints: [Fingerprint]) {
    wanted = Set(fingerprints)
    for fingerprint in wanted { isWanted[Int(fingerprint.tag >> 6)] |= 1 << UInt64(fingerprint.tag & 63) }
  }

  /// - Complexity: linear in the bytes, some 2 ns each.
  mutating func search(_ bytes: UnsafeRawBufferPointer) {
    searched += bytes.count
    let last = bytes.count - Fingerprint.window
    if wanted.isEmpty || last < 0 { return }
    var start = 0
    while start <= last {
      let tag = unsafe Fingerprint.tag(of: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
      if isWanted[Int(tag >> 6)] >> UInt64(tag & 63) & 1 != 0 {
        let fingerprint = unsafe Fingerprint(
          of: UnsafeRawBufferPointer(rebasing: bytes[start..<start + Fingerprint.window]), hash)
        if wanted.contains(fingerprint) { found.insert(fingerprint) }
      }
      start += 1
    }
  }
}
