import Attune
import Vocabulary

extension Verb {
  static let recommend = Verb(
    name: "recommend", summary: "ranks items for a person, or for nobody in particular",
    synopsis: ["SUBJECT [options]", "--anonymous [--context ITEM,…] [options]"],
    details: """
      Where a person has not agreed to the purpose, or nothing is known about them, the answer is the general ranking, \
      and its first line says why. Every answer ends with a decision id for attune explain.
      """,
    options: [
      OptionSpec("count", short: "n", .required("N"), "How many items, 1 to 1000. Without it 10."),
      OptionSpec("offset", .required("N"), "Leave out the first N places, for paging."),
      OptionSpec("purpose", .required("PURPOSE"), "What for: recommendation (without it), advertising or push."),
      OptionSpec(flag: "anonymous", "Ask without naming a person; nothing about anybody is read or stored."),
      OptionSpec(
        "context", .required("ITEM,…"), repeats: true, "Items being looked at now; they count, and are not stored."),
      OptionSpec("within", .required("TAG"), "Only items with this tag, such as category:shoes."),
      OptionSpec("exclude", .required("ITEM,…"), repeats: true, "Items not wanted this time."),
      OptionSpec("among", .required("ITEM,…"), repeats: true, "Rank exactly these items instead of the catalogue."),
      OptionSpec(
        "gpc", .optional("VALUE"), "The request carries a Global Privacy Control signal; VALUE is the header's value."),
      .explain,
    ],
    operands: 0...1,
    examples: [
      "attune recommend u0042 -n 5", "attune recommend u0042 --within category:shoes --exclude i7,i9",
      "attune recommend --anonymous --context i0042",
    ],
    run: { call in
      let request = try recommendationRequest(call)
      let service = try call.service()
      return try call.show(service.answer(.recommend(request)), of: service)
    })

  private static func recommendationRequest(_ call: Call) throws -> RecommendationRequest {
    let arguments = call.arguments
    var request = RecommendationRequest(subject: arguments.operands.first)
    if arguments.has("anonymous") {
      guard request.subject == nil else { throw call.usage("--anonymous and a SUBJECT exclude each other") }
    } else {
      guard request.subject?.isEmpty == false else {
        throw call.usage("nobody is named", expected: "a SUBJECT, or --anonymous")
      }
    }
    if let word = arguments.value("purpose") {
      request.purpose = try call.purpose(word, among: [.recommendation, .advertising, .push])
    }
    request.count = try arguments.number("count", in: 1...1000, standard: 10)
    request.offset = try arguments.number("offset", in: 0...1_000_000, standard: 0)
    request.context = arguments.list("context")
    request.within = arguments.value("within")
    request.exclude = arguments.list("exclude")
    request.among = arguments.has("among") ? arguments.list("among") : nil
    // A bare `--gpc` is the signal itself.
    request.globalPrivacyControl = arguments.value("gpc").map { $0.isEmpty ? "1" : $0 }
    return request
  }
}

extension OptionSpec {
  /// For verbs that answer with a list.
  static let explain = OptionSpec(flag: "explain", "Say at once what counted, as attune explain does for the decision.")
}

extension Call {
  /// Shows a list and, where asked for, its explanation.
  func show(
    _ answer: Answer<Report.Recommendation>, of service: Service, similarTo item: String? = nil
  ) throws -> Outcome {
    try checkExplain()
    try show(answer) { RecommendationText(answer: $0, similarTo: item, isExplained: isExplaining).lines($1) }
    try explainIfAsked(service) { try answer.content.decision }
    return .recommendation(answer)
  }

  /// Whether what counted is to follow the answer.
  var isExplaining: Bool { arguments.has("explain") }

  /// Refuses --explain where only JSON is to be printed.
  func checkExplain() throws {
    if isExplaining, console.isJSON {
      throw usage("--explain and --json exclude each other", remedy: "Ask attune explain --json for the decision's id")
    }
  }

  /// Shows what counted for a decision, where --explain was given.
  func explainIfAsked(_ service: Service, _ decision: () throws -> String) throws {
    guard isExplaining else { return }
    let explanation = try service.answer(.explain(decision())).content
    try console.lines([""] + ExplanationText(explanation: explanation, partsListed: 4).lines(console.style))
  }
}
