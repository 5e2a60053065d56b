import Testing

@testable import CommandLine

struct MaskingTests {
  @Test(arguments: [
    ("u00042", "u…42"), ("u0042", "u…42"), ("u042", "u…"), ("u42", "u…"), ("42", "…"), ("", "…"),
    ("anna@example.org", "a…rg"), ("李小龙先生", "李…先生"), ("a\u{1b}[31mbcd", "a…cd"),
  ])
  func showsTheEndsOnly(id: String, masked: String) {
    #expect(Masking.mask(id) == masked)
  }

  @Test func unmaskedIdsAreShownWithoutControlCharacters() {
    #expect(Style(unmasked: true).person("u\u{1b}[2J1") == "u [2J1")
    #expect(Style().person("u00042") == "u…42")
  }
}
