import Vocabulary

/// A chart drawn as SVG: it says in words what it shows, tells its lines apart without colours, and comes with its
/// numbers as a table.
struct Chart {
  struct Point {
    var x: Double
    var y: Double
  }

  struct Series {
    var name: String
    var points: [Point]
  }

  /// How points are shown.
  enum Shape { case lines, bars }

  var title: String
  /// What lies along each axis.
  var across: String
  var up: String
  var series: [Series]
  /// Places on the axis across, with their words.
  var ticks: [(x: Double, label: String)]
  /// The words of a point's place in the table; by point of the first series.
  var places: [String]
  var shape = Shape.lines
  /// Fraction digits of the numbers.
  var digits = 4

  private static let width = 640.0
  private static let height = 300.0
  private static let left = 56.0
  private static let top = 30.0
  private static let bottom = 44.0
  private var right: Double { shape == .lines && series.count > 1 ? 130 : 36 }
  private var plotWidth: Double { Chart.width - Chart.left - right }
  private static var plotHeight: Double { height - top - bottom }

  /// The chart with its words and numbers.
  var html: String {
    """
    <figure>
    <figcaption>\(HTML.escape(title))</figcaption>
    <svg viewBox="0 0 \(Int(Chart.width)) \(Int(Chart.height))" role="img" aria-label="\(HTML.escape(summary))">
    \((grid + axes + marks + names).joined(separator: "\n"))
    </svg>
    <details><summary>The numbers</summary>
    \(numbers)
    </details>
    </figure>
    """
  }

  // MARK: Scales

  private var range: (low: Double, high: Double) {
    let xs = series.flatMap { $0.points.map(\.x) } + ticks.map(\.x)
    let (low, high) = (xs.min() ?? 0, xs.max() ?? 1)
    return high > low ? (low, high) : (low - 1, high + 1)
  }

  private func across(_ x: Double) -> Double {
    Chart.left + (x - range.low) / (range.high - range.low) * plotWidth
  }

  /// The distance of lines across the chart: 1, 2 or 5 times a power of ten, at most five of them.
  private var step: Double {
    let most = series.flatMap { $0.points.map(\.y) }.max() ?? 0
    guard most > 0 else { return 1 }
    var power = 1.0
    while power > most / 5 { power /= 10 }
    while power * 10 <= most / 5 { power *= 10 }
    return [1, 2, 5, 10].map { $0 * power }.first { $0 * 5 >= most } ?? power
  }

  private var highest: Double {
    let most = series.flatMap { $0.points.map(\.y) }.max() ?? 0
    return max(step, (most / step).rounded(.up) * step)
  }

  private func up(_ y: Double) -> Double { Chart.top + (1 - y / highest) * Chart.plotHeight }

  private func number(_ value: Double) -> String { Wording.decimal(value, places: digits) }

  /// A coordinate, to a tenth; with the sign that SVG reads.
  private func at(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
  }

  // MARK: Parts

  private var grid: [String] {
    let places = step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3
    return stride(from: 0, through: highest + step / 2, by: step).flatMap { value in
      [
        "<line class=\"grid\" x1=\"\(at(Chart.left))\" x2=\"\(at(Chart.left + plotWidth))\" y1=\"\(at(up(value)))\" "
          + "y2=\"\(at(up(value)))\"/>",
        "<text class=\"tick\" text-anchor=\"end\" x=\"\(at(Chart.left - 6))\" y=\"\(at(up(value) + 4))\">"
          + "\(Wording.decimal(value, places: places))</text>",
      ]
    }
  }

  private var axes: [String] {
    let base = Chart.height - Chart.bottom
    let labels = ticks.map { tick in
      "<text class=\"tick\" text-anchor=\"middle\" x=\"\(at(across(tick.x)))\" y=\"\(at(base + 16))\">"
        + "\(HTML.escape(tick.label))</text>"
    }
    return labels + [
      "<text class=\"axis\" text-anchor=\"middle\" x=\"\(at(Chart.left + plotWidth / 2))\" "
        + "y=\"\(at(Chart.height - 6))\">\(HTML.escape(across))</text>",
      "<text class=\"axis\" x=\"4\" y=\"12.0\">\(HTML.escape(up))</text>",
    ]
  }

  private var marks: [String] {
    switch shape {
    case .lines: series.enumerated().flatMap { line($1, style: $0 % 4) }
    case .bars: series.flatMap { bars($0) }
    }
  }

  private func line(_ series: Series, style: Int) -> [String] {
    let path = series.points.map { "\(at(across($0.x))),\(at(up($0.y)))" }.joined(separator: " ")
    let line = "<polyline class=\"s\(style)\" points=\"\(path)\"/>"
    if series.points.count > 50 { return [line] }
    let dots = zip(series.points, places).map { point, place in
      "<circle class=\"s\(style)\" r=\"3\" cx=\"\(at(across(point.x)))\" cy=\"\(at(up(point.y)))\"><title>"
        + HTML.escape("\(series.name), \(place): \(number(point.y))") + "</title></circle>"
    }
    return [line] + dots
  }

  private func bars(_ series: Series) -> [String] {
    let width = plotWidth / max(1, range.high - range.low) - 2
    return zip(series.points, places).map { point, place in
      "<rect class=\"s0\" rx=\"2\" x=\"\(at(across(point.x) + 1))\" width=\"\(at(max(1, width)))\" "
        + "y=\"\(at(up(point.y)))\" height=\"\(at(up(0) - up(point.y)))\"><title>"
        + HTML.escape("\(place): \(number(point.y))") + "</title></rect>"
    }
  }

  /// Each line's name at its end, pushed apart where they would touch.
  private var names: [String] {
    guard shape == .lines, series.count > 1 else { return [] }
    var ends = series.enumerated().compactMap { index, series in
      series.points.last.map { (index: index, y: up($0.y) + 4) }
    }
    ends.sort { ($0.y, $0.index) < ($1.y, $1.index) }
    for place in ends.indices.dropFirst() { ends[place].y = max(ends[place].y, ends[place - 1].y + 15) }
    var limit = Chart.height - Chart.bottom + 4
    for place in ends.indices.reversed() {
      ends[place].y = min(ends[place].y, limit)
      limit = ends[place].y - 15
    }
    return ends.map { end in
      "<text class=\"name s\(end.index % 4)\" x=\"\(at(Chart.left + plotWidth + 8))\" y=\"\(at(end.y))\">"
        + "\(HTML.escape(series[end.index].name))</text>"
    }
  }

  /// What the chart shows, in a sentence for each line.
  private var summary: String {
    let all = series.compactMap { series -> String? in
      guard let first = series.points.first, let last = series.points.last, let from = places.first,
        let to = places.last
      else { return nil }
      return "\(series.name) from \(number(first.y)) at \(from) to \(number(last.y)) at \(to)"
    }
    return "\(title): \(all.joined(separator: "; "))"
  }

  private var numbers: String {
    let head = series.map { "<th scope=\"col\" class=\"n\">\(HTML.escape($0.name))</th>" }.joined()
    let rows = places.enumerated().map { index, place in
      let cells = series.map {
        index < $0.points.count ? "<td class=\"n\">\(number($0.points[index].y))</td>" : "<td></td>"
      }
      return "<tr><th scope=\"row\">\(HTML.escape(place))</th>\(cells.joined())</tr>"
    }
    return """
      <table>
      <thead><tr><th scope="col">\(HTML.escape(across))</th>\(head)</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      """
  }

  static let styleSheet = """
    :root { --s0: #1f6feb; --s1: #bc4c00; --s2: #6e7781; --s3: #1a7f37; }
    @media (prefers-color-scheme: dark) {
      :root { --s0: #58a6ff; --s1: #f0883e; --s2: #9198a1; --s3: #56d364; }
    }
    figure { margin: 1.5rem 0; }
    figcaption { font-weight: 600; margin-bottom: .25rem; }
    figure svg { display: block; width: 100%; height: auto; }
    figure details { border: 0; padding: .25rem 0; }
    figure summary { font-weight: 400; color: var(--soft); }
    .grid { stroke: var(--line); }
    svg text { fill: var(--soft); font-size: 12px; }
    polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
    polyline.s0 { stroke: var(--s0); stroke-width: 2.5; }
    polyline.s1 { stroke: var(--s1); stroke-dasharray: 7 4; }
    polyline.s2 { stroke: var(--s2); stroke-dasharray: 2 4; }
    polyline.s3 { stroke: var(--s3); stroke-dasharray: 10 3 2 3; }
    circle.s0, rect.s0 { fill: var(--s0); }
    circle.s1 { fill: var(--s1); }
    circle.s2 { fill: var(--s2); }
    circle.s3 { fill: var(--s3); }
    svg text.s0 { fill: var(--s0); font-weight: 600; }
    svg text.s1 { fill: var(--s1); }
    svg text.s2 { fill: var(--s2); }
    svg text.s3 { fill: var(--s3); }
    """
}
