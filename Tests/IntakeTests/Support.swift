import Glibc
import SystemIO
import TestSupport
import Vocabulary

@testable import Intake

/// One line of a batch with its ids spelled out.
struct Line: Hashable {
  var subject: String
  var item: String?
  var kind: EventKind
  var time: Int64?
  var value: Int32 = 0
  var session: UInt32 = 0
  var query: String?
  var tags: [String] = []
  var source: String?
  var decision: String?
  var eventID: String?
}

extension RawBatch {
  var lines: [Line] {
    (0..<count).map { index in
      let detail = detail[index] == .max ? RawDetail() : details[Int(detail[index])]
      return Line(
        subject: String(decoding: subjects.bytes(of: subject[index]), as: UTF8.self),
        item: item[index] == .max ? nil : String(decoding: items.bytes(of: item[index]), as: UTF8.self),
        kind: kind[index], time: time[index] == .min ? nil : time[index], value: value[index],
        session: session[index], query: detail.query, tags: detail.tags, source: detail.source,
        decision: detail.decision, eventID: detail.eventID.map { String(decoding: $0, as: UTF8.self) })
    }
  }
}

/// All that came of reading a log.
struct Reading {
  var lines: [Line] = []
  var counts = ReadCounts()
  var reasons: [String] = []
  /// The text of the rejects file; empty where none was made.
  var rejects = ""

  /// Read, rejected, ignored.
  var tally: [Int] { [counts.read, counts.rejected, counts.ignored] }
  /// Subject and item of each line, as in `ann hat`.
  var pairs: [String] { lines.map { "\($0.subject) \($0.item ?? "-")" } }
}

/// Reads a log, by the name `log`, from a file with these bytes.
func readLog(
  _ bytes: [UInt8], _ options: LogOptions, isStrict: Bool = false, keepsLines: Bool = false, limit: Int = 1000
) throws -> Reading {
  try withTemporaryDirectory { folder in
    write(bytes, to: folder + "/log")
    let sink = RejectSink(input: "log", path: folder + "/rejects", keepsLines: keepsLines, isStrict: isStrict)
    let chunks = try ChunkReader(path: folder + "/log")
    let reader = try EventReader(chunks: chunks, options: options, rejects: sink, name: "log")
    var reading = Reading()
    var more = true
    while more {
      var batch = RawBatch()
      more = try reader.read(into: &batch, limit: limit)
      reading.lines += batch.lines
    }
    try sink.close()
    reading.counts = reader.counts
    reading.reasons = sink.reasons.map { "\($0.count) \($0.reason)" }
    if Files.exists(folder + "/rejects") {
      reading.rejects = String(decoding: try Files.read(folder + "/rejects"), as: UTF8.self)
    }
    return reading
  }
}

func readLog(
  _ text: String, _ options: LogOptions, isStrict: Bool = false, keepsLines: Bool = false
) throws -> Reading {
  try readLog(Array(text.utf8), options, isStrict: isStrict, keepsLines: keepsLines)
}

/// Options as the command line makes them.
func options(
  _ content: LogOptions.Content = .events, format: LogOptions.Format = .auto, map: String = "", kinds: String = "",
  columns: [String]? = nil
) throws -> LogOptions {
  var options = LogOptions(content)
  options.format = format
  options.columns = columns
  try options.parse(map: map)
  try options.parse(kinds: kinds)
  return options
}

/// The mark that a session's id leaves.
func sessionMark(_ id: String) -> UInt32 {
  let bytes = Array(id.utf8)
  return max(1, unsafe bytes.withUnsafeBufferPointer { unsafe ByteInterner.hash($0) })
}
