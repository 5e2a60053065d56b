import Attune
import Vocabulary

extension DemoShop {
  /// The catalogue as NDJSON.
  var itemsFile: [UInt8] {
    var bytes: [UInt8] = []
    for item in items {
      var json = JSONWriter()
      json.object {
        $0.member("item", item.id)
        $0.member("title", item.title)
        $0.member("category", item.category)
        $0.member("price", Double(item.price) / 100)
        $0.member("seller", item.seller)
        $0.member("available", item.available)
        $0.member("tags", ["brand:\(item.brand)", "color:\(item.color)", "material:\(item.material)"])
      }
      bytes += json.bytes
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  /// The log as CSV with a header.
  var eventsFile: [UInt8] {
    var bytes = Array("time,subject,kind,item,query\n".utf8)
    bytes.reserveCapacity(events.count * 40)
    let people = (0..<1 + (events.map(\.person).max() ?? 0)).map { Array(Self.personID($0).utf8) }
    let ids = items.map { Array($0.id.utf8) }
    let kinds = EventKind.allCases.map { Array($0.name.utf8) }
    for event in events {
      bytes.append(contentsOf: String(event.time).utf8)
      bytes.append(UInt8(ascii: ","))
      bytes.append(contentsOf: people[event.person])
      bytes.append(UInt8(ascii: ","))
      bytes.append(contentsOf: kinds[Int(event.kind.rawValue)])
      bytes.append(UInt8(ascii: ","))
      if let item = event.item { bytes.append(contentsOf: ids[item]) }
      bytes.append(UInt8(ascii: ","))
      if let query = event.query { bytes.append(contentsOf: query.utf8) }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}
