import Consent
import Foundation
import Rights
import Store
import TestSupport
import Testing
import Vocabulary

@testable import Attune

@Suite("H3: data stays in its region")
struct TransferTests {
  private struct Difference: Error {
    var what: String
  }

  /// Puts a policy in force under which the store is in a region.
  private static func settle(_ engine: Engine, in region: String?, version: String = "here") throws {
    let place = region.map { ",\"region\":\"\($0)\"" } ?? ""
    _ = try engine.publishPolicy(Array("{\"version\":\"\(version)\"\(place)}".utf8))
  }

  /// The times of the events in an export, ascending.
  private static func times(_ export: PersonExport) -> [Int64] {
    export.records.compactMap { record in
      guard case .event(let event) = record else { return nil }
      return event.time.milliseconds
    }.sorted()
  }

  @Test("S2, H3: whenever what was consented to, a partner gets what came in under all that it takes, while that is on")
  func partners() throws {
    let purposes: [Purpose] = [.push, .partners, .transfer]
    var (given, abroad) = (0, 0)
    checkProperty(cases: 60, seed: 30_300) { random in
      try withTemporaryDirectory { folder in
        let engine = try Engine.open(folder + "/shop.attune", create: true)
        try TransferTests.settle(engine, in: "CN")
        try engine.setClock(Timestamp(seconds: Int64(Shop.start + 100)))
        var allowed: Set<Purpose> = []
        var events: [(time: Int64, purposes: Set<Purpose>)] = []
        for step in 0..<12 {
          switch random.below(3) {
          case 0:
            let chosen = purposes.filter { _ in random.chance(2, in: 3) }
            if chosen.isEmpty { continue }
            _ = try engine.grant(chosen, to: "u1")
            allowed.formUnion(chosen)
          case 1 where random.chance(1, in: 2):
            let chosen = purposes[random.below(3)]
            _ = try engine.withdraw([chosen], from: "u1")
            allowed.remove(chosen)
          default:
            let time = Shop.start + step
            let line = Shop.lines([.init(subject: "u1", item: "i\(step)", kind: "view", time: time)])
            _ = try engine.record([Array(line.utf8)])[0].get()
            if !allowed.isEmpty { events.append((Int64(time) * 1000, allowed)) }
          }
        }
        for (region, needed) in [("CN", Set<Purpose>([.push, .partners])), ("DE", Set(purposes))] {
          var export: PersonExport?
          let refusal = failure {
            export = try engine.export(of: "u1", toPartnerFor: .push, recipient: "Acme", region: region)
          }
          guard needed.isSubset(of: allowed) == (export != nil), export != nil || refusal?.code == .refused else {
            throw Difference(what: "\(allowed.map(\.name)) to \(region): \(String(describing: refusal))")
          }
          guard let export else { continue }
          let expected = events.filter { needed.isSubset(of: $0.purposes) }.map(\.time)
          guard TransferTests.times(export) == expected else { throw Difference(what: "events to \(region)") }
          given += expected.count
          if region == "DE" { abroad += expected.count }
        }
        return true
      }
    }
    #expect(given > abroad && abroad > 10, "\(given) events given, \(abroad) of them abroad")
  }

  @Test("a partner's region is asked for where the store has one, shown to the person, and told of a withdrawal")
  func recipients() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 30_310, people: 10, items: 10)
      let engine = try shop.engine(in: folder)
      func give(_ recipient: String, _ region: String?) throws {
        _ = try engine.export(of: "u1", toPartnerFor: .push, recipient: recipient, region: region)
      }
      // Where nothing is promised nothing is asked, and what was said is on record.
      try give("Acme", nil)
      try give("Brook", "DE")
      try TransferTests.settle(engine, in: "CN")
      #expect(failure { try give("Acme", nil) }?.code == .usage)
      #expect(failure { try give("Acme", "de") }?.code == .usage)
      #expect(failure { try give("Acme", "DE") }?.code == .refused)
      try give("Acme", "CN")
      // The log's consent to everything is none to this; nor is one to what the person has not been asked by name.
      _ = try engine.grant(Purpose.together, to: "u1")
      #expect(failure { try give("Acme", "DE") }?.code == .refused)
      _ = try engine.grant([.transfer], to: "u1")
      try give("Cedar", "DE")
      // A copy at home does not take the place of one abroad.
      try give("Cedar", "CN")
      let recipients = try engine.access(of: "u1").recipients.map { "\($0.recipient) \($0.region ?? "-")" }
      #expect(recipients == ["Acme -", "Brook DE", "Acme CN", "Cedar DE", "Cedar CN"])
      _ = try engine.withdraw([.transfer], from: "u1")
      let notices = try engine.outbox().notices.map { "\($0.notice.recipient) \($0.notice.act)" }
      #expect(notices == ["Brook withdraw", "Cedar withdraw"])
      _ = try engine.grant([.transfer], to: "u1")
      _ = try engine.setGuardian("aunt", for: "u1")
      _ = try engine.setAge(.minor, of: "u1")
      #expect(try engine.consent(of: "u1").purposes.first { $0.purpose == .transfer }?.by == "age")
      #expect(failure { _ = try engine.export(of: "u1", region: "DE") }?.code == .refused)
    }
  }

  @Test("a person's own copy goes abroad with their consent only, and is taken in there with it only")
  func ownCopies() throws {
    try withTemporaryDirectory { folder in
      let shop = Shop.random(seed: 30_320, people: 10, items: 10)
      let here = try shop.engine(in: folder, name: "here")
      try TransferTests.settle(here, in: "CN")
      func elsewhere(_ name: String, _ region: String?) throws -> Engine {
        let engine = try Engine.open("\(folder)/\(name).attune", create: true)
        try TransferTests.settle(engine, in: region)
        return engine
      }
      // Into their own hands, and within the region, nothing is asked.
      let kept = try here.export(of: "u1")
      #expect(try here.export(of: "u1", region: "CN").records.count == kept.records.count)
      // A stranger and somebody who did not consent are not told apart.
      let refusals = ["u1", "stranger"].map { subject in
        failure { _ = try here.export(of: subject, region: "DE") }?.description
      }
      #expect(refusals[0] == refusals[1] && refusals[0]?.contains("transfer") == true)
      let abroad = try elsewhere("abroad", "DE")
      for target in [abroad, try elsewhere("nowhere", nil)] {
        #expect(failure { _ = try target.importPerson(kept.lines) }?.code == .refused)
        #expect(try target.store.peopleCount() == 0 && target.history(of: "u1").held == 0)
      }
      #expect(try elsewhere("near", "CN").importPerson(kept.lines).events > 0)

      _ = try here.grant([.transfer], to: "u1")
      let sent = try here.export(of: "u1", region: "DE")
      #expect(try abroad.importPerson(sent.lines).events == here.history(of: "u1").held)
      _ = try here.withdraw([.transfer], from: "u1")
      #expect(failure { _ = try here.export(of: "u1", region: "DE") }?.code == .refused)
    }
  }

  @Test("H3: a copy is taken in by the region of the policy in force, whoever published it")
  func regionOfNow() throws {
    try withTemporaryDirectory { folder in
      let here = try Shop.random(seed: 30_330, people: 10, items: 10).engine(in: folder, name: "here")
      try TransferTests.settle(here, in: "CN")
      let copy = try here.export(of: "u1").lines
      let target = try Engine.open(folder + "/there.attune", create: true)
      try TransferTests.settle(target, in: "CN", version: "a")
      try TransferTests.settle(Engine.open(folder + "/there.attune"), in: "DE", version: "b")
      #expect(failure { _ = try target.importPerson(copy) }?.code == .refused)
      #expect(try target.store.peopleCount() == 0)
    }
  }

  @Test("a store stays in its region while anybody is in it, and no default lets data out")
  func policies() throws {
    try withTemporaryDirectory { folder in
      let engine = try Engine.open(folder + "/shop.attune", create: true)
      try TransferTests.settle(engine, in: "CN", version: "a")
      #expect(try engine.policyReport().region == "CN")
      try TransferTests.settle(engine, in: "DE", version: "b")
      _ = try engine.grant(Purpose.allCases, to: "u1")
      for (region, version) in [("CN", "c"), (nil, "d")] {
        let refusal = failure { try TransferTests.settle(engine, in: region, version: version) }
        #expect(refusal?.code == .refused && refusal?.place == "region")
      }
      #expect(try engine.policyReport().version == "b")
      try TransferTests.settle(engine, in: "DE", version: "e")
      _ = try engine.erase(["u1"])
      try TransferTests.settle(engine, in: "CN", version: "f")
      for text in ["{\"version\":\"g\",\"defaults\":[\"transfer\"]}", "{\"version\":\"g\",\"region\":\"cn\"}"] {
        #expect(failure { _ = try engine.publishPolicy(Array(text.utf8)) }?.code == .badInput)
      }
    }
  }
}
