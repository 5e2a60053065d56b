extension Verb {
  /// The verb's own help, made from its tables.
  func help(_ style: Style) -> [String] {
    let columns = min(style.width, 100)
    var lines = DisplayText.wrap("attune \(name) \(summary).", to: columns) + [""]
    for (index, form) in synopsis.enumerated() {
      let forms = DisplayText.wrap("attune \(name) \(form)", to: columns - 7)
      lines.append("\(index == 0 ? "Usage:" : "      ") \(forms[0])")
      lines += forms.dropFirst().map { "         \($0)" }
    }
    for paragraph in details.split(separator: "\n") { lines += [""] + DisplayText.wrap(String(paragraph), to: columns) }
    lines += ["", "Options:"]
    let left = min(34, (allOptions.map { $0.heading.count }.max() ?? 0) + 4)
    for option in allOptions {
      let text = DisplayText.wrap(option.help, to: columns - left)
      let heading = "  \(option.heading)"
      if heading.count + 2 > left {
        lines.append(heading)
        lines += text.map { String(repeating: " ", count: left) + $0 }
      } else {
        lines.append(DisplayText.pad(heading, to: left) + text[0])
        lines += text.dropFirst().map { String(repeating: " ", count: left) + $0 }
      }
    }
    if !examples.isEmpty { lines += ["", "Examples:"] + examples.map { "  \($0)" } }
    return lines
  }
}
