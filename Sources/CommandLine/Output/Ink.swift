/// Colours and weights of text on a terminal.
enum Ink: Sendable {
  case plain, bold, dim, accent, good, bad

  /// The text between its escape sequences; plain and empty texts stay as they are.
  func paint(_ text: String) -> String {
    let code: String
    switch self {
    case .plain: return text
    case .bold: code = "1"
    case .dim: code = "2"
    case .accent: code = "36"
    case .good: code = "32"
    case .bad: code = "31"
    }
    return text.isEmpty ? text : "\u{1b}[\(code)m\(text)\u{1b}[0m"
  }
}
