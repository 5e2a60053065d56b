/// The parts of a model file.
///
/// Raw values are part of the format: append, never renumber.
enum Section: UInt32, CaseIterable {
  case idStart = 1
  case idBytes = 2
  case titleStart = 3
  case titleBytes = 4
  case number = 5
  case indexOfNumber = 6
  case flags = 7
  case price = 8
  case support = 9
  case sales = 10
  case source = 11
  case target = 12
  case general = 13
  case generalPoints = 14
  case generalOrder = 15
  case rowStart = 16
  case rowItem = 17
  case rowValue = 18
  case rowShift = 19
  case rowTotal = 20
  case featureStart = 21
  case featureBytes = 22
  case inverseFrequency = 23
  case vectorStart = 24
  case vectorFeature = 25
  case vectorWeight = 26
  case postingStart = 27
  case postingItem = 28
  case postingWeight = 29
  case parameters = 30
  /// Empty where the counts are served.
  case refinedStart = 31
  case refinedItem = 32
  case refinedValue = 33
  case refinedShift = 34
  case termStart = 35
  case termBytes = 36
  case termRarity = 37
  case termPostingStart = 38
  case termPostingItem = 39
  case termPostingImpact = 40
  case termBlockStart = 41
  case termBlockImpact = 42
  case termBlockGeneral = 43
  case textStart = 44
  case textTerm = 45
  /// For completion: by term, and the greatest of each group of terms.
  case termItems = 46
  case termGroupItems = 47
  /// What the texts were that the index was built from; see ``SearchSegment/digest(of:)``.
  case textDigest = 48

  /// Bytes of one element.
  var width: Int {
    switch self {
    case .idBytes, .titleBytes, .flags, .rowShift, .refinedShift, .featureBytes, .parameters, .termBytes,
      .termPostingImpact, .termBlockImpact, .textDigest:
      1
    case .vectorWeight, .postingWeight, .termBlockGeneral: 2
    case .price, .source, .general, .rowTotal: 8
    default: 4
    }
  }
}

/// The start of a model file: magic, version, counts, digests, and where each section lies.
///
/// All numbers are little endian; sections start at multiples of 64.
enum Header {
  static let magic: [UInt8] = Array("ATTUNE".utf8) + [0, 1]
  static let version: UInt32 = 5
  /// magic 8, version 4, sections 4, items 8, features 8, tick 8, unit 16, size 8, learned 32, catalogue 32, checksum 32.
  static let fixedLength = 160
  static let checksumOffset = 128
  /// kind 4, reserved 4, offset 8, length 8.
  static let entryLength = 24
  static let length = fixedLength + entryLength * Section.allCases.count

  static func aligned(_ offset: Int) -> Int { (offset + 63) / 64 * 64 }
}

/// The bits of an item's flags.
enum ItemFlag {
  static let named: UInt8 = 1
  static let available: UInt8 = 2
}

extension [UInt8] {
  mutating func appendLittleEndian<Number: FixedWidthInteger>(_ number: Number) {
    for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: number >> Number(shift)))
    }
  }
}
