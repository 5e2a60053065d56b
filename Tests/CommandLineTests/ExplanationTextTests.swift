import Attune
import Testing
import Vocabulary

@testable import CommandLine

/// An explanation that people can read.
struct ExplanationTextTests {
  @Test func readsFromTopToBottom() {
    let text = ExplanationText(explanation: Samples.explanation).lines(Style(width: 100)).joined(separator: "\n")
    #expect(
      text == """
        Decision d7k3, made 2026-02-02 02:40 UTC, for the purpose recommendation
        Personal: from the history and profile of the person.
        Policy shipped-1, model sha256:9f86d081884c

        1. Acme linen dress, blue (i1)
           What counted, 1,000 points in all
             you like brand:acme                   ████████████████████   62 %   620
             you viewed “Borea dress”, 2026-02-02  █████████████▎         41 %   410
             you disliked i8                       ███▎                  −10 %  −100
             it is popular with many people        ██▎                     7 %    70
           What would change it
             without “Borea dress” in your history: place 7 instead of 1
             without the tag brand:acme: it would not be in the list
             without its popularity: it would stay at place 1

        Not shown
              12  already seen
           1,480  below the last place shown

        How to change it or switch it off
           attune consent … withdraw recommendation
        """)
  }

  @Test func manySmallPartsAreOneLineAndTheSumHolds() {
    var item = Samples.explanation.items[0]
    item.contributions = (1...40).map { Report.Contribution(kind: "tag", tag: "t:\($0)", points: Int64($0)) }
    item.score = 820
    let parts = ScoreParts(item, .person, listed: 12)
    #expect(parts.rows.count == 13)
    #expect(parts.rows.reduce(0) { $0 + $1.points } == 820)
    #expect(parts.rows[0].words == "you like t:40" && parts.rows[12].words == "28 smaller parts together")
    #expect(ScoreParts(item, .person, listed: 39).rows.count == 40)
  }

  @Test func longDecisionIdsAreShortened() {
    var explanation = Samples.explanation
    explanation.decision = String(repeating: "x", count: 900)
    let lines = ExplanationText(explanation: explanation).lines(Style(width: 100))
    #expect(DisplayText.width(lines[0]) <= 100)
  }

  @Test("of a search, what does not match is not said to lie below")
  func searchesDoNotCallEverythingBelow() {
    var explanation = Samples.explanation
    explanation.purpose = .search
    let text = ExplanationText(explanation: explanation).lines(Style(width: 100)).joined(separator: "\n")
    #expect(text.contains("1,480  no match, or below the last place shown"))
  }

  @Test func everyKindOfCauseHasWords() {
    for kind in ["history", "context", "tag", "related", "repeat", "general", "other", "new"] {
      let part = Report.Contribution(kind: kind, item: "i1", event: "view", tag: "a:b", points: 1)
      let origin = Origin(part, .person)
      #expect(!origin.clause.predicate.isEmpty && !origin.noun.isEmpty)
    }
    for kind in EventKind.allCases { #expect(Origin.deed(kind.name) != Origin.deed(nil), "\(kind)") }
  }
}

/// The page that explains a decision stands alone and holds nothing that a title could smuggle in.
struct ExplanationPageTests {
  @Test func hostileTextStaysText() {
    let hostile = "</title><script>alert(1)</script><img src=x onerror='alert(2)'>\" & \u{0}\u{202e}"
    var explanation = Samples.explanation
    explanation.decision = hostile
    explanation.policy = hostile
    explanation.model = hostile
    explanation.reason = hostile
    explanation.basis = .general
    explanation.counterfactualNote = hostile
    explanation.controls = [hostile]
    explanation.notShown = [(hostile, 1)]
    explanation.items[0].item = hostile
    explanation.items[0].title = hostile
    explanation.items[0].placedBy = hostile
    explanation.items[0].contributions = ["history", "tag", "context", "related", hostile].map {
      Report.Contribution(kind: $0, item: hostile, title: hostile, event: hostile, tag: hostile, points: 1)
    }
    explanation.items[0].without = [Report.Counterfactual(kind: hostile, item: hostile, title: hostile, tag: hostile)]
    let page = ExplanationPage(explanation: explanation).html
    for danger in ["<script", "<img", "onerror='", "</title><", "\u{0}", "\u{202e}"] {
      #expect(!page.contains(danger), "\(danger)")
    }
    #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
  }

  @Test func asksForNothingFromOutside() {
    let page = ExplanationPage(explanation: Samples.explanation).html
    for reference in ["http:", "https:", "src=", "href=", "url(", "@import", "<link", "<script"] {
      #expect(!page.contains(reference), "\(reference)")
    }
    #expect(page.contains("default-src 'none'"))
  }

  @Test func servesReadersOfEverySort() {
    let page = ExplanationPage(explanation: Samples.explanation).html
    for part in [
      "<!doctype html>", "<html lang=\"en\">", "<title>Why these items</title>", "prefers-color-scheme: dark",
      "<caption>What counted, 1,000 points in all</caption>", "<th scope=\"row\">you like brand:acme</th>",
      "aria-hidden=\"true\"", "width=\"66.1%\"", "<td class=\"n\">62 %</td><td class=\"n\">620</td>",
      "<li>Without the tag brand:acme: it would not be in the list</li>",
      "<code>attune consent … withdraw recommendation</code>", "<th scope=\"row\">already seen</th>",
    ] {
      #expect(page.contains(part), "\(part)")
    }
    #expect(!page.contains("not available"))
  }

  @Test func everyElementThatOpensCloses() {
    let page = ExplanationPage(explanation: Samples.explanation).html
    for element in [
      "html", "head", "body", "main", "section", "details", "summary", "table", "tbody", "tr", "td", "th",
      "ul", "li", "dl", "dt", "dd", "svg", "h1", "h2", "style", "title", "code", "p",
    ] {
      let opened = page.ranges(of: "<\(element)>").count + page.ranges(of: "<\(element) ").count
      #expect(opened == page.ranges(of: "</\(element)>").count, "\(element)")
    }
  }
}
