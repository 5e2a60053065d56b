import Vocabulary

extension DecisionRecord {
  private static let version: UInt8 = 1
  /// A record with a search, which stands at its end.
  private static let searchVersion: UInt8 = 2
  /// A record with a segment, which stands at its end; a search knows none.
  private static let segmentVersion: UInt8 = 3

  /// A compact form: LEB128 numbers and length-prefixed texts, in the order of the fields.
  package var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256 + 24 * terms.count + 64 * places.count)
    precondition(search == nil || segment == nil)
    bytes.append(
      search != nil
        ? DecisionRecord.searchVersion : segment != nil ? DecisionRecord.segmentVersion : DecisionRecord.version)
    bytes.append(purpose.rawValue)
    bytes.appendZigzag(time.milliseconds)
    bytes.appendZigzag(asOf.milliseconds)
    bytes.appendText(basis)
    bytes.appendText(reason ?? "")
    bytes.appendText(policy)
    bytes += model
    bytes += catalogue
    for number in [watermark, Int64(count), Int64(offset)] { bytes.appendZigzag(number) }
    bytes.appendTexts(context)
    bytes.appendText(within ?? "")
    bytes.appendTexts(exclude)
    bytes.append(among == nil ? 0 : 1)
    bytes.appendTexts(among ?? [])
    bytes.appendVarint(UInt64(terms.count))
    for term in terms {
      // The kind's fourth bit stands above the event, which came before it.
      let kind = term.kind.rawValue
      bytes.append(kind & 7 | (kind >> 3) << 7 | (term.event.map { ($0.rawValue + 1) << 3 } ?? 0))
      bytes.appendText(term.name)
      if term.event != nil { bytes.appendZigzag(term.time?.milliseconds ?? 0) }
      bytes.appendZigzag(term.factor)
    }
    bytes.appendVarint(UInt64(places.count))
    for place in places {
      bytes.appendText(place.item)
      bytes.appendVarint(UInt64(place.rank))
      bytes.append(place.placement)
      bytes.appendVarint(UInt64(place.target))
      bytes.appendVarint(UInt64(place.parts.count))
      for part in place.parts {
        bytes.appendVarint(UInt64(part.term))
        bytes.appendVarint(UInt64(part.weight))
      }
    }
    bytes.appendVarint(UInt64(notShown.count))
    for number in notShown { bytes.appendVarint(UInt64(number)) }
    if let search {
      bytes.appendText(search.text)
      bytes.appendText(search.sort)
      bytes.appendTexts(search.tags)
      bytes.appendText(search.price)
    }
    if let segment { bytes.appendText(segment) }
    return bytes
  }

  /// Reads the compact form back; `nil` for anything else.
  package init?(encoded bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard let version = reader.byte(), (DecisionRecord.version...DecisionRecord.segmentVersion).contains(version),
      let purpose = reader.byte().flatMap(Purpose.init(rawValue:)),
      let time = reader.zigzag(), let asOf = reader.zigzag(), let basis = reader.text(), let reason = reader.text(),
      let policy = reader.text(), let model = reader.take(32), let catalogue = reader.take(32),
      let watermark = reader.zigzag(), let count = reader.zigzag(), let offset = reader.zigzag(),
      let context = reader.texts(), let within = reader.text(), let exclude = reader.texts(),
      let hasAmong = reader.byte(), let among = reader.texts(), let terms = reader.list({ Term(&$0) }),
      let places = reader.list({ Place(&$0) }), let notShown = reader.list({ $0.number() })
    else { return nil }
    var search: Search?
    if version == DecisionRecord.searchVersion {
      guard let text = reader.text(), let sort = reader.text(), let tags = reader.texts(),
        let price = reader.text()
      else { return nil }
      search = Search(text: text, sort: sort, tags: tags, price: price)
    }
    var segment: String?
    if version == DecisionRecord.segmentVersion {
      guard let text = reader.text() else { return nil }
      segment = text
    }
    guard reader.isAtEnd else { return nil }
    for part in places.lazy.flatMap(\.parts) where part.term >= terms.count { return nil }
    self.init(
      time: Timestamp(milliseconds: time), asOf: Timestamp(milliseconds: asOf), purpose: purpose, basis: basis,
      reason: reason.isEmpty ? nil : reason, policy: policy, model: model, catalogue: catalogue, watermark: watermark,
      count: Int(count), offset: Int(offset), context: context, within: within.isEmpty ? nil : within,
      exclude: exclude, among: hasAmong == 1 ? among : nil, terms: terms, places: places, notShown: notShown)
    self.search = search
    self.segment = segment
  }
}

extension DecisionRecord.Term {
  fileprivate init?(_ reader: inout ByteReader) {
    guard let head = reader.byte(), let kind = Kind(rawValue: head & 7 | (head >> 7) << 3), let name = reader.text()
    else { return nil }
    var event: EventKind?
    var time: Timestamp?
    let deed = head >> 3 & 15
    if deed != 0 {
      guard let known = EventKind(rawValue: deed - 1), let milliseconds = reader.zigzag() else { return nil }
      event = known
      time = Timestamp(milliseconds: milliseconds)
    }
    guard let factor = reader.zigzag() else { return nil }
    self.init(kind: kind, name: name, event: event, time: time, factor: factor)
  }
}

extension DecisionRecord.Place {
  fileprivate init?(_ reader: inout ByteReader) {
    guard let item = reader.text(), let rank = reader.number(), let placement = reader.byte(),
      let target = reader.varint().flatMap(UInt32.init(exactly:)),
      let parts = reader.list({ reader -> DecisionRecord.Part? in
        guard let term = reader.number(), let weight = reader.varint().flatMap(UInt32.init(exactly:)) else {
          return nil
        }
        return DecisionRecord.Part(term: term, weight: weight)
      })
    else { return nil }
    self.init(item: item, rank: rank, placement: placement, target: target, parts: parts)
  }
}

extension [UInt8] {
  fileprivate mutating func appendTexts(_ texts: [String]) {
    appendVarint(UInt64(texts.count))
    for text in texts { appendText(text) }
  }
}

extension ByteReader {
  fileprivate mutating func number() -> Int? { varint().flatMap(Int.init(exactly:)) }

  fileprivate mutating func texts() -> [String]? { list { $0.text() } }

  /// A count and that many elements; `nil` where one cannot be read.
  fileprivate mutating func list<Element>(_ read: (inout ByteReader) -> Element?) -> [Element]? {
    guard let count = varint() else { return nil }
    var elements: [Element] = []
    for _ in 0..<count {
      guard let element = read(&self) else { return nil }
      elements.append(element)
    }
    return elements
  }
}
