import Attune
import Foundation
import Protocol
import ServingSupport
import Synchronization
import SystemIO
import TestSupport
import Vocabulary

@testable import Daemon

/// A server over a small made-up store, on a thread of this process.
final class Serving: Sendable {
  let folder: String
  var store: String { folder + "/s.attune" }
  var socket: String { folder + "/s.sock" }
  var configuration: String { folder + "/attuned.json" }
  private let daemon = Mutex<RunningDaemon?>(nil)

  /// - Parameters:
  ///   - isFilled: Whether the store has people and items, or nothing.
  ///   - configuration: The text of the configuration file.
  init(isFilled: Bool = true, configuration: String = "{}") throws {
    folder = try Files.temporaryDirectory(prefix: "attuned")
    try Files.writeAtomically(folder + "/attuned.json", Array(configuration.utf8))
    if isFilled {
      try Serving.fill(folder + "/s.attune", folder)
    } else {
      // What is recorded in an example must not grow old with this test.
      var options = Engine.Options()
      options.asOf = Timestamp(seconds: 1_780_000_200)
      _ = try Engine.open(folder + "/s.attune", create: true, options: options)
    }
    try start()
  }

  /// What SIGHUP does.
  func reload(_ text: String) throws {
    try Files.writeAtomically(configuration, Array(text.utf8))
    daemon.withLock { $0?.reload() }
  }

  deinit {
    try? end()
    try? Files.removeTree(folder)
  }

  /// A store of 30 people and 20 items, trained.
  static func fill(_ path: String, _ folder: String) throws {
    let engine = try Engine.open(path, create: true)
    let items = (0..<20).map { "{\"item\":\"i\($0)\",\"title\":\"thing \($0)\",\"tags\":[\"a:\($0 % 3)\"]}\n" }.joined()
    try items.write(toFile: folder + "/items.ndjson", atomically: true, encoding: .utf8)
    _ = try engine.importItems(ImportInput(path: folder + "/items.ndjson"))
    var random = SplitMix64(seed: 5)
    let events = (0..<300).map { index in
      "{\"subject\":\"u\(index % 30)\",\"item\":\"i\((index % 30 + random.below(5)) % 20)\",\"kind\":\"view\","
        + "\"time\":\(1_750_000_000 + index)}\n"
    }.joined()
    try events.write(toFile: folder + "/events.ndjson", atomically: true, encoding: .utf8)
    var log = ImportInput(path: folder + "/events.ndjson")
    log.grantAll = true
    _ = try engine.importEvents(log)
    _ = try engine.train()
  }

  func start() throws {
    var options = Server.Options(store: store)
    options.socket = socket
    options.configuration = configuration
    let running = try RunningDaemon(options)
    daemon.withLock { $0 = running }
  }

  func end() throws { try daemon.withLock { try $0?.end() } }
}

/// A caller that waits for its answers.
final class Client {
  let socket: UnixSocket
  private var incoming: [UInt8] = []
  private var start = 0

  init(_ path: String) throws { socket = try UnixSocket(connectingTo: path) }

  func send(_ bytes: [UInt8]) throws {
    var start = 0
    while start < bytes.count {
      let count = try unsafe bytes[start...].withUnsafeBytes { try unsafe socket.write($0) }
      guard let count else { throw Failure(.system, "the server has gone") }
      start += count
    }
  }

  /// The next line without its end; `nil` at the end of the stream.
  func line() throws -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if let end = incoming[start...].firstIndex(of: 10) {
        defer { start = end + 1 }
        return Array(incoming[start..<end])
      }
      incoming.removeFirst(start)
      start = 0
      let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe socket.read(into: $0) } ?? 0
      if count == 0 { return nil }
      incoming += buffer[..<count]
    }
  }

  func answer() throws -> JSONValue { try JSONParser.parse((try line() ?? [])[...]) }

  func call(_ method: String, _ params: [(String, JSONValue)] = [], id: Int64 = 1) throws -> JSONValue {
    let request = Request(
      id: .integer(id), method: method, params: .object(params.map { JSONValue.Member($0.0, $0.1) }))
    try send(request.line)
    return try answer()
  }
}

extension JSONValue {
  /// The code of an answer that is an error.
  var code: Int64? { self["error"]?["code"]?.integer }
}
