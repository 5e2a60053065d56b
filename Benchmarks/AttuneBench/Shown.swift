import Attune
import SystemIO
import Vocabulary

/// Re-ranking of shown lists on the hotel sessions of trivago: the first 80 % of the time are learned from, and for each
/// click after that the shown hotels are searched for by the name of the city, with what the person did before.
enum Shown {
  static func run(_ options: BenchOptions) throws {
    let rows = try Sessions.read(try options.value("events")).sorted { $0.time < $1.time }
    let cut = rows[rows.count * 4 / 5].time
    let folder = try Files.temporaryDirectory(prefix: "attune-bench")
    defer { try? Files.removeTree(folder) }
    let engine = try Engine.open(folder + "/hotels.attune", create: true)
    var cities: [String: Set<String>] = [:]
    for row in rows {
      for item in row.impressions + (row.kind == "search" || row.kind.isEmpty ? [] : [row.reference]) {
        cities[item, default: []].insert(row.city)
      }
    }
    let items = cities.sorted { $0.key < $1.key }.map { item, cities in
      let tags = cities.sorted().map { Sessions.quoted("city:" + $0) }.joined(separator: ",")
      return "{\"item\":\(Sessions.quoted(item)),\"tags\":[\(tags)]}\n"
    }
    _ = try engine.putItems(Array(items.joined().utf8))
    let log = folder + "/events.ndjson"
    try Files.writeAtomically(log, Array(rows.filter { $0.time < cut }.map(\.line).joined().utf8))
    var input = ImportInput(path: log)
    input.grantAll = true
    _ = try engine.importEvents(input)
    let training = try engine.train(set: [(key: "rows.support", value: options.value("support", default: "3"))])
    print("  \(cities.count) hotels, \(training.events) events learned from")

    var ranks: [String: [Int?]] = [:]
    var known: Set<String> = []
    for row in rows where row.time >= cut {
      if known.insert(row.subject).inserted { _ = try engine.grant(Purpose.allCases, to: row.subject) }
      if row.impressions.count > 1, row.impressions.contains(row.reference) {
        func note(_ name: String, _ list: [String]) {
          ranks[name, default: []].append(list.firstIndex(of: row.reference))
        }
        var request = SearchRequest(row.city, subject: row.subject, count: 1000)
        request.among = row.impressions
        let personal = try engine.search(request).list
        note("personal", personal.items.map(\.item))
        if personal.basis == .personal {
          note("personal, of those with a history", personal.items.map(\.item))
          note("shown order, of those", row.impressions)
        }
        request.sort = .general
        let general = try engine.search(request).list.items.map(\.item)
        note("general", general)
        if personal.basis == .personal { note("general, of those", general) }
        var popular = RecommendationRequest(count: 1000)
        popular.among = row.impressions
        note("popularity", try engine.recommend(popular).items.map(\.item))
        note("shown order", row.impressions)
      }
      if !row.kind.isEmpty { _ = try engine.record([Array(row.line.utf8)]) }
    }
    for (name, found) in ranks.sorted(by: { $0.key < $1.key }) {
      print("\(name), \(found.count) clicks: MRR \(rounded(Searching.reciprocal(found)))")
    }
  }
}

/// The rows of trivago's file.
private enum Sessions {
  struct Row {
    var subject, kind, reference, city: String
    var time: Int
    var filters, impressions: [String]

    /// The event as NDJSON; empty for a row that is none.
    var line: String {
      if kind.isEmpty { return "" }
      let what = kind == "search" ? "query" : "item"
      let tags = filters.map { quoted("filter:" + $0) }.joined(separator: ",")
      return "{\"subject\":\(quoted(subject)),\"kind\":\"\(kind)\",\"time\":\(time),\"\(what)\":\(quoted(reference)),"
        + "\"tags\":[\(tags)]}\n"
    }
  }

  static func quoted(_ text: String) -> String {
    "\"" + text.filter { $0 != "\"" && $0 != "\\" && $0.asciiValue.map { $0 >= 32 } ?? true } + "\""
  }

  static func read(_ path: String) throws -> [Row] {
    let chunks = try ChunkReader(path: path)
    var bytes: [UInt8] = []
    while let chunk = try chunks.next() { bytes += chunk }
    return bytes.split(separator: 10).dropFirst().map { line in
      let cells = cells(line)
      let action = cells[4]
      let kind =
        action == "clickout item"
        ? "click"
        : action.hasPrefix("interaction item") || action == "search for item"
          ? "view" : action == "search for destination" || action == "search for poi" ? "search" : ""
      return Row(
        subject: cells[0], kind: kind, reference: cells[5], city: cells[7], time: Int(cells[2]) ?? 0,
        filters: cells[9].split(separator: "|").map(String.init),
        impressions: cells[10].split(separator: "|").map(String.init))
    }
  }

  private static func cells(_ line: ArraySlice<UInt8>) -> [String] {
    var cells: [String] = []
    var cell: [UInt8] = []
    var isQuoted = false
    for byte in line {
      if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
      } else if byte == UInt8(ascii: ","), !isQuoted {
        cells.append(String(decoding: cell, as: UTF8.self))
        cell.removeAll()
      } else {
        cell.append(byte)
      }
    }
    return cells + [String(decoding: cell, as: UTF8.self)]
  }
}
