package import Vocabulary

/// What is known of a person's age: never more than the year.
package struct Age: Equatable, Sendable {
  package enum Word: Equatable, Sendable {
    /// The year of birth.
    case born(Int)
    /// Under the age of their region, by a flag that holds until it is changed.
    case minor
    case adult
  }

  package var word: Word
  /// Whose law counts; `nil` for the policy's region.
  package var region: String?

  package init(_ word: Word, region: String? = nil) {
    self.word = word
    self.region = region
  }

  /// When the person decides for themselves; `nil` for never, as far as is known.
  ///
  /// A year of birth gives the latest birthday possible, 31 December, by UTC.
  package func ofAge(under rules: AgeRules) -> Timestamp? {
    switch word {
    case .adult: Timestamp(milliseconds: .min)
    case .minor: nil
    case .born(let year): CivilTime(year: year + rules.age(in: region), month: 12, day: 31).timestamp
    }
  }
}

extension Age {
  /// The form that a ledger entry keeps: `2015`, `minor` or `adult`, with `@REGION` where there is one.
  var text: String {
    let word =
      switch word {
      case .born(let year): "\(year)"
      case .minor: "minor"
      case .adult: "adult"
      }
    return word + (region.map { "@\($0)" } ?? "")
  }

  /// - Returns: `nil` for anything else.
  package init?(text: String) {
    let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    switch halves[0] {
    case "minor": word = .minor
    case "adult": word = .adult
    default:
      guard let year = Int(halves[0]), Age.years.contains(year) else { return nil }
      word = .born(year)
    }
    region = halves.count == 2 ? halves[1] : nil
  }

  /// The years of birth that are taken.
  package static let years = 1900...2199
}

/// Who decides for a person.
package enum Standing: Equatable, Sendable {
  /// The person.
  case adult
  /// A guardian, who has consented; nothing commercial and nothing for partners reaches the child.
  case guarded
  /// Nobody: nothing may be collected.
  case minor

  /// What is off whatever was chosen.
  var barred: PurposeSet {
    switch self {
    case .adult: []
    case .guarded: [.advertising, .push, .partners, .transfer].reduce(into: []) { $0.formUnion(PurposeSet($1)) }
    case .minor: .all
    }
  }

  /// - Parameters:
  ///   - own: The person's own entries, in order.
  ///   - now: Asked only where the person's age is known, which is seldom.
  init(own: [LedgerEntry], policy: Policy, now: () throws -> Timestamp) rethrows {
    guard let age = own.last(where: { $0.act == .age }).flatMap({ Age(text: $0.source) }) else {
      self = .adult
      return
    }
    if let since = age.ofAge(under: policy.ages), try now() >= since {
      self = .adult
    } else {
      let last = own.last { $0.act == .guardian || $0.act == .guardianEnd }
      self = last?.act == .guardian ? .guarded : .minor
    }
  }
}
