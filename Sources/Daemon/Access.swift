import SystemIO

/// What a caller may ask for.
enum Role: Equatable {
  /// Nothing but to prove who they are, and whether the daemon lives.
  case nobody
  /// What concerns one person, by a token made for them.
  case subject(String)
  /// What a shop's own programs need.
  case serve
  /// Everything.
  case officer

  var name: String {
    switch self {
    case .nobody: "nobody"
    case .subject: "subject"
    case .serve: "serve"
    case .officer: "officer"
    }
  }
}

/// Whom a method is for; each includes those before it.
enum Audience: Int, Comparable {
  case officer
  /// The person concerned, and an officer for them: not the programs in between.
  case concerned
  case serve, subject, everybody

  static func < (a: Audience, b: Audience) -> Bool { a.rawValue < b.rawValue }

  /// The role to have, in words.
  var needed: String {
    switch self {
    case .officer: "the role officer"
    case .concerned: "the role officer, or a token of the person"
    case .serve, .subject, .everybody: "the role serve"
    }
  }

  /// Whether somebody of this role is among them; a subject still only for themselves.
  func includes(_ role: Role) -> Bool {
    switch role {
    case .officer: true
    case .serve: self >= .serve
    case .subject: self == .concerned || self >= .subject
    case .nobody: self == .everybody
    }
  }
}

/// Who has which role, by the kernel's word on who they are.
struct AccessRules: Equatable, Sendable {
  /// Users and groups by number.
  struct Accounts: Equatable, Sendable {
    var users: Set<UInt32> = []
    var groups: Set<UInt32> = []

    func contains(_ peer: UnixSocket.Peer) -> Bool {
      users.contains(peer.user) || !groups.isDisjoint(with: peer.groups)
    }
  }

  /// Besides the daemon's own user and root.
  var officers = Accounts()
  /// `nil` for whoever may connect.
  var serving: Accounts?

  func role(of peer: UnixSocket.Peer, daemon: UInt32 = Processes.userID) -> Role {
    if peer.user == 0 || peer.user == daemon || officers.contains(peer) { return .officer }
    guard let serving else { return .serve }
    return serving.contains(peer) ? .serve : .nobody
  }
}
