import Consent
import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Attune

@Suite("G21, P8, L7, L8: signals, places, sources and fields")
struct PermissionTests {
  private func record(_ engine: Engine, _ members: String) throws -> RecordReport {
    let line = "{\"subject\":\"ann\",\"item\":\"a\",\"kind\":\"view\",\"time\":\(Shop.start)\(members)}\n"
    return try engine.record([Array(line.utf8)])[0].get()
  }

  private func engine(_ folder: String, _ purposes: [Purpose]) throws -> Engine {
    var options = Engine.Options()
    options.asOf = Timestamp(seconds: Int64(Shop.start))
    let engine = try Engine.open(folder + "/s.attune", create: true, options: options)
    _ = try engine.grant(purposes, to: "ann")
    return engine
  }

  private static let table: [(String?, Bool)] = [
    (nil, false), ("\"0\"", false), ("0", false), ("\" 0 \"", false), ("\"1\"", true), ("1", true), ("true", true),
    ("\"yes\"", true), ("\"00\"", true), ("\"01\"", true), ("\"0, 1\"", true), ("-1", true), ("\"\u{FF10}\"", true),
  ]

  @Test("G21: the signal takes advertising, push and partners from an event; unreadable counts", arguments: table)
  func signals(value: String?, isSet: Bool) throws {
    try withTemporaryDirectory { folder in
      let engine = try engine(folder, Purpose.allCases)
      #expect(try record(engine, value.map { ",\"gpc\":\($0)" } ?? "").admitted == 1)
      let all = Purpose.allCases.map(\.name)
      let rest = all.filter { !["advertising", "push", "partners"].contains($0) }
      #expect(try engine.history(of: "ann").events.map(\.purposes) == [isSet ? rest : all])
    }
  }

  @Test("G21: an event that serves nothing but what the signal switches off is not kept")
  func nothingLeft() throws {
    try withTemporaryDirectory { folder in
      let engine = try engine(folder, [.push, .location, .transfer])
      #expect(try record(engine, ",\"gpc\":1").refused == 1)
      #expect(try engine.history(of: "ann").held == 0 && engine.status().items == 0)
    }
  }

  @Test("P8: a place is kept only while the permission is on, read only while it is on, and never nearer than an area")
  func places() throws {
    try withTemporaryDirectory { folder in
      let purposes = Purpose.allCases.filter { $0 != .location }
      let engine = try engine(folder, purposes)
      let items = folder + "/items.ndjson"
      try "{\"item\":\"a\",\"tags\":[\"kind:x\"]}\n{\"item\":\"b\",\"tags\":[\"place:Delft\",\"place:Gouda\"]}\n"
        .write(toFile: items, atomically: true, encoding: .utf8)
      _ = try engine.importItems(ImportInput(path: items))
      func heldPlaces() throws -> [String] { try engine.history(of: "ann").events.flatMap(\.tags).sorted() }
      func profilePlaces() throws -> [String] {
        try engine.profile(of: "ann").tags.map(\.tag).filter { $0.hasPrefix("place:") }.sorted()
      }
      let off = try record(engine, ",\"place\":\"Delft\"")
      #expect(off.admitted == 1 && off.dropped.map(\.field) == ["place"])
      #expect(try record(engine, ",\"tags\":[\"place:Delft\",\"Place:Gouda\"]").dropped.map(\.count) == [1])
      #expect(try heldPlaces() == [])
      _ = try engine.grant([.location], to: "ann")
      #expect(try record(engine, ",\"place\":\"Delft\"").dropped.isEmpty)
      for point in ["52.0116, 4.3571", "192.168.10.7", "2001:db8::7:8", "52°N"] {
        #expect(try record(engine, ",\"place\":\"\(point)\"").dropped.map(\.field) == ["place"], "\(point)")
      }
      #expect(try heldPlaces() == ["place:Delft"])
      #expect(try profilePlaces() == ["place:Delft"])
      _ = try engine.withdraw([.location], from: "ann")
      #expect(try profilePlaces() == [], "what is held is not read")
      #expect(try heldPlaces() == ["place:Delft"], "the person sees it")
      _ = try engine.grant([.location], to: "ann")
      #expect(try profilePlaces() == ["place:Delft"])
    }
  }

  @Test("L1, L2: of a visit its campaign and the classes of language, browser and device are kept, and nothing closer")
  func visits() throws {
    let mozilla = "Mozilla/5.0 "
    let agents = [
      (mozilla + "(iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1", "safari", "phone"),
      (mozilla + "(Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "edge", "computer"),
      (mozilla + "(Linux; Android 14; Pixel 8) Chrome/126.0 Mobile Safari/537.36", "chrome", "phone"),
      (mozilla + "(Linux; Android 13; SM-X200) Chrome/126.0 Safari/537.36", "chrome", "tablet"),
      (mozilla + "(Linux; Android 12) Mobile MicroMessenger/8.0.49", "wechat", "phone"),
      (mozilla + "(X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "firefox", "computer"),
      ("UC", "uc", "other"), ("what serial 35-209900-176148-1 is", "other", "other"),
    ]
    for (agent, browser, device) in agents {
      try withTemporaryDirectory { folder in
        let engine = try engine(folder, [.recommendation])
        let visit = ",\"browser\":\"\(agent)\",\"device\":\"\(agent)\",\"language\":\"zh-Hant-TW,en;q=0.7\""
        #expect(try record(engine, visit + ",\"campaign\":\"autumn\"").dropped.isEmpty)
        let kept = [
          "visit.browser:\(browser)", "visit.campaign:autumn", "visit.device:\(device)", "visit.language:zh",
        ]
        #expect(try engine.history(of: "ann").events.flatMap(\.tags).sorted() == kept)
        // Their copy brings it into another store as it is.
        let other = try Engine.open(folder + "/other.attune", create: true)
        _ = try other.importPerson(engine.export(of: "ann").lines)
        #expect(try other.history(of: "ann").events.flatMap(\.tags).sorted() == kept)
      }
    }
    try withTemporaryDirectory { folder in
      let engine = try engine(folder, [.recommendation])
      // What is no class does not come in by another door.
      let tags = ",\"tags\":[\"visit.device:my phone 356-21\",\"visit.imei:356-21\",\"visit.language:x\"]"
      #expect(try record(engine, tags + ",\"language\":\"*\"").dropped.map(\.field) == ["language"])
      #expect(try engine.history(of: "ann").events.flatMap(\.tags) == ["visit.device:phone"])
      _ = try engine.publishPolicy(Array("{\"version\":\"v2\",\"fields\":[\"tags\",\"device\"]}".utf8))
      let all = ",\"campaign\":\"a\",\"language\":\"en\",\"browser\":\"opera\",\"device\":\"iPad\""
      let fields = try record(engine, all + ",\"time\":\(Shop.start + 1)").dropped.map(\.field)
      #expect(fields == ["campaign", "language", "browser"])
    }
  }
}
