package import Intake
package import Vocabulary

final class CatalogueStatements {
  let find, insert, id, put, record, scan, scanNamed, count, countNamed, unnamed, delete: Statement

  init(_ connection: Connection) {
    find = Statement(connection, "SELECT number FROM items WHERE id = ?")
    insert = Statement(connection, "INSERT INTO items VALUES (?, ?, 0, NULL)")
    id = Statement(connection, "SELECT id FROM items WHERE number = ?")
    put = Statement(connection, "UPDATE items SET named = 1, record = ?2 WHERE number = ?1")
    record = Statement(connection, "SELECT number, named, record FROM items WHERE id = ?")
    scan = Statement(connection, "SELECT number, id, named, record FROM items ORDER BY number")
    scanNamed = Statement(connection, "SELECT number, id, named, NULL FROM items ORDER BY number")
    count = Statement(connection, "SELECT count(*) FROM items")
    unnamed = Statement(connection, "SELECT number FROM items WHERE named = 0")
    delete = Statement(connection, "DELETE FROM items WHERE number = ? AND named = 0")
    countNamed = Statement(connection, "SELECT count(*) FROM items WHERE named = 1")
  }
}

/// An item as the catalogue has it.
package struct ItemRow: Sendable {
  package let number: ItemNumber
  /// The outside id, UTF-8.
  package let id: [UInt8]
  /// Whether an import of items named it; otherwise it was only met in events.
  package let named: Bool
  /// What the import said of it.
  package let record: ItemRecord?
}

extension SQLiteStore {
  /// The number of a known item.
  package func itemNumber(id: [UInt8]) throws -> ItemNumber? {
    if let known = work?.memory.items[id] { return known }
    let found = try catalogue.find.first(id) { SQLiteStore.number($0.integer(0)) }
    if let found { work?.memory.note(found, id) }
    return found
  }

  /// The number of a known item.
  package func itemNumber(id: String) throws -> ItemNumber? { try itemNumber(id: Array(id.utf8)) }

  /// The number of an item, from 0, adding it where it is new.
  package func itemNumber(forID id: [UInt8]) throws -> ItemNumber {
    try writing { work in
      if let known = try itemNumber(id: id) { return known }
      guard work.counters.nextItem < Int64(ItemNumber.none.rawValue) else {
        throw Failure(.refused, "the catalogue is full", at: path, expected: "fewer than 4,294,967,295 items")
      }
      let number = SQLiteStore.number(work.counters.nextItem)
      try catalogue.insert.run(work.counters.nextItem, id)
      work.counters.nextItem += 1
      work.memory.note(number, id)
      return number
    }
  }

  /// Adds an item to the catalogue, or puts a new record in place of the one it had.
  @discardableResult
  package func putItem(_ record: ItemRecord) throws -> ItemNumber {
    try writing { _ in
      let number = try itemNumber(forID: Array(record.id.utf8))
      try catalogue.put.run(Int64(number.rawValue), ItemRecordCoding.encode(record))
      return number
    }
  }

  /// The outside id of an item.
  package func itemID(of number: ItemNumber) throws -> String? {
    try catalogue.id.first(Int64(number.rawValue)) { $0.text(0) }
  }

  /// What the catalogue has under an outside id.
  package func item(id: String) throws -> ItemRow? {
    let bytes = Array(id.utf8)
    return try catalogue.record.first(bytes) { row in
      try itemRow(number: row.integer(0), id: bytes, named: row.integer(1), record: row.isNull(2) ? nil : row.bytes(2))
    }
  }

  /// Every item in order of number.
  ///
  /// - Parameter records: Whether to read the records too; without them `record` is `nil`.
  package func forEachItem(records: Bool = true, _ body: (ItemRow) throws -> Void) throws {
    try (records ? catalogue.scan : catalogue.scanNamed).forEach { row in
      try body(
        itemRow(
          number: row.integer(0), id: row.bytes(1), named: row.integer(2), record: row.isNull(3) ? nil : row.bytes(3)))
    }
  }

  /// The items that no import of items named: they were only met in events.
  ///
  /// - Complexity: O(items).
  package func unnamedItems() throws -> Set<ItemNumber> {
    Set(try catalogue.unnamed.all { SQLiteStore.number($0.integer(0)) })
  }

  /// Deletes an item that no import of items named; its number is not given out again.
  package func deleteUnnamedItem(_ number: ItemNumber) throws {
    try writing { _ in try catalogue.delete.run(Int64(number.rawValue)) }
  }

  /// How many items there are, and how many of them an import of items named.
  ///
  /// - Complexity: O(items).
  package func itemCount() throws -> (all: Int, named: Int) {
    (
      try catalogue.count.first { Int($0.integer(0)) } ?? 0,
      try catalogue.countNamed.first { Int($0.integer(0)) } ?? 0
    )
  }

  private func itemRow(number: Int64, id: [UInt8], named: Int64, record: [UInt8]?) throws -> ItemRow {
    var decoded: ItemRecord?
    if let record {
      decoded = ItemRecordCoding.decode(record, id: String(decoding: id, as: UTF8.self))
      if decoded == nil { throw SQLiteError.damaged(main.file, "the record of item number \(number) is damaged") }
    }
    return ItemRow(number: SQLiteStore.number(number), id: id, named: named != 0, record: decoded)
  }

  private static func number(_ raw: Int64) -> ItemNumber { ItemNumber(UInt32(truncatingIfNeeded: raw)) }
}
