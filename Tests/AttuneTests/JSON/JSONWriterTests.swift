import Foundation
import Testing
import Vocabulary

@testable import Attune

/// What the writer writes, Foundation's parser reads back unchanged.
struct JSONWriterTests {
  /// A value that can be written and compared with what was parsed.
  indirect enum Value {
    case null, flag(Bool), whole(Int64), fraction(Double), text(String), list([Value]), object([(String, Value)])

    func write(to json: inout JSONWriter) {
      switch self {
      case .null: json.null()
      case .flag(let flag): json.value(flag)
      case .whole(let number): json.value(number)
      case .fraction(let number): json.value(number)
      case .text(let text): json.value(text)
      case .list(let values): json.array { list in for value in values { value.write(to: &list) } }
      case .object(let members):
        json.object { object in
          for (name, value) in members {
            object.key(name)
            value.write(to: &object)
          }
        }
      }
    }

    func equals(_ parsed: Any) -> Bool {
      switch self {
      case .null: parsed is NSNull
      case .flag(let flag): parsed as? Bool == flag
      case .whole(let number): (parsed as? NSNumber)?.int64Value == number
      case .fraction(let number): (parsed as? NSNumber)?.doubleValue == number
      case .text(let text): (parsed as? String).map { Array($0.utf8) == Array(text.utf8) } ?? false
      case .list(let values):
        (parsed as? [Any]).map { $0.count == values.count && zip(values, $0).allSatisfy { $0.equals($1) } } ?? false
      case .object(let members):
        (parsed as? [String: Any]).map { parsed in
          parsed.count == members.count && members.allSatisfy { name, value in parsed[name].map(value.equals) ?? false }
        } ?? false
      }
    }

    static func random(_ random: inout SplitMix64, depth: Int) -> Value {
      switch random.below(depth > 0 ? 7 : 5) {
      case 0: .null
      case 1: .flag(random.chance(1, in: 2))
      case 2: .whole(Int64(bitPattern: random.next()) >> Int64(random.below(64)))
      case 3: .fraction(fraction(&random))
      case 4: .text(text(&random))
      case 5: .list((0..<random.below(5)).map { _ in Value.random(&random, depth: depth - 1) })
      default: .object((0..<random.below(5)).map { ("\($0)" + text(&random), Value.random(&random, depth: depth - 1)) })
      }
    }

    /// Of few digits: Foundation reads longer ones through a decimal type and is off by a bit.
    private static func fraction(_ random: inout SplitMix64) -> Double {
      Double(Int64(bitPattern: random.next()) >> 24) / 1000
    }

    private static func text(_ random: inout SplitMix64) -> String {
      let scalars: [Unicode.Scalar] = [
        "a", "\"", "\\", "/", "\u{0}", "\u{8}", "\t", "\n", "\u{c}", "\r", "\u{1f}", "\u{7f}", "é", "羊", "🧶",
        "\u{2028}",
        "<", "&",
      ]
      var view = String.UnicodeScalarView()
      for _ in 0..<random.below(12) { view.append(scalars[random.below(scalars.count)]) }
      return String(view)
    }
  }

  @Test(arguments: 0..<400)
  func foundationReadsTheSameValues(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let value = Value.list([Value.random(&random, depth: 4)])
    var json = JSONWriter()
    value.write(to: &json)
    let parsed = try JSONSerialization.jsonObject(with: Data(json.bytes))
    #expect(value.equals(parsed), "seed \(seed): \(String(decoding: json.bytes, as: UTF8.self))")
  }

  @Test func fractionsReadBackToTheBit() {
    var random = SplitMix64(seed: 41)
    for _ in 0..<2000 {
      let number = Double(bitPattern: random.next())
      var json = JSONWriter()
      json.value(number)
      let text = String(decoding: json.bytes, as: UTF8.self)
      #expect(number.isFinite ? Double(text) == number : text == "null", "\(number) as \(text)")
    }
  }

  @Test func numbersAreExactAndShortest() {
    var json = JSONWriter()
    json.array {
      $0.value(Int64.max)
      $0.value(Int64.min)
      $0.value(UInt64.max)
      $0.value(0.1)
      $0.value(2.0)
      $0.value(-0.41)
      $0.value(Double.nan)
      $0.value(Double.infinity)
    }
    #expect(
      String(decoding: json.bytes, as: UTF8.self)
        == "[9223372036854775807,-9223372036854775808,18446744073709551615,0.1,2,-0.41,null,null]")
  }

  @Test("every byte that must be escaped is, wherever it stands in a text of any length")
  func escapesAnywhere() throws {
    for length in 1..<20 {
      for place in 0..<length {
        for scalar in [0, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x5B, 0x5C, 0x5D, 0x7F, 0x80, 0xA2, 0xDC] {
          var text = String(repeating: "\u{FF}a", count: 10).unicodeScalars.prefix(length).map { $0 }
          text[place] = Unicode.Scalar(UInt8(scalar))
          let written = String(String.UnicodeScalarView(text))
          var json = JSONWriter()
          json.array { $0.value(written) }
          let read = try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String]
          #expect(read.map { Array($0[0].utf8) } == Array(written.utf8), "\(scalar) at \(place) of \(length)")
        }
      }
    }
  }

  @Test func commasStandBetweenMembersAndElementsOnly() {
    var json = JSONWriter()
    json.object {
      $0.member("a", [String]())
      $0.member("b", "x")
      $0.member("none", nil as String?)
      $0.key("c")
      $0.array {
        $0.object { _ in }
        $0.object { $0.member("d", true) }
      }
    }
    #expect(String(decoding: json.bytes, as: UTF8.self) == #"{"a":[],"b":"x","c":[{},{"d":true}]}"#)
  }
}
