public import Vocabulary

/// That a partner was given a copy of what somebody did.
package struct Disclosure: Hashable, Sendable {
  /// Whom it was given to, by the name that the shop calls them.
  package var recipient: String
  package var purpose: Purpose
  /// Where they are; `nil` where nobody said.
  package var region: String?
  /// The name that the person bears in it, which no other recipient has.
  package var handle: String
  /// When it was last given.
  package var time: Timestamp
  /// How many events were in it then.
  package var events: Int

  package init(
    recipient: String, purpose: Purpose, region: String? = nil, handle: String, time: Timestamp, events: Int
  ) {
    self.recipient = recipient
    self.purpose = purpose
    self.region = region
    self.handle = handle
    self.time = time
    self.events = events
  }

  package var encoded: [UInt8] {
    var bytes: [UInt8] = [1, purpose.rawValue]
    bytes.appendText(recipient)
    bytes.appendText(handle)
    bytes.appendZigzag(time.milliseconds)
    bytes.appendVarint(UInt64(events))
    if let region { bytes.appendText(region) }
    return bytes
  }

  package init?(encoded bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard reader.byte() == 1, let purpose = reader.byte().flatMap(Purpose.init(rawValue:)),
      let recipient = reader.text(), let handle = reader.text(), let time = reader.zigzag(),
      let events = reader.varint()
    else { return nil }
    let region = reader.isAtEnd ? nil : reader.text()
    guard reader.isAtEnd else { return nil }
    self.init(
      recipient: recipient, purpose: purpose, region: region, handle: handle, time: Timestamp(milliseconds: time),
      events: Int(clamping: events))
  }
}

/// Something that a recipient has to be told; it names nobody but by the recipient's own handle.
public struct RecipientNotice: Hashable, Sendable {
  /// What became of the data.
  public enum Act: UInt8, CaseIterable, Sendable {
    /// All of it is erased here.
    case erase = 0
    /// Some of it was corrected or forgotten; a new copy has what is left.
    case change = 1
    /// The person no longer lets it be passed on.
    case withdraw = 2

    /// The word used in JSON.
    public var name: String { "\(self)" }
  }

  public var recipient: String
  public var purpose: Purpose
  /// Who it is about, as the recipient knows them.
  public var handle: String
  public var act: Act
  /// Since when it is so.
  public var time: Timestamp

  package init(of disclosure: Disclosure, act: Act, time: Timestamp) {
    (recipient, purpose, handle) = (disclosure.recipient, disclosure.purpose, disclosure.handle)
    self.act = act
    self.time = time
  }

  /// Whether this takes the place of a notice that waits: about the same copy, and what it says is said by this too.
  package func replaces(_ other: RecipientNotice) -> Bool {
    guard recipient == other.recipient, purpose == other.purpose, handle == other.handle else { return false }
    return act == other.act || act == .erase
  }

  package var encoded: [UInt8] {
    var bytes: [UInt8] = [1, act.rawValue, purpose.rawValue]
    bytes.appendText(recipient)
    bytes.appendText(handle)
    bytes.appendZigzag(time.milliseconds)
    return bytes
  }

  package init?(encoded bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard reader.byte() == 1, let act = reader.byte().flatMap(Act.init(rawValue:)),
      let purpose = reader.byte().flatMap(Purpose.init(rawValue:)), let recipient = reader.text(),
      let handle = reader.text(), let time = reader.zigzag(), reader.isAtEnd
    else { return nil }
    (self.act, self.purpose, self.recipient, self.handle) = (act, purpose, recipient, handle)
    self.time = Timestamp(milliseconds: time)
  }
}
