import Vocabulary

/// An explanation as a page of its own: no script, no outside resource, readable without colours, in light and dark.
struct ExplanationPage {
  let explanation: Report.Explanation
  var partsListed = 20

  /// The whole document.
  var html: String {
    HTML.page(
      title: "Why these items", style: ExplanationPage.styleSheet,
      body: """
        \(opening)
        \(explanation.items.enumerated().map { item($1, isOpen: $0 < 3) }.joined(separator: "\n"))
        \(notShown)
        \(controls)
        \(note)
        """)
  }

  private var opening: String {
    let basis = BasisText.sentence(
      explanation.basis, reason: explanation.reason, segment: explanation.segment, purpose: explanation.purpose,
      who: nil)
    let made = explanation.time.flatMap { Wording.time($0) }.map { "<dt>Made</dt><dd>\($0) UTC</dd>" } ?? ""
    return """
      <p class="basis">\(HTML.escape(basis))</p>
      <dl>
      <dt>Decision</dt><dd><code>\(HTML.escape(explanation.decision))</code></dd>
      \(made)
      <dt>Purpose</dt><dd>\(explanation.purpose.name)</dd>
      <dt>Policy</dt><dd>\(HTML.escape(explanation.policy))</dd>
      <dt>Model</dt><dd><code>\(HTML.escape(Wording.digest(explanation.model)))</code></dd>
      </dl>
      """
  }

  private func item(_ item: Report.ExplainedItem, isOpen: Bool) -> String {
    let name = HTML.escape(item.title ?? item.item)
    let parts = ScoreParts(
      item, Liking(explanation.basis, segment: explanation.segment), listed: partsListed)
    let placed = PlacementText.sentence(item.placedBy).map { "<p>\(HTML.escape($0))</p>" } ?? ""
    return """
      <details\(isOpen ? " open" : "")>
      <summary><span class="rank">\(item.rank)</span> \(name) <code>\(HTML.escape(item.item))</code></summary>
      \(placed)
      <table>
      <caption>What counted, \(Wording.count(item.score, "point")) in all</caption>
      <thead><tr><th scope="col">What</th><th scope="col">Part</th><th scope="col" class="n">Share</th>\
      <th scope="col" class="n">Points</th></tr></thead>
      <tbody>
      \(parts.rows.map { row($0, of: parts.greatest) }.joined(separator: "\n"))
      </tbody>
      </table>
      \(without(item))
      </details>
      """
  }

  private func row(_ part: ScoreParts.Row, of greatest: Int64) -> String {
    let magnitude = Double(part.points.magnitude)
    let width = greatest > 0 ? Wording.decimal(magnitude / Double(greatest) * 100, places: 1) : "0.0"
    let kind = part.points < 0 ? "against" : "for"
    return """
      <tr><th scope="row">\(HTML.escape(part.words))</th>\
      <td class="bar"><svg aria-hidden="true" width="100%" height="12"><rect class="\(kind)" rx="2" height="12" \
      width="\(width)%"/></svg></td>\
      <td class="n">\(Wording.percent(part.share))</td><td class="n">\(Wording.count(part.points))</td></tr>
      """
  }

  private func without(_ item: Report.ExplainedItem) -> String {
    if item.without.isEmpty { return "" }
    let entries = item.without.map { entry in
      "<li>Without \(HTML.escape(Origin(entry).noun)): \(CounterfactualText.outcome(entry, now: item.rank))</li>"
    }
    return "<h2>What would change it</h2>\n<ul>\n\(entries.joined(separator: "\n"))\n</ul>"
  }

  private var notShown: String {
    let counts = explanation.notShown.filter { $0.count > 0 }
    if counts.isEmpty { return "" }
    let rows = counts.map { entry in
      let words = NotShownText.words(entry.name, isSearch: explanation.purpose == .search)
      return "<tr><th scope=\"row\">\(HTML.escape(words))</th>"
        + "<td class=\"n\">\(Wording.count(entry.count))</td></tr>"
    }
    return """
      <section>
      <table>
      <caption>Not shown, and why</caption>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      </section>
      """
  }

  private var controls: String {
    if explanation.controls.isEmpty { return "" }
    let entries = explanation.controls.map { "<li><code>\(HTML.escape($0))</code></li>" }
    return """
      <section>
      <h2>How to change it or switch it off</h2>
      <ul>
      \(entries.joined(separator: "\n"))
      </ul>
      </section>
      """
  }

  private var note: String {
    explanation.counterfactualNote.map { "<p>\(HTML.escape($0))</p>" } ?? ""
  }

  private static let styleSheet = """
    .basis { font-size: 1.1rem; }
    summary code { color: var(--soft); font-weight: 400; }
    .rank { display: inline-block; min-width: 1.5rem; color: var(--soft); }
    .bar { width: 35%; }
    .bar svg { display: block; }
    .for { fill: var(--for); }
    .against { fill: var(--against); }
    """
}
