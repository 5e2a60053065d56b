package import Vocabulary

/// A call of JSON-RPC 2.0.
package struct Request: Equatable, Sendable {
  /// What the answer is to carry; `nil` for a notification, which gets none.
  package var id: JSONValue?
  package var method: String
  /// An object; empty where the call has none.
  package var params: JSONValue

  package init(id: JSONValue?, method: String, params: JSONValue = .object([])) {
    self.id = id
    self.method = method
    self.params = params
  }

  /// The call as one line, its end included.
  package var line: [UInt8] {
    var members = [JSONValue.Member("jsonrpc", .string("2.0"))]
    if let id { members.append(JSONValue.Member("id", id)) }
    members.append(JSONValue.Member("method", .string(method)))
    members.append(JSONValue.Member("params", params))
    return JSONValue.object(members).bytes + [10]
  }
}

/// Why a call failed, by the specification's codes or ours.
package struct CallError: Error, Equatable, Sendable {
  package static let parse = -32_700
  package static let invalidRequest = -32_600
  package static let methodNotFound = -32_601
  package static let invalidParams = -32_602
  package static let `internal` = -32_603

  package var code: Int
  package var message: String
  /// The request field or file, what was expected, and what to do.
  package var place, expected, remedy: String?

  package init(_ code: Int, _ message: String, at place: String? = nil, expected: String? = nil, remedy: String? = nil)
  {
    self.code = code
    self.message = message
    self.place = place
    self.expected = expected
    self.remedy = remedy
  }

  /// The code that stands for a failure's sort.
  package init(_ failure: Failure) {
    let code =
      switch failure.code {
      case .usage: CallError.invalidParams
      case .notFound: -32_001
      case .badInput: -32_002
      case .badStore: -32_003
      case .busy: -32_004
      case .system: -32_005
      case .refused: -32_006
      }
    self.init(code, failure.what, at: failure.place, expected: failure.expected, remedy: failure.remedy)
  }
}

/// What one line from a caller asks for.
package enum Incoming: Equatable, Sendable {
  case single(Result<Request, Refused>)
  case batch([Result<Request, Refused>])

  /// A call that is none, with the id to answer under.
  package struct Refused: Error, Equatable, Sendable {
    package var id: JSONValue
    package var error: CallError
  }

  /// The most calls in one line, because their answers are held together until the last is known.
  package static let batchLimit = 100

  /// Reads a line without its end.
  package init(line: ArraySlice<UInt8>) {
    do {
      switch try JSONParser.parse(line) {
      case .array(let calls) where calls.isEmpty:
        self = .single(.failure(Incoming.refused(.null, "an empty batch")))
      case .array(let calls) where calls.count > Incoming.batchLimit:
        self = .single(.failure(Incoming.refused(.null, "a batch of more than \(Incoming.batchLimit) calls")))
      case .array(let calls): self = .batch(calls.map { Incoming.request($0) })
      case let call: self = .single(Incoming.request(call))
      }
    } catch {
      self = .single(
        .failure(
          Refused(id: .null, error: CallError(CallError.parse, error.what, at: "byte \(error.place)", expected: "JSON"))
        ))
    }
  }

  private static func refused(_ id: JSONValue, _ what: String) -> Refused {
    Refused(
      id: id, error: CallError(CallError.invalidRequest, what, expected: "a call of JSON-RPC 2.0 or a list of them"))
  }

  private static func request(_ value: JSONValue) -> Result<Request, Refused> {
    guard case .object = value else { return .failure(refused(.null, "a call that is no object")) }
    var id = value["id"]
    switch id {
    case nil, .null, .string, .integer, .number: break
    default: id = .null
    }
    let known = id ?? .null
    guard value["jsonrpc"] == .string("2.0") else { return .failure(refused(known, "no member jsonrpc of \"2.0\"")) }
    guard case .string(let method)? = value["method"] else { return .failure(refused(known, "no method")) }
    if value["id"] != nil, id == .null, value["id"] != .null {
      return .failure(refused(.null, "an id that is neither a text nor a number"))
    }
    switch value["params"] {
    case nil: return .success(Request(id: id, method: method))
    case .object?: return .success(Request(id: id, method: method, params: value["params"] ?? .object([])))
    default:
      return .failure(
        Refused(
          id: known, error: CallError(CallError.invalidParams, "params that are no object", expected: "named params")))
    }
  }
}

/// An answer as it goes over the wire.
package enum Outgoing {
  /// The answer to one call; `result` is JSON already.
  package static func answer(to id: JSONValue, _ result: Result<[UInt8], CallError>) -> [UInt8] {
    var bytes: [UInt8] = []
    if case .success(let json) = result { bytes.reserveCapacity(json.count + 64) }
    bytes += Outgoing.start
    id.write(to: &bytes)
    switch result {
    case .success(let json):
      bytes += Outgoing.result
      bytes += json
    case .failure(let error):
      bytes += Array(",\"error\":".utf8)
      error.json.write(to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  private static let start = Array("{\"jsonrpc\":\"2.0\",\"id\":".utf8)
  private static let result = Array(",\"result\":".utf8)

  /// The answers to a batch as one line; `nil` where every call was a notification.
  package static func batch(_ answers: [[UInt8]]) -> [UInt8]? {
    if answers.isEmpty { return nil }
    return [UInt8(ascii: "[")] + Array(answers.joined(separator: [UInt8(ascii: ",")])) + [UInt8(ascii: "]")]
  }
}

extension CallError {
  var json: JSONValue {
    var data: [JSONValue.Member] = []
    for (key, text) in [("at", place), ("expected", expected), ("remedy", remedy)] {
      if let text { data.append(JSONValue.Member(key, .string(text))) }
    }
    var members = [JSONValue.Member("code", .integer(Int64(code))), JSONValue.Member("message", .string(message))]
    if !data.isEmpty { members.append(JSONValue.Member("data", .object(data))) }
    return .object(members)
  }
}
