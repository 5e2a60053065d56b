import SystemIO

/// Nobody reads the results any more, as after `attune … | head`; the command ends quietly.
struct ClosedPipe: Error {}

/// Where a verb's output goes: results on standard output, messages and progress on standard error.
///
/// Results are collected and written in large pieces. The two writers can be replaced, so that output can be looked at
/// without a process of its own.
final class Console {
  var style: Style
  /// Whether results are JSON; text for people is then left out.
  var isJSON = false

  private var pending: [UInt8] = []
  private let writeResult: ([UInt8]) throws -> Void
  private let writeMessage: ([UInt8]) throws -> Void
  let showsProgress: Bool

  init(
    style: Style, showsProgress: Bool = false, result: @escaping ([UInt8]) throws -> Void,
    message: @escaping ([UInt8]) throws -> Void
  ) {
    self.style = style
    self.showsProgress = showsProgress
    writeResult = result
    writeMessage = message
  }

  /// The process's own standard output and error.
  ///
  /// Colour needs a terminal, and `NO_COLOR` to be unset.
  static func standard() -> Console {
    let onTerminal = Terminal.isTerminal(1)
    let inColor = onTerminal && Host.environment("NO_COLOR") == nil && Host.environment("TERM") != "dumb"
    let columns = Host.environment("COLUMNS").flatMap { Int($0) }
    let width = columns ?? (onTerminal ? Terminal.width : 120)
    return Console(
      style: Style(width: width, inColor: inColor), showsProgress: Terminal.isTerminal(2),
      result: { if try !writeAll(1, $0) { throw ClosedPipe() } },
      // A message that nobody reads any more is none.
      message: { _ = try writeAll(2, $0) })
  }

  /// A line of the result.
  func line(_ text: String = "") throws { try append(text.utf8) }

  func lines(_ lines: [String]) throws {
    for text in lines { try line(text) }
  }

  /// A text that brings its own line ends.
  func text(_ text: String) throws {
    pending.append(contentsOf: text.utf8)
    try flush()
  }

  /// A JSON object as a line of the result.
  func json(_ bytes: [UInt8]) throws { try append(bytes) }

  /// A line for the person at the terminal, on standard error.
  func message(_ text: String) throws {
    try flush()
    try writeMessage(Array((text + "\n").utf8))
  }

  /// Rewrites the terminal's current line on standard error.
  func progress(_ text: String) throws {
    if showsProgress { try writeMessage(Array("\r\u{1b}[K\(text)".utf8)) }
  }

  /// Writes out what was collected.
  func flush() throws {
    if pending.isEmpty { return }
    defer { pending.removeAll(keepingCapacity: true) }
    try writeResult(pending)
  }

  private func append(_ bytes: some Sequence<UInt8>) throws {
    pending.append(contentsOf: bytes)
    pending.append(UInt8(ascii: "\n"))
    if pending.count >= 1 << 16 { try flush() }
  }
}
