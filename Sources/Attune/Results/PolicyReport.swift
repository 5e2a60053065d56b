/// What the operator promises, in force now.
public struct PolicyReport: Sendable {
  public var version: String
  /// Every purpose and permission with whether it is on for somebody who never chose.
  public var purposes: [(name: String, byDefault: Bool)]
  /// How many people stand behind anything published, at least.
  public var supportFloor: Int
  /// Fields whose tags are never inferred.
  public var sensitiveFields: [String]
}

extension PolicyReport: JSONWritable {
  /// The policy as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("version", version)
      $0.key("purposes")
      $0.array { list in
        for purpose in purposes {
          list.object {
            $0.member("purpose", purpose.name)
            $0.member("default", purpose.byDefault)
          }
        }
      }
      $0.member("supportFloor", supportFloor)
      $0.member("sensitiveFields", sensitiveFields)
    }
  }
}
