package import Vocabulary

/// One answer of JSON-RPC 2.0, as it came over the wire.
package struct Response: Sendable {
  /// The id of the call; `null` where whoever answered could not tell which call it was.
  package let id: JSONValue
  /// The result's JSON as it stands on the line, or why there is none.
  package let outcome: Result<[UInt8], CallError>

  /// Reads a line without its end.
  ///
  /// - Throws: ``JSONParser/Refusal`` where the line is no answer.
  package init(line: ArraySlice<UInt8>) throws(JSONParser.Refusal) {
    let members = try JSONParser.members(of: line)
    func member(_ key: String) -> (key: String, value: JSONValue, bytes: ArraySlice<UInt8>)? {
      members.first { $0.key == key }
    }
    guard member("jsonrpc")?.value == "2.0", let id = member("id")?.value else {
      throw JSONParser.Refusal(place: 0, what: "no answer of JSON-RPC 2.0")
    }
    self.id = id
    if let result = member("result") {
      outcome = .success(Array(result.bytes))
    } else if let error = member("error").flatMap({ CallError($0.value) }) {
      outcome = .failure(error)
    } else {
      throw JSONParser.Refusal(place: 0, what: "neither a result nor an error")
    }
  }
}

extension CallError {
  /// Reads the error of an answer; `nil` where it has no code.
  init?(_ value: JSONValue) {
    guard let code = value["code"]?.integer else { return nil }
    let data = value["data"]
    self.init(
      Int(clamping: code), value["message"]?.text ?? "the call failed", at: data?["at"]?.text,
      expected: data?["expected"]?.text, remedy: data?["remedy"]?.text)
  }
}

extension Failure {
  /// The sort of failure that an error's code stands for; those of the protocol itself are the system's.
  package init(_ error: CallError) {
    let code: Code =
      switch error.code {
      case CallError.invalidParams: .usage
      case -32_001: .notFound
      case -32_002: .badInput
      case -32_003: .badStore
      case -32_004: .busy
      case -32_006: .refused
      default: .system
      }
    self.init(code, error.message, at: error.place, expected: error.expected, remedy: error.remedy)
  }
}
