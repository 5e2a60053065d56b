package import Crypto
package import Vocabulary

/// One choice, as the ledger keeps it.
package struct LedgerEntry: Equatable, Sendable {
  package enum Act: UInt8, Sendable {
    case grant = 0
    case withdraw = 1
    /// A log collected under consent was imported; grants to the people met in it, outranked by their own choices.
    case sourceGrant = 2
    /// People were erased; their entries keep their places in the chain and lose everything else.
    case erasure = 3
    /// Somebody's age became known.
    case age = 4
    /// A guardian consents that a child's data is collected, or takes that back.
    case guardian = 5
    case guardianEnd = 6
  }

  package var act: Act
  /// Whose choice it is; `nil` for a source.
  package var person: PersonID?
  package var purposes: PurposeSet
  package var time: Timestamp
  /// How the choice reached us: `cli`, `api`, `import`.
  package var method: String
  /// The policy version in force, which is the notice the person saw.
  package var notice: String
  /// The name of the source of a `sourceGrant`, the text of an ``Age``, or who the guardian is and how that is known;
  /// empty otherwise.
  package var source: String
  /// The entries whose bodies an `erasure` dropped, ascending; empty otherwise.
  package var dropped: [Int64]

  package init(
    act: Act, person: PersonID?, purposes: PurposeSet, time: Timestamp, method: String, notice: String,
    source: String = "", dropped: [Int64] = []
  ) {
    self.act = act
    self.person = person
    self.purposes = purposes
    self.time = time
    self.method = method
    self.notice = notice
    self.source = source
    self.dropped = dropped
  }
}

extension LedgerEntry {
  /// The body that is sealed and committed to: a random salt, then the fields.
  func encoded(salt: [UInt8]) -> [UInt8] {
    precondition(salt.count == LedgerEntry.saltLength)
    var bytes = salt
    bytes += [1, act.rawValue, purposes.rawValue]
    bytes += (person?.rawValue ?? -1).bigEndianBytes
    bytes += time.milliseconds.bigEndianBytes
    for text in [method, notice, source] {
      let utf8 = Array(text.utf8.prefix(65_535))
      bytes += [UInt8(utf8.count >> 8), UInt8(utf8.count & 255)]
      bytes += utf8
    }
    for sequence in dropped { bytes += sequence.bigEndianBytes }
    return bytes
  }

  static let saltLength = 16

  /// The entry in a decrypted body; `nil` for anything else.
  init?(encoded bytes: [UInt8]) {
    var rest = bytes.dropFirst(LedgerEntry.saltLength)
    func take(_ count: Int) -> [UInt8]? {
      guard rest.count >= count else { return nil }
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    guard let head = take(3), head[0] == 1, let act = Act(rawValue: head[1]), let person = take(8), let time = take(8)
    else { return nil }
    var texts: [String] = []
    for _ in 0..<3 {
      guard let length = take(2), let text = take(Int(length[0]) << 8 | Int(length[1])) else { return nil }
      texts.append(String(decoding: text, as: UTF8.self))
    }
    var dropped: [Int64] = []
    while act == .erasure, let sequence = take(8) { dropped.append(Int64(bigEndianBytes: sequence)) }
    guard rest.isEmpty else { return nil }
    let number = Int64(bigEndianBytes: person)
    self.init(
      act: act, person: number < 0 ? nil : PersonID(number), purposes: PurposeSet(rawValue: head[2]),
      time: Timestamp(milliseconds: Int64(bigEndianBytes: time)), method: texts[0], notice: texts[1], source: texts[2],
      dropped: dropped)
  }
}

/// A ledger entry at rest: its body sealed under the compliance key, chained by hash.
package struct LedgerRow: Sendable {
  /// 1, 2, 3, … without gaps.
  package var sequence: Int64
  /// Whose entry it is, for look-up; `nil` for a source.
  package var person: PersonID?
  package var time: Timestamp
  /// SHA-256 of the salted body: says nothing about the body once the body is gone.
  package var commitment: Digest
  /// Empty where an erasure dropped it.
  package var sealed: [UInt8]
  /// SHA-256 over the previous hash, the sequence number, the time and the commitment.
  package var hash: Digest

  package init(
    sequence: Int64, person: PersonID?, time: Timestamp, commitment: Digest, sealed: [UInt8], hash: Digest
  ) {
    self.sequence = sequence
    self.person = person
    self.time = time
    self.commitment = commitment
    self.sealed = sealed
    self.hash = hash
  }

  /// The hash that a row with these contents has after a row with hash `previous`.
  static func chain(after previous: Digest, sequence: Int64, time: Timestamp, commitment: Digest) -> Digest {
    SHA256.hash(
      previous.bytes + sequence.bigEndianBytes + time.milliseconds.bigEndianBytes + commitment.bytes)
  }
}

extension Int64 {
  var bigEndianBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> Int64(56 - 8 * $0)) } }
  init(bigEndianBytes bytes: [UInt8]) { self = bytes.reduce(0) { $0 << 8 | Int64($1) } }
}
