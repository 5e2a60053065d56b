import Testing

@testable import JSON

@Suite("JSON values in a program")
struct JSONValueTests {
  @Test("literals make values, and readers take them apart")
  func literals() {
    let id = 7
    let value: JSONValue = ["subject": "u\(id)", "n": 5, "share": 0.5, "on": true, "context": ["i7"], "gpc": .null]
    #expect(
      String(decoding: value.bytes, as: UTF8.self)
        == "{\"subject\":\"u7\",\"n\":5,\"share\":0.5,\"on\":true,\"context\":[\"i7\"],\"gpc\":null}")
    #expect(value["subject"]?.text == "u7" && value["n"]?.integer == 5 && value["n"]?.number == 5)
    #expect(value["share"]?.number == 0.5 && value["share"]?.integer == nil && value["on"]?.flag == true)
    #expect(value["context"]?.elements == ["i7"] && value["gpc"] == .null && value["none"] == nil)
    #expect(value.members.count == 6 && value.elements.isEmpty && value.text == nil && value["n"]?["n"] == nil)
  }

  @Test("a key that stands twice in a literal is a mistake of the program")
  func twice() async {
    await #expect(processExitsWith: .failure) { _ = ["a": 1, "a": 2] as JSONValue }
  }
}
