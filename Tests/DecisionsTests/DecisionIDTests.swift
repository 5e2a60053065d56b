import Crypto
import Decisions
import TestSupport
import Testing
import Vocabulary

@Suite("Names of decisions")
struct DecisionIDTests {
  private static func authenticator(_ key: UInt8 = 1) -> MessageAuthenticator {
    MessageAuthenticator(key: SymmetricKey(bytes: [UInt8](repeating: key, count: 32)))
  }

  private static func number(_ text: String, _ authenticator: MessageAuthenticator) -> Int64? {
    guard case .stored(let number) = DecisionID(text, authenticator: authenticator) else { return nil }
    return number
  }

  private static func record(_ text: String, _ authenticator: MessageAuthenticator) -> [UInt8]? {
    guard case .carried(let record) = DecisionID(text, authenticator: authenticator) else { return nil }
    return record
  }

  @Test("numbers and records come back; ids are safe in shells, addresses and file names")
  func roundTrip() {
    let authenticator = DecisionIDTests.authenticator()
    for number: Int64 in [1, 2, 31, 32, 127, 128, 255, 256, 65_535, 65_536, 1 << 32, 1 << 55, 1 << 56, .max] {
      let text = DecisionID.text(number: number, authenticator: authenticator)
      #expect(DecisionIDTests.number(text, authenticator) == number && text.hasPrefix("d-"))
    }
    checkProperty(cases: 300, seed: 1) { random in
      let number = max(1, Int64(random.next() >> 1) >> Int64(random.below(63)))
      let stored = DecisionID.text(number: number, authenticator: authenticator)
      let bytes = random.bytes(1 + random.below(300))
      let carried = DecisionID.text(carrying: bytes, authenticator: authenticator)
      let isSafe = (stored + carried).utf8.allSatisfy {
        let scalar = Unicode.Scalar($0)
        return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-" || scalar == "_"
      }
      return isSafe && stored.utf8.count <= 23 && DecisionIDTests.number(stored, authenticator) == number
        && DecisionIDTests.record(carried, authenticator) == bytes
        && DecisionIDTests.record(stored, authenticator) == nil && DecisionIDTests.number(carried, authenticator) == nil
    }
  }

  @Test("a real record comes back whole")
  func wholeRecord() {
    let authenticator = DecisionIDTests.authenticator()
    checkProperty(cases: 30, seed: 400) { random in
      let record = DecisionRecord.random(&random)
      let text = DecisionID.text(carrying: record.encoded, authenticator: authenticator)
      return DecisionIDTests.record(text, authenticator).flatMap { DecisionRecord(encoded: $0) } == record
    }
  }

  @Test("every change of one character is refused, or is the other case of the same letter")
  func changed() {
    let authenticator = DecisionIDTests.authenticator()
    let ascii = (32..<127).map { Character(Unicode.Scalar(UInt8($0))) }
    let others: [Character] = ["é", "Å", "\u{212A}", "０", "\u{200B}", "\n", "\0", "👍"]
    for number: Int64 in [1, 300, 123_456_789_012] {
      let text = Array(DecisionID.text(number: number, authenticator: authenticator))
      for place in text.indices {
        for character in ascii + others where character != text[place] {
          var changed = text
          changed[place] = character
          let read = DecisionID(String(changed), authenticator: authenticator)
          let isOtherCase = place >= 2 && character.lowercased() == String(text[place]) && character.isASCII
          guard case .stored(let same) = read else {
            #expect(read == nil && !isOtherCase, "\(String(changed))")
            continue
          }
          #expect(isOtherCase && same == number, "\(String(changed))")
        }
      }
    }
    for record: [UInt8] in [[0], [1, 2], [3, 4, 5], Array("a record".utf8)] {
      let text = Array(DecisionID.text(carrying: record, authenticator: authenticator))
      for place in text.indices {
        for character in ascii + others where character != text[place] {
          var changed = text
          changed[place] = character
          #expect(DecisionID(String(changed), authenticator: authenticator) == nil, "\(String(changed))")
        }
      }
    }
  }

  @Test("what is cut off, put on or moved is refused")
  func cut() {
    let authenticator = DecisionIDTests.authenticator()
    for text in [
      DecisionID.text(number: 77_777, authenticator: authenticator),
      DecisionID.text(carrying: [1, 2, 3, 4], authenticator: authenticator),
    ] {
      for cut in 0..<text.count {
        #expect(DecisionID(String(text.prefix(cut)), authenticator: authenticator) == nil)
        #expect(DecisionID(String(text.dropFirst(cut + 1)), authenticator: authenticator) == nil)
      }
      for end in ["0", "A", " ", "\n", "=", "-"] {
        #expect(DecisionID(text + end, authenticator: authenticator) == nil)
        #expect(DecisionID(end + text, authenticator: authenticator) == nil)
      }
    }
  }

  @Test("ids of another key are refused, and one form does not pass for the other")
  func otherKey() {
    let own = DecisionIDTests.authenticator(1)
    let other = DecisionIDTests.authenticator(2)
    checkProperty(cases: 100, seed: 700) { random in
      let stored = DecisionID.text(number: Int64(1 + random.below(1 << 40)), authenticator: other)
      let carried = DecisionID.text(carrying: random.bytes(20), authenticator: other)
      // What the check of a record [1] gives away of the check of the number 1, and the other way round.
      let short = DecisionID.text(carrying: [1], authenticator: other)
      let check = (Base64URL.decode(String(short.dropFirst(2))) ?? []).dropFirst().prefix(5)
      let asStored = "d-" + Base32.encode([1] + check)
      let asCarried = "g-" + Base64URL.encode(Base32.decode(String(stored.dropFirst(2))) ?? [])
      return DecisionID(stored, authenticator: own) == nil && DecisionID(carried, authenticator: own) == nil
        && DecisionID(asCarried, authenticator: other) == nil && DecisionID(asStored, authenticator: other) == nil
    }
  }

  @Test("garbage of any length is refused")
  func garbage() {
    let authenticator = DecisionIDTests.authenticator()
    checkProperty(cases: 1000, seed: 900) { random in
      let bytes = random.bytes(random.below(80))
      let texts = [
        String(decoding: bytes, as: UTF8.self), Base32.encode(bytes), Base64URL.encode(bytes),
        String(repeating: "0", count: bytes.count),
      ]
      return texts.allSatisfy { text in
        ["", "d-", "g-", "d", "-", "D-"].allSatisfy { DecisionID($0 + text, authenticator: authenticator) == nil }
      }
    }
  }
}
