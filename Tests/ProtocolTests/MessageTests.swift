import TestSupport
import Testing
import Vocabulary

@testable import Protocol

@Suite("Calls of JSON-RPC 2.0")
struct MessageTests {
  private func incoming(_ text: String) -> Incoming { Incoming(line: Array(text.utf8)[...]) }

  private func code(_ text: String) -> Int? {
    if case .single(.failure(let refused)) = incoming(text) { return refused.error.code }
    return nil
  }

  @Test("calls, notifications and batches, mixed with what is none")
  func shapes() {
    let call = Request(id: .integer(1), method: "health")
    #expect(incoming("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"health\"}") == .single(.success(call)))
    #expect(Incoming(line: call.line.dropLast()) == .single(.success(call)))
    #expect(
      incoming("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{\"a\":1}}")
        == .single(
          .success(Request(id: nil, method: "m", params: .object([.init("a", .integer(1))])))))
    guard case .batch(let calls) = incoming("[{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"m\"},1]") else {
      Issue.record("no batch")
      return
    }
    #expect(calls.count == 2 && calls[0] == .success(Request(id: .string("x"), method: "m")))
    if case .failure(let refused) = calls[1] { #expect(refused.error.code == CallError.invalidRequest) }
  }

  @Test("the specification's codes for what is no call")
  func codes() {
    #expect(code("{") == CallError.parse && code("[]") == CallError.invalidRequest)
    #expect(code("1") == CallError.invalidRequest && code("{}") == CallError.invalidRequest)
    #expect(code("{\"jsonrpc\":\"1.0\",\"method\":\"m\"}") == CallError.invalidRequest)
    #expect(code("{\"jsonrpc\":\"2.0\",\"method\":1}") == CallError.invalidRequest)
    #expect(code("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":{}}") == CallError.invalidRequest)
    #expect(code("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":1,\"params\":[1]}") == CallError.invalidParams)
  }

  @Test("answers carry the id and what the failure said")
  func answers() {
    let failure = Failure(.notFound, "no item", at: "item", expected: "an item", remedy: "Check \"it\"")
    #expect(
      String(decoding: Outgoing.answer(to: .string("é"), .failure(CallError(failure))), as: UTF8.self)
        == "{\"jsonrpc\":\"2.0\",\"id\":\"é\",\"error\":{\"code\":-32001,\"message\":\"no item\",\"data\":{\"at\":\"item\","
        + "\"expected\":\"an item\",\"remedy\":\"Check \\\"it\\\"\"}}}")
    let one = Outgoing.answer(to: .integer(7), .success(Array("{}".utf8)))
    #expect(Outgoing.batch([]) == nil)
    #expect(
      Outgoing.batch([one, one]).map { String(decoding: $0, as: UTF8.self) }
        == "[{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}},{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}]")
  }

  @Test("no bytes crash it")
  func anything() {
    let text = Array(
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"a\":[true,null,-1.5e3,\"\\u00e9\"]}}".utf8)
    checkProperty(cases: 5000, seed: 9) { random in
      var bytes = text
      for _ in 0...random.below(5) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
      bytes.removeLast(random.below(2) * random.below(bytes.count))
      _ = Incoming(line: bytes[...])
      return true
    }
  }
}
