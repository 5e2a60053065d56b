import SystemIO
import Vocabulary

/// `decisions.tail`: the latest decisions one after another, until they are folded into `decisions.sqlite`.
///
/// An answer waits for one write instead of a database's commit, which costs ten times as much. The file starts with a
/// header (mark, the store's identity, the number before its first decision); a decision is its check (CRC-32 of all
/// that follows), length, number, person and time, four, four, eight, eight and eight bytes, least significant first,
/// and its sealed bytes. What a death in mid-write left at the end is no decision and is cut off by the next writer.
///
/// Whoever changes it holds its lock, and numbers follow one another across processes. Readers do not wait: a decision
/// leaves the file only when the database has it, so whoever reads here first and there next misses none.
final class DecisionTail {
  /// How a decision waits here.
  struct Entry {
    let number: Int64
    let person: Int64
    let time: Int64
    let sealed: [UInt8]
  }

  private let file: SharedFile
  private let identity: [UInt8]
  /// The newest number the database knows, asked where the file is new.
  private let lastFolded: () throws -> Int64
  private var isLocked = false
  /// The header, the end and the newest number as this object left them.
  private var known: (base: Int64, end: Int64, last: Int64)?
  /// Decisions numbered and not written yet.
  private var pending: [UInt8] = []
  private var pendingLast: Int64 = 0

  private static let mark = Array("attune decisions".utf8)
  private static let headerLength = 40
  private static let entryLength = 32
  /// How long to wait for another process, in milliseconds; what it does takes moments.
  private static let patience = 10_000

  init(path: String, identity: [UInt8], lastFolded: @escaping () throws -> Int64) throws {
    file = try SharedFile(path: path)
    self.identity = identity
    self.lastFolded = lastFolded
  }

  /// Bytes of decisions in the file, whoever wrote them.
  func size() throws -> Int64 { max(0, try file.size() - Int64(DecisionTail.headerLength)) }

  /// The decisions in the file, in order of number.
  func entries() throws -> [Entry] {
    if try size() == 0 { return [] }
    var entries: [Entry] = []
    _ = try scan { entries.append($0) }
    return entries
  }

  // MARK: Writing

  /// Numbers a decision, which waits for ``write()``; nobody else gets a number until then.
  func append(_ person: PersonID, time: Timestamp, sealed: [UInt8]) throws -> Int64 {
    if !isLocked {
      try lock()
      do { pendingLast = try catchUp().last } catch {
        unlock()
        throw error
      }
    }
    pendingLast += 1
    let start = pending.count
    pending.reserveCapacity(start + DecisionTail.entryLength + sealed.count)
    pending.appendLittleEndian(UInt32(0))
    pending.appendLittleEndian(UInt32(sealed.count))
    pending.appendLittleEndian(UInt64(bitPattern: pendingLast))
    pending.appendLittleEndian(UInt64(bitPattern: person.rawValue))
    pending.appendLittleEndian(UInt64(bitPattern: time.milliseconds))
    pending += sealed
    let check = Checksum.crc32(pending[(start + 4)...])
    for byte in 0..<4 { pending[start + byte] = UInt8(truncatingIfNeeded: check >> UInt32(8 * byte)) }
    return pendingLast
  }

  /// Writes what was appended: all of it, or none where this throws.
  func write() throws {
    guard isLocked else { return }
    defer {
      pending.removeAll(keepingCapacity: pending.count < 1 << 20)
      unlock()
    }
    guard let start = known, !pending.isEmpty else { return }
    do { try file.write(pending, at: start.end) } catch {
      // What is there of it goes; where not even that can be done, the next writer finds numbers that are not its own.
      known = nil
      try? file.truncate(to: start.end)
      throw error
    }
    known = (start.base, start.end + Int64(pending.count), pendingLast)
  }

  // MARK: Folding

  /// Hands out every decision in order of number and then empties the file.
  ///
  /// - Parameters:
  ///   - isDurable: Whether the emptiness survives a loss of power.
  ///   - body: Keeps them elsewhere; where it throws they stay, and where the process dies after it they come again.
  func drain(isDurable: Bool = false, into body: ([Entry]) throws -> Void) throws {
    try write()
    try lock()
    defer { unlock() }
    let entries = try self.entries()
    if !entries.isEmpty {
      try body(entries)
      known = nil
      try file.write(header(base: entries[entries.count - 1].number), at: 0)
      try file.truncate(to: Int64(DecisionTail.headerLength))
    }
    if isDurable { try file.synchronize() }
  }

  // MARK: Reading

  /// Learns, under the lock, what others have written since, and cuts off what is no decision.
  private func catchUp() throws -> (base: Int64, end: Int64, last: Int64) {
    let size = try file.size()
    if let known, known.end == size, try base(in: file.read(at: 0, count: DecisionTail.headerLength)) == known.base {
      return known
    }
    var found = try scan { _ in }
    if found == nil {
      let base = try lastFolded()
      try file.write(header(base: base), at: 0)
      found = (base, Int64(DecisionTail.headerLength), base)
    }
    guard let found else { preconditionFailure("a header that was just written") }
    if found.end < size { try file.truncate(to: found.end) }
    known = found
    return found
  }

  /// Reads the whole file; `nil` where it has no header yet.
  private func scan(_ body: (Entry) -> Void) throws -> (base: Int64, end: Int64, last: Int64)? {
    let bytes = try file.read(at: 0, count: Int(file.size()))
    guard let base = try base(in: bytes) else { return nil }
    var place = DecisionTail.headerLength
    // A header is written before the file is cut, so what was folded may stand after it: its numbers are too low.
    var last = base
    while place + DecisionTail.entryLength <= bytes.count {
      let check = bytes[place...].littleEndian(as: UInt32.self)
      let end = place + DecisionTail.entryLength + Int(bytes[(place + 4)...].littleEndian(as: UInt32.self))
      let number = Int64(bitPattern: bytes[(place + 8)...].littleEndian(as: UInt64.self))
      guard number == last + 1, end <= bytes.count, Checksum.crc32(bytes[(place + 4)..<end]) == check else { break }
      body(
        Entry(
          number: number, person: Int64(bitPattern: bytes[(place + 16)...].littleEndian(as: UInt64.self)),
          time: Int64(bitPattern: bytes[(place + 24)...].littleEndian(as: UInt64.self)),
          sealed: Array(bytes[(place + DecisionTail.entryLength)..<end])))
      last = number
      place = end
    }
    return (base, Int64(place), last)
  }

  /// The number in a file's header; `nil` where the file is too short for one.
  private func base(in bytes: [UInt8]) throws -> Int64? {
    if bytes.count < DecisionTail.headerLength { return nil }
    let own = DecisionTail.mark + identity
    guard bytes.starts(with: own) else {
      throw Failure(
        .badStore, "the file of the latest decisions belongs to another store", at: file.path,
        expected: "the file that was made with this store", remedy: "Put the store's own file back")
    }
    return Int64(bitPattern: bytes[own.count...].littleEndian(as: UInt64.self))
  }

  private func header(base: Int64) -> [UInt8] {
    var header = DecisionTail.mark + identity
    header.appendLittleEndian(UInt64(bitPattern: base))
    return header
  }

  private func lock() throws {
    try file.lock(patience: DecisionTail.patience)
    isLocked = true
  }

  private func unlock() {
    if isLocked { file.unlock() }
    isLocked = false
  }
}

extension [UInt8] {
  fileprivate mutating func appendLittleEndian<Value: FixedWidthInteger>(_ value: Value) {
    for shift in stride(from: 0, to: Value.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
  }
}

extension ArraySlice<UInt8> {
  /// The number in the first bytes, which must be there.
  fileprivate func littleEndian<Value: FixedWidthInteger>(as type: Value.Type) -> Value {
    prefix(Value.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Value($1) }
  }
}
