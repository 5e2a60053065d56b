public import Protocol
import SystemIO
public import Vocabulary

/// A connection to the daemon `attuned`, over a socket of this machine.
///
/// One thread at a time; several threads take a client each. The connection ends with the object. Every call waits
/// for its answer, without a limit of time, and throws ``Failure`` and nothing else.
///
/// The methods and their parameters are those of the command line, the results those of its `--json`. The daemon takes
/// calls of up to 1 MiB of JSON each.
///
/// ```swift
/// let client = try AttuneClient(store: "shop.attune")
/// _ = try client.call("record", ["events": ["subject": "u1", "item": "i7", "kind": "view"]])
/// let answer = try client.call("recommend", ["subject": "u1", "n": 5])
/// for item in answer["items"]?.elements ?? [] { print(item["item"]?.text ?? "") }
/// ```
public final class AttuneClient {
  /// A method and its parameters, for ``call(_:)``.
  public typealias Call = (method: String, parameters: [String: JSONValue])

  private let socket: UnixSocket
  private let path: String
  /// What has come and is not read yet begins at `start`.
  private var incoming: [UInt8] = []
  private var start = 0
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private var lastID: Int64 = 0
  /// What an earlier call found wrong with the connection; nothing more goes over it then.
  private var breakage: Failure?

  /// So much may be on its way unanswered.
  ///
  /// The daemon stops reading from whoever does not take their answers; what is under way must fit the socket's own
  /// buffer, so that writing never waits for a daemon that waits for us.
  private static let window = (bytes: 1 << 16, calls: 64)

  /// Connects to the daemon that serves the store in a folder, at `attuned.sock` therein.
  ///
  /// - Throws: ``Failure``: `notFound` where no daemon serves there.
  public convenience init(store: String) throws { try self.init(socket: store + "/attuned.sock") }

  /// Connects to the daemon that listens at a path.
  ///
  /// - Throws: ``Failure``: `notFound` where none does, `badInput` where no socket can be there, `system`
  ///   where the system does not let us.
  public init(socket path: String) throws {
    self.path = path
    do { socket = try UnixSocket(connectingTo: path) } catch let failure as Failure where failure.code == .notFound {
      throw Failure(
        .notFound, "no daemon serves here", at: path, expected: "the socket of a running attuned",
        remedy: "Start one with attuned --store STORE, or name its socket")
    }
  }

  // MARK: Calls

  /// Calls a method and waits for its result.
  ///
  /// - Throws: What the daemon says went wrong, with the place, what was expected and what to do, as
  ///   ``Failure`` of the sort that the engine in this process would throw; `system` also for a method that
  ///   the daemon does not have. Where the connection breaks, `system` too, and the text says whether the call may
  ///   have been carried out.
  public func call(_ method: String, _ parameters: [String: JSONValue] = [:]) throws -> JSONValue {
    try value(of: resultBytes(of: method, parameters)).get()
  }

  /// Calls a method and waits for its result, as the daemon wrote it: one JSON value in UTF-8, byte for byte.
  ///
  /// - Throws: As ``call(_:_:)``.
  public func resultBytes(of method: String, _ parameters: [String: JSONValue] = [:]) throws -> [UInt8] {
    switch try outcome(of: method, JSONValue(parameters)) {
    case .success(let bytes): return bytes
    case .failure(let error): throw Failure(error)
    }
  }

  /// Makes many calls without waiting for each answer before the next call; the daemon answers them in order.
  ///
  /// - Returns: The outcome of each call, at its place. One call's failure is not another's. Where the connection
  ///   breaks, the outcomes known by then stand, and the others say whether their call may have been carried out.
  /// - Throws: ``Failure`` where the connection had broken before, so that nothing was sent.
  public func call(_ many: [Call]) throws -> [Result<JSONValue, Failure>] {
    try outcomes(of: many.map { ($0.method, JSONValue($0.parameters)) }).map { outcome in
      switch outcome {
      case .answered(.failure(let error)): return .failure(Failure(error))
      case .broken(let failure): return .failure(failure)
      case .answered(.success(let bytes)): return value(of: bytes)
      }
    }
  }

  /// Calls a method; the daemon's own errors come with their codes.
  ///
  /// - Throws: ``Failure`` where the connection breaks.
  package func outcome(of method: String, _ parameters: JSONValue) throws -> Result<[UInt8], CallError> {
    switch try outcomes(of: [(method, parameters)])[0] {
    case .answered(let result): return result
    case .broken(let failure): throw failure
    }
  }

  // MARK: The exchange

  private enum Outcome {
    case answered(Result<[UInt8], CallError>)
    /// The connection broke first.
    case broken(Failure)
  }

  /// Why nothing more comes over the connection.
  private struct Broken: Error { var what: String }

  private func outcomes(of calls: [(method: String, parameters: JSONValue)]) throws -> [Outcome] {
    if let breakage { throw breakage }
    let firstID = lastID + 1
    lastID += Int64(calls.count)
    let lines = calls.enumerated().map {
      Request(id: .integer(firstID + Int64($0)), method: $1.method, params: $1.parameters).line
    }
    var answers = [Result<[UInt8], CallError>?](repeating: nil, count: calls.count)
    var (sent, answered, underWay, isWritable) = (0, 0, 0, true)
    do {
      while answered < calls.count {
        var piece: [UInt8] = []
        let first = sent
        while isWritable, sent < calls.count,
          sent == answered
            || sent - answered < Self.window.calls && underWay + lines[sent].count <= Self.window.bytes
        {
          piece += lines[sent]
          underWay += lines[sent].count
          sent += 1
        }
        var rest = try write(piece)
        if rest < piece.count {
          // What came before may still be answered.
          (isWritable, sent) = (false, first)
          while rest > 0 {
            rest -= lines[sent].count
            sent += 1
          }
        }
        let response = try nextResponse()
        let place = try self.place(of: response, from: firstID, isOnlyOne: sent - answered == 1) ?? sent - 1
        guard place < sent, answers[place] == nil else { throw Broken(what: "an answer came that nobody asked for") }
        answers[place] = response.outcome
        answered += 1
        underWay -= lines[place].count
      }
    } catch {
      let what = (error as? Broken)?.what ?? (error as? Failure)?.what ?? "the connection broke"
      breakage = Failure(
        .system, "this connection broke in an earlier call", at: path, expected: "a connection that holds",
        remedy: "Connect again; this call was not sent")
      return answers.enumerated().map { place, answer in
        answer.map { .answered($0) } ?? .broken(unanswered(what, wasSent: place < sent))
      }
    }
    return answers.compactMap { $0.map { .answered($0) } }
  }

  /// The place of an answer's call among those made at once; `nil` for the only one under way, where the daemon could
  /// not read its id.
  private func place(of response: Response, from firstID: Int64, isOnlyOne: Bool) throws -> Int? {
    if case .failure(let error) = response.outcome, response.id == .null {
      if isOnlyOne { return nil }
      throw Broken(what: error.message)
    }
    guard let id = response.id.integer, id >= firstID else {
      throw Broken(what: "an answer came that nobody asked for")
    }
    return Int(id - firstID)
  }

  private func unanswered(_ what: String, wasSent: Bool) -> Failure {
    Failure(
      .system, what, at: path, expected: "the daemon's answer",
      remedy: wasSent
        ? "Whether the call was carried out is not known; look before making it again"
        : "The call was not sent and can be made again over a new connection")
  }

  private func value(of bytes: [UInt8]) -> Result<JSONValue, Failure> {
    do throws(JSONParser.Refusal) {
      return .success(try JSONParser.parse(bytes[...]))
    } catch {
      return .failure(unanswered("the daemon's answer cannot be read: \(error.what)", wasSent: true))
    }
  }

  // MARK: Bytes

  /// Hands bytes to the system.
  ///
  /// - Returns: How many it took: fewer than there are where the daemon has gone.
  private func write(_ bytes: [UInt8]) throws -> Int {
    var written = 0
    while written < bytes.count {
      let count = try unsafe bytes.withUnsafeBytes {
        try unsafe socket.write(UnsafeRawBufferPointer(rebasing: $0[written...]))
      }
      guard let count else { break }
      written += count
    }
    return written
  }

  private func nextResponse() throws -> Response {
    var searched = start
    while true {
      if let end = incoming[searched...].firstIndex(of: 10) {
        defer { start = end + 1 }
        do { return try Response(line: incoming[start..<end]) } catch {
          throw Broken(what: "the daemon's answer cannot be read: \(error.what)")
        }
      }
      incoming.removeFirst(start)
      start = 0
      searched = incoming.count
      let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe socket.read(into: $0) } ?? 0
      if count == 0 { throw Broken(what: "the connection broke before the answer came") }
      incoming += buffer[..<count]
    }
  }
}

extension JSONValue {
  /// An object whose members stand in the order of their keys.
  fileprivate init(_ members: [String: JSONValue]) {
    self = .object(members.sorted { $0.key < $1.key }.map { Member($0.key, $0.value) })
  }
}
