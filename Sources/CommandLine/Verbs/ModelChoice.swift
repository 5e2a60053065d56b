import Attune
import SystemIO
import Vocabulary

/// The options by which a verb's model is chosen and changed.
enum ModelChoice {
  static let options = [
    OptionSpec("model", .required("FILE|NAME"), "A model file (JSON), or the name of a shipped one."),
    OptionSpec("set", .required("KEY=VALUE"), repeats: true, "Override one key, such as query.repeat=0.15."),
  ]

  /// The uses of `--set`, in order.
  static func changes(_ call: Call) throws -> [(key: String, value: String)] {
    try call.arguments.values("set").map { text in
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        throw call.usage("--set has no “=”", expected: "--set KEY=VALUE, such as --set query.repeat=0.15")
      }
      return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
  }

  /// The bytes of `--model`: a shipped model by name, else the file; `nil` where it was not given.
  static func model(_ call: Call) throws -> [UInt8]? {
    try call.arguments.value("model").map { try model($0, option: "--model") }
  }

  /// The same as text, which a daemon can be sent.
  static func text(_ call: Call) throws -> String? {
    guard let bytes = try model(call) else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(
        .badInput, "the model file is no text in UTF-8", at: call.arguments.value("model"), expected: "JSON")
    }
    return text
  }

  /// A model by a shipped one's name, else by the path of its file.
  static func model(_ word: String, option: String) throws -> [UInt8] {
    if let shipped = Engine.shippedModel(named: word) { return shipped }
    if !word.contains("/"), !word.contains("."), !Files.exists(word) {
      let names = Engine.shippedModelNames
      throw Failure(
        .notFound, "there is no model called \(DisplayText.safe(word))", at: option,
        expected: "a file, or the name of a shipped model: \(Wording.list(names, "or"))",
        remedy: Spelling.nearest(to: word, among: names).map { "Did you mean \($0)?" })
    }
    return try Files.read(word)
  }
}
