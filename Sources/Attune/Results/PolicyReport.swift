public import Vocabulary

/// What the operator promises, and what counts in a ranking.
public struct PolicyReport: Sendable {
  public var version: String
  /// Every purpose and permission with whether it is on for somebody who never chose.
  public var purposes: [(name: String, byDefault: Bool)]
  /// Where the data is kept; `nil` where nothing is promised of it.
  public var region: String?
  /// How many people stand behind anything published, at least.
  public var supportFloor: Int
  /// Fields whose tags are never inferred.
  public var sensitiveFields: [String]
  public var isInForce: Bool
  /// What is new in this version, by language.
  public var summary: [(language: String, text: String)]
  /// Every version that was ever in force, oldest first.
  public var versions: [PolicyVersion]
  /// The name of the published model's parameters; `nil` where nothing is published, or for an older version.
  public var model: String?
  /// What counts in a ranking, greatest first.
  public var parameters: [PolicyParameter]
  /// The share of every personal list that is general.
  public var generalShare: Double?
  /// The whole policy as JSON.
  public var document: [UInt8]
}

/// A version of the policy.
public struct PolicyVersion: Sendable {
  public var version: String
  /// `nil` for the one that the store started with.
  public var published: Timestamp?
  /// Purposes for which consents had to be given anew.
  public var material: [String]
}

/// Something that counts in a ranking.
public struct PolicyParameter: Sendable {
  /// A kind of event; or `tags`, `search` (words searched for), `popularity`, `again` (what was met before), `related`
  /// (items related to related ones).
  public var name: String
  /// In units of what one fresh view gives its closest related item; negative where it counts against.
  public var weight: Double
  /// Days until it counts half; `nil` where it does not fade.
  public var halfLifeDays: Double?
}

extension PolicyReport: JSONWritable {
  /// The policy as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("version", version)
      $0.member("inForce", isInForce)
      $0.key("purposes")
      $0.array { list in
        for purpose in purposes {
          list.object {
            $0.member("purpose", purpose.name)
            $0.member("default", purpose.byDefault)
          }
        }
      }
      $0.member("region", region)
      $0.member("supportFloor", supportFloor)
      $0.member("sensitiveFields", sensitiveFields)
      $0.key("summary")
      $0.object { for (language, text) in summary { $0.member(language, text) } }
      $0.member("versions", versions)
      $0.member("model", model)
      $0.member("parameters", parameters)
      if let generalShare { $0.member("generalShare", generalShare) }
      $0.member("document", String(decoding: document, as: UTF8.self))
    }
  }
}

extension PolicyVersion: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("version", version)
      $0.member("published", published)
      $0.member("material", material)
    }
  }
}

extension PolicyParameter: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("name", name)
      $0.member("weight", weight)
      if let halfLifeDays { $0.member("halfLifeDays", halfLifeDays) }
    }
  }
}
