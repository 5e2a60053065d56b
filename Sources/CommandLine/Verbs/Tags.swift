import Attune
import Vocabulary

extension Verb {
  static let tags = Verb(
    name: "tags", summary: "removes a tag from a person's profile for good, restores it, or adds one",
    synopsis: ["SUBJECT", "SUBJECT remove|restore|add TAG…"],
    details: """
      A removed tag weighs nothing and is not inferred again until it is restored. An added tag counts from the next \
      request on. Without an action the person's instructions are shown.
      """,
    operands: 1...1000, examples: ["attune tags u0042 remove brand:acme", "attune tags u0042 add colour:green"],
    run: { call in
      let subject = try call.operand(0, "SUBJECT")
      let report: InstructionsReport
      if call.arguments.operands.count == 1 {
        report = try call.engine().instructions(of: subject)
      } else {
        let action = try tagAction(call.operand(1, "the action"), call)
        let first = try call.operand(2, "TAG")
        let change = try action(call.engine())
        report = try call.arguments.operands.dropFirst(3).reduce(change(first, subject)) { try change($1, subject) }
      }
      try call.show(report.json) { InstructionsText(report: report).lines($0) }
      return .done
    })

  private typealias TagAction = (Engine) -> (_ tag: String, _ subject: String) throws -> InstructionsReport

  private static func tagAction(_ word: String, _ call: Call) throws -> TagAction {
    switch word {
    case "remove": Engine.removeTag(_:for:)
    case "restore": Engine.restoreTag(_:for:)
    case "add": Engine.addTag(_:for:)
    default:
      throw call.usage("“\(DisplayText.safe(word))” is nothing to do with a tag", expected: "remove, restore or add")
    }
  }
}
