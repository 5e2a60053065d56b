import Consent
import Foundation
import Store
import TestSupport
import Testing
import Vocabulary

@testable import Attune

@Suite("G3, G5, G16: whatever happens in whatever order")
struct TraceTests {
  /// An event that the store holds.
  private struct Held {
    var event: Shop.Event
    /// Whether its person permitted training when it came in.
    var trains: Bool
    /// Whether it was there at the last training.
    var isOld = false
  }

  /// What the store should have learned from, worked out beside it.
  private struct Expectation {
    static let day = 86_400
    var held: [String: [Held]] = [:]
    var withdrawn: Set<String> = []
    /// Erased, or found to be a child.
    var gone: Set<String> = []
    /// By person, what the last training learned from, without those who have left since.
    var learned: [String: [Shop.Event]] = [:]
    /// The store's clock now and at the last training, in seconds.
    var now: Int
    var tick = 0

    private static func term(_ event: Shop.Event) -> Retention.Term {
      Policy.shipped.retention[EventKind(name: event.kind) ?? .view]
    }

    mutating func add(_ events: [Shop.Event]) {
      for event in events where !gone.contains(event.subject) {
        held[event.subject, default: []].append(Held(event: event, trains: !withdrawn.contains(event.subject)))
      }
    }

    mutating func train() {
      tick = now
      learned = [:]
      for (subject, events) in held {
        held[subject] = events.map { Held(event: $0.event, trains: $0.trains, isOld: true) }
        if withdrawn.contains(subject) { continue }
        // What will be out of use within a day is not learned from.
        let soon = now + Expectation.day
        let own = events.filter { $0.trains && $0.event.time + Expectation.term($0.event).use * Expectation.day > soon }
        learned[subject] = own.map(\.event)
      }
    }

    mutating func leave(_ subject: String) { learned[subject] = nil }

    mutating func end(_ subject: String) {
      gone.insert(subject)
      held[subject] = nil
      leave(subject)
    }

    mutating func forget(_ kind: String, of subject: String) {
      let all = held[subject] ?? []
      if all.contains(where: { $0.event.kind == kind && $0.isOld && $0.trains }) { leave(subject) }
      held[subject] = all.filter { $0.event.kind != kind }
    }

    mutating func sweep() {
      for (subject, events) in held {
        held[subject] = events.filter { $0.event.time + Expectation.term($0.event).keep * Expectation.day > now }
      }
      for (subject, events) in learned
      where events.contains(where: { $0.time + Expectation.term($0).use * Expectation.day <= now }) {
        leave(subject)
      }
    }
  }

  private struct Difference: Error {
    var what: String
  }

  @Test("G3, G5, G16: the model is that of a store that was only ever given what it may have learned from")
  func traces() throws {
    var (left, trainings) = (0, 0)
    checkProperty(cases: 10, seed: 5000) { random in
      try withTemporaryDirectory { folder in
        var shop = Shop.random(seed: random.next(), people: 30, items: 15 + random.below(20))
        for index in shop.events.indices {
          shop.events[index].time = Shop.start + random.below(120 * Expectation.day) / 1000 * 1000 + index
        }
        var expected = Expectation(now: Shop.start + 120 * Expectation.day)
        func open(_ name: String, _ shop: Shop, clock: Int) throws -> Engine {
          let engine = try shop.engine(in: folder, name: name, train: false)
          try engine.setClock(Timestamp(seconds: Int64(clock)))
          try engine.setRetention(byFixedClock: true)
          return engine
        }
        let engine = try open("all", shop, clock: expected.now)
        engine.keepsTraining = random.chance(1, in: 2)
        expected.add(shop.events)
        _ = try engine.train()
        expected.train()
        var done: [String] = []
        for step in 0..<14 {
          let subject = "u\(random.below(30))"
          if expected.gone.contains(subject) { continue }
          let before = expected.learned.count
          let act = random.below(9)
          switch act {
          case 0:
            _ = try engine.erase([subject])
            expected.end(subject)
          case 1:
            _ = try engine.withdraw([.training], from: subject)
            expected.withdrawn.insert(subject)
            expected.leave(subject)
          case 2:
            _ = try engine.grant([.training], to: subject)
            expected.withdrawn.remove(subject)
          case 3:
            let kind = ["view", "search", "purchase"][random.below(3)]
            var request = ForgetRequest()
            request.kinds = EventKind(name: kind).map { [$0] } ?? []
            _ = try engine.forget(request, of: subject)
            expected.forget(kind, of: subject)
          case 4:
            _ = try engine.setAge(.minor, of: subject)
            expected.end(subject)
          case 5, 6:
            let kinds = ["view", "search", "purchase", "dislike"]
            let events = (0..<12).map { number in
              let kind = kinds[random.below(4)]
              return Shop.Event(
                subject: "u\(random.below(30))", item: kind == "search" ? nil : "i\(random.below(15))", kind: kind,
                time: expected.now - random.below(20 * Expectation.day) - number, query: kind == "search" ? "red" : nil)
            }
            try shop.importEvents(events, into: engine, "\(folder)/more\(step).ndjson")
            expected.add(events)
          case 7:
            expected.now += 1 + random.below(40 * Expectation.day)
            try engine.setClock(Timestamp(seconds: Int64(expected.now)))
            _ = try engine.sweep()
            expected.sweep()
          default:
            _ = try engine.train()
            expected.train()
            trainings += 1
          }
          done.append("\(act) \(subject)")
          left += max(0, before - expected.learned.count)
          if random.chance(2, in: 3), step < 13 { continue }
          try engine.finish()
          let rest = Shop(items: shop.items, events: expected.learned.values.flatMap(\.self))
          let never = try open("never\(step)", rest, clock: expected.tick)
          _ = try never.train()
          guard try engine.status().model == never.status().model else { throw Difference(what: "model \(done)") }
          guard try learnedSearches(engine) == learnedSearches(never) else {
            throw Difference(what: "searches \(done)")
          }
        }
        return try engine.ledger.verify() > 0 && engine.store.pendingErasure() == nil
      }
    }
    #expect(left > 20 && trainings > 5, "the cases are too thin to mean anything")
  }
}
