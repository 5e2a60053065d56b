import Attune
import SystemIO
import Vocabulary

extension Verb {
  static let explain = Verb(
    name: "explain", summary: "explains a decision: what counted, what would change it, how to switch it off",
    synopsis: ["DECISION [--item ITEM] [--level summary|full] [--html FILE]"],
    details: """
      The explanation is made from the decision's own record. What would change the result comes from a real second \
      run, as long as the model of the decision is there.
      """,
    options: [
      OptionSpec("item", .required("ITEM"), "Explain this item only."),
      OptionSpec("level", .required("LEVEL"), "summary for the main causes, or full (without it)."),
      OptionSpec("html", .required("FILE"), "Write a page of its own instead; - is standard output."),
    ],
    operands: 1...1, examples: ["attune explain DECISION --item i0042", "attune explain DECISION --html why.html"],
    run: { call in
      let decision = try call.operand(0, "DECISION")
      let word = call.arguments.value("level") ?? "full"
      guard let level = ExplanationLevel(rawValue: word) else {
        throw call.usage("“\(DisplayText.safe(word))” is no level", expected: "summary or full")
      }
      let answer = try call.service().answer(.explain(decision, item: call.arguments.value("item"), level: level))
      if let path = call.arguments.value("html") {
        let page = ExplanationPage(explanation: try answer.content).html
        if path == "-" {
          if call.console.isJSON { throw call.usage("--json and --html - both want standard output") }
          try call.console.text(page)
          return .done
        }
        try Files.writeAtomically(path, Array(page.utf8))
        try call.console.message("wrote \(DisplayText.safe(path))")
        if !call.console.isJSON { return .done }
      }
      let parts = level == .summary ? 4 : 12
      try call.show(answer) { ExplanationText(explanation: $0, partsListed: parts).lines($1) }
      return .done
    })
}
