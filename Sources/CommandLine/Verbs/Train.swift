import Attune
import SystemIO
import Vocabulary

extension Verb {
  static let train = Verb(
    name: "train", summary: "learns related items from what people permit, and publishes the model",
    synopsis: ["[--model FILE|NAME] [--set KEY=VALUE]…"],
    details: """
      The model file says what events weigh, how far apart two items may lie to count as related, and how a ranking is \
      put together. Without --model the store's last one is used, at first the shipped one for shops.
      """,
    options: [
      OptionSpec("model", .required("FILE|NAME"), "A model file (JSON), or the name of a shipped one."),
      OptionSpec("set", .required("KEY=VALUE"), repeats: true, "Override one key, such as query.repeat=0.15."),
    ],
    examples: ["attune train", "attune train --model mine.json --set timeline.window=10"],
    run: { call in
      let overrides = try call.arguments.values("set").map { try override($0, call) }
      let model = try call.arguments.value("model").map { try modelText($0, call) }
      let service = try call.service()
      let progress = ProgressLine(call.console)
      defer { progress.end() }
      if service.isRemote { progress.show("the daemon is training") }
      let answer = try service.answer(.train(model: model, set: overrides, progress: progress.show))
      progress.end()
      try call.show(answer) { $0.lines($1) }
      return .done
    })

  private static func override(_ text: String, _ call: Call) throws -> (key: String, value: String) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw call.usage("--set has no “=”", expected: "--set KEY=VALUE, such as --set query.repeat=0.15")
    }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }

  /// A shipped model by name, else the file.
  private static func modelText(_ word: String, _ call: Call) throws -> String {
    if let shipped = Engine.shippedModel(named: word) { return String(decoding: shipped, as: UTF8.self) }
    if !word.contains("/"), !word.contains("."), !Files.exists(word) {
      let names = Engine.shippedModelNames
      throw Failure(
        .notFound, "there is no model called \(DisplayText.safe(word))", at: "--model",
        expected: "a file, or the name of a shipped model: \(Wording.list(names, "or"))",
        remedy: Spelling.nearest(to: word, among: names).map { "Did you mean \($0)?" })
    }
    guard let text = String(validating: try Files.read(word), as: UTF8.self) else {
      throw Failure(.badInput, "the model file is no text in UTF-8", at: word, expected: "JSON")
    }
    return text
  }
}
