import Testing
import Vocabulary

@testable import Attune
@testable import CommandLine

/// The other things that people read: profiles, switches, counts.
struct ReportTextTests {
  private let style = Style(width: 100)

  @Test func profile() {
    #expect(
      ProfileText(profile: Samples.profile).lines(style).joined(separator: "\n") == """
        Profile of u…42 for recommendation, from 57 events
        brand:acme   ████████████████████████   3.00  bought Acme coat · viewed i8 · viewed i9 · 1 more
        “linen”      ████████████               1.50  searched for “linen dress”
        color:green  ████████                   1.00  added by the person
        brand:zeta   ████                      −0.50  disliked i3
        Removed, and not inferred again: brand:borea
        """)
  }

  @Test func aProfileThatMayNotBeReadShowsNothing() {
    var profile = Samples.profile
    (profile.allowed, profile.tags) = (false, [])
    #expect(
      ProfileText(profile: profile).lines(style).prefix(2) == [
        "No profile of u…42 for recommendation", "There is no consent to this purpose, so nothing was read.",
      ])
  }

  @Test func aProfileForAdvertisingIsThatOfTheSegment() {
    var profile = Report.Profile(
      subject: "u00042", purpose: .advertising, allowed: true, segment: "brand:acme",
      tags: [Report.ProfileTag(tag: "brand:acme", weight: 98_304, added: false, from: [])], removed: [], events: 0)
    #expect(
      ProfileText(profile: profile).lines(style).joined(separator: "\n") == """
        Profile of u…42 for advertising, segment brand:acme
        What people who like brand:acme like on average; advertising reads nothing of u…42.
        brand:acme  ████████████████████████  1.50
        """)
    (profile.segment, profile.reason, profile.tags) = (nil, "no-segment", [])
    #expect(
      ProfileText(profile: profile).lines(style) == [
        "Profile of u…42 for advertising",
        "They are in no segment of enough people, so advertisements are the same as for everybody.",
      ])
    (profile.allowed, profile.reason) = (false, "minor")
    #expect(
      ProfileText(profile: profile).lines(style) == [
        "No profile of u…42 for advertising", "They are a minor, so nothing was read.",
      ])
  }

  @Test func aLongProfileIsCut() {
    #expect(
      ProfileText(profile: Samples.profile, limit: 1).lines(style)[2] == "and 3 smaller tags; --limit 4 shows all")
  }

  @Test func consent() {
    let report = Report.Consent(
      subject: "u00042",
      purposes: [
        Report.ConsentState(purpose: .recommendation, allowed: true, by: "own", since: Samples.time),
        Report.ConsentState(purpose: .push, allowed: false, by: "policy", since: nil),
      ])
    #expect(
      ConsentText(report: report).lines(style).joined(separator: "\n") == """
        Consent of u…42
          recommendation  ✓ on   their own choice, since 2026-02-02 02:40 UTC
          push            ✗ off  the policy's default
        """)
  }

  @Test func instructions() {
    var report = Report.Instructions(
      subject: "u00042", items: ["i1", "i2"], similar: [], tags: ["category:toys"], removedTags: [], addedTags: [])
    #expect(
      InstructionsText(report: report).lines(style).joined(separator: "\n") == """
        Instructions of u…42
          items never shown  i1, i2
          nothing tagged     category:toys
        """)
    (report.items, report.tags) = ([], [])
    #expect(InstructionsText(report: report).lines(style) == ["Instructions of u…42", "  none"])
  }

  @Test func anImportSaysWhatBecameOfEveryLine() {
    var report = Report.Import(
      what: "events", file: "log.csv", format: "csv", read: 12_000, admitted: 10_000, rejected: 3, ignored: 5,
      refused: [("no-consent", 1992)], rejectedBy: [("time: not a time", 3)], rejectsFile: "log.csv.rejects.ndjson",
      unusedColumns: ["ip"], people: 200, items: 1, seconds: 0.5)
    #expect(
      report.lines(style).joined(separator: "\n") == """
        log.csv: 10,000 events admitted of 12,000 lines (csv) in 500 ms, 24,000 lines/s
          200 people, 1 item
          1,992 refused, and no trace of them kept
            1,992  without consent of the person
          3 rejected, not understood
            3  time: not a time
          positions and reasons are in log.csv.rejects.ndjson
          5 left out on purpose
          columns not used and dropped: ip
        """)
    report.admitted = 0
    #expect(report.lines(style).contains { $0.contains("--consent granted") })
    report.importedBefore = Samples.time
    #expect(
      report.lines(style)[0] == "log.csv: imported before, on 2026-02-02 02:40; nothing was changed")
  }

  @Test func status() {
    var report = Report.Status(
      store: "s", subjects: 2000, items: 1, events: 2, tags: 3, decisions: 4, modelName: nil, digest: nil, age: nil,
      asOf: nil, ledgerEntries: 5, policy: "p")
    #expect(report.lines(style).contains("  model            none yet; attune train makes one"))
    (report.digest, report.modelName, report.age) = ("sha256:9f86d081884c7d", "storefront", 7200)
    #expect(
      report.lines(style).contains("  model            storefront, sha256:9f86d081884c, 2 hours old"))
  }

  @Test func progressFitsOnOneLine() {
    let progress = Progress(stage: "reading events", fraction: 0.5, count: 75_000)
    #expect(
      ProgressLine.text(progress, seconds: 1.5, style: style)
        == "reading events  ▕██████████          ▏ 50 %  75,000  50,000/s")
    #expect(DisplayText.width(ProgressLine.text(progress, seconds: 1.5, style: Style(width: 40))) < 40)
  }
}
