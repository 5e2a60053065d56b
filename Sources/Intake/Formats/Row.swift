/// The cells of one record that somebody asked for, by slot.
///
/// A cell points into the record, or into a scratch buffer where quotes or escapes had to be taken out.
@safe struct Row {
  /// Divides the values of a list that came as one, such as a JSON array.
  static let listSeparator: UInt8 = 0x1F

  private struct Cell {
    var start = -1
    var count = 0
    var isCopy = false
  }

  private var cells: [Cell]
  private var scratch: [UInt8] = []
  @unsafe private var record = unsafe UnsafeBufferPointer<UInt8>(start: nil, count: 0)

  init(slots: Int) { cells = [Cell](repeating: Cell(), count: slots) }

  mutating func begin(_ record: UnsafeBufferPointer<UInt8>) {
    unsafe self.record = record
    scratch.removeAll(keepingCapacity: true)
    for slot in cells.indices { cells[slot].start = -1 }
  }

  mutating func set(_ slot: Int, start: Int, count: Int) { cells[slot] = Cell(start: start, count: count) }

  mutating func set(_ slot: Int, copy bytes: some Collection<UInt8>) {
    cells[slot] = Cell(start: scratch.count, count: bytes.count, isCopy: true)
    scratch += bytes
  }

  /// Where in the record a cell starts, from 1; 1 for one that was copied.
  func column(of slot: Int) -> Int { cells[slot].isCopy ? 1 : cells[slot].start + 1 }

  func has(_ slot: Int) -> Bool { cells[slot].start >= 0 }

  func isEmpty(_ slot: Int) -> Bool { cells[slot].start < 0 || cells[slot].count == 0 }

  func withBytes<Result>(_ slot: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
    let cell = cells[slot]
    if cell.start < 0 { return try unsafe body(UnsafeBufferPointer(start: nil, count: 0)) }
    if cell.isCopy {
      return try unsafe scratch.withUnsafeBufferPointer {
        try unsafe body(UnsafeBufferPointer(rebasing: $0[cell.start..<cell.start + cell.count]))
      }
    }
    return try unsafe body(UnsafeBufferPointer(rebasing: record[cell.start..<cell.start + cell.count]))
  }

  func bytes(_ slot: Int) -> [UInt8] { unsafe withBytes(slot) { unsafe Array($0) } }

  /// The cell as text; `nil` where it is not UTF-8, or has control characters.
  ///
  /// - Parameter orList: Also takes a list that came as one.
  func text(_ slot: Int, orList: Bool = false) -> String? {
    let bytes = bytes(slot)
    let hasControls = bytes.contains {
      $0 < 32 && $0 != 9 && $0 != 10 && $0 != 13 && !(orList && $0 == Row.listSeparator)
    }
    if hasControls { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}

/// What kept a record from being read: where in it, what was found, and what was expected.
struct Malformed: Error {
  /// From 1, in bytes.
  var column: Int
  var found: String
  var expected: String
}
