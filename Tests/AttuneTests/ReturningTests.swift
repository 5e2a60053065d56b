import Consent
import Foundation
import Intake
import Store
import SystemIO
import TestSupport
import Testing
import Vocabulary

@testable import Attune

@Suite("C2: whoever was erased comes back by a consent of their own, and by nothing older")
struct ReturningTests {
  /// The policy of a store that collects without asking.
  private static let open = Array("{\"version\":\"open\",\"defaults\":[\"recommendation\",\"search\"]}".utf8)

  @Test("C2: an export brings an erased person back only with a consent of their own that is newer than the erasure")
  func exports() throws {
    try withTemporaryDirectory { folder in
      let engine = try Shop.random(seed: 40_000, people: 10, items: 10).engine(in: folder)
      let elsewhere = try Engine.open(folder + "/elsewhere.attune", create: true)
      for store in [engine, elsewhere] { _ = try store.publishPolicy(ReturningTests.open) }
      // Three kinds of export: the log's consent alone, a consent of their own, and no choice at all.
      let bySource = try engine.export(of: "u1").lines
      _ = try engine.grant([.recommendation], to: "u2")
      let byOwn = try engine.export(of: "u2").lines
      let line = Shop.lines([Shop.Event(subject: "u3", item: "i1", kind: "view", time: Shop.start)])
      _ = try elsewhere.record([Array(line.utf8)])[0].get()
      let byDefault = try elsewhere.export(of: "u3").lines
      #expect(!String(decoding: byDefault, as: UTF8.self).contains("\"record\":\"choice\""))

      let receipt = try engine.erase(["u1", "u2", "u3"])
      for (subject, lines) in [("u1", bySource), ("u2", byOwn), ("u3", byDefault)] {
        let refusal = failure { _ = try engine.importPerson(lines) }
        #expect(refusal?.code == .refused && refusal?.place == "subject", "\(subject)")
        #expect(refusal?.description.contains(subject) == false)
        #expect(try engine.person(subject) == nil)
      }
      let verified = try engine.verify(receipt.proof)
      #expect(verified.holds && verified.returned == 0)

      // A consent of their own after the erasure brings them in with what they hold.
      _ = try elsewhere.importPerson(byOwn)
      usleep(3000)
      _ = try elsewhere.grant([.search], to: "u2")
      let back = try elsewhere.export(of: "u2").lines
      // A time to come is no proof that it was later.
      elsewhere.wall = { Timestamp(milliseconds: Clock.now().milliseconds + 3_600_000) }
      _ = try elsewhere.importPerson(bySource)
      _ = try elsewhere.grant([.search], to: "u1")
      let early = try elsewhere.export(of: "u1").lines
      #expect(failure { _ = try engine.importPerson(early) }?.code == .refused)
      #expect(try engine.importPerson(back).events > 0)
      let later = try engine.verify(receipt.proof)
      #expect(later.holds && later.returned == 1)
    }
  }

  @Test("C2: the gate itself lets nothing in of somebody who is kept out")
  func gate() throws {
    try withTemporaryDirectory { folder in
      let engine = try Engine.open(folder + "/shop.attune", create: true)
      _ = try engine.publishPolicy(ReturningTests.open)
      _ = try engine.erase(["u1"])
      let person = try engine.makePerson("u1")
      var gate = Gate(pseudonymizer: engine.pseudonymizer, ledger: engine.ledger, directory: engine.store, grant: nil)
      let event = PortableEvent(
        time: Timestamp(seconds: 1), item: Array("i1".utf8), kind: .view, purposes: PurposeSet(.recommendation))
      let batch = try gate.admit([event], of: person, named: Array("u1".utf8))
      #expect(batch.events.isEmpty && batch.refused == 1)
      #expect(try engine.store.itemNumber(id: "i1") == nil)
    }
  }

  @Test("C1, C2: permissions that only widen what another purpose let in let nothing in of an export")
  func wideningAlone() throws {
    try withTemporaryDirectory { folder in
      let elsewhere = try Shop.random(seed: 40_100, people: 10, items: 10).engine(in: folder, name: "elsewhere")
      _ = try elsewhere.grant([.location, .partners, .transfer], to: "u1")
      // As it stands, but without the log's consent.
      let lines = String(decoding: try elsewhere.export(of: "u1").lines, as: UTF8.self).split(separator: "\n")
        .filter { !$0.contains("\"act\":\"source-grant\"") }
      let engine = try Engine.open(folder + "/shop.attune", create: true)
      let report = try engine.importPerson(Array((lines.joined(separator: "\n") + "\n").utf8))
      #expect(try report.events == 0 && report.refused == elsewhere.history(of: "u1").held)
      #expect(try engine.history(of: "u1").held == 0 && engine.store.itemCount().all == 0)
    }
  }
}
