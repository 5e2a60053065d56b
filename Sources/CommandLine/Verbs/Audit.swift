import SystemIO
import Vocabulary

extension Verb {
  static let audit = Verb(
    name: "audit", summary: "checks on this store what is guaranteed; exits with 1 on a breach",
    synopsis: ["[--sample N | --all] [--html FILE]"],
    details: """
      Each check reads the store in another way than the code that it checks: the ledger's chain and what was shown \
      after a purpose was switched off, rows of the erased, the parts of scores on record, the people behind what is \
      published, blocks, what is kept for too long, requests that are late, and keys outside the key file. Nothing is \
      changed.
      """,
    options: [
      OptionSpec(
        "sample", .required("N"), "Look at so many people, decisions and rows for each check. Without it 1000."),
      OptionSpec(flag: "all", "Look at all of them."),
      OptionSpec("html", .required("FILE"), "Write a page to be filed; - is standard output."),
    ],
    examples: ["attune audit", "attune audit --all --html audit.html"],
    run: { call in
      let sample = try call.arguments.number("sample", in: 1...1_000_000_000, standard: 1000)
      let answer = try call.service().answer(.audit(sample: call.arguments.has("all") ? nil : sample))
      let report = try answer.content
      if let path = call.arguments.value("html") {
        let page = AuditPage(report: report).html
        if path == "-" {
          if call.console.isJSON { throw call.usage("--json and --html - both want standard output") }
          try call.console.text(page)
        } else {
          try Files.writeAtomically(path, Array(page.utf8))
          try call.console.message("wrote \(DisplayText.safe(path))")
        }
      }
      if call.arguments.value("html") != "-" { try call.show(answer) { AuditText(report: $0).lines($1) } }
      if !report.passed {
        let failed = report.checks.filter { !$0.passed }.map(\.guarantee)
        throw Failure(
          .refused, "the audit found breaches: \(failed.joined(separator: ", "))", expected: "none",
          remedy: "See what it says of each")
      }
      return .done
    })
}
