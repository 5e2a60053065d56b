import Attune
import Vocabulary

@testable import CommandLine

/// Runs command lines and keeps what they write, instead of a terminal.
final class Recording {
  private(set) var output = ""
  private(set) var messages = ""

  func run(_ words: String..., style: Style = Style(width: 100)) -> AttuneCommand.Exit { run(words, style: style) }

  func run(_ words: [String], style: Style = Style(width: 100)) -> AttuneCommand.Exit {
    output = ""
    messages = ""
    let console = Console(
      style: style, result: { self.output += String(decoding: $0, as: UTF8.self) },
      message: { self.messages += String(decoding: $0, as: UTF8.self) })
    return AttuneCommand.run(words, console)
  }
}
