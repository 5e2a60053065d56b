/// From which age a person decides for themselves, by region.
package struct AgeRules: Equatable, Sendable {
  /// The first age, in years, at which no guardian is needed; by region, such as `CN`.
  package var ages: [String: Int]
  /// The region of somebody who has named none.
  package var region: String

  package init(ages: [String: Int], region: String) {
    precondition(!ages.isEmpty, "without an age nobody can be of it")
    self.ages = ages
    self.region = region
  }

  /// The age for somebody of a region.
  ///
  /// A region that the policy does not name gets the highest of all ages, which protects most.
  package func age(in region: String?) -> Int { ages[region ?? self.region] ?? ages.values.max() ?? 18 }

  /// What the law says by region.
  ///
  /// China: PIPL, article 31. The European Union: GDPR, article 8, with the age that each member state chose. The United
  /// States: COPPA.
  package static let shipped = AgeRules(
    ages: [
      "CN": 14, "US": 13, "EU": 16, "AT": 14, "BE": 13, "BG": 14, "CY": 14, "CZ": 15, "DE": 16, "DK": 15, "EE": 13,
      "ES": 14, "FI": 13, "FR": 15, "GR": 15, "HR": 16, "HU": 16, "IE": 16, "IT": 14, "LT": 14, "LU": 16, "LV": 13,
      "MT": 13, "NL": 16, "PL": 16, "PT": 13, "RO": 16, "SE": 13, "SI": 15, "SK": 16,
    ], region: "CN")
}
