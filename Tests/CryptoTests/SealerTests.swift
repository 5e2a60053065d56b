import Crypto
import TestSupport
import Testing
import Vocabulary

@Suite("Sealing")
struct SealerTests {
  private static let zeros = SymmetricKey(bytes: [UInt8](repeating: 0, count: 32))

  // D. McGrew, J. Viega, "The Galois/Counter Mode of Operation", test cases 13, 14 and 16.
  @Test("published ciphertexts open (AES-256-GCM)")
  func vectors() throws {
    let sealer = Sealer()
    let nonce = [UInt8](repeating: 0, count: 12)
    #expect(
      try sealer.open(nonce + hex("530f8afbc74536b9a963b4f1c4cb738b"), key: SealerTests.zeros, context: []) == [])
    #expect(
      try sealer.open(
        nonce + hex("cea7403d4d606b6e074ec5d3baf39d18 d0d1c8a799996bf0265b98b5d48ab919"), key: SealerTests.zeros,
        context: []) == [UInt8](repeating: 0, count: 16))
    let key = hex("feffe9928665731c6d6a8f9467308308")
    let sealed = hex(
      """
      cafebabefacedbaddecaf888
      522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a
      bcc9f662
      76fc6ece0f4e1768cddf8853bb2d551b
      """)
    let plain = hex(
      """
      d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657
      ba637b39
      """)
    #expect(
      try sealer.open(
        sealed, key: SymmetricKey(bytes: key + key), context: hex("feedfacedeadbeeffeedfacedeadbeefabaddad2")) == plain)
  }

  @Test("what was sealed opens, with keys, contexts and lengths changing all the time")
  func roundTrips() {
    let sealer = Sealer()
    checkProperty(cases: 500, seed: 21) { random in
      let key = SymmetricKey(bytes: random.bytes(32))
      let plain = random.bytes(random.below(300))
      let context = random.bytes(random.below(3) * 20)
      let sealed = try sealer.seal(plain, key: key, context: context)
      let inPlace = try unsafe sealed.withUnsafeBytes { try unsafe sealer.open($0, key: key.bytes, context: context) }
      let other = try Sealer().open(sealed, key: key, context: context)
      return sealed.count == plain.count + Sealer.overhead && inPlace == plain && other == plain
    }
  }

  @Test("one bit changed anywhere, or another key or context, and it does not open")
  func tampering() throws {
    var random = SplitMix64(seed: 22)
    let sealer = Sealer()
    let key = SymmetricKey(bytes: random.bytes(32))
    let context = random.bytes(9)
    let plain = random.bytes(25)
    let sealed = try sealer.seal(plain, key: key, context: context)
    func refuses(_ sealed: [UInt8], _ key: SymmetricKey, _ context: [UInt8]) -> Bool {
      do {
        _ = try sealer.open(sealed, key: key, context: context)
        return false
      } catch CryptoFailure.authentication {
        return true
      } catch {
        return false
      }
    }
    for bit in 0..<sealed.count * 8 { #expect(refuses(sealed.flipping(bit), key, context), "bit \(bit)") }
    for bit in 0..<256 { #expect(refuses(sealed, SymmetricKey(bytes: key.bytes.flipping(bit)), context), "bit \(bit)") }
    for bit in 0..<context.count * 8 { #expect(refuses(sealed, key, context.flipping(bit)), "bit \(bit)") }
    for count in 0..<sealed.count { #expect(refuses(Array(sealed.prefix(count)), key, context), "\(count) bytes") }
    #expect(refuses(sealed + [0], key, context))
    #expect(refuses(sealed, key, context + [0]))
    #expect(refuses(sealed, key, []))
    // Refusals leave no trace in the sealer.
    #expect(try sealer.open(sealed, key: key, context: context) == plain)
  }

  @Test("no nonce comes twice, also past the supply fetched at once")
  func nonces() throws {
    let sealer = Sealer()
    var seen: Set<[UInt8]> = []
    for _ in 0..<2000 {
      seen.insert(Array(try sealer.seal([], key: SealerTests.zeros, context: []).prefix(12)))
    }
    #expect(seen.count == 2000)
  }
}

extension [UInt8] {
  fileprivate func flipping(_ bit: Int) -> [UInt8] {
    var changed = self
    changed[bit / 8] ^= 1 << UInt8(bit % 8)
    return changed
  }
}
