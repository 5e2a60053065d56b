import Attune
import Vocabulary

extension Verb {
  static let history = Verb(
    name: "history", summary: "lists what is held of what a person did, or forgets some of it",
    synopsis: [
      "SUBJECT [-n 1000] [--words TEXT] [--kind KIND…] [--since TIME] [--before TIME]", "SUBJECT --forget EVENT…",
      "SUBJECT --forget-kind KIND|all… [--since TIME] [--before TIME]",
    ],
    details: """
      This is the person's own access: it shows all events that are held, latest first, those whose purposes are \
      switched off as well, each with the purposes it was admitted for and the id by which it can be forgotten.
      Forgetting takes events that fit everything that is said: by id, by kind, of a period. Profile and answers \
      follow at once. If the model was learned with one of them, all that the person contributed leaves it now and \
      comes back without them with the next training.
      """,
    options: [
      OptionSpec("count", short: "n", .required("N"), "How many events at most. Without it 1000."),
      OptionSpec("words", .required("TEXT"), "Only events with these words, of a search, an item or a tag."),
      OptionSpec("kind", .required("KIND"), repeats: true, "Only events of this kind."),
      OptionSpec("forget", .required("EVENT"), repeats: true, "Forget the event with this id."),
      OptionSpec("forget-kind", .required("KIND"), repeats: true, "Forget events of this kind, or all."),
      OptionSpec("since", .required("TIME"), "Only from this time on, such as 2026-05-01; also with --forget-kind."),
      OptionSpec("before", .required("TIME"), "Only before this time."),
    ],
    operands: 1...1,
    examples: [
      "attune history u0042 -n 20", "attune history u0042 --forget-kind search --since 2026-05-01 --before 2026-06-01",
    ],
    run: { call in
      let subject = try call.operand(0, "SUBJECT")
      let count = try call.arguments.number("count", in: 1...1_000_000, standard: 1000)
      var request = ForgetRequest()
      request.events = call.arguments.values("forget")
      let kinds = call.arguments.values("forget-kind")
      request.kinds = kinds == ["all"] ? EventKind.allCases : try kinds.map { try kind($0, call) }
      request.since = try call.arguments.value("since").map { try ImportPlan.time($0, call) }
      request.before = try call.arguments.value("before").map { try ImportPlan.time($0, call) }
      if request.events.isEmpty, request.kinds.isEmpty {
        // To look at a period destroys nothing.
        var filter = HistoryFilter()
        filter.words = call.arguments.value("words")
        filter.kinds = try call.arguments.values("kind").map { try kind($0, call) }
        (filter.since, filter.before) = (request.since, request.before)
        try call.show(try call.service().answer(.history(of: subject, count: count, filter: filter))) {
          HistoryText(report: $0).lines($1)
        }
      } else if call.arguments.has("words") || call.arguments.has("kind") {
        throw call.usage("--words and --kind look, and --forget… forgets", expected: "one or the other")
      } else {
        try call.show(try call.service().answer(.forget(request, of: subject))) {
          ForgettingText(report: $0).lines($1)
        }
      }
      return .done
    })

  static func kind(_ word: String, _ call: Call) throws -> EventKind {
    if let kind = EventKind(name: word) { return kind }
    let names = EventKind.allCases.map(\.name)
    throw call.usage(
      "“\(DisplayText.safe(word))” is no kind of event", expected: Wording.list(names, "or"),
      remedy: Spelling.nearest(to: word, among: names).map { "Did you mean \($0)?" })
  }
}
