import Crypto
import Intake
import Store
import Vocabulary

/// What an erasure receipt carries to be verified by: the receipt's own words, and what to search for.
struct ErasureProof: Equatable {
  /// One person, by what only the store that erased them can tell anything from.
  struct Person: Equatable {
    /// Their former number; 0 for somebody who was not known.
    var number: Int64
    var mark: SuppressionMark
    /// Of the pseudonym, which is back where they are.
    var pseudonym: [Fingerprint]
    /// Of the key.
    var key: [Fingerprint]
  }

  var receipt: ErasureReceipt
  var people: [Person]
  /// Of sealed rows: a sample, so that a receipt stays small.
  var rows: [Fingerprint]

  /// How many fingerprints of sealed rows a receipt carries at most.
  static let sampleSize = 256

  /// At most that many, evenly spaced.
  static func sample(_ all: [Fingerprint]) -> [Fingerprint] {
    all.count <= sampleSize ? all : (0..<sampleSize).map { all[$0 * all.count / sampleSize] }
  }

  /// Version 1 knew no receipt before verification, and had the items as a count.
  private static let version: UInt8 = 2
  private static let prefix = "r-"
  private static let checkLength = 32

  func text(_ authenticator: MessageAuthenticator) -> String {
    var bytes: [UInt8] = [ErasureProof.version]
    for count in [receipt.people, receipt.events, receipt.decisions, receipt.ledgerEntries] {
      bytes.appendVarint(UInt64(count))
    }
    bytes.appendZigzag(Int64(receipt.items ?? -1))
    for digest in [receipt.modelBefore, receipt.modelAfter] { bytes.appendText(digest ?? "") }
    bytes.appendZigzag(receipt.ledgerEntry)
    bytes.appendVarint(receipt.seconds.bitPattern)
    bytes.appendZigzag(receipt.verified?.milliseconds ?? .min)
    bytes.appendVarint(UInt64(people.count))
    for person in people {
      bytes.appendZigzag(person.number)
      bytes += person.mark.bytes
      bytes.append(person.pseudonym)
      bytes.append(person.key)
    }
    bytes.append(rows)
    return ErasureProof.prefix + Base64URL.encode(bytes + ErasureProof.check(bytes, authenticator))
  }

  /// Reads a proof; `nil` where this store did not issue it, or any of it was changed.
  init?(_ text: String, _ authenticator: MessageAuthenticator) {
    guard text.hasPrefix(ErasureProof.prefix),
      let all = Base64URL.decode(String(text.dropFirst(ErasureProof.prefix.count))),
      all.count > ErasureProof.checkLength
    else { return nil }
    let body = Array(all.dropLast(ErasureProof.checkLength))
    // Every byte is compared, so that the time taken tells nothing.
    let difference = zip(ErasureProof.check(body, authenticator), all.suffix(ErasureProof.checkLength))
      .reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
    var reader = ByteReader(body)
    guard difference == 0, let version = reader.byte(), (1...ErasureProof.version).contains(version)
    else { return nil }
    func count() -> Int? { reader.varint().map { Int(truncatingIfNeeded: $0) } }
    guard let known = count(), let events = count(), let decisions = count(), let entries = count(),
      let items = version == 1 ? reader.varint().map({ Int64(truncatingIfNeeded: $0) }) : reader.zigzag(),
      let before = reader.text(), let after = reader.text(), let entry = reader.zigzag(),
      let seconds = reader.varint(), let verified = reader.zigzag(), let peopleCount = count()
    else { return nil }
    var people: [Person] = []
    for _ in 0..<peopleCount {
      guard let number = reader.zigzag(), let bytes = reader.take(UInt64(SuppressionMark.length)),
        let mark = SuppressionMark(bytes: bytes), let pseudonym = reader.fingerprints(),
        let key = reader.fingerprints()
      else { return nil }
      people.append(Person(number: number, mark: mark, pseudonym: pseudonym, key: key))
    }
    guard let rows = reader.fingerprints(), reader.isAtEnd else { return nil }
    self.people = people
    self.rows = rows
    receipt = ErasureReceipt(
      people: known, events: events, decisions: decisions, ledgerEntries: entries,
      items: items < 0 ? nil : Int(items), modelBefore: before.isEmpty ? nil : before,
      modelAfter: after.isEmpty ? nil : after, ledgerEntry: entry, seconds: Double(bitPattern: seconds),
      verified: verified == .min ? nil : Timestamp(milliseconds: verified), proof: text)
  }

  init(receipt: ErasureReceipt, people: [Person], rows: [Fingerprint]) {
    self.receipt = receipt
    self.people = people
    self.rows = rows
  }

  private static func check(_ body: [UInt8], _ authenticator: MessageAuthenticator) -> [UInt8] {
    authenticator.authenticate(Array("erasure receipt:".utf8) + body).bytes
  }

  /// The proof in a receipt's JSON, or the text itself where it is a proof.
  ///
  /// - Returns: The proof, and the receipt's JSON without white space to compare with.
  static func find(in text: String) -> (proof: String, json: [UInt8]?)? {
    var json: [UInt8] = []
    var isQuoted = false
    var isEscaped = false
    for byte in text.utf8 where isQuoted || byte > 32 {
      json.append(byte)
      if byte == UInt8(ascii: "\""), !isEscaped { isQuoted.toggle() }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    if json.starts(with: prefix.utf8) { return (String(decoding: json, as: UTF8.self), nil) }
    let name = Array("\"proof\":\"".utf8)
    guard let start = json.indices.first(where: { json[$0...].starts(with: name) }).map({ $0 + name.count }),
      let end = json[start...].firstIndex(of: UInt8(ascii: "\""))
    else { return nil }
    return (String(decoding: json[start..<end], as: UTF8.self), json)
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ fingerprints: [Fingerprint]) {
    appendVarint(UInt64(fingerprints.count))
    for fingerprint in fingerprints { append(contentsOf: fingerprint.bytes) }
  }
}

extension ByteReader {
  fileprivate mutating func fingerprints() -> [Fingerprint]? {
    guard let count = varint() else { return nil }
    var all: [Fingerprint] = []
    for _ in 0..<count {
      guard let bytes = take(UInt64(Fingerprint.length)), let fingerprint = Fingerprint(bytes: bytes) else {
        return nil
      }
      all.append(fingerprint)
    }
    return all
  }
}
