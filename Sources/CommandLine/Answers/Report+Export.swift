import Protocol
import Vocabulary

extension Report {
  /// A copy of what is held of a person.
  struct Export {
    /// Each a line, without its end.
    var lines: [[UInt8]]
  }

  /// What came in with an export.
  struct PersonImport {
    var subject: String
    var events: Int
    var choices: Int
    var instructions: Int
    var refused: Int
    var skipped: Int
  }
}

extension Report.Export: ReadableResult {
  init(_ object: ResultObject) throws { lines = object.elements("records").map(\.bytes) }
}

extension Report.PersonImport: ReadableResult {
  init(_ object: ResultObject) throws {
    subject = try object.text("subject")
    events = try object.count("events")
    choices = try object.count("choices")
    instructions = try object.count("instructions")
    refused = try object.count("refused")
    skipped = try object.count("skipped")
  }
}
