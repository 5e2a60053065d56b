import Protocol
import Vocabulary

/// What came of a question: the exact JSON for scripts, and what it says for people.
///
/// Text for people is always read from the JSON, so that it is the same through a daemon and from the store.
struct Answer<Content: ReadableResult> {
  /// As the engine or the daemon wrote it, without a line end.
  let json: [UInt8]

  /// What the JSON says.
  var content: Content {
    get throws {
      do { return try ResultObject.read(JSONParser.parse(json[...])) } catch is JSONParser.Refusal {
        throw ResultObject.unreadable("it is no JSON")
      }
    }
  }
}

/// A part of a result, as text for people needs it.
protocol ReadableResult {
  init(_ object: ResultObject) throws
}

/// The results of the engine, as their JSON tells them.
///
/// Members that no text for people shows are left out.
enum Report {}
