import SystemIO
import Vocabulary

/// Turns a file of any format into rows of the cells that its roles need.
final class RowReader {
  enum Outcome {
    case row
    /// Left out on purpose.
    case ignored
    case rejected
    /// A followed file has to grow before there is another row.
    case waiting
    case end
  }

  private enum Scanner {
    case delimited(DelimitedScanner)
    case json(JSONLineScanner)
    case combined(CombinedScanner)
  }

  private let records: RecordSource
  private let rejects: RejectSink
  private let scanner: Scanner
  private let isQuoted: Bool
  /// The record that was read to learn the format and has yet to be handed out.
  private let name: String
  private(set) var counts = ReadCounts()
  private(set) var row: Row
  /// Slot of each role that has a column, and the constants of the others.
  let slots: [LogOptions.Role: Int]
  let constants: [LogOptions.Role: String]
  let tagSlots: [(field: String, slot: Int)]

  /// After so many records with none understood, the format is taken to be wrong.
  private static let patience = 100
  private static let tooLong = Malformed(column: 1, found: "a line that is too long", expected: "at most 16 MiB")

  init(chunks: ChunkReader, options: LogOptions, rejects: RejectSink, name: String) throws {
    self.rejects = rejects
    self.name = name
    records = RecordSource(chunks: chunks)
    for _ in 0..<options.skipLines { _ = try records.next(quoted: false) }
    // The first record that is not blank tells the format; it may be a header.
    var first = try records.next(quoted: false)
    while first == .tooLong || first == .text && records.isBlank {
      if first == .tooLong {
        counts.read += 1
        counts.rejected += 1
        try rejects.reject(line: records.line, RowReader.tooLong, text: [])
      }
      first = try records.next(quoted: false)
    }
    let sample = first == .text ? unsafe Array(records.record) : []
    let format = options.format == .auto ? RowReader.guess(sample) : options.format
    isQuoted = format == .csv || format == .auto

    var wanted: [String] = []
    var columns: [String] = []
    var isHeader = false
    switch format {
    case .ndjson: columns = RowReader.keys(sample)
    case .combined: columns = CombinedScanner.columns
    case .csv, .tsv, .auto:
      records.delimiter =
        options.delimiter ?? (format == .tsv ? 9 : RowReader.guessDelimiter(sample, named: options.columns?.count))
      isHeader = options.columns == nil
      if let named = options.columns {
        columns = named
      } else if first == .text {
        columns = try RowReader.header(records, quoted: isQuoted, name: name)
      }
    }
    let isListed = !isHeader || columns.contains { ColumnNames.isUsual($0) || options.names(column: $0) }
    let plan = try Plan(
      options, format: format, columns: columns, isListed: isListed, name: name, isEmpty: first == nil)
    wanted = plan.wanted
    slots = plan.slots
    constants = plan.constants
    tagSlots = plan.tagSlots
    row = Row(slots: wanted.count)
    counts.format = format == .auto ? "csv" : format.rawValue
    counts.unusedColumns =
      format == .combined || format == .ndjson || !isListed ? [] : columns.filter { !wanted.contains($0) }
    switch format {
    case .ndjson: scanner = .json(JSONLineScanner(wanted: wanted))
    case .combined: scanner = .combined(try CombinedScanner(wanted: wanted, options: options))
    case .csv, .tsv, .auto:
      let places = wanted.map { columns.firstIndex(of: $0) ?? 0 }
      scanner = .delimited(
        DelimitedScanner(delimiter: records.delimiter, wanted: places, columnCount: columns.count))
    }
    if first == .text, !isHeader { records.unread() }
    records.returnsWhenCaughtUp = true
  }

  /// Reads other records of a form that is known already.
  init(like other: RowReader, chunks: ChunkReader, rejects: RejectSink) {
    self.rejects = rejects
    records = RecordSource(chunks: chunks)
    records.delimiter = other.records.delimiter
    records.returnsWhenCaughtUp = true
    (scanner, isQuoted, name) = (other.scanner, other.isQuoted, other.name)
    (slots, constants, tagSlots) = (other.slots, other.constants, other.tagSlots)
    row = other.row
    counts.format = other.counts.format
  }

  /// The number of the current record's first line.
  var line: Int { records.line }

  /// Moves to the next record; ``row`` then holds its cells.
  func next() throws -> Outcome {
    guard let record = try records.next(quoted: isQuoted) else { return .end }
    if record == .waiting { return .waiting }
    if record == .tooLong {
      counts.read += 1
      return try reject(RowReader.tooLong)
    }
    if records.isBlank { return .ignored }
    counts.read += 1
    do {
      switch scanner {
      case .delimited(let scanner): try unsafe scanner.scan(records.record, into: &row)
      case .json(let scanner): try unsafe scanner.scan(records.record, into: &row)
      case .combined(let scanner):
        if try unsafe !scanner.scan(records.record, into: &row) { return ignore() }
      }
      return .row
    } catch let malformed as Malformed {
      return try reject(malformed)
    }
  }

  @discardableResult
  func reject(_ malformed: Malformed) throws -> Outcome {
    counts.rejected += 1
    try rejects.reject(line: line, malformed, text: unsafe Array(records.record))
    if counts.rejected == RowReader.patience, counts.read == RowReader.patience {
      throw Failure(
        .badInput,
        "none of the first \(RowReader.patience) lines could be understood as \(counts.format): \(malformed.found)",
        at: "\(name):\(line):\(malformed.column)", expected: malformed.expected,
        remedy: "Check --format, --map and --kinds")
    }
    return .rejected
  }

  func ignore() -> Outcome {
    counts.ignored += 1
    return .ignored
  }

  // MARK: Guessing

  /// The columns that the record just read names, read once more as what it is.
  private static func header(_ records: RecordSource, quoted: Bool, name: String) throws -> [String] {
    records.unread()
    _ = try records.next(quoted: quoted)
    do {
      return try unsafe DelimitedScanner.cells(records.record, delimiter: records.delimiter).map {
        String(decoding: $0, as: UTF8.self)
      }
    } catch let malformed as Malformed {
      throw Failure(
        .badInput, malformed.found, at: "\(name):\(records.line):\(malformed.column)",
        expected: "a header of column names")
    }
  }

  private static func guess(_ sample: [UInt8]) -> LogOptions.Format {
    if sample.first(where: { $0 > 32 }) == UInt8(ascii: "{") { return .ndjson }
    let text = String(decoding: sample.prefix(2000), as: UTF8.self)
    if let bracket = text.firstIndex(of: "["), text[bracket...].contains("] \"") { return .combined }
    return sample.contains(9) ? .tsv : .csv
  }

  /// The delimiter that cuts the first record into the most cells, or nearest to as many as were named.
  private static func guessDelimiter(_ sample: [UInt8], named: Int?) -> UInt8 {
    let candidates = [UInt8(ascii: ","), UInt8(9), UInt8(ascii: ";"), UInt8(ascii: "|")]
    func misfit(_ delimiter: UInt8) -> Int {
      let count = unsafe sample.withUnsafeBufferPointer {
        unsafe DelimitedScanner.cellCount($0, delimiter: delimiter)
      }
      return named.map { abs(count - $0) } ?? -count
    }
    let misfits = candidates.map { misfit($0) }
    return candidates[misfits.indices.min { misfits[$0] < misfits[$1] } ?? 0]
  }

  private static func keys(_ sample: [UInt8]) -> [String] {
    var keys: [String] = []
    var row = Row(slots: 0)
    unsafe sample.withUnsafeBufferPointer {
      try? unsafe JSONLineScanner(wanted: []).scan($0, into: &row) { keys.append($0) }
    }
    return keys
  }
}

extension RecordSource {
  /// Whether the current record holds nothing but blanks.
  var isBlank: Bool { unsafe record.allSatisfy { $0 == 32 || $0 == 9 || $0 == 13 } }
}
