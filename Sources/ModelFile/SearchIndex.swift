import SystemIO
import Vocabulary

/// The inverted index of a mapped model file; see `SearchSegment` for what its numbers mean.
///
/// Its pointers are valid as long as it, or the snapshot it belongs to, lives.
@safe package struct SearchIndex: @unchecked Sendable {  // unchecked: everything is immutable
  /// Postings in a block.
  package static let block = SearchSegment.block
  /// The greatest impact.
  package static let greatestImpact: Int64 = 255
  /// The greatest general score of an item, on its scale.
  package static let greatestGeneral: Int64 = 1 << 20
  /// What a block's general bound is in points: bound << this is no less than any item's.
  package static let generalBoundShift = 12

  package let termCount: Int
  @unsafe package let items: UnsafePointer<UInt32>
  @unsafe package let impacts: UnsafePointer<UInt8>
  @unsafe package let blockImpacts: UnsafePointer<UInt8>
  @unsafe package let blockGenerals: UnsafePointer<UInt16>
  @unsafe let termItems: UnsafePointer<UInt32>
  @unsafe let termGroupItems: UnsafePointer<UInt32>
  @unsafe private let termStarts: UnsafePointer<UInt32>
  @unsafe private let termBytes: UnsafePointer<UInt8>
  private let columns: SectionTable
  private let file: MappedFile

  init(_ columns: SectionTable, file: MappedFile) {
    self.columns = columns
    self.file = file
    termCount = Int(columns.count(.termRarity))
    unsafe termStarts = columns.pointer(.termStart)
    unsafe termBytes = columns.pointer(.termBytes)
    unsafe items = columns.pointer(.termPostingItem)
    unsafe impacts = columns.pointer(.termPostingImpact)
    unsafe blockImpacts = columns.pointer(.termBlockImpact)
    unsafe blockGenerals = columns.pointer(.termBlockGeneral)
    unsafe termItems = columns.pointer(.termItems)
    unsafe termGroupItems = columns.pointer(.termGroupItems)
  }

  /// What the texts were that this was built from.
  var textDigest: [UInt8] { columns.bytes(.textDigest) }

  /// The parts that depend on the texts alone, as they were given to the writer.
  func segment(generalPoints: [UInt32]) -> SearchSegment {
    SearchSegment(
      terms: TermTable(sorted: columns.array(.termBytes), starts: columns.array(.termStart)),
      rarity: columns.array(.termRarity), postingStart: columns.array(.termPostingStart),
      postingItem: columns.array(.termPostingItem), postingImpact: columns.array(.termPostingImpact),
      textStart: columns.array(.textStart), textTerm: columns.array(.textTerm), generalPoints: generalPoints)
  }

  /// The term with a text, which may be a tag's `field:value` key.
  ///
  /// - Complexity: O(log terms).
  package func term(_ text: String) -> UInt32? {
    columns.search(.termStart, .termBytes, count: termCount, for: text)
  }

  package func text(of term: UInt32) -> String { columns.text(.termStart, .termBytes, term) }

  /// A term's text in UTF-8.
  func bytes(of term: UInt32) -> UnsafeBufferPointer<UInt8> {
    precondition(Int(term) < termCount, "no such term in the index")
    let start = unsafe Int(termStarts[Int(term)])
    return unsafe UnsafeBufferPointer(start: termBytes + start, count: Int(termStarts[Int(term) + 1]) - start)
  }

  /// The first term that does not precede a text.
  ///
  /// - Complexity: O(log terms).
  package func lowerBound(_ text: [UInt8]) -> UInt32 {
    columns.lowerBound(.termStart, .termBytes, count: termCount, for: text)
  }

  /// log2((2N + 2) / (2n + 1)) of N items, n with the term; Q16.
  package func rarity(of term: UInt32) -> UInt32 { columns.value(.termRarity, term) }

  /// Where the term's items lie in ``items`` and ``impacts``; ascending by item.
  package func postings(of term: UInt32) -> Range<Int> { columns.range(.termPostingStart, term) }

  /// The first of the term's blocks, in ``blockImpacts`` and ``blockGenerals``.
  package func firstBlock(of term: UInt32) -> Int { columns.range(.termBlockStart, term).lowerBound }

  /// The greatest impact of a term.
  ///
  /// - Complexity: O(postings / 128).
  package func greatestImpact(of term: UInt32) -> UInt8 {
    var greatest: UInt8 = 0
    for block in columns.range(.termBlockStart, term) { unsafe greatest = max(greatest, blockImpacts[block]) }
    return greatest
  }

  /// Whether an item's text has some terms side by side, in one field.
  ///
  /// - Complexity: linear in the item's text.
  package func holds(_ phrase: [UInt32], in item: UInt32) -> Bool {
    let texts: UnsafePointer<UInt32> = unsafe columns.pointer(.textTerm)
    // How many terms have matched is enough for one term; longer phrases may overlap themselves and are tried anew.
    let range = columns.range(.textStart, item)
    var start = range.lowerBound
    while start < range.upperBound {
      let first = unsafe texts[start]
      if first == phrase[0] {
        var matched = 1
        var place = start + 1
        while matched < phrase.count, place < range.upperBound {
          let term = unsafe texts[place]
          place += 1
          if term >= SearchSegment.fieldMark { break }
          if term & SearchSegment.extraBit != 0 { continue }
          if term != phrase[matched] { break }
          matched += 1
        }
        if matched == phrase.count { return true }
      }
      start += 1
    }
    return false
  }
}
