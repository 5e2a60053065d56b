package import Crypto
import SystemIO
import Vocabulary

/// A published file in memory, to change what was learned of some of its items and nothing else.
///
/// Changes are appended to the file, so that publishing them takes a moment; the next writing of the whole file leaves
/// none of what was there before. Memory: some 8 bytes a pair, 100 an item and 4 a posting of the catalogue's words. One
/// thread at a time.
package final class ModelEditor {
  package let path: String
  /// The learned digest of the file with its amendments.
  package private(set) var digest: Digest
  /// The outside ids of the file's items, ascending, by place.
  package let ids: [String]
  private let snapshot: Snapshot
  /// The file that is edited, and where its last amendment ends.
  private var file: FileIdentity
  private var columns = LearnedColumns()
  private var derived: DerivedColumns
  private var flags: [UInt8]
  /// The catalogue's words: which items bound the blocks of their postings.
  private let postingStart: [UInt32]
  private let postingItem: [UInt32]
  private var blockGeneral: [UInt16]
  /// The items' digests one after another; of what is not learned, zeros.
  private var digests: [UInt8]

  /// - Parameter snapshot: The file as it is; its rows are counts.
  /// - Complexity: one pass over the rows.
  package init(_ snapshot: Snapshot, path: String) {
    precondition(!snapshot.isRefined, "refined rows are not edited")
    self.snapshot = snapshot
    self.path = path
    file = snapshot.identity
    let table = snapshot.columns
    let count = UInt32(snapshot.itemCount)
    ids = (0..<count).map(snapshot.id(of:))
    columns.support = table.all(.support)
    columns.sales = table.all(.sales)
    columns.general = table.all(.general)
    columns.rowStart = table.all(.rowStart)
    columns.rowEnd = (0..<count).map { UInt32(snapshot.row(of: $0).upperBound) }
    columns.rowItem = table.all(.rowItem)
    columns.rowValue = table.all(.rowValue)
    columns.rowShift = table.all(.rowShift)
    derived = DerivedColumns(columns, snapshot.parameters, isRefined: false)
    flags = table.all(.flags)
    postingStart = table.all(.termPostingStart)
    postingItem = table.all(.termPostingItem)
    blockGeneral = table.all(.termBlockGeneral)
    digest = snapshot.learnedDigest
    digests = [UInt8](repeating: 0, count: ids.count * Digest.length)
    for item in ids.indices where columns.support[item] > 0 { setDigest(of: item) }
  }

  /// Publishes other counts for some items.
  ///
  /// - Parameter changes: By place in the file; neighbours are places. `nil` for an item that too few people stand behind
  ///   now.
  /// - Returns: False where a row has no room for what is put into it, or where another file has taken the place of the
  ///   one that is edited, whoever put it there; then nothing was changed.
  /// - Throws: ``Failure`` where the file does not take it. The file then is to be written anew before it is edited
  ///   again, because nothing behind half an amendment is read.
  /// - Complexity: one pass over the rows, without their texts, and the sections that change.
  package func publish(_ changes: [(item: UInt32, learned: LearnedItem?)]) throws -> Bool {
    let fits = changes.allSatisfy { change in
      let start = Int(columns.rowStart[Int(change.item)])
      return change.learned?.neighbours.count ?? 0 <= Int(columns.rowStart[Int(change.item) + 1]) - start
    }
    // All offsets are those of one file. A path may lead to another of the same version, where writing it failed after
    // it was in its place; and what another process began to append would hide what is appended behind it.
    guard fits, try Files.identity(of: path) == file else { return false }
    let old = derived
    var runs: [Amendment.Run] = []
    for (item, learned) in changes { put(learned, Int(item), &runs) }
    derived = DerivedColumns(columns, snapshot.parameters, isRefined: false)
    runs += difference(.source, old.source, derived.source)
    runs += difference(.target, old.target, derived.target)
    runs += difference(.rowTotal, old.rowTotal, derived.rowTotal)
    runs += difference(.generalPoints, old.generalPoints, derived.generalPoints)
    runs += difference(.generalOrder, old.generalOrder, derived.generalOrder)
    // A score may grow where the greatest of all has shrunk, and a search trusts these bounds.
    let bounds = SearchSegment.blockGeneral(postingStart, postingItem, derived.generalPoints)
    runs += difference(.termBlockGeneral, blockGeneral, bounds)
    blockGeneral = bounds
    var rows: [UInt8] = []
    rows.reserveCapacity(digests.count)
    for item in ids.indices where columns.support[item] > 0 {
      rows += digests[item * Digest.length..<(item + 1) * Digest.length]
    }
    digest = LearnedSegment.digest(ofRows: rows, snapshot.parameters)
    var amendment = Amendment(learned: digest, unit: derived.unit)
    amendment.runs = runs
    let bytes = amendment.bytes
    try Files.append(path, bytes)
    file.size += bytes.count
    return true
  }

  private func put(_ learned: LearnedItem?, _ item: Int, _ runs: inout [Amendment.Run]) {
    let gone = LearnedItem(support: 0, general: 0, sales: 0)
    let value = learned ?? gone
    columns.support[item] = value.support
    columns.sales[item] = value.sales
    columns.general[item] = value.general
    columns.rowShift[item] = value.shift
    let start = Int(columns.rowStart[item])
    columns.rowEnd[item] = UInt32(start + value.neighbours.count)
    columns.rowItem.replaceSubrange(start..<start + value.neighbours.count, with: value.neighbours)
    columns.rowValue.replaceSubrange(start..<start + value.values.count, with: value.values)
    func run(_ target: Amendment.Target, at place: Int, _ bytes: [UInt8]) {
      runs.append(Amendment.Run(target: target, offset: place, bytes: bytes))
    }
    run(.section(.support), at: 4 * item, bytes([value.support]))
    run(.section(.sales), at: 4 * item, bytes([value.sales]))
    run(.section(.general), at: 8 * item, bytes([value.general]))
    run(.section(.rowShift), at: item, [value.shift])
    run(.rowEnds, at: 4 * item, bytes([columns.rowEnd[item]]))
    run(.section(.rowItem), at: 4 * start, bytes(value.neighbours))
    run(.section(.rowValue), at: 4 * start, bytes(value.values))
    if learned == nil, flags[item] & ItemFlag.named == 0 {
      // What no catalogue names does not exist without people.
      flags[item] = 0
      run(.section(.flags), at: item, [0])
      let number = snapshot.number(of: UInt32(item))
      if number != .none, Int(number.rawValue) < snapshot.columns.count(.indexOfNumber) {
        run(.section(.indexOfNumber), at: 4 * Int(number.rawValue), bytes([UInt32.max]))
      }
    }
    setDigest(of: item)
  }

  private func setDigest(of item: Int) {
    var learned = LearnedItem(
      support: columns.support[item], general: columns.general[item], sales: columns.sales[item])
    learned.shift = columns.rowShift[item]
    learned.neighbours = Array(columns.rowItem[columns.row(of: item)])
    learned.values = Array(columns.rowValue[columns.row(of: item)])
    let digest = LearnedSegment.digest(of: learned, id: ids[item], SHA256()) { ids[Int($0)] }
    digests.replaceSubrange(item * Digest.length..<(item + 1) * Digest.length, with: digest.bytes)
  }

  /// The stretches in which a section differs.
  private func difference<Number: FixedWidthInteger>(
    _ section: Section, _ old: [Number], _ new: [Number]
  ) -> [Amendment.Run] {
    var runs: [Amendment.Run] = []
    var index = 0
    while index < new.count {
      if old[index] == new[index] {
        index += 1
        continue
      }
      let start = index
      while index < new.count, old[index] != new[index] { index += 1 }
      runs.append(
        Amendment.Run(
          target: .section(section), offset: start * section.width, bytes: bytes(Array(new[start..<index]))))
    }
    return runs
  }
}
