import Consent
import Vocabulary

/// The plain form of a blob of one person's events, before sealing.
///
/// Layout: version byte, purposes byte, count, then an event each: a byte with the kind in its low four bits and flags
/// above, time as a zigzag difference to the one before, item number plus one, and what the flags announce: a value, a
/// session other than that of the event before, purposes other than the common ones, details. Numbers are LEB128. A
/// typical event takes 8 bytes.
enum EventCodec {
  private static let version: UInt8 = 1
  /// The most tags an event may carry.
  static let mostTags = 10_000
  private static let hasSession: UInt8 = 0x10
  private static let hasValue: UInt8 = 0x20
  private static let hasDetail: UInt8 = 0x40
  private static let hasPurposes: UInt8 = 0x80

  static func encode(_ events: ArraySlice<AdmittedEvent>, into bytes: inout [UInt8]) {
    let common = events.first?.purposes ?? []
    bytes.append(version)
    bytes.append(common.rawValue)
    bytes.appendVarint(UInt64(events.count))
    var previous: Int64 = 0
    var session: UInt32 = 0
    for event in events {
      var head = event.kind.rawValue
      if event.session != session { head |= hasSession }
      if event.value != 0 { head |= hasValue }
      if event.detail != nil { head |= hasDetail }
      if event.purposes != common { head |= hasPurposes }
      bytes.append(head)
      bytes.appendZigzag(event.time.milliseconds - previous)
      previous = event.time.milliseconds
      bytes.appendVarint(UInt64(event.item.rawValue &+ 1))
      if event.session != session { bytes.appendVarint(UInt64(event.session)) }
      session = event.session
      if event.value != 0 { bytes.appendZigzag(Int64(event.value)) }
      if event.purposes != common { bytes.append(event.purposes.rawValue) }
      if let detail = event.detail { encode(detail, into: &bytes) }
    }
  }

  /// Appends the events admitted for `purpose` and not past `horizon` to `events`; false where the bytes are not of
  /// this form.
  static func decode(
    _ bytes: [UInt8], purpose: Purpose?, horizon: Horizon = .none, readsPlace: Bool = true,
    into events: inout [AdmittedEvent]
  ) -> Bool {
    var reader = ByteReader(bytes)
    guard reader.byte() == version, let commonBits = reader.byte(), let count = reader.varint(), count <= bytes.count
    else { return false }
    let common = PurposeSet(rawValue: commonBits)
    var time: Int64 = 0
    var session: UInt32 = 0
    for _ in 0..<count {
      guard let head = reader.byte(), let kind = EventKind(rawValue: head & 0x0F), let step = reader.zigzag(),
        let item = reader.varint(), item <= UInt64(UInt32.max)
      else { return false }
      time &+= step
      if head & hasSession != 0 {
        guard let changed = reader.varint(), changed <= UInt64(UInt32.max) else { return false }
        session = UInt32(changed)
      }
      var value: Int32 = 0
      if head & hasValue != 0 {
        guard let wide = reader.zigzag(), let narrow = Int32(exactly: wide) else { return false }
        value = narrow
      }
      var purposes = common
      if head & hasPurposes != 0 {
        guard let bits = reader.byte() else { return false }
        purposes = PurposeSet(rawValue: bits)
      }
      var detail: EventDetail?
      if head & hasDetail != 0 {
        guard let read = decodeDetail(&reader) else { return false }
        detail = readsPlace ? read : read.withoutPlace
      }
      if let purpose, !purposes.contains(purpose) { continue }
      if horizon.isPast(kind, Timestamp(milliseconds: time)) { continue }
      events.append(
        AdmittedEvent(
          time: Timestamp(milliseconds: time), item: ItemNumber(UInt32(item) &- 1), value: value, kind: kind,
          purposes: purposes, session: session, detail: detail))
    }
    return reader.isAtEnd
  }

  private static func encode(_ detail: EventDetail, into bytes: inout [UInt8]) {
    let texts = [detail.query, detail.source, detail.decision]
    bytes.append(texts.enumerated().reduce(0) { $0 | ($1.element == nil ? 0 : 1 << UInt8($1.offset)) })
    for text in texts { if let text { bytes.appendText(text) } }
    bytes.appendVarint(UInt64(detail.tags.count))
    for tag in detail.tags { bytes.appendText(tag) }
  }

  private static func decodeDetail(_ reader: inout ByteReader) -> EventDetail? {
    guard let present = reader.byte() else { return nil }
    var texts: [String?] = []
    for bit in 0..<3 {
      guard present & (1 << UInt8(bit)) != 0 else {
        texts.append(nil)
        continue
      }
      guard let text = reader.text() else { return nil }
      texts.append(text)
    }
    guard let count = reader.varint(), count <= mostTags else { return nil }
    var tags: [String] = []
    for _ in 0..<count {
      guard let tag = reader.text() else { return nil }
      tags.append(tag)
    }
    return EventDetail(query: texts[0], tags: tags, source: texts[1], decision: texts[2])
  }
}
