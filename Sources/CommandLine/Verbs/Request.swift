import Attune
import Rights
import SystemIO
import Vocabulary

extension Verb {
  static let request = Verb(
    name: "request", summary: "keeps the register of what people ask for by right, with the days to answer by",
    synopsis: [
      "open KIND SUBJECT --regime RULE [--words TEXT] [--by agent|guardian|relative --name NAME --evidence TEXT]",
      "list [SUBJECT] [--due 3d] [--open]", "show NUMBER",
      "identity|work|extend|answer|refuse NUMBER [--note TEXT] [--evidence TEXT] [--reason CODE]",
      "holidays CALENDAR FILE",
    ],
    details: """
      KIND is access, correction, deletion, restriction, portability, explanation or complaint; an appeal against a \
      decision is opened with attune appeal. RULE says how long an answer may take: china-7 and china-15 (working \
      days), eu (a month, and two more where the person is told why within the first), us (45 days and 45 more; \
      receipt to be confirmed within 10 business days). The days are computed and kept at receipt.
      A request goes from received, over identity (somebody is asked to show who they are) or not, to work, and to \
      answer or refuse, perhaps after extend. list --due exits with 1 where something is late. FILE lists the \
      holidays of the calendar china, eu or us, one a line: 2026-10-01, 2026-10-01..2026-10-07, and +2026-10-10 for a \
      weekend day that is worked.
      What was said is sealed under the person's key and goes with them; that something was asked and answered, and \
      when, stays, without a name.
      """,
    options: [
      OptionSpec("regime", .required("RULE"), "china-7, china-15, eu or us."),
      OptionSpec("words", .required("TEXT"), "What was asked."),
      OptionSpec("by", .required("ROLE"), "Who asks: person (without it), agent, guardian or relative."),
      OptionSpec("name", .required("NAME"), "The name of whoever asks for the person."),
      OptionSpec("evidence", .required("TEXT"), "What shows who they are and that they may ask."),
      OptionSpec("received", .required("DAY"), "The day of receipt, where it was not today."),
      OptionSpec("note", .required("TEXT"), "What the person is told, or what is kept on file."),
      OptionSpec("reason", .required("CODE"), "Why it is refused, by a code of the policy."),
      OptionSpec("due", .required("DAYS"), "List what is open and to be done within so many days, such as 3d."),
      OptionSpec(flag: "open", "List what is not closed."),
    ],
    operands: 1...3,
    examples: [
      "attune request open access u0042 --regime eu --words 'What do you know of me?'", "attune request list --due 3d",
      "attune request answer 1 --note 'sent by post'",
    ],
    run: { call in
      switch try call.operand(0, "the action") {
      case "open": try open(call)
      case "list": try list(call)
      case "holidays": try holidays(call)
      case "show":
        let number = try number(call)
        try show(call.service().answer(.request(number)), call)
      case let word:
        let change = try change(word, call)
        let number = try number(call)
        try show(call.service().answer(.change(number, change)), call)
      }
      return .done
    })

  static let appeal = Verb(
    name: "appeal", summary: "contests a decision, or records what a named reviewer decided about that",
    synopsis: [
      "DECISION --words TEXT --regime RULE [--subject SUBJECT]",
      "decide NUMBER --outcome upheld|dismissed --reviewer NAME [--words TEXT] [--block-item I] [--remove-tag T] …",
    ],
    details: """
      Every decision can be contested, also one about nobody in particular; an appeal is a request of the register \
      (attune request) with its days, and ends by the outcome of a named person. An upheld appeal can block things \
      for the person or correct their tags, and says so on the record. The decision itself stays as it was made.
      """,
    options: [
      OptionSpec("words", .required("TEXT"), "What the person says, or is told."),
      OptionSpec("regime", .required("RULE"), "china-7, china-15, eu or us."),
      OptionSpec("subject", .required("SUBJECT"), "Whose appeal it is."),
      OptionSpec("outcome", .required("OUTCOME"), "upheld or dismissed."),
      OptionSpec("reviewer", .required("NAME"), "Who decided."),
      OptionSpec("block-item", .required("ITEM"), repeats: true, "Never show this item to the person."),
      OptionSpec("block-similar", .required("ITEM"), repeats: true, "Nor what is like this one."),
      OptionSpec("block-tag", .required("TAG"), repeats: true, "Nor anything with this tag, category or seller."),
      OptionSpec("remove-tag", .required("TAG"), repeats: true, "Take this tag out of their profile."),
      OptionSpec("add-tag", .required("TAG"), repeats: true, "Put this tag into it."),
    ],
    operands: 1...2,
    examples: [
      "attune appeal DECISION --subject u0042 --regime eu --words 'Why toys?'", "attune request work 2",
      "attune appeal decide 2 --outcome upheld --reviewer 'J. Doe' --block-tag category:toys",
    ],
    run: { call in
      let arguments = call.arguments
      if try call.operand(0, "DECISION") == "decide" {
        let word = arguments.value("outcome") ?? ""
        guard let outcome = AppealOutcome(name: word), let reviewer = arguments.value("reviewer") else {
          throw call.usage("--outcome and --reviewer are needed", expected: "upheld or dismissed, and a name")
        }
        var decision = AppealDecision(outcome, by: reviewer)
        decision.words = arguments.value("words")
        decision.blocks =
          arguments.values("block-item").map { .item($0) } + arguments.values("block-similar").map { .similar($0) }
          + arguments.values("block-tag").map { .tag($0) }
        decision.removedTags = arguments.values("remove-tag")
        decision.addedTags = arguments.values("add-tag")
        try show(call.service().answer(.decide(number(call), decision)), call)
        return .done
      }
      guard let words = arguments.value("words"), !words.isEmpty else {
        throw call.usage("--words is missing", expected: "what the person says")
      }
      let question = Question<Report.Request>.appeal(
        try call.operand(0, "DECISION"), words: words, subject: arguments.value("subject"), regime: try regime(call))
      try show(call.service().answer(question), call)
      return .done
    })

  static let incident = Verb(
    name: "incident", summary: "lists whose data was within somebody's reach in a period",
    synopsis: ["--since TIME [--until TIME] [--role officer|serve|subject|library] [--among FILE]"],
    details: """
      After a breach the people concerned must be told. The access log says who looked at or changed whose data, and \
      in which role; decisions say whom a list was made for, which counts as the role serve. People whom only \
      decisions know are shown by pseudonym unless --among has their ids, one a line.
      """,
    options: [
      OptionSpec("since", .required("TIME"), "From this time on, such as 2026-05-01 or 2026-05-01T09:30:00Z."),
      OptionSpec("until", .required("TIME"), "Before this time; without it up to now."),
      OptionSpec("role", .required("ROLE"), "Only what was done in this role."),
      OptionSpec("among", .required("FILE"), "Ids that may be meant, one a line, such as the list of customers."),
    ],
    examples: ["attune incident --since 2026-05-01 --until 2026-05-03 --role serve --unmask"],
    run: { call in
      guard let since = try call.arguments.value("since").map({ try ImportPlan.time($0, call) }) else {
        throw call.usage("--since is missing", expected: "a time such as 2026-05-01")
      }
      let until = try call.arguments.value("until").map { try ImportPlan.time($0, call) }
      let candidates = try call.arguments.value("among").map { try lines(of: $0) } ?? []
      let answer = try call.service().answer(
        .incident(since: since, until: until, role: call.arguments.value("role"), candidates: candidates))
      try call.show(answer) { IncidentText(report: $0).lines($1) }
      return .done
    })

  // MARK: Parts

  private static func open(_ call: Call) throws {
    let arguments = call.arguments
    let kinds = RequestKind.allCases.filter { $0 != .appeal }
    let word = try call.operand(1, "KIND")
    guard let kind = RequestKind(name: word), kinds.contains(kind) else {
      throw call.usage(
        "\(Wording.place(1)) is no kind of request", expected: Wording.list(kinds.map(\.name), "or"),
        remedy: word == "appeal" ? "Use attune appeal DECISION" : nil)
    }
    var input = RequestInput(kind, of: try call.operand(2, "SUBJECT"), regime: try regime(call))
    input.words = arguments.value("words")
    if let word = arguments.value("by") {
      guard let by = Requester(name: word) else {
        throw call.usage(
          "“\(DisplayText.safe(word))” is nobody who asks",
          expected: Wording.list(Requester.allCases.map(\.name), "or"))
      }
      input.by = by
    }
    input.name = arguments.value("name")
    input.evidence = arguments.value("evidence")
    if let text = arguments.value("received") {
      guard let day = Day(text) else {
        throw call.usage("“\(DisplayText.safe(text))” is no day", expected: "one such as 2026-05-01")
      }
      input.received = day
    }
    try show(call.service().answer(.open(input)), call)
  }

  private static func list(_ call: Call) throws {
    var days: Int?
    if let text = call.arguments.value("due") {
      days = Int(text.hasSuffix("d") ? text.dropLast() : text[...])
      guard let days, (0...3660).contains(days) else {
        throw call.usage("“\(DisplayText.safe(text))” is no number of days", expected: "one such as 3d")
      }
    }
    let subject = call.arguments.operands.count > 1 ? call.arguments.operands[1] : nil
    let answer = try call.service().answer(
      .requests(of: subject, dueWithin: days, open: call.arguments.has("open")))
    try call.show(answer) { RequestListText(report: $0).lines($1) }
    let late = try answer.content.late
    if days != nil, late > 0 {
      throw Failure(
        .refused, "\(Wording.count(late, "request")) late", expected: "everything done by its day",
        remedy: "Answer, or extend where the rule allows it")
    }
  }

  private static func holidays(_ call: Call) throws {
    let calendar = try call.operand(1, "CALENDAR")
    let path = try call.operand(2, "FILE")
    guard let text = String(validating: try Files.read(path == "-" ? "/dev/stdin" : path), as: UTF8.self) else {
      throw Failure(.badInput, "the list is no text in UTF-8", at: path, expected: "one day a line")
    }
    try call.show(call.service().answer(.holidays(text, calendar: calendar))) { HolidaysText(report: $0).lines($1) }
  }

  private static func change(_ word: String, _ call: Call) throws -> RequestRecord.Change {
    let steps: [String: RequestState] = [
      "identity": .identityPending, "work": .inWork, "extend": .extended, "answer": .answered, "refuse": .refused,
    ]
    guard let to = steps[word] else {
      throw call.usage(
        "\(Wording.place(0)) is nothing to do with a request",
        expected: "open, list, show, identity, work, extend, answer, refuse or holidays")
    }
    var change = RequestRecord.Change(to: to)
    change.note = call.arguments.value("note")
    change.reason = call.arguments.value("reason")
    change.evidence = call.arguments.value("evidence")
    return change
  }

  private static func number(_ call: Call) throws -> Int {
    let text = try call.operand(1, "NUMBER")
    if let number = Int(text), number > 0 { return number }
    throw call.usage("\(Wording.place(1)) is no number of a request", expected: "one from attune request list")
  }

  static func regime(_ call: Call) throws -> Regime {
    if let word = call.arguments.value("regime"), let regime = Regime(rawValue: word) { return regime }
    throw call.usage(
      "--regime says by which rule to answer", expected: Wording.list(Regime.allCases.map(\.rawValue), "or"))
  }

  private static func show(_ answer: Answer<Report.Request>, _ call: Call) throws {
    try call.show(answer) { RequestText(report: $0).lines($1) }
  }

  private static func lines(of path: String) throws -> [String] {
    String(decoding: try Files.read(path == "-" ? "/dev/stdin" : path), as: UTF8.self)
      .split(whereSeparator: \.isNewline).map(String.init)
  }
}
