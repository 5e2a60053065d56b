/// What somebody asks for.
public enum RequestKind: UInt8, CaseIterable, Sendable {
  case access, correction, deletion, restriction, portability, explanation, complaint
  /// Against one decision; ends by the outcome of a named reviewer, and is never refused.
  case appeal

  public var name: String { "\(self)" }

  public init?(name: some StringProtocol) {
    guard let kind = RequestKind.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }
}

/// Where a request has come to.
public enum RequestState: UInt8, CaseIterable, Sendable {
  case received
  /// Somebody has been asked to show who they are.
  case identityPending
  case inWork
  case extended
  case answered
  case refused

  public var name: String {
    switch self {
    case .identityPending: "identity-pending"
    case .inWork: "in-work"
    default: "\(self)"
    }
  }

  public init?(name: some StringProtocol) {
    guard let state = RequestState.allCases.first(where: { $0.name == name }) else { return nil }
    self = state
  }

  public var isClosed: Bool { self == .answered || self == .refused }

  /// The states that may follow.
  public var next: [RequestState] {
    switch self {
    case .received: [.identityPending, .inWork, .refused]
    case .identityPending: [.inWork, .refused]
    case .inWork: [.extended, .answered, .refused]
    case .extended: [.answered, .refused]
    case .answered, .refused: []
    }
  }
}

/// Who speaks for the person.
public enum Requester: UInt8, CaseIterable, Sendable {
  case person, agent, guardian, relative

  public var name: String { "\(self)" }

  public init?(name: some StringProtocol) {
    guard let requester = Requester.allCases.first(where: { $0.name == name }) else { return nil }
    self = requester
  }
}

/// How an appeal ended.
public enum AppealOutcome: UInt8, CaseIterable, Sendable {
  case upheld, dismissed

  public var name: String { "\(self)" }

  public init?(name: some StringProtocol) {
    guard let outcome = AppealOutcome.allCases.first(where: { $0.name == name }) else { return nil }
    self = outcome
  }
}
