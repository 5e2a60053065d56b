import Crypto
import SystemIO
import Vocabulary

/// Where the sections of a mapped model file lie, with checked access to their elements.
@safe struct SectionTable {
  /// The numbers at the start of the file.
  struct Fixed {
    var items: Int
    var features: Int
    /// Bytes of the file as it was written; what stands behind them was appended since.
    var size: Int
    var tick: Int64
    var unit: UInt128
    var learned: Digest
    var catalog: Digest

    /// In what form a model file is written.
    static func version(_ file: MappedFile, path: String) throws -> UInt32 {
      let bytes = unsafe file.bytes
      guard bytes.count >= 16, unsafe Array(bytes[0..<8]) == Header.magic else {
        throw SectionTable.damaged(path, "this is no model file")
      }
      return unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self).littleEndian
    }

    init(_ file: MappedFile, path: String) throws {
      let bytes = unsafe file.bytes
      let version = try Fixed.version(file, path: path)
      guard version == Header.version else {
        throw Failure(
          .badStore, "the model file has version \(version)", at: path, expected: "version \(Header.version)",
          remedy: "Use a newer attune, or train again with this one")
      }
      guard bytes.count >= Header.length else { throw SectionTable.damaged(path, "the model file is cut short") }
      func number(_ offset: Int) -> UInt64 {
        unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
      }
      let sections = unsafe bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self).littleEndian
      guard number(56) >= UInt64(Header.length), number(56) <= UInt64(bytes.count),
        sections == Section.allCases.count, number(16) < 1 << 32, number(24) < 1 << 32,
        let learned = Digest(bytes: unsafe Array(bytes[64..<96])),
        let catalog = Digest(bytes: unsafe Array(bytes[96..<128]))
      else { throw SectionTable.damaged(path, "the model file is cut short or damaged") }
      items = Int(number(16))
      features = Int(number(24))
      size = Int(number(56))
      tick = Int64(bitPattern: number(32))
      unit = UInt128(number(48)) << 64 | UInt128(number(40))
      self.learned = learned
      self.catalog = catalog
    }
  }

  private let base: UnsafeRawPointer
  private let path: String
  /// Offset and element count by raw value.
  private var offsets = [Int](repeating: 0, count: Section.allCases.count + 1)
  private var counts = [Int](repeating: 0, count: Section.allCases.count + 1)

  init(_ bytes: UnsafeRawBufferPointer, path: String, _ header: Fixed) throws {
    guard let base = bytes.baseAddress else { throw SectionTable.damaged(path, "the model file is empty") }
    unsafe self.base = base
    self.path = path
    for index in Section.allCases.indices {
      let entry = Header.fixedLength + Header.entryLength * index
      let kind = unsafe bytes.loadUnaligned(fromByteOffset: entry, as: UInt32.self).littleEndian
      let offset = unsafe bytes.loadUnaligned(fromByteOffset: entry + 8, as: UInt64.self).littleEndian
      let length = unsafe bytes.loadUnaligned(fromByteOffset: entry + 16, as: UInt64.self).littleEndian
      guard let section = Section(rawValue: kind), offset % 64 == 0, offset <= UInt64(bytes.count),
        length <= UInt64(bytes.count) - offset, length % UInt64(section.width) == 0, offsets[Int(kind)] == 0
      else { throw SectionTable.damaged(path, "a section of the model file lies outside it") }
      offsets[Int(kind)] = Int(offset)
      counts[Int(kind)] = Int(length) / section.width
    }
  }

  static func damaged(_ path: String, _ what: String) -> Failure {
    Failure(.badStore, what, at: path, expected: "a whole model file", remedy: "Train again with `attune train`")
  }

  // MARK: Access

  /// Where the section's bytes lie in the file.
  func place(of section: Section) -> Range<Int> {
    let start = offsets[Int(section.rawValue)]
    return start..<start + counts[Int(section.rawValue)] * section.width
  }

  /// All elements of a section.
  func all<Element: FixedWidthInteger>(_ section: Section) -> [Element] {
    unsafe Array(UnsafeBufferPointer(start: pointer(section), count: counts[Int(section.rawValue)]))
  }

  func count(_ section: Section) -> UInt32 { UInt32(clamping: counts[Int(section.rawValue)]) }

  @unsafe func pointer<Element>(_ section: Section) -> UnsafePointer<Element> {
    unsafe (base + offsets[Int(section.rawValue)]).assumingMemoryBound(to: Element.self)
  }

  @inline(__always)
  func value<Element: FixedWidthInteger>(_ section: Section, _ index: UInt32) -> Element {
    precondition(Int(index) < counts[Int(section.rawValue)], "no such element in the model file")
    let pointer: UnsafePointer<Element> = unsafe pointer(section)
    return unsafe pointer[Int(index)]
  }

  func range(_ starts: Section, _ index: UInt32) -> Range<Int> {
    let from: UInt32 = value(starts, index)
    let to: UInt32 = value(starts, index + 1)
    return Int(from)..<Int(to)
  }

  /// A copy of all elements.
  func array<Element: FixedWidthInteger>(_ section: Section) -> [Element] {
    let pointer: UnsafePointer<Element> = unsafe pointer(section)
    return unsafe Array(UnsafeBufferPointer(start: pointer, count: counts[Int(section.rawValue)]))
  }

  func bytes(_ section: Section) -> [UInt8] {
    unsafe Array(raw(section))
  }

  /// All bytes of a section, whatever its elements.
  @unsafe private func raw(_ section: Section) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(
      start: base + offsets[Int(section.rawValue)], count: counts[Int(section.rawValue)] * section.width)
  }

  func text(_ starts: Section, _ bytes: Section, _ index: UInt32) -> String {
    let range = range(starts, index)
    let pointer: UnsafePointer<UInt8> = unsafe pointer(bytes)
    return unsafe String(
      decoding: UnsafeBufferPointer(start: pointer + range.lowerBound, count: range.count), as: UTF8.self)
  }

  /// Finds a text among ascending ones.
  func search(_ starts: Section, _ bytes: Section, count: Int, for text: String) -> UInt32? {
    let wanted = Array(text.utf8)
    let place = lowerBound(starts, bytes, count: count, for: wanted)
    guard place < count else { return nil }
    let range = range(starts, place)
    let pointer: UnsafePointer<UInt8> = unsafe pointer(bytes)
    let found = unsafe UnsafeBufferPointer(start: pointer + range.lowerBound, count: range.count)
    return unsafe found.elementsEqual(wanted) ? place : nil
  }

  /// The place of the first of ascending texts that does not precede one.
  func lowerBound(_ starts: Section, _ bytes: Section, count: Int, for wanted: [UInt8]) -> UInt32 {
    let pointer: UnsafePointer<UInt8> = unsafe pointer(bytes)
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      let range = range(starts, UInt32(middle))
      let found = unsafe UnsafeBufferPointer(start: pointer + range.lowerBound, count: range.count)
      if unsafe found.lexicographicallyPrecedes(wanted) { low = middle + 1 } else { high = middle }
    }
    return UInt32(low)
  }

  // MARK: Checks

  /// Makes sure that every index leads to an element.
  ///
  /// - Complexity: one pass over the index sections.
  func validate(items: Int, features: Int) throws {
    let refined = counts[Int(Section.refinedStart.rawValue)] > 0
    let terms = counts[Int(Section.termRarity.rawValue)]
    let lengths: [(Section, Int)] = [
      (.idStart, items + 1), (.titleStart, items + 1), (.number, items), (.flags, items), (.price, items),
      (.support, items), (.sales, items), (.source, items), (.target, items), (.general, items),
      (.generalPoints, items), (.generalOrder, items), (.rowStart, items + 1), (.rowShift, items), (.rowTotal, items),
      (.featureStart, features + 1), (.inverseFrequency, features), (.vectorStart, items + 1),
      (.postingStart, features + 1), (.rowValue, counts[Int(Section.rowItem.rawValue)]),
      (.vectorWeight, counts[Int(Section.vectorFeature.rawValue)]),
      (.postingWeight, counts[Int(Section.postingItem.rawValue)]),
      (.refinedStart, refined ? items + 1 : 0), (.refinedShift, refined ? items : 0),
      (.refinedValue, counts[Int(Section.refinedItem.rawValue)]), (.termStart, terms + 1),
      (.termPostingStart, terms + 1), (.termBlockStart, terms + 1), (.textStart, items + 1),
      (.termPostingImpact, counts[Int(Section.termPostingItem.rawValue)]),
      (.termBlockGeneral, counts[Int(Section.termBlockImpact.rawValue)]), (.termItems, terms), (.textDigest, 32),
      (.termGroupItems, (terms + SearchSegment.group - 1) / SearchSegment.group),
    ]
    let starts: [(Section, Section)] = [
      (.idStart, .idBytes), (.titleStart, .titleBytes), (.rowStart, .rowItem), (.featureStart, .featureBytes),
      (.vectorStart, .vectorFeature), (.postingStart, .postingItem), (.refinedStart, .refinedItem),
      (.termStart, .termBytes), (.termPostingStart, .termPostingItem), (.termBlockStart, .termBlockImpact),
      (.textStart, .textTerm),
    ]
    let bounded: [(Section, Int, allowsNone: Bool)] = [
      (.indexOfNumber, items, true), (.generalOrder, items, false), (.rowItem, items, false),
      (.vectorFeature, features, false), (.postingItem, items, false), (.refinedItem, items, false),
      (.termPostingItem, items, false),
    ]
    let isWhole =
      lengths.allSatisfy { counts[Int($0.0.rawValue)] == $0.1 }
      && starts.allSatisfy { isAscending($0.0, endingAt: counts[Int($0.1.rawValue)]) }
      && bounded.allSatisfy { isBounded($0.0, by: $0.1, allowsNone: $0.allowsNone) }
      && isBelow(.rowShift, 64) && isBelow(.refinedShift, 64) && hasEveryBlock()
    if !isWhole { throw SectionTable.damaged(path, "the model file is damaged") }
  }

  private func isAscending(_ section: Section, endingAt end: Int) -> Bool {
    let pointer: UnsafePointer<UInt32> = unsafe pointer(section)
    var previous: UInt32 = 0
    for index in 0..<counts[Int(section.rawValue)] {
      if unsafe pointer[index] < previous { return false }
      unsafe previous = pointer[index]
    }
    return Int(previous) == end
  }

  private func isBounded(_ section: Section, by bound: Int, allowsNone: Bool) -> Bool {
    let pointer: UnsafePointer<UInt32> = unsafe pointer(section)
    // `.max` wraps to 0 with one added, so that one comparison serves both.
    let step: UInt32 = allowsNone ? 1 : 0
    var greatest: UInt32 = 0
    for index in 0..<counts[Int(section.rawValue)] { unsafe greatest = max(greatest, pointer[index] &+ step) }
    return counts[Int(section.rawValue)] == 0 || Int(greatest) < bound + Int(step)
  }

  /// Whether every term has as many blocks as its postings fill.
  private func hasEveryBlock() -> Bool {
    (0..<count(.termRarity)).allSatisfy {
      let postings = range(.termPostingStart, $0).count
      return range(.termBlockStart, $0).count == (postings + SearchSegment.block - 1) / SearchSegment.block
    }
  }

  private func isBelow(_ section: Section, _ bound: UInt8) -> Bool {
    let pointer: UnsafePointer<UInt8> = unsafe pointer(section)
    return unsafe UnsafeBufferPointer(start: pointer, count: counts[Int(section.rawValue)]).allSatisfy { $0 < bound }
  }

  /// Compares every byte with the checksum.
  func verify(_ file: UnsafeRawBufferPointer) throws {
    let hash = SHA256()
    unsafe hash.update(UnsafeRawBufferPointer(rebasing: file[..<Header.checksumOffset]))
    unsafe hash.update(UnsafeRawBufferPointer(rebasing: file[Header.fixedLength..<Header.length]))
    for section in Section.allCases { unsafe hash.update(raw(section)) }
    guard unsafe hash.finalize().bytes == Array(file[Header.checksumOffset..<Header.fixedLength]) else {
      throw SectionTable.damaged(path, "the model file does not match its checksum")
    }
  }
}
