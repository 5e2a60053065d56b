package import SystemIO
import Vocabulary

/// Reads a catalogue.
package final class ItemReader {
  private let rows: RowReader
  private let options: LogOptions
  private let separator: [UInt8]

  /// - Throws: ``Failure`` where the file cannot be opened, or its columns do not fit the options.
  package init(chunks: ChunkReader, options: LogOptions, rejects: RejectSink, name: String) throws {
    rows = try RowReader(chunks: chunks, options: options, rejects: rejects, name: name)
    self.options = options
    separator = Array(options.separator.utf8)
  }

  package var counts: ReadCounts { rows.counts }
  /// Whether a followed file has to grow before there is more to read.
  package private(set) var isWaiting = false

  /// Up to `limit` items, fewer (or none) where a followed file has to grow; `nil` at the end.
  package func next(limit: Int) throws -> [ItemUpdate]? {
    isWaiting = false
    var items: [ItemUpdate] = []
    while items.count < limit {
      switch try rows.next() {
      case .waiting:
        isWaiting = true
        return items
      case .end: return items.isEmpty ? nil : items
      case .ignored, .rejected: continue
      case .row:
        do {
          if let item = try item() { items.append(item) } else { _ = rows.ignore() }
        } catch let malformed as Malformed {
          try rows.reject(malformed)
        }
      }
    }
    return items
  }

  /// The current row's item; `nil` for a line whose kind concerns no item.
  private func item() throws -> ItemUpdate? {
    if let slot = rows.slots[.kind] {
      let name = String(decoding: rows.row.bytes(slot), as: UTF8.self)
      switch options.kinds[name] ?? EventKind(name: name).map({ .kind($0) }) {
      case .kind(let kind) where kind != .search: break
      default: return nil
      }
    }
    guard let id = try text(.item, limit: 512) else { throw malformed(.item, "no item", "an item id") }
    var item = ItemRecord(id: id)
    item.title = try text(.title, limit: 10_000)
    item.text = try text(.text, limit: 1_000_000)
    item.seller = try text(.seller, limit: 512)
    item.price = try price()
    item.available = try available()
    if let path = rows.constants[.category] {
      item.category = path.split(separator: path.contains(">") ? ">" : "/").map { String($0).trimmed }
    }
    if let slot = rows.slots[.category] {
      let whole = try rows.values(slot, separator)
      let path =
        whole.count == 1 ? whole[0].split(separator: whole[0].contains(">") ? ">" : "/").map(String.init) : whole
      item.category = path.map { $0.trimmed }.filter { !$0.isEmpty }
    }
    item.tags = try rows.tags(separator: separator)
    let isWhole = rows.slots[.tags].map { !rows.row.isEmpty($0) } ?? false
    let fields = isWhole ? nil : Set(rows.tagSlots.filter { !rows.row.isEmpty($0.slot) }.map(\.field))
    return ItemUpdate(record: item, tagFields: fields)
  }

  private func malformed(_ role: LogOptions.Role, _ found: String, _ expected: String) -> Malformed {
    let column = rows.slots[role].map { rows.row.has($0) ? rows.row.column(of: $0) : 1 } ?? 1
    return Malformed(column: column, found: found, expected: expected)
  }

  private func text(_ role: LogOptions.Role, limit: Int) throws -> String? {
    guard let slot = rows.slots[role] else { return rows.constants[role] }
    if rows.row.isEmpty(slot) { return nil }
    guard let text = rows.row.text(slot) else { throw malformed(role, "something that is not text", "UTF-8") }
    if text.utf8.count > limit { throw malformed(role, "a text that is too long", "at most \(limit) bytes") }
    return text
  }

  private func price() throws -> Int64? {
    guard let text = try text(.price, limit: 64) else { return nil }
    guard let number = Double(text.trimmed), number >= 0, number < 1e12 else {
      throw malformed(.price, "a price that is no number", "a number such as 12.50")
    }
    return Int64((number * 1000).rounded())
  }

  private func available() throws -> Bool? {
    guard let text = try text(.available, limit: 64) else { return nil }
    switch text.trimmed.lowercased() {
    case "true", "t", "1", "yes", "y", "in_stock", "instock", "in stock", "available": return true
    case "false", "f", "0", "no", "n", "out_of_stock", "outofstock", "out of stock", "unavailable", "delisted":
      return false
    default:
      if let stock = Double(text.trimmed) { return stock > 0 }
      throw malformed(.available, "an availability that says neither yes nor no", "true, false, or a number in stock")
    }
  }
}

extension String {
  /// Without blanks at either end.
  fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
