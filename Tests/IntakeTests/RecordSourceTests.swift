import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Intake

@Suite("Cutting a stream into records")
struct RecordSourceTests {
  /// The records of a file with their line numbers.
  private static func records(_ bytes: [UInt8], quoted: Bool) throws -> [(line: Int, record: [UInt8])] {
    try withTemporaryDirectory { folder in
      write(bytes, to: folder + "/log")
      let source = RecordSource(chunks: try ChunkReader(path: folder + "/log"))
      var all: [(line: Int, record: [UInt8])] = []
      while let kind = try source.next(quoted: quoted) {
        #expect(kind == .text)
        all.append((line: source.line, record: unsafe Array(source.record)))
      }
      return all
    }
  }

  private static func joined(_ records: [(line: Int, record: [UInt8])]) -> [UInt8] {
    records.reduce(into: []) { $0 += $1.record + [10] }
  }

  @Test("records with lengths around the borders of chunks and of the buffer join up to the file")
  func borders() throws {
    let (mebi, letters) = (1 << 20, Array("abcdefghijklmnopqrstuvwxyz".utf8))
    for (seed, lengths) in [
      [mebi - 1, mebi, mebi + 1, 0, 1], [mebi - 2, 0, 0, 3 * mebi, 5], [4 * mebi - 1, 4 * mebi, 2],
      [4 * mebi + 1, mebi / 2, 4 * mebi - 2], [16 * mebi, 7], [1, 2, 3, 9 * mebi, 1],
    ].enumerated() {
      var bytes: [UInt8] = []
      for (index, length) in lengths.enumerated() {
        bytes += [UInt8](repeating: letters[(seed + index) % 26], count: length) + [10]
      }
      for quoted in [false, true] {
        let records = try RecordSourceTests.records(bytes, quoted: quoted)
        #expect(records.map(\.record.count) == lengths && records.map(\.line) == Array(1...lengths.count))
        #expect(RecordSourceTests.joined(records) == bytes)
      }
    }
  }

  @Test("many small records across the borders")
  func many() throws {
    var bytes: [UInt8] = []
    for number in 0..<60_000 { bytes += Array("line \(number),\"\(number)\n\"\n".utf8) }
    let plain = try RecordSourceTests.records(bytes, quoted: false)
    #expect(RecordSourceTests.joined(plain) == bytes && plain.count == 120_000 && plain.last?.line == 120_000)
    let quoted = try RecordSourceTests.records(bytes, quoted: true)
    #expect(RecordSourceTests.joined(quoted) == bytes && quoted.count == 60_000 && quoted.last?.line == 119_999)
  }

  /// The slow way: byte by byte.
  private static func expected(_ bytes: [UInt8], quoted: Bool) -> [(line: Int, record: [UInt8])] {
    var all: [(line: Int, record: [UInt8])] = []
    var record: [UInt8] = []
    var wasQuoted = false
    var (line, first, isQuoted, isOpen) = (1, 1, false, false)
    let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    for (place, byte) in bytes.enumerated() {
      isOpen = true
      // A second quote in a row opens again what the first has closed.
      let before = place == mark ? 10 : bytes[max(0, place - 1)]
      if byte == 34, quoted, isQuoted || [10, 44].contains(before) || (before == 34 && wasQuoted) {
        wasQuoted = isQuoted
        isQuoted.toggle()
      } else {
        wasQuoted = false
      }
      if byte == 10 { line += 1 }
      if byte == 10, !isQuoted {
        all.append((line: first, record: record))
        (record, first, isOpen) = ([], line, false)
      } else {
        record.append(byte)
      }
    }
    if isOpen { all.append((line: first, record: record)) }
    if all.first?.record.starts(with: [0xEF, 0xBB, 0xBF]) == true { all[0].record.removeFirst(3) }
    return all.map { (line: $0.line, record: $0.record.last == 13 ? $0.record.dropLast() : $0.record) }
  }

  @Test("wherever the stream is cut, the records and their line numbers are the same")
  func chunked() {
    let letters = Array("a,\"\"\n\n\r".utf8)
    checkProperty(cases: 30, seed: 700) { random in
      var bytes: [UInt8] = random.chance(1, in: 3) ? [0xEF, 0xBB, 0xBF] : []
      bytes += (0..<random.below(11)).map { _ in letters[random.below(letters.count)] }
      for pieces in chunkings(of: bytes, random: &random, randomCuts: 3) {
        // Each member of a packed file comes as a chunk of its own.
        let packed = pieces.isEmpty ? gzip([]) : pieces.flatMap { gzip($0) }
        for quoted in [false, true] {
          let found = try RecordSourceTests.records(packed, quoted: quoted)
          let expected = RecordSourceTests.expected(bytes, quoted: quoted)
          if !found.elementsEqual(expected, by: { $0 == $1 }) { return false }
        }
      }
      return true
    }
  }
}
