package import Crypto
import SystemIO
package import Vocabulary

/// A published model file, mapped.
///
/// Items and features are places in the file's own order: items ascending by outside id, features ascending by text.
/// Opening checks structure, so that no index in the file leads outside it; ``verify()`` also checks every byte. What an
/// erasure has amended at the file's end (``ModelEditor``) is in force.
@safe package final class Snapshot: @unchecked Sendable {  // unchecked: immutable after init
  /// The fraction bits of ``source(of:)``.
  package static let sourceFractionBits = 36

  private let file: MappedFile
  /// The file, as long as what was read of it: the beginning of an amendment that was cut short is not.
  let identity: FileIdentity
  private let path: String
  package let itemCount: Int
  package let featureCount: Int
  package let tick: Int64
  /// The mean over rows of the largest source · raw · target, with 16 fraction bits.
  package let unit: UInt128
  package let learnedDigest: Digest
  package let catalogDigest: Digest
  package let parameters: ModelParameters
  /// The words of the catalogue.
  package let words: SearchIndex

  // Pointers into the mapping, valid as long as this object lives.
  @unsafe package let rowItems: UnsafePointer<UInt32>
  @unsafe package let rowValues: UnsafePointer<UInt32>
  @unsafe package let targets: UnsafePointer<UInt32>
  @unsafe package let generalOrder: UnsafePointer<UInt32>
  @unsafe package let postingItems: UnsafePointer<UInt32>
  @unsafe package let postingWeights: UnsafePointer<UInt16>
  @unsafe package let vectorFeatures: UnsafePointer<UInt32>
  @unsafe package let vectorWeights: UnsafePointer<UInt16>
  @unsafe package let generalPoints: UnsafePointer<UInt32>
  @unsafe package let flags: UnsafePointer<UInt8>
  /// Whether ``rowItems`` and ``rowValues`` are refined rows; else they are the counts.
  package let isRefined: Bool
  private let rowStarts, rowEnds, vectorStarts, postingStarts: UnsafePointer<UInt32>
  /// Where rows end that were shortened since the file was written; `nil` where each ends at the next one's start.
  private let shortenedEnds: UnsafeMutablePointer<UInt32>?
  let columns: SectionTable

  /// Whether a model file is of an older version, which is not read any more: a training writes it anew.
  package static func isOutdated(_ path: String) throws -> Bool {
    try SectionTable.Fixed.version(MappedFile(path: path), path: path) < Header.version
  }

  /// - Throws: ``Failure`` with `badStore` for a file that is not a model, is damaged, or is of another version.
  package init(path: String) throws {
    self.path = path
    file = try MappedFile(path: path)
    let header = try SectionTable.Fixed(file, path: path)
    columns = try unsafe SectionTable(
      UnsafeRawBufferPointer(rebasing: file.bytes[..<header.size]), path: path, header)
    itemCount = header.items
    featureCount = header.features
    tick = header.tick
    let (amendments, amended) = unsafe Amendment.all(
      in: UnsafeRawBufferPointer(rebasing: file.bytes[header.size...]))
    var identity = file.identity
    identity.size = header.size + amended
    self.identity = identity
    unit = amendments.last?.unit ?? header.unit
    learnedDigest = amendments.last?.learned ?? header.learned
    catalogDigest = header.catalog
    parameters = try ModelParameters(json: columns.bytes(.parameters))
    isRefined = columns.count(.refinedStart) > 0
    unsafe rowItems = columns.pointer(isRefined ? .refinedItem : .rowItem)
    unsafe rowValues = columns.pointer(isRefined ? .refinedValue : .rowValue)
    unsafe targets = columns.pointer(.target)
    unsafe generalOrder = columns.pointer(.generalOrder)
    unsafe postingItems = columns.pointer(.postingItem)
    unsafe postingWeights = columns.pointer(.postingWeight)
    unsafe vectorFeatures = columns.pointer(.vectorFeature)
    unsafe vectorWeights = columns.pointer(.vectorWeight)
    unsafe generalPoints = columns.pointer(.generalPoints)
    unsafe flags = columns.pointer(.flags)
    unsafe rowStarts = columns.pointer(isRefined ? .refinedStart : .rowStart)
    unsafe shortenedEnds = amendments.isEmpty ? nil : .allocate(capacity: itemCount)
    unsafe rowEnds = shortenedEnds.map { unsafe UnsafePointer($0) } ?? rowStarts + 1
    unsafe vectorStarts = columns.pointer(.vectorStart)
    unsafe postingStarts = columns.pointer(.postingStart)
    words = SearchIndex(columns, file: file)
    if let ends = unsafe shortenedEnds {
      unsafe ends.initialize(from: rowStarts + 1, count: itemCount)
      for amendment in amendments { try unsafe apply(amendment, ends) }
    }
    try columns.validate(items: itemCount, features: featureCount)
    for item in 0..<itemCount where unsafe rowEnds[item] < rowStarts[item] || rowEnds[item] > rowStarts[item + 1] {
      throw SectionTable.damaged(path, "the model file is damaged")
    }
  }

  deinit { unsafe shortenedEnds?.deallocate() }

  private func apply(_ amendment: Amendment, _ ends: UnsafeMutablePointer<UInt32>) throws {
    for run in amendment.runs {
      switch run.target {
      case .section(let section):
        let place = columns.place(of: section)
        guard run.offset + run.bytes.count <= place.count else {
          throw SectionTable.damaged(path, "an amendment of the model file lies outside it")
        }
        file.overwrite(place.lowerBound + run.offset, with: run.bytes)
      case .rowEnds:
        guard run.offset + run.bytes.count <= itemCount * 4 else {
          throw SectionTable.damaged(path, "an amendment of the model file lies outside it")
        }
        unsafe UnsafeMutableRawPointer(ends).advanced(by: run.offset)
          .copyMemory(from: run.bytes, byteCount: run.bytes.count)
      }
    }
  }

  /// Reads the whole file as it was written and compares it with its checksum; amendments are checked when it is opened.
  ///
  /// - Throws: ``Failure`` with `badStore` where a byte differs.
  package func verify() throws {
    // Ours may have been written over.
    let file = try MappedFile(path: path)
    let header = try SectionTable.Fixed(file, path: path)
    let whole = unsafe UnsafeRawBufferPointer(rebasing: file.bytes[..<header.size])
    try unsafe SectionTable(whole, path: path, header).verify(whole)
  }

  // MARK: Items

  /// An item's outside id.
  package func id(of item: UInt32) -> String { columns.text(.idStart, .idBytes, item) }

  /// An item's title; `nil` where the catalogue gives none.
  package func title(of item: UInt32) -> String? {
    let title = columns.text(.titleStart, .titleBytes, item)
    return title.isEmpty ? nil : title
  }

  /// The item with an outside id.
  ///
  /// Complexity: O(log items).
  package func index(ofID id: String) -> UInt32? {
    guard let item = columns.search(.idStart, .idBytes, count: itemCount, for: id) else { return nil }
    // Too few people are left behind one that was learned, and no catalogue names it: an erasure since, and it is gone.
    return unsafe support(of: item) == 0 && flags[Int(item)] & ItemFlag.named == 0 ? nil : item
  }

  /// The item with a catalogue number.
  package func index(of number: ItemNumber) -> UInt32? {
    guard number.rawValue < columns.count(.indexOfNumber) else { return nil }
    let index: UInt32 = columns.value(.indexOfNumber, number.rawValue)
    return index == .max ? nil : index
  }

  /// The catalogue number; ``ItemNumber/none`` for an item that the catalogue has lost since.
  package func number(of item: UInt32) -> ItemNumber { ItemNumber(columns.value(.number, item)) }

  /// The bit of ``flags`` that says that an item may be shown.
  package static let availableFlag = ItemFlag.available

  /// Whether the catalogue names an item, rather than only people's events.
  package func isNamed(_ item: UInt32) -> Bool {
    precondition(item < itemCount, "no such item in the snapshot")
    return unsafe flags[Int(item)] & ItemFlag.named != 0
  }

  package func isAvailable(_ item: UInt32) -> Bool {
    precondition(item < itemCount, "no such item in the snapshot")
    return unsafe flags[Int(item)] & Snapshot.availableFlag != 0
  }

  /// Thousandths of the currency's unit; `nil` where none is known.
  package func price(of item: UInt32) -> Int64? {
    let price: Int64 = columns.value(.price, item)
    return price < 0 ? nil : price
  }

  /// Distinct people behind the item; 0 below the threshold.
  package func support(of item: UInt32) -> UInt32 { columns.value(.support, item) }

  /// Distinct people who bought the item; 0 below the threshold.
  package func sales(of item: UInt32) -> UInt32 { columns.value(.sales, item) }

  /// d^(−sourceExponent), with ``sourceFractionBits``.
  package func source(of item: UInt32) -> UInt64 { columns.value(.source, item) }

  /// d^(−targetExponent) in Q16, at least 1.
  package func target(of item: UInt32) -> UInt32 { columns.value(.target, item) }

  /// The general score on a scale to 2^20.
  package func generalPoints(of item: UInt32) -> UInt32 {
    precondition(item < itemCount, "no such item in the snapshot")
    return unsafe generalPoints[Int(item)]
  }

  // MARK: Rows, vectors, postings

  /// Where the item's row lies in ``rowItems`` and ``rowValues``.
  package func row(of item: UInt32) -> Range<Int> {
    precondition(item < itemCount, "no such item in the snapshot")
    return unsafe Int(rowStarts[Int(item)])..<Int(rowEnds[Int(item)])
  }

  /// weight = value << shift.
  package func shift(of item: UInt32) -> UInt8 { columns.value(isRefined ? .refinedShift : .rowShift, item) }

  /// The items that people had together with this one most, greatest count first, whatever rows are served.
  package func neighbours(of item: UInt32) -> [UInt32] {
    precondition(item < itemCount, "no such element in the snapshot")
    return counted(item).map { columns.value(.rowItem, UInt32($0)) }
  }

  /// Where the item's counts lie, whatever rows are served.
  private func counted(_ item: UInt32) -> Range<Int> {
    isRefined ? columns.range(.rowStart, item) : row(of: item)
  }

  /// Σ value · target over the row.
  package func rowTotal(of item: UInt32) -> UInt64 { columns.value(.rowTotal, item) }

  /// Where the item's vector lies in ``vectorFeatures`` and ``vectorWeights``; ascending by feature.
  package func vector(of item: UInt32) -> Range<Int> { unsafe range(vectorStarts, item, below: itemCount) }

  /// Where the feature's items lie in ``postingItems`` and ``postingWeights``; ascending by item.
  package func postings(of feature: UInt32) -> Range<Int> {
    unsafe range(postingStarts, feature, below: featureCount)
  }

  private func range(_ starts: UnsafePointer<UInt32>, _ index: UInt32, below count: Int) -> Range<Int> {
    precondition(index < count, "no such element in the snapshot")
    return unsafe Int(starts[Int(index)])..<Int(starts[Int(index) + 1])
  }

  /// A feature's text.
  package func featureName(of feature: UInt32) -> String { columns.text(.featureStart, .featureBytes, feature) }

  /// The feature with a text.
  ///
  /// Complexity: O(log features).
  package func feature(named name: String) -> UInt32? {
    columns.search(.featureStart, .featureBytes, count: featureCount, for: name)
  }

  /// The features of a tag field, which stand together.
  ///
  /// Complexity: O(log features).
  package func features(ofField field: String) -> Range<UInt32> {
    func bound(_ end: UInt8) -> UInt32 {
      columns.lowerBound(.featureStart, .featureBytes, count: featureCount, for: Array(field.utf8) + [end])
    }
    return bound(UInt8(ascii: ":"))..<bound(UInt8(ascii: ":") + 1)
  }

  /// log2(N/df) in Q16; 0 for a feature of one item.
  package func inverseFrequency(of feature: UInt32) -> UInt32 { columns.value(.inverseFrequency, feature) }

  // MARK: Reading the learned segment back

  /// What was learned, as it was given to the writer: for publishing it again with another catalogue.
  package func learned() -> LearnedSegment {
    var segment = LearnedSegment(parameters: parameters)
    var place = [UInt32](repeating: .max, count: itemCount)
    let learned = (0..<UInt32(itemCount)).filter { support(of: $0) > 0 }
    for (index, item) in learned.enumerated() { place[Int(item)] = UInt32(index) }
    for item in learned {
      segment.ids.append(id(of: item))
      segment.support.append(support(of: item))
      segment.general.append(columns.value(.general, item))
      segment.sales.append(columns.value(.sales, item))
    }
    let counted = rows(.rowStart, .rowItem, .rowValue, .rowShift, of: learned, place)
    (segment.rowStart, segment.rowItem, segment.rowValue, segment.rowShift) = (
      counted.start, counted.item, counted.value, counted.shift
    )
    if isRefined {
      segment.refined = rows(.refinedStart, .refinedItem, .refinedValue, .refinedShift, of: learned, place)
    }
    return segment
  }

  private func rows(
    _ starts: Section, _ items: Section, _ values: Section, _ shifts: Section, of learned: [UInt32], _ place: [UInt32]
  ) -> ItemRows {
    let rowItems: UnsafePointer<UInt32> = unsafe columns.pointer(items)
    let rowValues: UnsafePointer<UInt32> = unsafe columns.pointer(values)
    var rows = ItemRows()
    for item in learned {
      rows.shift.append(columns.value(shifts, item))
      for entry in starts == .rowStart ? counted(item) : columns.range(starts, item) {
        unsafe rows.item.append(place[Int(rowItems[entry])])
        unsafe rows.value.append(rowValues[entry])
      }
      rows.start.append(UInt32(rows.item.count))
    }
    return rows
  }
}
