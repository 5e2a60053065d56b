import Crypto
import TestSupport
import Testing
import Vocabulary

@Suite("SHA-256 and HMAC")
struct HashTests {
  @Test(
    "published digests (FIPS 180-4 examples)",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func vectors(text: String, digest: String) {
    #expect(SHA256.hash(Array(text.utf8)).hex == digest)
    let hash = SHA256()
    hash.update(text)
    #expect(hash.finalize().bytes == hex(digest))
  }

  @Test("a million times the letter a (FIPS 180-4), in uneven pieces")
  func million() {
    let hash = SHA256()
    var left = 1_000_000
    var piece = 1
    while left > 0 {
      hash.update([UInt8](repeating: UInt8(ascii: "a"), count: min(left, piece)))
      left -= min(left, piece)
      piece = piece * 3 % 10_007 + 1
    }
    #expect(hash.finalize().hex == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test("pieces do not matter, and a finished hash starts anew")
  func chunking() {
    let hash = SHA256()
    checkProperty(cases: 50, seed: 11) { random in
      let bytes = random.bytes(random.below(200))
      let whole = SHA256.hash(bytes)
      return chunkings(of: bytes, random: &random, randomCuts: 5).allSatisfy { pieces in
        for piece in pieces { hash.update(piece) }
        return hash.finalize() == whole
      }
    }
  }

  // RFC 4231, cases 1–4. HMAC fills keys up with zeros, so that shorter ones are tested through our 32 bytes.
  @Test(
    "published authentication codes (RFC 4231)",
    arguments: [
      (
        [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
      ),
      (
        Array(1...25), [UInt8](repeating: 0xCD, count: 50),
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
      ),
    ])
  func hmac(key: [UInt8], message: [UInt8], code: String) {
    let filled = key + [UInt8](repeating: 0, count: 32 - key.count)
    let authenticator = MessageAuthenticator(key: SymmetricKey(bytes: filled))
    #expect(authenticator.authenticate(message).hex == code)
    // The keyed state is used again, and an empty message before does not show.
    let empty = authenticator.authenticate([])
    #expect(authenticator.authenticate(message).hex == code)
    #expect(authenticator.authenticate([]) == empty && empty.hex != code)
  }

  @Test("digests keep their bytes and their order of bytes")
  func digests() throws {
    let bytes = Array(UInt8(0)..<32)
    let digest = try #require(Digest(bytes: bytes))
    #expect(digest.bytes == bytes)
    #expect(digest.hex == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
    #expect(hex(digest.hex) == bytes)
    #expect(Digest(bytes: Array(bytes.dropLast())) == nil)
    #expect(Digest(bytes: bytes + [0]) == nil)
    #expect(Digest(filledWith: 0xAB).bytes == [UInt8](repeating: 0xAB, count: 32))
    for index in 0..<32 {
      var other = bytes
      other[index] ^= 1
      #expect(Digest(bytes: other) != digest, "byte \(index)")
    }
  }

  @Test("random bytes have the length asked for and do not repeat")
  func random() {
    #expect(Random.bytes(0).isEmpty)
    for count in [1, 12, 32, 1000] { #expect(Random.bytes(count).count == count) }
    #expect(Random.bytes(32) != Random.bytes(32))
    #expect(SymmetricKey.random().bytes != SymmetricKey.random().bytes)
  }
}
