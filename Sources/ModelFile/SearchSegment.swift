import Crypto
import TextAnalysis
import Vocabulary

/// The catalogue's words as an inverted index: for each term its items with an impact, best of blocks for pruning, and
/// each item's terms in order for phrases.
///
/// An impact is the part of BM25F that depends on the item, on a scale to 255: 255 · f / (f + k1) with
/// f = Σ weight · tf / (1 − b + b · length / mean length) over the fields (S. Robertson, H. Zaragoza, "The Probabilistic
/// Relevance Framework", 2009), each quotient rounded down once. Rarity, the part that depends on the term, is
/// log2((2N + 2) / (2n + 1)), N the items that the catalogue names. Tags are terms too, as `field:value` keys with impact
/// 0: they filter and score nothing.
///
/// Memory while building: 4 bytes a term of the text, 13 a posting, and the distinct terms.
struct SearchSegment {
  /// A part of an item's text.
  enum Field: UInt32, CaseIterable {
    case title = 0
    case tag = 1
    case text = 2
    /// The keys of tags, for filters.
    case key = 3

    /// What a term counts here against one in the text.
    var weight: UInt64 { [3, 2, 1, 0][Int(rawValue)] }
  }

  /// In ``textTerm``: what follows is of a field.
  ///
  /// Above every term.
  static let fieldMark: UInt32 = 0xFFFF_FFF0
  /// In ``textTerm``: the term stands beside the text's sequence.
  static let extraBit: UInt32 = 0x8000_0000
  /// Postings in a block.
  static let block = 128
  /// Terms in a group of ``completions(_:)``.
  static let group = 64
  /// Q16: how fast an impact saturates, and how much length counts.
  private static let saturation: UInt64 = 78_643  // 1.2
  private static let lengthShare: UInt64 = 49_152  // 0.75

  private(set) var terms = TermTable()
  private(set) var rarity: [UInt32] = []
  private(set) var postingStart: [UInt32] = [0]
  private(set) var postingItem: [UInt32] = []
  private(set) var postingImpact: [UInt8] = []
  private(set) var blockStart: [UInt32] = [0]
  private(set) var blockImpact: [UInt8] = []
  private(set) var blockGeneral: [UInt16] = []
  private(set) var textStart: [UInt32] = [0]
  private(set) var textTerm: [UInt32] = []

  /// - Parameters:
  ///   - items: By place in the file; `nil` where the catalogue does not know the item.
  ///   - generalPoints: Each item's general score, at most 2^20.
  /// - Complexity: linear in the texts, plus sorting the distinct terms and each item's own.
  init(items: [CatalogItem?], generalPoints: [UInt32]) {
    var lengths = readTexts(items)
    let ranks = terms.sort()
    for index in textTerm.indices where textTerm[index] < SearchSegment.fieldMark {
      let extra = textTerm[index] & SearchSegment.extraBit
      textTerm[index] = ranks[Int(textTerm[index] ^ extra)] | extra
    }
    invert(items.count, named: items.count { $0?.named == true }, lengths: &lengths)
    block()
    blockGeneral = SearchSegment.blockGeneral(postingStart, postingItem, generalPoints)
  }

  /// What was built from the same texts before.
  ///
  /// - Complexity: linear in the postings; nothing is cut into terms.
  init(
    terms: TermTable, rarity: [UInt32], postingStart: [UInt32], postingItem: [UInt32], postingImpact: [UInt8],
    textStart: [UInt32], textTerm: [UInt32], generalPoints: [UInt32]
  ) {
    self.terms = terms
    self.rarity = rarity
    self.postingStart = postingStart
    self.postingItem = postingItem
    self.postingImpact = postingImpact
    self.textStart = textStart
    self.textTerm = textTerm
    block()
    blockGeneral = SearchSegment.blockGeneral(postingStart, postingItem, generalPoints)
  }

  /// A digest of all that the terms and their postings follow from: titles, tags and texts by place.
  ///
  /// - Complexity: one pass over the texts.
  static func digest(of items: [CatalogItem?]) -> [UInt8] {
    let hash = SHA256()
    hash.update("attune texts 1")
    var bytes: [UInt8] = []
    func add(_ text: String) {
      bytes.appendVarint(UInt64(text.utf8.count))
      bytes.append(contentsOf: text.utf8)
    }
    for item in items {
      if let item, item.named {
        bytes.append(1)
        bytes.append(item.title == nil ? 0 : 1)
        add(item.title ?? "")
        bytes.append(item.text == nil ? 0 : 1)
        add(item.text ?? "")
        for tag in item.features where !tag.hasPrefix("term:") { add(tag) }
        // No tag is empty.
        add("")
      } else {
        bytes.append(0)
      }
      if bytes.count > 1 << 16 {
        hash.update(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    hash.update(bytes)
    return hash.finalize().bytes
  }

  // MARK: Reading

  /// Fills ``textTerm`` with terms in order of appearance; gives each item's length by field.
  private mutating func readTexts(_ items: [CatalogItem?]) -> [[UInt32]] {
    var lengths = [[UInt32]](repeating: [UInt32](repeating: 0, count: items.count), count: 3)
    var analyzer = TextAnalyzer()
    textStart.reserveCapacity(items.count + 1)
    for (place, item) in items.enumerated() {
      if let item, item.named {
        func read(_ text: String, _ field: Field) {
          analyzer.read(text, for: .item)
          if analyzer.terms.isEmpty { return }
          textTerm.append(SearchSegment.fieldMark | field.rawValue)
          for term in analyzer.terms {
            let number = terms.number(of: analyzer.bytes, term.range)
            textTerm.append(number | (term.isExtra ? SearchSegment.extraBit : 0))
            if !term.isExtra { lengths[Int(field.rawValue)][place] += 1 }
          }
        }
        if let title = item.title { read(title, .title) }
        let tags = item.features.filter { !$0.hasPrefix("term:") }
        for tag in tags { read(SearchSegment.name(ofTag: tag), .tag) }
        if let text = item.text { read(text, .text) }
        if !tags.isEmpty { textTerm.append(SearchSegment.fieldMark | Field.key.rawValue) }
        for tag in tags {
          let field = Tag.field(of: tag)
          guard let key = SearchQuery.key(field, tag.dropFirst(field.count + 1)) else { continue }
          let bytes = Array(key.utf8)
          textTerm.append(terms.number(of: bytes, 0..<bytes.count) | SearchSegment.extraBit)
        }
      }
      textStart.append(UInt32(textTerm.count))
    }
    return lengths
  }

  /// The words of a tag: its value, of a category the narrowest.
  private static func name(ofTag tag: String) -> String {
    let field = Tag.field(of: tag)
    let value = field.isEmpty ? tag[...] : tag.dropFirst(field.count + 1)
    guard field == "category", let slash = value.lastIndex(of: "/") else { return String(value) }
    return String(value[value.index(after: slash)...])
  }

  // MARK: Inverting

  private mutating func invert(_ count: Int, named: Int, lengths: inout [[UInt32]]) {
    // 1 / (1 − b + b · length / mean), Q16, by field.
    let means = lengths.map { field in
      let sum = field.reduce(UInt64(0)) { $0 + UInt64($1) }
      return max(1, (sum << 16) / UInt64(max(1, field.count { $0 > 0 })))
    }
    func share(_ field: UInt32, _ item: Int) -> UInt64 {
      let relative = (UInt64(lengths[Int(field)][item]) << 32) / means[Int(field)]
      let norm = (1 << 16) - SearchSegment.lengthShare + (SearchSegment.lengthShare * relative) >> 16
      return (1 << 32) / norm
    }
    var sizes = [UInt32](repeating: 0, count: terms.count)
    var own: [UInt64] = []
    var found: [(term: UInt32, impact: UInt8)] = []
    // Twice over the texts: once to count, once to fill.
    for isFilling in [false, true] {
      for item in 0..<count {
        gather(item, &own)
        if own.isEmpty { continue }
        found.removeAll(keepingCapacity: true)
        var shares: [UInt64] = []
        if isFilling { shares = (0..<3).map { share($0, item) } }
        var entry = 0
        while entry < own.count {
          let term = own[entry] >> 2
          var weight: UInt64 = 0
          while entry < own.count, own[entry] >> 2 == term {
            let field = Int(own[entry] & 3)
            if isFilling, field < 3 { weight += Field.allCases[field].weight * shares[field] }
            entry += 1
          }
          if isFilling {
            let impact = weight == 0 ? 0 : max(1, 255 * weight / (weight + SearchSegment.saturation))
            let place = Int(sizes[Int(term)])
            postingItem[place] = UInt32(item)
            postingImpact[place] = UInt8(impact)
          }
          sizes[Int(term)] += 1
        }
      }
      if isFilling { break }
      // What only people's events name has no text, and coming and going moves no score.
      let total = UInt64(2 * named + 2)
      rarity = sizes.map { UInt32(max(0, FixedPoint.log2(total) - FixedPoint.log2(2 * UInt64($0) + 1)) >> 16) }
      postingStart.reserveCapacity(terms.count + 1)
      var sum: UInt32 = 0
      for term in sizes.indices {
        let size = sizes[term]
        sizes[term] = sum
        sum += size
        postingStart.append(sum)
      }
      postingItem = [UInt32](repeating: 0, count: Int(sum))
      postingImpact = [UInt8](repeating: 0, count: Int(sum))
    }
  }

  /// An item's terms with their fields in the low two bits, ascending.
  private func gather(_ item: Int, _ own: inout [UInt64]) {
    own.removeAll(keepingCapacity: true)
    var field: UInt32 = 0
    for entry in Int(textStart[item])..<Int(textStart[item + 1]) {
      let term = textTerm[entry]
      if term >= SearchSegment.fieldMark {
        field = term & 3
      } else {
        own.append(UInt64(term & ~SearchSegment.extraBit) << 2 | UInt64(field))
      }
    }
    own.sort()
  }

  /// How many available items have each term as a word, and the most of each group of 64 terms.
  ///
  /// The key of a tag is nobody's word and counts none.
  ///
  /// - Complexity: linear in the postings.
  func completions(_ items: [CatalogItem?]) -> (byTerm: [UInt32], byGroup: [UInt32]) {
    let isAvailable = items.map { $0?.available ?? false }
    var byTerm = [UInt32](repeating: 0, count: terms.count)
    var byGroup = [UInt32](
      repeating: 0, count: (terms.count + SearchSegment.group - 1) / SearchSegment.group)
    for term in byTerm.indices {
      for entry in Int(postingStart[term])..<Int(postingStart[term + 1])
      where postingImpact[entry] > 0 && isAvailable[Int(postingItem[entry])] {
        byTerm[term] += 1
      }
      byGroup[term / SearchSegment.group] = max(byGroup[term / SearchSegment.group], byTerm[term])
    }
    return (byTerm, byGroup)
  }

  private mutating func block() {
    blockStart.reserveCapacity(terms.count + 1)
    for term in 0..<terms.count {
      let range = Int(postingStart[term])..<Int(postingStart[term + 1])
      for start in stride(from: range.lowerBound, to: range.upperBound, by: SearchSegment.block) {
        var impact: UInt8 = 0
        for entry in start..<min(start + SearchSegment.block, range.upperBound) {
          impact = max(impact, postingImpact[entry])
        }
        blockImpact.append(impact)
      }
      blockStart.append(UInt32(blockImpact.count))
    }
  }

  /// The greatest general score in each block of each term, in units of 4096, rounded up.
  ///
  /// - Complexity: one pass over the postings.
  static func blockGeneral(
    _ postingStart: [UInt32], _ postingItem: [UInt32], _ generalPoints: [UInt32]
  ) -> [UInt16] {
    var blocks: [UInt16] = []
    for term in 0..<max(0, postingStart.count - 1) {
      let range = Int(postingStart[term])..<Int(postingStart[term + 1])
      for start in stride(from: range.lowerBound, to: range.upperBound, by: block) {
        var general: UInt32 = 0
        for entry in start..<min(start + block, range.upperBound) {
          general = max(general, generalPoints[Int(postingItem[entry])])
        }
        blocks.append(UInt16((general + 4095) >> 12))
      }
    }
    return blocks
  }
}
