extension Verb {
  /// Every verb, in the order of the help.
  static let all: [Verb] = [
    .demo, .importing, .train, .recommend, .search, .suggest, .similar, .explain, .replay, .profile, .history, .tags,
    .consent, .age, .block, .access, .correct, .export, .erase, .close, .decommission, .outbox, .verify, .sweep,
    .request, .appeal, .incident, .audit, .policy, .segments, .campaign, .evaluate, .tune, .status, .help,
    .version,
  ]

  /// The verb with that name; `nil` for a word that names none.
  static func named(_ name: String) -> Verb? { all.first { $0.name == name } }
}
