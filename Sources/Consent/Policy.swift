package import Vocabulary

/// What the operator has promised: the defaults and floors that no setting goes below.
package struct Policy: Sendable {
  /// The version named in ledger entries and answers.
  package let version: String
  /// Purposes that are on for somebody who has never chosen.
  package let defaults: PurposeSet
  /// Where the store's data is kept, such as `CN`; `nil` where nothing is promised of it.
  package let region: String?
  /// The least number of distinct people behind anything published; at least 2.
  package let supportFloor: Int
  /// The least number of people in a segment, and behind each tag of it; at least ``supportFloor``.
  package let segmentFloor: Int
  /// Fields whose tags are never inferred and whose items are not used as evidence for them.
  package let sensitiveFields: Set<String>
  /// How long what is kept may be used and kept.
  package let retention: Retention
  /// From which age a person decides for themselves.
  package let ages: AgeRules
  /// Where events may come from beside the shop's own log, whose events name no source; `nil` for anywhere.
  package let sources: Set<String>?
  /// The fields of an event that are kept where it has them; the gate drops others and counts them.
  package let fields: Set<EventField>
  /// Codes of the grounds on which a request may be refused.
  package let refusalReasons: [String]
  /// How long the access log is kept, in days.
  package let accessLogDays: Int
  /// Purposes for which this version means something else than the one before, so that consents given under an older
  /// one no longer hold.
  package let material: PurposeSet
  /// What is new in this version, for people, by language.
  package let summary: [(language: String, text: String)]

  package init(
    version: String, defaults: PurposeSet, region: String? = nil, supportFloor: Int, segmentFloor: Int = 50,
    sensitiveFields: Set<String>, retention: Retention = .shipped, ages: AgeRules = .shipped,
    sources: Set<String>? = nil, fields: Set<EventField> = Set(EventField.allCases),
    refusalReasons: [String] = Policy.refusalReasons, accessLogDays: Int = 180, material: PurposeSet = [],
    summary: [(language: String, text: String)] = []
  ) {
    precondition(supportFloor >= 2, "the k-threshold protects nobody below 2")
    self.version = version
    self.defaults = defaults
    self.region = region
    self.supportFloor = supportFloor
    self.segmentFloor = max(segmentFloor, supportFloor)
    self.sensitiveFields = sensitiveFields
    self.retention = retention
    self.ages = ages
    self.sources = sources
    self.fields = fields
    self.refusalReasons = refusalReasons
    self.accessLogDays = accessLogDays
    self.material = material
    self.summary = summary
  }

  /// The grounds that the policies name.
  package static let refusalReasons = [
    "national-security", "public-interest", "criminal-investigation", "legal-obligation", "others-rights",
    "trade-secret", "abuse", "excessive", "identity-unproved", "not-held",
  ]

  /// The policy a new store starts with: every purpose is opt-in, three people stand behind everything published.
  package static let shipped = Policy(
    version: "shipped-1", defaults: [], supportFloor: 3,
    sensitiveFields: [
      "health", "belief", "religion", "sexuality", "politics", "union", "biometrics", "finance", "whereabouts",
    ])

  /// Whether a word can name a region.
  ///
  /// One form, so that no region is abroad to itself.
  package static func isRegion(_ word: String) -> Bool {
    word.utf8.count == 2 && word.utf8.allSatisfy { (65...90).contains($0) }
  }
  package static let regionForm = "two capital letters (ISO 3166), such as CN"

  /// Whether data that goes to `other` leaves the store's region.
  package func isAbroad(_ other: String) -> Bool { region.map { $0 != other } ?? false }

  /// Whether the policy forbids inferring this tag.
  package func isSensitive(tag: String) -> Bool { sensitiveFields.contains(Tag.field(of: tag).lowercased()) }
}

/// What an event may carry beside who, what, which item and when.
package enum EventField: String, CaseIterable, Sendable {
  case value, query, tags, session, source, decision, place, campaign, language, browser, device
}
