import Crypto
import SystemIO
public import Vocabulary

/// Leave for one person to act for themselves, for a while; see ``Engine/issueToken(for:seconds:)``.
public struct SubjectToken: Sendable {
  /// To be handed to the person's own program, and to nobody else.
  public var token: String
  public var expires: Timestamp
}

extension Engine {
  /// Makes a token by which a person's own program proves to a daemon whose it is.
  ///
  /// Nothing is stored: the token carries the id and its end, authenticated with a key of the store.
  ///
  /// - Parameter seconds: How long it is good for, 1…2,592,000 (thirty days).
  public func issueToken(for subject: String, seconds: Int = 3600) throws -> SubjectToken {
    guard (1...2_592_000).contains(seconds) else {
      throw Failure(.usage, "\(seconds) seconds were asked for", at: "seconds", expected: "1 to 2592000")
    }
    let expires = Timestamp(milliseconds: Clock.now().milliseconds + Int64(seconds) * 1000)
    var body: [UInt8] = []
    body.appendZigzag(expires.milliseconds)
    body.appendText(subject)
    return SubjectToken(token: "s-" + Base64URL.encode(body + check(body)), expires: expires)
  }

  /// Whose token this is; `nil` where this store did not issue it, or its time is over.
  public func subject(ofToken token: String) -> String? {
    guard token.hasPrefix("s-"), let bytes = Base64URL.decode(String(token.dropFirst(2))), bytes.count > 16 else {
      return nil
    }
    let body = Array(bytes.dropLast(16))
    // Every byte is compared, so that the time taken tells nothing.
    let difference = zip(check(body), bytes.suffix(16)).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
    var reader = ByteReader(body)
    guard difference == 0, let expires = reader.zigzag(), let subject = reader.text(), reader.isAtEnd,
      Clock.now() < Timestamp(milliseconds: expires)
    else { return nil }
    return subject
  }

  private func check(_ body: [UInt8]) -> [UInt8] {
    Array(decisionAuthenticator.authenticate(Array("subject token:".utf8) + body).bytes.prefix(16))
  }

  /// Whether a decision was made for this person; true for one that was made about nobody and carries itself.
  public func isDecision(_ decision: String, for subject: String) throws -> Bool {
    guard let owner = try record(of: decision).1 else { return true }
    return try person(subject) == owner
  }
}

extension SubjectToken: JSONWritable {
  /// The token as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("token", token)
      $0.member("expires", expires)
    }
  }
}
