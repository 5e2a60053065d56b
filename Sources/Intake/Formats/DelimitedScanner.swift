/// Splits CSV and TSV records into the cells that are wanted.
///
/// RFC 4180, with any one-byte delimiter; quotes in the middle of a plain cell are letters like any other.
struct DelimitedScanner {
  let delimiter: UInt8
  /// For each column up to the last wanted one, its slots.
  private var slots: [[Int]]
  private let columnCount: Int

  /// - Parameter wanted: The column of each slot.
  init(delimiter: UInt8, wanted: [Int], columnCount: Int) {
    self.delimiter = delimiter
    self.columnCount = columnCount
    slots = [[Int]](repeating: [], count: (wanted.max() ?? -1) + 1)
    for (slot, column) in wanted.enumerated() { slots[column].append(slot) }
  }

  /// The cells of a header, all of them.
  static func cells(_ record: UnsafeBufferPointer<UInt8>, delimiter: UInt8) throws -> [[UInt8]] {
    var cells: [[UInt8]] = []
    try unsafe scan(record, delimiter, columns: .max) { _, range, copy in
      unsafe cells.append(copy ?? Array(record[range]))
    }
    return cells
  }

  /// How many cells a record has, one that does not end in it included.
  static func cellCount(_ record: UnsafeBufferPointer<UInt8>, delimiter: UInt8) -> Int {
    var count = 0
    do {
      try unsafe scan(record, delimiter, columns: .max) { _, _, _ in count += 1 }
    } catch {
      count += 1
    }
    return count
  }

  func scan(_ record: UnsafeBufferPointer<UInt8>, into row: inout Row) throws {
    unsafe row.begin(record)
    var found = 0
    try unsafe DelimitedScanner.scan(record, delimiter, columns: slots.count) { column, range, copy in
      found = column + 1
      for slot in slots[column] {
        if let copy { row.set(slot, copy: copy) } else { row.set(slot, start: range.lowerBound, count: range.count) }
      }
    }
    if found < slots.count {
      throw Malformed(
        column: record.count + 1, found: "\(found) columns", expected: "\(columnCount) columns")
    }
  }

  /// Hands out up to `columns` cells: where they lie, and their bytes where quotes had to be taken out.
  @inline(__always)
  private static func scan(
    _ record: UnsafeBufferPointer<UInt8>, _ delimiter: UInt8, columns: Int,
    _ body: (_ column: Int, Range<Int>, _ copy: [UInt8]?) -> Void
  ) throws {
    var place = 0
    var column = 0
    while column < columns {
      if unsafe place < record.count && record[place] == 34 {
        var copy: [UInt8] = []
        let start = place
        place += 1
        while true {
          if place >= record.count {
            throw Malformed(column: start + 1, found: "a quote that does not end", expected: "a closing quote")
          }
          let byte = unsafe record[place]
          place += 1
          if byte == 34 {
            guard unsafe place < record.count && record[place] == 34 else { break }
            place += 1
          }
          copy.append(byte)
        }
        if unsafe place < record.count && record[place] != delimiter {
          throw Malformed(column: place + 1, found: "text after a closing quote", expected: "a delimiter")
        }
        body(column, start..<place, copy)
      } else {
        let start = place
        while unsafe place < record.count && record[place] != delimiter { place += 1 }
        body(column, start..<place, nil)
      }
      column += 1
      if place >= record.count { return }
      place += 1
    }
  }
}
