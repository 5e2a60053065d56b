package import Crypto

/// The name of an answer, to explain, replay or contest it by.
///
/// A personal answer is stored sealed and named by number: `d-` and a base-32 text with a check that cannot be guessed.
/// An answer about nobody is not stored: its id, `g-` and a base-64 text, is its record, authenticated.
package enum DecisionID {
  case stored(Int64)
  case carried([UInt8])

  /// The id of a stored decision.
  package static func text(number: Int64, authenticator: MessageAuthenticator) -> String {
    let body = (0..<8).map { UInt8(truncatingIfNeeded: number >> Int64(56 - 8 * $0)) }.drop { $0 == 0 }
    let check = authenticator.authenticate(domain(stored: true) + body).bytes.prefix(5)
    return "d-" + Base32.encode(Array(body) + check)
  }

  /// The id that carries a record.
  package static func text(carrying record: [UInt8], authenticator: MessageAuthenticator) -> String {
    "g-" + Base64URL.encode(record + authenticator.authenticate(domain(stored: false) + record).bytes.prefix(12))
  }

  /// Reads an id; `nil` for a text that this store did not issue.
  package init?(_ text: String, authenticator: MessageAuthenticator) {
    if text.hasPrefix("d-") {
      guard let bytes = Base32.decode(String(text.dropFirst(2))), (6...13).contains(bytes.count) else { return nil }
      let body = bytes.dropLast(5)
      let check = authenticator.authenticate(DecisionID.domain(stored: true) + body).bytes.prefix(5)
      guard Array(check) == Array(bytes.suffix(5)) else { return nil }
      self = .stored(body.reduce(0) { $0 << 8 | Int64($1) })
    } else if text.hasPrefix("g-") {
      guard let bytes = Base64URL.decode(String(text.dropFirst(2))), bytes.count > 12 else { return nil }
      let record = Array(bytes.dropLast(12))
      let check = authenticator.authenticate(DecisionID.domain(stored: false) + record).bytes.prefix(12)
      guard Array(check) == Array(bytes.suffix(12)) else { return nil }
      self = .carried(record)
    } else {
      return nil
    }
  }

  private static func domain(stored: Bool) -> [UInt8] { Array((stored ? "stored:" : "carried:").utf8) }
}
