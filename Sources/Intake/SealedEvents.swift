package import Consent
package import Crypto
import Vocabulary

/// Turns events into sealed blobs and back; the only way either happens.
package final class EventSealer {
  private let sealer = Sealer()
  private var plain: [UInt8] = []

  package init() {}

  /// Seals one group of a batch under its person's key.
  package func seal(
    _ batch: AdmittedBatch, _ group: AdmittedBatch.Group, sequence: Int64, key: SymmetricKey
  ) throws -> [UInt8] {
    plain.removeAll(keepingCapacity: true)
    EventCodec.encode(batch.events[group.range], into: &plain)
    return try sealer.seal(plain, key: key, context: EventSealer.context(group.person, sequence))
  }

  /// Seals what is left of a blob that was opened under a permit.
  package func seal(
    _ events: [AdmittedEvent], of permit: Permit, sequence: Int64, key: SymmetricKey
  ) throws -> [UInt8] {
    plain.removeAll(keepingCapacity: true)
    EventCodec.encode(events[...], into: &plain)
    return try sealer.seal(plain, key: key, context: EventSealer.context(permit.person, sequence))
  }

  /// Opens a blob of the permit's person and appends the events that the permit lets be read: admitted for its purpose,
  /// and of use still.
  ///
  /// - Throws: ``Failure`` where the blob is damaged, or is another person's, or belongs in another place.
  package func open(
    _ sealed: [UInt8], sequence: Int64, key: SymmetricKey, permit: Permit, into events: inout [AdmittedEvent]
  ) throws {
    try unsafe sealed.withUnsafeBytes {
      try unsafe open($0, sequence: sequence, key: key, permit: permit, into: &events)
    }
  }

  /// The same for bytes in place, such as a column of a database row.
  package func open(
    _ sealed: UnsafeRawBufferPointer, sequence: Int64, key: SymmetricKey, permit: Permit,
    into events: inout [AdmittedEvent]
  ) throws {
    let context = EventSealer.context(permit.person, sequence)
    guard let plain = try? unsafe sealer.open(sealed, key: key.bytes, context: context),
      EventCodec.decode(
        plain, purpose: permit.purpose, horizon: permit.horizon, readsPlace: permit.readsPlace, into: &events)
    else {
      throw Failure(
        .badStore, "a blob of events does not open", expected: "an unchanged blob under its person's key",
        remedy: "Restore the store from a backup, or run `attune audit` to see how much is damaged")
    }
  }

  /// The place a blob is bound to, so that one cannot stand in for another.
  private static func context(_ person: PersonID, _ sequence: Int64) -> [UInt8] {
    var bytes: [UInt8] = Array("events".utf8)
    bytes.appendVarint(UInt64(bitPattern: person.rawValue))
    bytes.appendVarint(UInt64(bitPattern: sequence))
    return bytes
  }
}
