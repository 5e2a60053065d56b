import SystemIO
import Vocabulary

extension Verb {
  static let policy = Verb(
    name: "policy", summary: "shows what is promised and what counts in a ranking, or publishes a new policy",
    synopsis: ["[show] [--version V] [--lang en|zh]", "publish FILE"],
    details: """
      Shows the policy in force (or an older version), the main parameters of the published model with their relative \
      importance, and what a person can do about them, in English or Chinese.
      FILE is a policy as JSON, such as models/policy.json; what it leaves out is as shipped. It needs a version of its \
      own. Purposes that it names as material are off for everybody until they consent anew.
      """,
    options: [
      OptionSpec("version", .required("V"), "Show this version instead of the one in force."),
      OptionSpec("lang", .required("LANGUAGE"), "en (without it) or zh."),
    ],
    operands: 0...2, examples: ["attune policy show --lang zh", "attune policy publish policy.json"],
    run: { call in
      let word = call.arguments.operands.first ?? "show"
      let spoken = call.arguments.value("lang") ?? "en"
      guard let language = PolicyText.Language(rawValue: spoken) else {
        throw call.usage("“\(DisplayText.safe(spoken))” is no language here", expected: "en or zh")
      }
      let answer: Answer<Report.Policy>
      switch word {
      case "show":
        if call.arguments.operands.count > 1 { throw call.usage("show takes no file", expected: "--version V") }
        answer = try call.service().answer(.policy(version: call.arguments.value("version")))
      case "publish":
        let path = try call.operand(1, "FILE")
        guard let text = String(validating: try Files.read(path == "-" ? "/dev/stdin" : path), as: UTF8.self) else {
          throw Failure(.badInput, "the policy is no text in UTF-8", at: path, expected: "JSON")
        }
        answer = try call.service().answer(.publish(text))
      default:
        throw call.usage(
          "\(Wording.place(0)) is nothing to do with a policy", expected: "show or publish")
      }
      try call.show(answer) { PolicyText(report: $0, language: language).lines($1) }
      return .done
    })
}
