import SystemIO
import Vocabulary

/// The demonstration: every step as a command line with its result, through the same code as at a terminal.
struct DemoTour {
  let folder: String
  let console: Console

  /// What is imported, learned, asked and changed, in the order of a first acquaintance.
  func run() throws {
    try say("A small shop, made up by a seeded generator: its goods and 90 days of what people did there.")
    let shop = DemoShop(seed: 2026)
    try Files.writeAtomically(path("items.ndjson"), shop.itemsFile)
    try Files.writeAtomically(path("events.csv"), shop.eventsFile)
    try learn()
    try meet(DemoShop.personID(shop.guide))
  }

  private func learn() throws {
    try step("The catalogue, then the log, collected under consent.", "import --items items.ndjson")
    try step(nil, "import --events events.csv --consent granted")
    try step("Learn which items go together, from those who permit it.", "train")
    try step(nil, "status")
  }

  private func meet(_ person: String) throws {
    let profile = try step("What is known about one person, and from what.", "profile \(person) --limit 10")
    let first = try recommend("A list for them, every place with its reasons.", person)
    try step(
      "Why the first one? From the decision's own record.", "explain \(first.decision) --item \(first.item(0))", 34)

    try step("They never want to see the second one again.", "block \(person) --item \(first.item(1))")
    if case .profile(let answer) = profile,
      let tag = try answer.content.tags.first(where: { Tag.field(of: $0.tag) == "brand" })
    {
      try step("And this brand should not count.", "tags \(person) remove \(tag.tag)")
    }
    try recommend("The next list heeds both.", person)

    try step("They switch recommendation off: one call.", "consent \(person) withdraw recommendation")
    try recommend("From then on nothing of their history is read.", person)
    try step(nil, "profile \(person)")
    try step("And on again, just as easily.", "consent \(person) grant recommendation")
    try recommend(nil, person)
    try step("Without a person: what goes with an item.", "recommend --anonymous --context \(first.item(0)) -n 5")
  }

  @discardableResult
  private func recommend(_ remark: String?, _ person: String) throws -> Report.Recommendation {
    guard case .recommendation(let answer) = try step(remark, "recommend \(person) -n 5") else {
      throw Failure(.refused, "the demonstration got no list")
    }
    return try answer.content
  }

  /// Shows a command line, performs it and shows its result, cut after `limit` lines.
  @discardableResult
  private func step(_ remark: String?, _ command: String, _ limit: Int = 24) throws -> Outcome {
    try say("")
    if let remark { try say(console.style.paint(remark, .good)) }
    try say(console.style.paint("$ attune \(Self.short(command))", .bold))
    var output: [UInt8] = []
    let inner = Console(
      style: console.style, showsProgress: false, result: { output += $0 },
      message: { try console.text(String(decoding: $0, as: UTF8.self)) })
    var words = command.split(separator: " ").map(String.init)
    words = words.map { $0.hasSuffix(".ndjson") || $0.hasSuffix(".csv") ? path($0) : $0 }
    words += ["--store", path("shop.attune")] + (console.isJSON ? ["--json"] : [])
    let outcome = try AttuneCommand.perform(words, inner)
    try inner.flush()
    let text = String(decoding: output, as: UTF8.self).replacing("\(folder)/", with: "")
    try console.isJSON ? console.text(text) : show(text, limit)
    return outcome
  }

  /// A line between the results, for people.
  private func say(_ text: String) throws {
    if !console.isJSON { try console.line(text) }
  }

  private func show(_ output: String, _ limit: Int) throws {
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    // The last line says how to go on and is kept.
    if lines.count <= limit + 1 { return try console.lines(lines.map(String.init)) }
    try console.lines(lines.prefix(limit - 1).map(String.init))
    try console.line(console.style.paint("… \(Wording.count(lines.count - limit, "more line"))", .dim))
    try console.lines(lines.suffix(1).map(String.init))
  }

  /// A command with its longest words shortened; the id of an unrecorded decision carries the whole record.
  private static func short(_ command: String) -> String {
    command.split(separator: " ").map { DisplayText.truncate(String($0), to: 40) }.joined(separator: " ")
  }

  private func path(_ name: String) -> String { "\(folder)/\(name)" }
}

extension Report.Recommendation {
  /// The id at a place of the list, or of the last one where the list is shorter; empty for an empty list.
  fileprivate func item(_ place: Int) -> String {
    items.isEmpty ? "" : items[min(place, items.count - 1)].item
  }
}
