import Attune
import Testing
import Vocabulary

@testable import CommandLine

/// What people see of a ranked list.
struct RecommendationTextTests {
  private func text(_ answer: Report.Recommendation, width: Int = 100, similarTo: String? = nil) -> String {
    RecommendationText(answer: answer, similarTo: similarTo).lines(Style(width: width)).joined(separator: "\n")
  }

  @Test func aWideScreenHasTheReasonsBesideTheItems() {
    #expect(
      text(Samples.recommendation) == """
        Personal: from the history and profile of u…42.
        1  i1   Acme linen dress, blue  ██████████  because you viewed “Borea dress” (41 %), like brand:acme
                                                    (22 %) and like “linen” (10 %)
        2  i22  羊毛围巾                █████       because it is popular with many people (90 %), although
                                                    you disliked i8 (−5 %)
        3  i3                           ██▌         a general pick, the same for everybody
        To see what counted: attune explain d7k3
        """)
  }

  @Test func aNarrowScreenHasThemUnderneath() {
    #expect(
      text(Samples.recommendation, width: 60) == """
        Personal: from the history and profile of u…42.
        1  i1   Acme linen dress, blue  ██████████
              because you viewed “Borea dress” (41 %), like
              brand:acme (22 %) and like “linen” (10 %)
        2  i22  羊毛围巾                █████
              because it is popular with many people (90 %),
              although you disliked i8 (−5 %)
        3  i3                           ██▌
              a general pick, the same for everybody
        To see what counted: attune explain d7k3
        """)
  }

  @Test(arguments: [
    ("opted-out", "General: the same for everybody. There is no consent of u…42 to recommendation, so nothing of"),
    ("no-history", "General: the same for everybody. Nothing is known about u…42 yet."),
    ("anonymous", "General: the same for everybody. Nobody was named in the request."),
    ("signal", "General: the same for everybody. The request carried a Global Privacy Control signal, so nothing"),
    ("frost", "General: the same for everybody, because of: frost."),
  ])
  func theFirstLineSaysWhyAnAnswerIsNotPersonal(reason: String, start: String) {
    var answer = Samples.recommendation
    (answer.basis, answer.reason) = (.general, reason)
    #expect(text(answer).hasPrefix(start), "\(text(answer))")
  }

  @Test func aPersonalListWithNothingPersonalInItSaysWhatItHasInstead() {
    var answer = Samples.recommendation
    for index in answer.items.indices { answer.items[index].basis = .general }
    #expect(text(answer).hasPrefix("Nothing in the history of u…42 leads to other items yet: what is popular fills"))
    answer.purpose = .search
    #expect(text(answer).hasPrefix("Nothing in the history of u…42 bears on these items: the order is everybody's.\n"))
  }

  @Test func whereTheExplanationFollowsNothingPointsToIt() {
    let answer = Samples.recommendation
    let explained = RecommendationText(answer: answer, isExplained: true).lines(Style(width: 100))
    let alone = RecommendationText(answer: answer).lines(Style(width: 100))
    #expect(explained + ["To see what counted: attune explain d7k3"] == alone)
  }

  @Test func anEmptyListSaysSo() {
    var answer = Samples.recommendation
    answer.items = []
    #expect(text(answer).contains("No item is eligible for this request.\n"))
  }

  @Test func similarItemsSayWhatIsAlike() {
    var answer = Samples.recommendation
    answer.subject = nil
    answer.items = [answer.items[0]]
    answer.items[0].because = [
      Report.Cause(kind: "context", item: "i9", share: 0.7), Report.Cause(kind: "tag", tag: "brand:acme", share: 0.3),
    ]
    #expect(
      text(answer, similarTo: "i9") == """
        Similar to i9, for everybody.
        1  i1  Acme linen dress, blue  ██████████  sought by the same people (70 %), both brand:acme (30 %)
        To see what counted: attune explain d7k3
        """)
  }

  @Test func aTagThatCountsAgainstAnItemIsNotLiked() {
    var answer = Samples.recommendation
    answer.items = [answer.items[0]]
    answer.items[0].because = [
      Report.Cause(kind: "tag", tag: "brand:acme", share: 1.2),
      Report.Cause(kind: "tag", tag: "color:red", share: -0.2),
    ]
    #expect(text(answer, width: 200).contains("because you like brand:acme (120 %), although"))
    #expect(text(answer, width: 200).contains("although you do not care for color:red (−20 %)"))
  }

  @Test func nobodyLikesAnythingInAnAnswerForNobody() {
    var answer = Samples.recommendation
    (answer.subject, answer.basis, answer.items) = (nil, .contextual, [answer.items[0]])
    answer.items[0].because = [
      Report.Cause(kind: "context", item: "i9", share: 0.7), Report.Cause(kind: "tag", tag: "brand:acme", share: 0.3),
    ]
    #expect(text(answer).contains("because you are looking at i9 (70 %) and it shares"))
  }

  @Test func anIdThatCarriesItsRecordIsNotShown() {
    var answer = Samples.recommendation
    answer.decision = "g-" + String(repeating: "x", count: 900)
    #expect(!text(answer).contains("xxx"))
    #expect(text(answer).contains("add --explain"))
  }

  @Test(arguments: [40, 55, 80, 95, 96, 120, 200])
  func noLineIsWiderThanTheScreen(width: Int) {
    var answer = Samples.recommendation
    answer.items[0].title = String(repeating: "长 long ", count: 30)
    for line in RecommendationText(answer: answer).lines(Style(width: width)) {
      #expect(DisplayText.width(line) <= width, "\(line)")
    }
  }

  @Test func titlesCannotSteerTheTerminal() {
    var answer = Samples.recommendation
    answer.items[0].title = "a\u{1b}[2Jb\nc"
    answer.items[0].because[0].title = "\u{9b}31mx"
    #expect(!text(answer).unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{9b}" })
  }
}
