import Protocol
import SystemIO
import Vocabulary

/// What the daemon says of itself on standard error: one JSON object a line, with nobody's name in it.
enum Journal {
  static func note(_ event: String, _ details: [(key: String, value: String)] = []) {
    var members = [
      JSONValue.Member("time", .string(Clock.now().text)), JSONValue.Member("event", .string(event)),
    ]
    for detail in details { members.append(JSONValue.Member(detail.key, .string(detail.value))) }
    // Whoever reads the journal may have gone; that is no reason to stop serving.
    _ = try? writeAll(2, JSONValue.object(members).bytes + [10])
  }
}
