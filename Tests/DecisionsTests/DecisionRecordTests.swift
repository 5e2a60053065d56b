import Decisions
import TestSupport
import Testing
import Vocabulary

@Suite("Records of decisions")
struct DecisionRecordTests {
  @Test("encoding and decoding give the same record")
  func roundTrip() {
    checkProperty(cases: 300, seed: 1) { random in
      let record = DecisionRecord.random(&random)
      let back = DecisionRecord(encoded: record.encoded)
      return back == record && back?.encoded == record.encoded
    }
  }

  @Test("whatever is cut off or put on is refused")
  func truncated() {
    checkProperty(cases: 25, seed: 1000) { random in
      let bytes = DecisionRecord.random(&random).encoded
      for length in bytes.indices where DecisionRecord(encoded: Array(bytes[..<length])) != nil { return false }
      return DecisionRecord(encoded: bytes + [0]) == nil
    }
  }

  @Test("changed bytes are refused or are a record, which encodes again and adds up")
  func flipped() {
    var refused = 0
    var read = 0
    checkProperty(cases: 1000, seed: 2000) { random in
      var bytes = DecisionRecord.random(&random, bits: 40).encoded
      for _ in 0...random.below(3) { bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8)) }
      guard let record = DecisionRecord(encoded: bytes) else {
        refused += 1
        return true
      }
      read += 1
      // A flip may raise a factor beyond what any ranking gives; see the last test.
      if record.canBeAddedUp { for place in record.places { _ = record.score(of: place) } }
      return DecisionRecord(encoded: record.encoded) == record
    }
    #expect(refused > 100 && read > 100, "\(refused) refused, \(read) read")
  }

  @Test("garbage and lists that claim to be endless are refused")
  func garbage() {
    checkProperty(cases: 500, seed: 4000) { random in
      let bytes = random.bytes(random.below(300))
      return DecisionRecord(encoded: bytes) == nil && DecisionRecord(encoded: [1, 0] + bytes) == nil
    }
    let whole = DecisionRecord.sample(factor: 1, weights: [], target: 1).encoded
    // The last list, of three numbers, with a count of 2^64 − 1 instead.
    let endless: [UInt8] = Array(whole.prefix(whole.count - 4)) + [UInt8](repeating: 0xFF, count: 9) + [1, 0, 1, 2]
    #expect(DecisionRecord(encoded: whole) != nil && DecisionRecord(encoded: endless) == nil)
  }

  @Test("a part that names a term there is none of is refused")
  func missingTerm() {
    var record = DecisionRecord.sample(factor: 1, weights: [1, 2, 3, 4, 5, 6, 7, 8, 9], target: 1)
    #expect(DecisionRecord(encoded: record.encoded) == record)
    record.terms.removeLast()
    #expect(DecisionRecord(encoded: record.encoded) == nil)
    record.places[0].parts.removeLast()
    #expect(DecisionRecord(encoded: record.encoded) == record)
  }

  @Test("nothing and an empty list are different things to be restricted to")
  func among() {
    var record = DecisionRecord.sample(factor: 1, weights: [], target: 1)
    for among in [nil, [], ["a", "b"]] as [[String]?] {
      record.among = among
      #expect(DecisionRecord(encoded: record.encoded)?.among == among)
    }
  }

  @Test("points by the formulas of the query, each rounded towards minus infinity once")
  func points() {
    // 2^24 + 1 and its negative times 3, over 2^24: 3 and −4, times a target of 2^15; over 2^12: 12,288 and −12,289.
    let large: Int64 = 16_777_217
    let cases: [(Int64, [Int64])] = [
      (large, [98_304, 98_304, 98_304, large, 805_306_416, 12_582_912, 402_653_184, 12_884_902_656]),
      (
        -large,
        [-131_072, -131_072, -131_072, -large, -805_306_416, -12_582_913, -402_685_952, -12_884_902_656]
      ),
    ]
    for (factor, expected) in cases {
      let record = DecisionRecord.sample(factor: factor, weights: [3, 3, 3, 3, 3, 3, 3, 3], target: 1 << 15)
      let place = record.places[0]
      #expect(place.parts.map { record.points(of: $0, in: place) } == expected)
      #expect(record.score(of: place) == expected.reduce(0, +))
    }
  }

  @Test("the greatest numbers that a ranking gives add up: 10,000 terms of them")
  func greatest() {
    // A hop's factor is at most 2^38, a row's value below 2^24, a target at most 2^16.
    for factor: Int64 in [1 << 28, -1 << 28] {
      var record = DecisionRecord.sample(factor: factor, weights: [(1 << 24) - 1], target: 1 << 16)
      let place = record.places[0]
      record.places[0].parts = [DecisionRecord.Part](repeating: place.parts[0], count: 10_000)
      #expect(record.score(of: record.places[0]) == 10_000 * record.points(of: place.parts[0], in: place))
      #expect(DecisionRecord(encoded: record.encoded) == record)
    }
    // Single parts never trap, whatever they hold.
    for factor in [Int64.min, .max] {
      let record = DecisionRecord.sample(
        factor: factor, weights: [UInt32](repeating: .max, count: 8), target: .max)
      let place = record.places[0]
      #expect(place.parts.map { record.points(of: $0, in: place) }.count == 8)
      #expect(DecisionRecord(encoded: record.encoded) == record)
    }
  }
}
