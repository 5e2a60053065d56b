import Crypto
import TestSupport
import Testing
import Vocabulary

@Suite("Bytes as text")
struct TextEncodingTests {
  @Test("published encodings (RFC 4648, without padding), and the same groups in Crockford's digits")
  func vectors() {
    let words = ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map { Array($0.utf8) }
    #expect(words.map(Base64URL.encode) == ["", "Zg", "Zm8", "Zm9v", "Zm9vYg", "Zm9vYmE", "Zm9vYmFy"])
    #expect(Base64URL.encode([0xFB, 0xFF, 0xBF]) == "-_-_")
    // RFC 4648 has MY, MZXQ, MZXW6, MZXW6YQ, MZXW6YTB and MZXW6YTBOI; each letter's value, in Crockford's digits.
    #expect(words.map(Base32.encode) == ["", "cr", "csqg", "csqpy", "csqpyrg", "csqpyrk1", "csqpyrk1e8"])
  }

  @Test("texts go there and back")
  func roundTrips() {
    checkProperty(cases: 500, seed: 31) { random in
      let bytes = random.bytes(random.below(40))
      return Base32.decode(Base32.encode(bytes)) == bytes
        && Base32.decode(Base32.encode(bytes).uppercased()) == bytes
        && Base64URL.decode(Base64URL.encode(bytes)) == bytes
    }
  }

  @Test("every text that decodes is the one its bytes encode to")
  func oneSpelling() {
    let digits32 = Array("0123456789abcdefghjkmnpqrstvwxyz")
    let digits64 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    var decoded = 0
    checkProperty(cases: 2000, seed: 32) { random in
      let count = random.below(8)
      let text32 = String((0..<count).map { _ in digits32[random.below(32)] })
      let text64 = String((0..<count).map { _ in digits64[random.below(64)] })
      if let bytes = Base32.decode(text32) {
        decoded += 1
        if Base32.encode(bytes) != text32 { return false }
      }
      guard let bytes = Base64URL.decode(text64) else { return true }
      return Base64URL.encode(bytes) == text64
    }
    #expect(decoded > 200)
  }

  @Test(
    "what is no digit is refused",
    arguments: ["i", "l0", "o0", "u0", "0 ", "-0", "0-", "é0", "\u{212A}0", "zz", "0", "cs1", "\0\0"])
  func refusals32(text: String) { #expect(Base32.decode(text) == nil) }

  @Test("what is no digit is refused", arguments: ["Z", "Zg=", "Zg==", "Zm+v", "Zm/v", "Zm9v ", "Zh", "Zm9", "é"])
  func refusals64(text: String) { #expect(Base64URL.decode(text) == nil) }
}
