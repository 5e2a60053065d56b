/// What went wrong, where, what was expected and what to do; the one error type that reaches a person.
///
/// The text never holds an outside id of a person or a line of a log.
public struct Failure: Error, Hashable, Sendable {
  /// What sort of failure this is; scripts may rely on the name.
  public enum Code: String, Sendable {
    /// The command or request was put wrongly.
    case usage
    /// Something was asked for that does not exist.
    case notFound
    /// Input could not be understood.
    case badInput
    /// The store or model file is not one, is damaged, or was made by a newer version.
    case badStore
    /// Somebody else holds what is needed.
    case busy
    /// The operating system refused (disk full, no permission).
    case system
    /// The ledger, the policy or the model's rules do not allow it.
    case refused
  }

  public let code: Code
  /// What happened, one clause, without a full stop.
  public let what: String
  /// File, line and column, or the request field.
  public let place: String?
  /// What would have been right.
  public let expected: String?
  /// What to do now.
  public let remedy: String?

  public init(_ code: Code, _ what: String, at place: String? = nil, expected: String? = nil, remedy: String? = nil) {
    self.code = code
    self.what = what
    self.place = place
    self.expected = expected
    self.remedy = remedy
  }
}

extension Failure: CustomStringConvertible {
  public var description: String {
    var text = place.map { "\($0): \(what)" } ?? what
    if let expected { text += "; expected \(expected)" }
    if let remedy { text += ". \(remedy)" }
    return text
  }
}
