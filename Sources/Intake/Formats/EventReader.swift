import Consent
package import SystemIO
import Vocabulary

/// Reads a log of events into batches for the gate.
package final class EventReader {
  private let rows: RowReader
  private let separator: [UInt8]
  private var kindNames = ByteInterner()
  private var kindRules: [LogOptions.KindRule?] = []
  private let options: LogOptions
  private let constantKind: LogOptions.KindRule?
  private let constantTime: Int64
  private let constantSession: UInt32
  /// Whether any line may have fields beyond subject, item, kind, time, value and session.
  private let hasDetails: Bool
  /// The slots that every line is asked for, looked up once.
  private let subjectSlot, itemSlot, kindSlot, timeSlot, sessionSlot: Int?

  /// - Throws: ``Failure`` where the file cannot be opened, or its columns do not fit the options.
  package init(chunks: ChunkReader, options: LogOptions, rejects: RejectSink, name: String) throws {
    let rows = try RowReader(chunks: chunks, options: options, rejects: rejects, name: name)
    self.rows = rows
    self.options = options
    separator = Array(options.separator.utf8)
    subjectSlot = rows.slots[.subject]
    itemSlot = rows.slots[.item]
    kindSlot = rows.slots[.kind]
    timeSlot = rows.slots[.time]
    sessionSlot = rows.slots[.session]
    let rich: [LogOptions.Role] = [
      .query, .tags, .source, .decision, .event, .place, .gpc, .campaign, .language, .browser, .device,
    ]
    hasDetails = !rows.tagSlots.isEmpty || rich.contains { rows.slots[$0] != nil || rows.constants[$0] != nil }
    if let text = rows.constants[.kind] {
      guard let rule = EventReader.rule(text, options) else {
        throw Failure(
          .usage, "'\(text)' is no kind of event", at: "--map",
          expected: "one of \(EventKind.allCases.map(\.name).joined(separator: ", "))")
      }
      constantKind = rule
    } else {
      constantKind = nil
    }
    if let text = rows.constants[.time] {
      guard let time = unsafe Array(text.utf8).withUnsafeBufferPointer({ unsafe TimeParser.milliseconds($0) }) else {
        throw Failure(.usage, "'\(text)' is no time", at: "--map", expected: TimeParser.expected)
      }
      constantTime = time
    } else {
      constantTime = .min
    }
    constantSession = rows.constants[.session].map { EventReader.session(Array($0.utf8)) } ?? 0
  }

  /// Reads other events of a form that is known already, such as those of the next call.
  package init(like other: EventReader, chunks: ChunkReader, rejects: RejectSink) {
    rows = RowReader(like: other.rows, chunks: chunks, rejects: rejects)
    (options, separator, hasDetails) = (other.options, other.separator, other.hasDetails)
    (kindNames, kindRules) = (other.kindNames, other.kindRules)
    (constantKind, constantTime, constantSession) = (other.constantKind, other.constantTime, other.constantSession)
    (subjectSlot, itemSlot, kindSlot) = (other.subjectSlot, other.itemSlot, other.kindSlot)
    (timeSlot, sessionSlot) = (other.timeSlot, other.sessionSlot)
  }

  package var counts: ReadCounts { rows.counts }
  /// Whether a followed file has to grow before there is more to read.
  package private(set) var isWaiting = false

  private static func rule(_ name: String, _ options: LogOptions) -> LogOptions.KindRule? {
    options.kinds[name] ?? EventKind(name: name).map { .kind($0) }
  }

  /// Appends up to `limit` lines to a batch, fewer where a followed file has to grow; false at the end of the log.
  ///
  /// - Parameter progress: Called now and then.
  func read(into batch: inout RawBatch, limit: Int, progress: () -> Void = {}) throws -> Bool {
    isWaiting = false
    while batch.count < limit {
      if rows.counts.read % 32_768 == 32_767 { progress() }
      switch try rows.next() {
      case .end: return false
      case .waiting:
        isWaiting = true
        return true
      case .ignored, .rejected: continue
      case .row:
        do {
          try take(into: &batch)
        } catch let malformed as Malformed {
          try rows.reject(malformed)
        }
      }
    }
    return true
  }

  private func take(into batch: inout RawBatch) throws {
    guard let kind = try kind() else {
      _ = rows.ignore()
      return
    }
    let time = try time()
    var item: UInt32 = .max
    var query: String?
    if kind == .search {
      query = try text(.query, limit: 4096)
      if query == nil { throw malformed(.query, "a search without words", "a query") }
    } else {
      guard let number = try intern(itemSlot, .item, &batch.items) else {
        throw malformed(.item, "no item", "an item id")
      }
      item = number
    }
    let value = kind == .rate ? try rating() : 0
    guard subjectSlot.map({ !rows.row.isEmpty($0) }) ?? (rows.constants[.subject] != nil) else {
      throw malformed(.subject, "no person", "a person's id")
    }
    var detail: UInt32 = .max
    if hasDetails {
      let raw = try details(query: query)
      if !raw.isEmpty {
        detail = UInt32(batch.details.count)
        batch.details.append(raw)
      }
    }
    // Last, so that a line rejected above leaves no entry in the columns.
    guard let subject = try intern(subjectSlot, .subject, &batch.subjects) else { return }
    batch.subject.append(subject)
    batch.item.append(item)
    batch.kind.append(kind)
    batch.time.append(time)
    batch.value.append(value)
    batch.session.append(session())
    batch.detail.append(detail)
  }

  // MARK: Fields

  private func malformed(_ role: LogOptions.Role, _ found: String, _ expected: String) -> Malformed {
    let column = rows.slots[role].map { rows.row.has($0) ? rows.row.column(of: $0) : 1 } ?? 1
    return Malformed(column: column, found: found, expected: expected)
  }

  /// The kind of the line; `nil` where lines like it are left out.
  private func kind() throws -> EventKind? {
    let rule: LogOptions.KindRule?
    if let constantKind {
      rule = constantKind
    } else {
      guard let slot = kindSlot, !rows.row.isEmpty(slot) else {
        throw malformed(.kind, "no kind of event", "a kind")
      }
      let number = Int(unsafe rows.row.withBytes(slot) { unsafe kindNames.intern($0) })
      if number == kindRules.count {
        kindRules.append(
          EventReader.rule(String(decoding: kindNames.bytes(of: UInt32(number)), as: UTF8.self), options))
      }
      rule = kindRules[number]
      if rule == nil {
        // Its name stays unsaid: where columns are mixed up it is somebody's id.
        throw malformed(.kind, "an unknown kind", "a kind of event, or one that --kinds translates")
      }
    }
    switch rule {
    case .kind(let kind): return kind
    case .ignore, nil: return nil
    }
  }

  private func time() throws -> Int64 {
    guard let slot = timeSlot, !rows.row.isEmpty(slot) else { return constantTime }
    guard let time = unsafe rows.row.withBytes(slot, { unsafe TimeParser.milliseconds($0) }) else {
      throw malformed(.time, "a time that cannot be read or is impossible", TimeParser.expected)
    }
    return time
  }

  /// Sessions are only ever compared, so a hash of the id does, and the id is not kept.
  private func session() -> UInt32 {
    guard let slot = sessionSlot, !rows.row.isEmpty(slot) else { return constantSession }
    return max(1, unsafe rows.row.withBytes(slot) { unsafe ByteInterner.hash($0) })
  }

  private static func session(_ id: [UInt8]) -> UInt32 {
    max(1, unsafe id.withUnsafeBufferPointer { unsafe ByteInterner.hash($0) })
  }

  private func rating() throws -> Int32 {
    let number: Double?
    if let slot = rows.slots[.value], !rows.row.isEmpty(slot) {
      number = Double(String(decoding: rows.row.bytes(slot), as: UTF8.self))
    } else {
      number = rows.constants[.value].flatMap(Double.init)
    }
    guard let number, number.magnitude <= 1_000_000 else {
      throw malformed(.value, "a rating without a number", "a value")
    }
    return Int32((number * 1000).rounded())
  }

  /// Numbers an id that is not too long and is text; `nil` where there is none.
  private func intern(_ slot: Int?, _ role: LogOptions.Role, _ interner: inout ByteInterner) throws -> UInt32? {
    guard let slot else {
      guard let constant = rows.constants[role] else { return nil }
      return unsafe Array(constant.utf8).withUnsafeBufferPointer { unsafe interner.intern($0) }
    }
    if rows.row.isEmpty(slot) { return nil }
    return try unsafe rows.row.withBytes(slot) { bytes in
      if bytes.count > 512 { throw malformed(role, "an id that is too long", "at most 512 bytes") }
      var plain = true
      for index in 0..<bytes.count where unsafe bytes[index] < 32 || bytes[index] > 126 { plain = false }
      if !plain, rows.row.text(slot) == nil { throw malformed(role, "an id that is not text", "UTF-8") }
      return unsafe interner.intern(bytes)
    }
  }

  /// A text field; `nil` where the line has none.
  private func text(_ role: LogOptions.Role, limit: Int) throws -> String? {
    guard let slot = rows.slots[role] else { return rows.constants[role] }
    if rows.row.isEmpty(slot) { return nil }
    guard let text = rows.row.text(slot) else { throw malformed(role, "something that is not text", "UTF-8") }
    if text.utf8.count > limit { throw malformed(role, "a text that is too long", "at most \(limit) bytes") }
    return text
  }

  private static let contextRoles: [(LogOptions.Role, EventField)] = [
    (.campaign, .campaign), (.language, .language), (.browser, .browser), (.device, .device),
  ]

  private func details(query: String?) throws -> RawDetail {
    var raw = RawDetail(query: query)
    raw.source = try text(.source, limit: 512)
    raw.decision = try text(.decision, limit: 4096)
    raw.eventID = try text(.event, limit: 512).map { Array($0.utf8) }
    raw.tags = try rows.tags(separator: separator)
    raw.place = try text(.place, limit: 512)
    for (role, field) in EventReader.contextRoles {
      if let text = try text(role, limit: 4096) { raw.context.append((field, text)) }
    }
    // Whatever is there and does not say "no" is taken for the signal.
    raw.isSignalled = try text(.gpc, limit: 512).map { GlobalPrivacyControl.isSet($0) } ?? false
    return raw
  }
}

extension RowReader {
  /// The tags of the current row: of the role `tags`, and of columns that stand for a field.
  func tags(separator: [UInt8]) throws -> [String] {
    var tags: [String] = []
    if let slot = slots[.tags] {
      for value in try values(slot, separator) { tags.append(Tag.field(of: value).isEmpty ? "tag:" + value : value) }
    }
    for value in split(constants[.tags] ?? "", separator) {
      tags.append(Tag.field(of: value).isEmpty ? "tag:" + value : value)
    }
    for (field, slot) in tagSlots {
      for value in try values(slot, separator) { tags.append(Tag.text(field: field, value: value)) }
    }
    if tags.count > EventCodec.mostTags {
      throw Malformed(column: 1, found: "\(tags.count) tags", expected: "at most \(EventCodec.mostTags)")
    }
    return tags
  }

  /// The values of a cell, trimmed, empty ones left out; at most 1,000.
  func values(_ slot: Int, _ separator: [UInt8]) throws -> [String] {
    if row.isEmpty(slot) { return [] }
    guard let text = row.text(slot, orList: true) else {
      throw Malformed(column: row.column(of: slot), found: "something that is not text", expected: "UTF-8")
    }
    return split(text, separator)
  }

  private func split(_ text: String, _ separator: [UInt8]) -> [String] {
    let isList = text.utf8.contains(Row.listSeparator)
    let between = isList ? "\u{1F}" : String(decoding: separator, as: UTF8.self)
    let parts = between.isEmpty ? [text[...]] : text.split(separator: between)
    return parts.prefix(1000).map { part in
      String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }.filter { !$0.isEmpty }
  }
}

extension EventReader {
  /// Reads up to `limit` lines and lets the gate decide on them; `more` is false at the end of the log.
  ///
  /// - Parameter progress: Called now and then while lines are read.
  package func admit(
    limit: Int, through gate: inout Gate, progress: () -> Void = {}
  ) throws -> (batch: AdmittedBatch, more: Bool) {
    var raw = RawBatch()
    let more = try read(into: &raw, limit: limit, progress: progress)
    return (try gate.admit(raw), more)
  }
}
