import Crypto
import Vocabulary

/// A few changed numbers of a model file, appended to it until it is next written anew.
///
/// A file's end may hold any number of them, and behind them the beginning of one that was cut short; that one never was.
struct Amendment: Equatable {
  /// Bytes that replace as many.
  struct Run: Equatable {
    var target: Target
    /// In bytes from the target's start.
    var offset: Int
    var bytes: [UInt8]
  }

  enum Target: Equatable {
    case section(Section)
    /// Where each row ends, 4 bytes each: it is written only where rows were shortened.
    case rowEnds

    var number: UInt32 {
      switch self {
      case .section(let section): section.rawValue
      case .rowEnds: 0
      }
    }

    init?(number: UInt32) {
      if number == 0 {
        self = .rowEnds
      } else if let section = Section(rawValue: number) {
        self = .section(section)
      } else {
        return nil
      }
    }
  }

  /// The learned segment's digest and the unit, from here on.
  var learned: Digest
  var unit: UInt128
  var runs: [Run] = []

  private static let magic: [UInt8] = Array("ATTAMEND".utf8)
  /// magic 8, length of the body 8, its SHA-256 32.
  private static let headLength = 48

  /// The amendment as it stands in the file.
  var bytes: [UInt8] {
    var body = learned.bytes
    body.appendLittleEndian(unit)
    for run in runs {
      body.appendLittleEndian(run.target.number)
      body.appendLittleEndian(UInt64(run.offset))
      body.appendLittleEndian(UInt64(run.bytes.count))
      body += run.bytes
    }
    var bytes = Amendment.magic
    bytes.appendLittleEndian(UInt64(body.count))
    let hash = SHA256()
    hash.update(body)
    return bytes + hash.finalize().bytes + body
  }

  /// The whole amendments at the end of a file, in their order, and the bytes they take.
  static func all(in tail: UnsafeRawBufferPointer) -> (amendments: [Amendment], size: Int) {
    var found: [Amendment] = []
    var size = 0
    var rest = unsafe tail
    while rest.count >= headLength, unsafe rest[..<8].elementsEqual(magic) {
      let length = unsafe rest.loadUnaligned(fromByteOffset: 8, as: UInt64.self).littleEndian
      guard length <= UInt64(rest.count - headLength) else { break }
      let end = headLength + Int(length)
      let body = unsafe Array(rest[headLength..<end])
      let hash = SHA256()
      hash.update(body)
      guard unsafe rest[16..<headLength].elementsEqual(hash.finalize().bytes), let amendment = Amendment(body: body)
      else { break }
      found.append(amendment)
      size += end
      unsafe rest = UnsafeRawBufferPointer(rebasing: rest[end...])
    }
    return (found, size)
  }

  init(learned: Digest, unit: UInt128) {
    self.learned = learned
    self.unit = unit
  }

  private init?(body: [UInt8]) {
    var reader = ByteReader(body)
    func number(_ bytes: [UInt8]?) -> UInt128? {
      bytes.map { $0.reversed().reduce(UInt128(0)) { $0 << 8 | UInt128($1) } }
    }
    guard let digest = reader.take(32).flatMap(Digest.init(bytes:)), let unit = number(reader.take(16)) else {
      return nil
    }
    learned = digest
    self.unit = unit
    while !reader.isAtEnd {
      guard let target = number(reader.take(4)).flatMap({ Target(number: UInt32($0)) }),
        let offset = number(reader.take(8)), let count = number(reader.take(8)), offset < 1 << 40,
        let bytes = reader.take(UInt64(count))
      else { return nil }
      runs.append(Run(target: target, offset: Int(offset), bytes: bytes))
    }
  }
}
