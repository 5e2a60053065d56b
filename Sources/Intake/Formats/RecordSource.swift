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
  private var capacity = 4 << 20
  private var start = 0
  private var end = 0
  private var isAtEnd = false
  private var isFirst = true
  /// Whether ``next(quoted:)`` says so where a followed file has to grow, instead of waiting.
  var returnsWhenCaughtUp = false
  /// The number of the record's first line, from 1, and how many lines have been read.
  private(set) var line = 0
  private var linesRead = 0
  /// The current record.
  @unsafe private(set) var record: UnsafeBufferPointer<UInt8>

  init(chunks: ChunkReader) {
    self.chunks = chunks
    unsafe buffer = .allocate(capacity: capacity)
    unsafe record = UnsafeBufferPointer(start: buffer, count: 0)
  }

  deinit { unsafe buffer.deallocate() }

  /// Moves to the next record; `nil` at the end.
  ///
  /// - Parameter quoted: Whether line ends inside double quotes belong to the record.
  func next(quoted: Bool) throws -> Record? {
    line = linesRead + 1
    var searched = 0
    var isQuoted = false
    while true {
      let rest = end - start
      if let newline = unsafe memchr(buffer + start + searched, 10, rest - searched) {
        let length = unsafe newline.assumingMemoryBound(to: UInt8.self) - (buffer + start)
        linesRead += 1
        if quoted {
          isQuoted = isQuoted != hasOddQuotes(from: start + searched, to: start + length)
          if isQuoted {
            searched = length + 1
            if searched > RecordSource.limit {
              start += searched
              return .tooLong
            }
            continue
          }
        }
        take(length)
        start += length + 1
        return .text
      }
      if quoted { isQuoted = isQuoted != hasOddQuotes(from: start + searched, to: end) }
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

  private func take(_ length: Int) {
    var first = start
    var count = length
    if isFirst {
      isFirst = false
      // A byte order mark says nothing in UTF-8.
      if unsafe count >= 3 && buffer[first] == 0xEF && buffer[first + 1] == 0xBB && buffer[first + 2] == 0xBF {
        first += 3
        count -= 3
      }
    }
    if unsafe count > 0 && buffer[first + count - 1] == 13 { count -= 1 }
    unsafe record = UnsafeBufferPointer(start: buffer + first, count: count)
  }

  private func hasOddQuotes(from: Int, to: Int) -> Bool {
    var quotes = 0
    var place = from
    while place < to, let found = unsafe memchr(buffer + place, 34, to - place) {
      quotes += 1
      unsafe place = found.assumingMemoryBound(to: UInt8.self) - buffer + 1
    }
    return quotes % 2 == 1
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
