import Glibc
import SystemIO
import Vocabulary

/// Cuts a stream of chunks into records: lines, or CSV records that may span lines within quotes.
///
/// A record is valid until the next call. Records longer than ``limit`` are passed over without being kept.
@safe final class RecordSource {
  /// The longest record, in bytes.
  static let limit = 16 << 20

  enum Record {
    /// Without its line end.
    case text
    case tooLong
    /// A followed file has to grow before there is a whole record.
    case waiting
  }

  private let chunks: ChunkReader
  private var buffer: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var start = 0
  private var end = 0
  private var isAtEnd = false
  private var isFirst = true
  /// Where the current record starts, and whether it is the first.
  private var taken = (start: 0, isFirst: true)
  /// What divides cells, after which a quote may open.
  var delimiter = UInt8(ascii: ",")
  /// Whether ``next(quoted:)`` says so where a followed file has to grow, instead of waiting.
  var returnsWhenCaughtUp = false
  /// The number of the record's first line, from 1, and how many lines have been read.
  private(set) var line = 0
  private var linesRead = 0
  /// The current record.
  @unsafe private(set) var record: UnsafeBufferPointer<UInt8>

  init(chunks: ChunkReader) {
    self.chunks = chunks
    // A few lines that are in memory already need no more room than they take.
    capacity = min(4 << 20, chunks.totalBytes.map { max(1 << 10, Int($0)) } ?? 4 << 20)
    unsafe buffer = .allocate(capacity: capacity)
    unsafe record = UnsafeBufferPointer(start: buffer, count: 0)
  }

  deinit { unsafe buffer.deallocate() }

  /// Moves to the next record; `nil` at the end.
  ///
  /// - Parameter quoted: Whether line ends inside double quotes belong to the record.
  func next(quoted: Bool) throws -> Record? {
    line = linesRead + 1
    unsafe record = UnsafeBufferPointer(start: nil, count: 0)
    var searched = 0
    var followed = 0
    var isQuoted = false
    while true {
      let rest = end - start
      if let newline = unsafe memchr(buffer + start + searched, 10, rest - searched) {
        let length = unsafe newline.assumingMemoryBound(to: UInt8.self) - (buffer + start)
        linesRead += 1
        searched = length + 1
        if quoted { follow(&isQuoted, from: followed, to: length) }
        if isQuoted {
          followed = length + 1
          if searched > RecordSource.limit {
            start += searched
            return .tooLong
          }
          continue
        }
        take(length)
        start += length + 1
        return .text
      }
      searched = rest
      if rest > RecordSource.limit { return try skipLine() }
      if isAtEnd {
        // A line that its writer has not finished is not a line yet.
        if rest == 0 || chunks.wasStopped { return nil }
        linesRead += 1
        take(rest)
        start = end
        return .text
      }
      if returnsWhenCaughtUp, chunks.isCaughtUp {
        linesRead = line - 1
        return .waiting
      }
      try refill()
    }
  }

  /// Steps back before the record just given, so that it comes again.
  func unread() {
    start = taken.start
    isFirst = taken.isFirst
    linesRead = line - 1
  }

  private func take(_ length: Int) {
    taken = (start, isFirst)
    var first = start
    var count = length
    if isFirst {
      first += markLength(length)
      count -= first - start
      isFirst = false
    }
    if unsafe count > 0 && buffer[first + count - 1] == 13 { count -= 1 }
    unsafe record = UnsafeBufferPointer(start: buffer + first, count: count)
  }

  /// The length of a byte order mark, which says nothing in UTF-8.
  private func markLength(_ length: Int) -> Int {
    unsafe length >= 3 && buffer[start] == 0xEF && buffer[start + 1] == 0xBB && buffer[start + 2] == 0xBF ? 3 : 0
  }

  /// Follows the quotes over a line of the current record, given by offsets from its start: they open at the start of
  /// a cell only.
  private func follow(_ isQuoted: inout Bool, from: Int, to: Int) {
    if unsafe memchr(buffer + start + from, 34, to - from) == nil { return }
    let bytes = unsafe UnsafeBufferPointer(start: buffer + start, count: to)
    var place = from == 0 && isFirst ? markLength(to) : from
    var isCellStart = !isQuoted
    while place < to {
      let byte = unsafe bytes[place]
      if isQuoted, byte == 34 {
        let isDoubled = unsafe place + 1 < to && bytes[place + 1] == 34
        if isDoubled { place += 1 } else { isQuoted = false }
      } else if !isQuoted {
        isQuoted = byte == 34 && isCellStart
        isCellStart = byte == delimiter
      }
      place += 1
    }
  }

  /// Passes over the rest of a line that is too long.
  private func skipLine() throws -> Record {
    while true {
      if let newline = unsafe memchr(buffer + start, 10, end - start) {
        unsafe start = newline.assumingMemoryBound(to: UInt8.self) - buffer + 1
        linesRead += 1
        return .tooLong
      }
      start = end
      if isAtEnd {
        linesRead += 1
        return .tooLong
      }
      try refill()
    }
  }

  private func refill() throws {
    guard let chunk = try chunks.next() else {
      isAtEnd = true
      return
    }
    if start > 0 {
      unsafe memmove(buffer, buffer + start, end - start)
      end -= start
      start = 0
    }
    if end + chunk.count > capacity {
      capacity = max(2 * capacity, end + chunk.count)
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
      unsafe memcpy(larger, buffer, end)
      unsafe buffer.deallocate()
      unsafe buffer = larger
    }
    unsafe chunk.withUnsafeBufferPointer { chunk in
      if let first = chunk.baseAddress { unsafe memcpy(buffer + end, first, chunk.count) }
    }
    end += chunk.count
  }
}
