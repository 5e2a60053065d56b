import Intake
import Vocabulary

/// The stored form of a catalogue entry.
///
/// Layout: a version byte, a byte of flags for what is present, then the present fields in order: title, text, price
/// (eight bytes, little endian), seller; then category path and tags, each a count and that many texts. Counts and
/// lengths are LEB128. The id is the row's own.
enum ItemRecordCoding {
  private static let version: UInt8 = 1

  private struct Flags: OptionSet {
    let rawValue: UInt8
    static let title = Flags(rawValue: 1)
    static let text = Flags(rawValue: 2)
    static let price = Flags(rawValue: 4)
    static let seller = Flags(rawValue: 8)
    static let knowsAvailability = Flags(rawValue: 16)
    static let available = Flags(rawValue: 32)
  }

  static func encode(_ item: ItemRecord) -> [UInt8] {
    var flags: Flags = []
    if item.title != nil { flags.insert(.title) }
    if item.text != nil { flags.insert(.text) }
    if item.price != nil { flags.insert(.price) }
    if item.seller != nil { flags.insert(.seller) }
    if let available = item.available {
      flags.formUnion(available ? [.knowsAvailability, .available] : .knowsAvailability)
    }
    var bytes: [UInt8] = [version, flags.rawValue]
    if let title = item.title { append(title, to: &bytes) }
    if let text = item.text { append(text, to: &bytes) }
    if let price = item.price {
      for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: price >> Int64(8 * shift))) }
    }
    if let seller = item.seller { append(seller, to: &bytes) }
    for list in [item.category, item.tags] {
      bytes.appendVarint(UInt64(list.count))
      for text in list { append(text, to: &bytes) }
    }
    return bytes
  }

  /// The entry in stored bytes; `nil` where they are not of this form.
  static func decode(_ bytes: [UInt8], id: String) -> ItemRecord? {
    var reader = ByteReader(bytes)
    guard reader.byte() == version, let raw = reader.byte() else { return nil }
    let flags = Flags(rawValue: raw)
    func optionalText(_ flag: Flags) -> String?? {
      flags.contains(flag) ? text(&reader).map(Optional.some) : .some(nil)
    }
    guard let title = optionalText(.title), let body = optionalText(.text) else { return nil }
    var price: Int64?
    if flags.contains(.price) {
      guard let eight = reader.take(8) else { return nil }
      price = eight.reversed().reduce(0) { $0 << 8 | Int64($1) }
    }
    guard let seller = optionalText(.seller), let category = list(&reader), let tags = list(&reader), reader.isAtEnd
    else { return nil }
    return ItemRecord(
      id: id, title: title, text: body, price: price, seller: seller, category: category,
      available: flags.contains(.knowsAvailability) ? flags.contains(.available) : nil, tags: tags)
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    let utf8 = text.utf8
    bytes.appendVarint(UInt64(utf8.count))
    bytes.append(contentsOf: utf8)
  }

  private static func text(_ reader: inout ByteReader) -> String? {
    guard let count = reader.varint(), let bytes = reader.take(count) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func list(_ reader: inout ByteReader) -> [String]? {
    guard let count = reader.varint() else { return nil }
    var texts: [String] = []
    for _ in 0..<count {
      guard let next = text(&reader) else { return nil }
      texts.append(next)
    }
    return texts
  }
}
