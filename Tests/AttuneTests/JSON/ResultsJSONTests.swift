import Testing
import Vocabulary

@testable import Attune

/// The JSON of the results is a contract with scripts: keys, order and exactness.
struct ResultsJSONTests {
  private let time = Timestamp(seconds: 1_770_000_000)

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test func recommendation() {
    let answer = Recommendation(
      decision: "d1", subject: "u\"1", purpose: .recommendation, basis: .personal, reason: nil, model: "sha256:ab",
      policy: "p1",
      items: [
        RankedItem(
          rank: 1, item: "i1", title: nil, score: 123_456, basis: .personal, placedBy: "score",
          because: [
            Cause(kind: "history", item: "i2", event: "view", share: 0.41),
            Cause(kind: "tag", tag: "brand:acme", share: 0.22),
          ])
      ])
    #expect(
      text(answer.json) == #"{"decision":"d1","subject":"u\"1","purpose":"recommendation","basis":"personal","#
        + #""model":"sha256:ab","policy":"p1","items":[{"rank":1,"item":"i1","score":123456,"basis":"personal","#
        + #""placedBy":"score","because":[{"kind":"history","item":"i2","event":"view","share":0.41},"#
        + #"{"kind":"tag","tag":"brand:acme","share":0.22}]}]}"#)
  }

  @Test func anAnonymousAnswerHasNoSubjectAndSaysWhyItIsGeneral() {
    let answer = Recommendation(
      decision: "d1", subject: nil, purpose: .push, basis: .general, reason: "anonymous", model: "m", policy: "p",
      items: [])
    #expect(
      text(answer.json) == #"{"decision":"d1","purpose":"push","basis":"general","reason":"anonymous","model":"m","#
        + #""policy":"p","items":[]}"#)
  }

  @Test func explanation() {
    let explanation = Explanation(
      decision: "d1", time: time, purpose: .recommendation, basis: .personal, reason: nil, policy: "p", model: "m",
      items: [
        ExplainedItem(
          item: "i1", title: "A", rank: 1, score: 9_007_199_254_740_993, placedBy: "score",
          contributions: [
            Contribution(kind: "history", item: "i2", event: "view", time: time, points: 51_200),
            Contribution(kind: "history", item: "i3", event: "view", time: Timestamp(milliseconds: 7), points: -3),
          ],
          without: [
            Counterfactual(kind: "history", item: "i2", rank: 7), Counterfactual(kind: "tag", tag: "a:b", rank: nil),
          ])
      ],
      notShown: [("seen", 12), ("belowCut", 1480)], controls: ["attune consent … withdraw recommendation"],
      counterfactualNote: nil)
    #expect(
      text(explanation.json) == #"{"decision":"d1","time":"2026-02-02T02:40:00Z","basis":"personal","#
        + #""purpose":"recommendation","policy":"p","model":"m","items":[{"item":"i1","title":"A","rank":1,"#
        + #""score":9007199254740993,"placedBy":"score","contributions":[{"kind":"history","item":"i2","event":"view","#
        + #""time":"2026-02-02T02:40:00Z","points":51200},{"kind":"history","item":"i3","event":"view","points":-3}],"#
        + #""without":[{"remove":{"kind":"history","item":"i2"},"rank":7},{"remove":{"kind":"tag","tag":"a:b"},"#
        + #""rank":null}]}],"notShown":{"seen":12,"belowCut":1480},"#
        + #""controls":["attune consent … withdraw recommendation"]}"#)
  }

  @Test func statusTellsDigestAndAgeOfTheModel() {
    var report = StatusReport(
      store: "s", subjects: 1, items: 2, events: 3, tags: 4, decisions: 5, model: "sha256:ab", modelName: "storefront",
      trained: time, asOf: nil, ledgerEntries: 6, policy: "p")
    func json() -> String {
      var json = JSONWriter()
      report.write(to: &json, now: Timestamp(milliseconds: time.milliseconds + 61_999))
      return text(json.bytes)
    }
    #expect(
      json() == #"{"store":"s","subjects":1,"items":2,"events":3,"tags":4,"decisions":5,"model":"storefront","#
        + #""digest":"sha256:ab","trained":"2026-02-02T02:40:00Z","age":61,"ledgerEntries":6,"policy":"p"}"#)
    (report.model, report.modelName, report.trained) = (nil, nil, nil)
    #expect(
      json()
        == #"{"store":"s","subjects":1,"items":2,"events":3,"tags":4,"decisions":5,"ledgerEntries":6,"policy":"p"}"#)
  }

  @Test func importAndTraining() {
    let report = ImportReport(
      what: "events", file: "e.csv", format: "csv", read: 10, admitted: 7, rejected: 1, ignored: 0,
      refused: [("no-consent", 2)], rejectedBy: [("time", 1)], rejectsFile: nil, unusedColumns: ["ip"], people: 3,
      items: 4, seconds: 0.25)
    #expect(
      text(report.json) == #"{"what":"events","file":"e.csv","format":"csv","read":10,"admitted":7,"rejected":1,"#
        + #""ignored":0,"refused":{"no-consent":2},"rejectedBy":{"time":1},"unusedColumns":["ip"],"people":3,"#
        + #""items":4,"seconds":0.25}"#)
    let training = TrainingReport(
      digest: "sha256:ab", model: "storefront", people: 1, events: 2, items: 3, rows: 4, pairs: 5, support: 3,
      bytes: 6, seconds: 1)
    #expect(
      text(training.json) == #"{"digest":"sha256:ab","model":"storefront","people":1,"events":2,"items":3,"rows":4,"#
        + #""pairs":5,"support":3,"bytes":6,"seconds":1}"#)
  }

  @Test func whatAPersonSeesOfThemselves() {
    let profile = ProfileReport(
      subject: "u1", purpose: .recommendation, allowed: true,
      tags: [
        ProfileTag(
          tag: "brand:acme", weight: 65_536, added: false,
          from: [ProfileSource(event: "search", query: "acme", time: time, weight: 65_536)])
      ], removed: ["a:b"], events: 1)
    #expect(
      text(profile.json) == #"{"subject":"u1","purpose":"recommendation","allowed":true,"events":1,"tags":"#
        + #"[{"tag":"brand:acme","weight":65536,"added":false,"from":[{"event":"search","query":"acme","#
        + #""time":"2026-02-02T02:40:00Z","weight":65536}]}],"removed":["a:b"]}"#)
    let consent = ConsentReport(
      subject: "u1", purposes: [ConsentState(purpose: .push, allowed: true, by: "own", since: time)])
    #expect(
      text(consent.json) == #"{"subject":"u1","purposes":[{"purpose":"push","allowed":true,"by":"own","#
        + #""since":"2026-02-02T02:40:00Z"}]}"#)
    let instructions = InstructionsReport(
      subject: "u1", items: ["i1"], similar: [], tags: ["c:d"], removedTags: ["a:b"], addedTags: [])
    #expect(
      text(instructions.json) == #"{"subject":"u1","blocked":{"items":["i1"],"similar":[],"tags":["c:d"]},"#
        + #""removedTags":["a:b"],"addedTags":[]}"#)
  }
}
