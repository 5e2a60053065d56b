import Vocabulary

/// The versions of the policy that were published, numbered from 1.
extension SQLiteStore {
  package func publishedPolicies() throws -> Int64 {
    if let known = work?.publishedPolicies { return known }
    let count = try facts.number("policies") ?? 0
    // An import asks for everybody in it.
    work?.publishedPolicies = count
    return count
  }

  package func publishedPolicy(_ number: Int64) throws -> [UInt8]? { try facts.bytes("policy \(number)") }

  /// When it was published.
  package func timeOfPolicy(_ number: Int64) throws -> Int64? { try facts.number("policy \(number)") }

  /// Publishes one more version; gives its number.
  @discardableResult
  package func appendPolicy(_ json: [UInt8], time: Int64) throws -> Int64 {
    try writing { work in
      let number = try publishedPolicies() + 1
      try facts.set("policy \(number)", number: time, bytes: json)
      try facts.set("policies", number: number)
      work.publishedPolicies = number
      return number
    }
  }
}
