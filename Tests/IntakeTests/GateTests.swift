import Consent
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Intake

@Suite("What the gate lets in")
struct GateTests {
  /// `subject item` pairs, with ids and tags where there are some, as a batch.
  private static func batch(_ lines: [Line]) throws -> RawBatch {
    let rows = lines.map { line -> String in
      let cells = [line.subject, line.item ?? "", line.kind.name, line.time.map { "\($0)" } ?? "", line.query ?? ""]
      return (cells + [line.eventID ?? "", line.tags.joined(separator: "|")]).joined(separator: ",")
    }
    return try withTemporaryDirectory { folder in
      let text = "subject,item,kind,time,query,eventid,tags\n" + rows.joined(separator: "\n")
      write(Array(text.utf8), to: folder + "/log")
      let sink = RejectSink(input: "log", path: nil, keepsLines: false, isStrict: true)
      let chunks = try ChunkReader(path: folder + "/log")
      var batch = RawBatch()
      let reader = try EventReader(chunks: chunks, options: LogOptions(.events), rejects: sink, name: "log")
      _ = try reader.read(into: &batch, limit: .max)
      return batch
    }
  }

  private static func view(_ subject: String, _ item: String, id: String? = nil) -> Line {
    Line(subject: subject, item: item, kind: .view, eventID: id)
  }

  @Test("a person who allows nothing leaves a count, and no number, item or event id")
  func refusal() throws {
    let shop = GateShop()
    let ann = try shop.record(.grant, "ann", [PurposeSet(.search)])
    let cid = try shop.record(.grant, "cid", .all)
    try shop.record(.withdraw, "cid", .all)
    var gate = shop.gate()
    let batch = try gate.admit(
      GateTests.batch([
        GateTests.view("bob", "b1", id: "1"), GateTests.view("ann", "a1", id: "2"),
        GateTests.view("cid", "c1", id: "3"), GateTests.view("bob", "a2"), GateTests.view("ann", "a1"),
      ]))
    #expect(batch.refused == 3 && batch.repeated == 0 && batch.events.count == 2)
    #expect(batch.groups.map(\.person) == [ann] && batch.groups.map(\.range) == [0..<2])
    #expect(batch.events.map(\.purposes) == [PurposeSet(.search), PurposeSet(.search)])
    #expect(shop.directory.calls == ["claim 2 of \(ann.rawValue)", "item a1"])
    #expect(shop.person("bob") == nil && shop.person("cid") == cid && shop.directory.items.count == 1)
  }

  @Test("a permission lets nothing in by itself; beside a purpose it says what else the event may serve")
  func permissions() throws {
    let shop = GateShop()
    let widening: PurposeSet = [PurposeSet(.location), PurposeSet(.partners), PurposeSet(.transfer)]
    try shop.record(.grant, "ann", widening)
    try shop.record(.grant, "bob", widening.union(PurposeSet(.training)))
    var gate = shop.gate()
    let batch = try gate.admit(GateTests.batch([GateTests.view("ann", "a"), GateTests.view("bob", "b")]))
    #expect(batch.refusals == [.consent: 1] && batch.events.map(\.purposes) == [widening.union(PurposeSet(.training))])
    // Nor is a stranger numbered for a default that is a permission alone.
    let quiet = GateShop(defaults: PurposeSet(.location))
    var other = quiet.gate()
    #expect(try other.admit(GateTests.batch([GateTests.view("ann", "a")])).refusals == [.consent: 1])
    #expect(quiet.person("ann") == nil)
  }

  @Test("a source grant covers strangers and acquaintances; a person's own choices outrank it, purpose by purpose")
  func sourceGrants() throws {
    let shop = GateShop()
    try shop.record(.withdraw, "ann", .all)
    let bob = try shop.record(.withdraw, "bob", [PurposeSet(.training), PurposeSet(.push)])
    let grant = try shop.source()
    var gate = shop.gate(grant)
    let lines = [GateTests.view("ann", "a"), GateTests.view("bob", "b"), GateTests.view("new", "n")]
    let batch = try gate.admit(GateTests.batch(lines))
    let new = try #require(shop.person("new"))
    #expect(batch.refused == 1 && batch.groups.map(\.person) == [bob, new])
    let rest = PurposeSet.all.subtracting([PurposeSet(.training), PurposeSet(.push)])
    #expect(batch.events.map(\.purposes) == [rest, .all])
    #expect(shop.directory.calls == ["cover 1", "cover 2", "person 3", "item b", "item n"])
    #expect(shop.storage.sources[new] == grant)
    // Later events of those covered come in without the grant; the withdrawal still holds.
    var later = shop.gate()
    let next = try later.admit(GateTests.batch(lines + [GateTests.view("strange", "s")]))
    #expect(next.refused == 2 && next.groups.map(\.person) == [bob, new])
    #expect(shop.person("strange") == nil && shop.directory.items["a"] == nil && shop.directory.items["s"] == nil)
  }

  @Test("L7: events from sources that the policy does not name are refused; the shop's own name none")
  func sources() throws {
    let shop = GateShop(defaults: .all, sources: ["app"])
    var gate = shop.gate()
    let batch = try gate.admit(
      GateTests.ndjson([#""item":"a""#, #""item":"b","source":"app""#, #""item":"c","source":"broker""#]))
    #expect(batch.refusals == [.source: 1] && batch.events.map { $0.detail?.source } == [nil, "app"])
    #expect(shop.directory.items["c"] == nil)
  }

  @Test("L8: fields outside the policy's list are dropped and counted", arguments: EventField.allCases)
  func fields(field: EventField) throws {
    let shop = GateShop(defaults: .all, fields: Set(EventField.allCases).subtracting([field]))
    var gate = shop.gate()
    let line =
      #""kind":"rate","value":4,"item":"a","tags":["t:1"],"session":"s","source":"app","decision":"d","place":"Delft","#
      + #""campaign":"c","language":"de","browser":"opera","device":"phone""#
    let batch = try gate.admit(GateTests.ndjson([line, #""kind":"search","query":"q""#]))
    #expect(batch.dropped == [field: 1] && batch.events.count == 2)
    let event = try #require(batch.events.first)
    let held: [EventField: Bool] = [
      .value: event.value != 0, .query: batch.events.contains { $0.detail?.query != nil },
      .tags: event.detail?.tags.contains("t:1") == true, .session: event.session != 0,
      .source: event.detail?.source != nil, .decision: event.detail?.decision != nil,
      .place: event.detail?.tags.contains("place:Delft") == true,
      .campaign: event.detail?.tags.contains("visit.campaign:c") == true,
      .language: event.detail?.tags.contains("visit.language:de") == true,
      .browser: event.detail?.tags.contains("visit.browser:opera") == true,
      .device: event.detail?.tags.contains("visit.device:phone") == true,
    ]
    for (other, isHeld) in held { #expect(isHeld == (other != field), "\(other)") }
  }

  /// Lines of views by one person, as members of a JSON object.
  private static func ndjson(_ lines: [String]) throws -> RawBatch {
    let rows = lines.map { #"{"subject":"u","# + ($0.contains(#""kind""#) ? "" : #""kind":"view","#) + $0 + "}" }
    let sink = RejectSink(input: "log", path: nil, keepsLines: false, isStrict: true)
    let chunks = ChunkReader(bytes: Array(rows.joined(separator: "\n").utf8))
    var batch = RawBatch()
    let reader = try EventReader(chunks: chunks, options: LogOptions(callsOf: .events), rejects: sink, name: "log")
    _ = try reader.read(into: &batch, limit: .max)
    return batch
  }

  @Test("a policy's defaults let strangers in for those purposes")
  func defaults() throws {
    let shop = GateShop(defaults: PurposeSet(.recommendation))
    var gate = shop.gate()
    let batch = try gate.admit(GateTests.batch([GateTests.view("ann", "a")]))
    #expect(batch.refused == 0 && batch.events.map(\.purposes) == [PurposeSet(.recommendation)])
  }

  @Test("random crowds: groups ascend by person, arrival order holds within each, and every line is accounted for")
  func order() {
    checkProperty(cases: 60, seed: 1100) { random in
      let shop = GateShop()
      let crowd = (0..<8).map { "p\($0)" }
      for id in crowd where random.chance(1, in: 2) {
        try shop.record(random.chance(3, in: 4) ? .grant : .withdraw, id, .all)
      }
      var gate = shop.gate()
      var lines: [Line] = []
      for index in 0..<(1 + random.below(40)) {
        var line = GateTests.view(crowd[random.below(8)], "i\(random.below(6))")
        line.time = 1_000_000_000_000 + Int64(index)
        if random.chance(1, in: 3) { line.eventID = "\(random.below(5))" }
        lines.append(line)
      }
      let batch = try gate.admit(GateTests.batch(lines))
      var expected: [String] = []
      var (refused, repeated) = (0, 0)
      for id in crowd.sorted(by: { (shop.person($0)?.rawValue ?? 99) < (shop.person($1)?.rawValue ?? 99) }) {
        var seen: Set<String> = []
        let person = shop.person(id)
        for line in lines where line.subject == id {
          if try person == nil || shop.ledger.choices(of: person).allowed.isEmpty {
            refused += 1
          } else if let event = line.eventID, !seen.insert(event).inserted {
            repeated += 1
          } else {
            expected.append("\(person?.rawValue ?? 0) \(line.item ?? "") \(line.time ?? 0)")
          }
        }
      }
      let names = Dictionary(uniqueKeysWithValues: shop.directory.items.map { ($0.value, $0.key) })
      let found = batch.groups.flatMap { group in
        batch.events[group.range].map { "\(group.person.rawValue) \(names[$0.item] ?? "") \($0.time.milliseconds)" }
      }
      return found == expected && batch.refused == refused && batch.repeated == repeated
        && batch.events.count == expected.count && !batch.groups.contains { $0.range.isEmpty }
    }
  }

  @Test("an event id counts once a person, also across batches; others' ids are their own")
  func repeats() throws {
    let shop = GateShop(defaults: .all)
    var gate = shop.gate()
    let lines = [GateTests.view("ann", "a", id: "1"), GateTests.view("bob", "a", id: "1"), GateTests.view("ann", "b")]
    let first = try gate.admit(GateTests.batch(lines + lines))
    #expect(first.repeated == 2 && first.events.count == 4)
    let second = try gate.admit(GateTests.batch(lines + [GateTests.view("ann", "only", id: "1")]))
    #expect(second.repeated == 3 && second.groups.count == 1 && shop.directory.items["only"] == nil)
  }

  @Test("an event without a time has its place in the log, counted over batches and refused lines; a time is kept")
  func places() throws {
    let shop = GateShop()
    try shop.record(.grant, "ann", .all)
    var gate = shop.gate()
    let lines = [
      GateTests.view("bob", "a"), GateTests.view("ann", "a"),
      Line(subject: "ann", item: "a", kind: .view, time: 1_777_627_815_000), GateTests.view("ann", "a"),
    ]
    let first = try gate.admit(GateTests.batch(lines))
    let second = try gate.admit(GateTests.batch(lines))
    #expect(first.events.map(\.time.milliseconds) == [1, 1_777_627_815_000, 3])
    #expect(second.events.map(\.time.milliseconds) == [5, 1_777_627_815_000, 7])
    #expect(first.newest(upTo: Timestamp(seconds: 2_000_000_000)) == Timestamp(milliseconds: 1_777_627_815_000))
    #expect(first.newest(upTo: Timestamp(milliseconds: 1_777_627_814_999)) == Timestamp(milliseconds: 3))
  }

  @Test("sensitive tags stop at the gate, however their field is written; words, and other tags, pass")
  func sensitiveTags() throws {
    let shop = GateShop(defaults: .all)
    var gate = shop.gate()
    let tags = ["health:flu", "Health:flu", "color:red", "BELIEF:x", "healthy:yes", "color:health:x"]
    let search = Line(subject: "ann", kind: .search, query: "hat", tags: tags)
    let view = Line(subject: "ann", item: "a", kind: .view, tags: ["health:flu"])
    let batch = try gate.admit(GateTests.batch([search, view]))
    #expect(batch.events.first?.detail?.tags == ["color:red", "healthy:yes", "color:health:x"])
    #expect(batch.events.first?.detail?.query == "hat" && batch.events.first?.item == ItemNumber.none)
    #expect(batch.events.count == 2 && batch.events.last?.detail == nil)
  }
}
