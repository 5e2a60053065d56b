import Profiles
import Ranking
import TestSupport
import Testing
import Vocabulary

@Suite("Standing instructions")
struct InstructionsTests {
  private static func random(_ random: inout SplitMix64) -> Instructions {
    func texts(_ random: inout SplitMix64) -> Set<ExactText> {
      let texts = (0..<random.below(4)).map { _ in
        ["", "item-\(random.below(1000))", "tag:größe", "東京", String(repeating: "x", count: random.below(300))][
          random.below(5)]
      }
      return Set(texts.map { ExactText($0) })
    }
    var instructions = Instructions()
    instructions.items = texts(&random)
    instructions.similar = texts(&random)
    instructions.tags = texts(&random)
    instructions.choices.removed = texts(&random)
    instructions.choices.added = texts(&random)
    if random.chance(1, in: 3) { instructions.choices.reset = Timestamp(milliseconds: Int64(random.below(1 << 40))) }
    return instructions
  }

  @Test("encoding and decoding give the same instructions, and equal instructions the same bytes")
  func roundTrip() {
    checkProperty(cases: 200, seed: 100) { random in
      let instructions = InstructionsTests.random(&random)
      let back = Instructions(encoded: instructions.encoded)
      return back == instructions && back?.encoded == instructions.encoded
        && instructions.isEmpty == (instructions == Instructions())
    }
    #expect(Instructions().isEmpty)
    #expect(Instructions().encoded == [1, 0, 0, 0, 0, 0])
  }

  @Test("the five sets keep apart")
  func sets() {
    var instructions = Instructions()
    instructions.items = ["a"]
    #expect(instructions.encoded == [1, 1, 1, 97, 0, 0, 0, 0])
    instructions = Instructions()
    instructions.choices.added = ["b", "a"]
    #expect(instructions.encoded == [1, 0, 0, 0, 0, 2, 1, 97, 1, 98])
    #expect(!instructions.isEmpty)
  }

  @Test("whatever is cut off, put on or of another version is refused")
  func damaged() {
    checkProperty(cases: 40, seed: 200) { random in
      let bytes = InstructionsTests.random(&random).encoded
      for length in bytes.indices where Instructions(encoded: Array(bytes[..<length])) != nil { return false }
      return Instructions(encoded: bytes + [0]) == nil && Instructions(encoded: [0] + bytes.dropFirst()) == nil
        && Instructions(encoded: [3] + bytes.dropFirst()) == nil
    }
    // A count of 2^63 and more, with nothing behind it.
    let huge: [UInt8] = [1] + [UInt8](repeating: 0xFF, count: 9) + [1]
    #expect(Instructions(encoded: huge) == nil)
    #expect(Instructions(encoded: huge + [0, 0, 0, 0]) == nil)
  }

  @Test("changed bytes are refused or are instructions, which encode again")
  func flipped() {
    checkProperty(cases: 1000, seed: 300) { random in
      var bytes = InstructionsTests.random(&random).encoded
      for _ in 0...random.below(3) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
      guard let read = Instructions(encoded: bytes) else { return true }
      return Instructions(encoded: read.encoded) == read
    }
  }
}
