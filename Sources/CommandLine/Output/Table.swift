/// Rows in aligned columns, fitted to a width.
struct Table {
  struct Column {
    var heading = ""
    var onRight = false
    /// The least columns that the cells are cut to when space is short; `nil` keeps them whole.
    var shrinksTo: Int?
    var ink = Ink.plain
  }

  var columns: [Column]
  var rows: [[String]] = []
  /// Spaces before each line.
  var indent = 0
  /// Whether the last column is filled up too, so that something may follow it.
  var padsLast = false

  init(_ columns: [Column], indent: Int = 0) {
    self.columns = columns
    self.indent = indent
  }

  mutating func add(_ cells: String...) { rows.append(cells) }

  /// The lines, none wider than the style's width unless the columns cannot shrink that far.
  func lines(_ style: Style) -> [String] {
    let headings = columns.map(\.heading)
    let hasHeadings = headings.contains { !$0.isEmpty }
    let widths = fitted(hasHeadings ? rows + [headings] : rows, to: style.width)
    var lines: [String] = []
    if hasHeadings { lines.append(line(headings, widths, style, ink: .dim)) }
    lines += rows.map { line($0, widths, style, ink: nil) }
    return lines
  }

  private func line(_ cells: [String], _ widths: [Int], _ style: Style, ink: Ink?) -> String {
    var text = String(repeating: " ", count: indent)
    for (index, column) in columns.enumerated() {
      let cut = DisplayText.truncate(index < cells.count ? cells[index] : "", to: widths[index])
      let isLast = index == columns.count - 1
      let isOpen = isLast && !column.onRight && !padsLast
      let padded = isOpen ? cut : DisplayText.pad(cut, to: widths[index], onLeft: column.onRight)
      text += style.paint(padded, ink ?? column.ink)
      if !isLast { text += "  " }
    }
    return style.inColor || padsLast ? text : text.trimmingTrailingSpaces
  }

  /// Each column as wide as its widest cell; what is too much is taken from the columns that may shrink, widest first.
  private func fitted(_ rows: [[String]], to width: Int) -> [Int] {
    var widths = columns.indices.map { index in
      rows.map { index < $0.count ? DisplayText.width($0[index]) : 0 }.max() ?? 0
    }
    var excess = indent + widths.reduce(0, +) + 2 * (columns.count - 1) - width
    while excess > 0 {
      let shrinkable = columns.indices.filter { widths[$0] > columns[$0].shrinksTo ?? .max }
      guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }
}

extension String {
  /// The text without spaces at its end.
  var trimmingTrailingSpaces: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
