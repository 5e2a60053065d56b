import Attune
import SystemIO

/// Shows a long job's progress on one line of a terminal, at most ten times a second.
final class ProgressLine {
  private let console: Console
  private let started = Clock.monotonicNanoseconds()
  private var lastShown: UInt64 = 0

  init(_ console: Console) { self.console = console }

  func show(_ progress: Progress) {
    guard console.showsProgress else { return }
    let now = Clock.monotonicNanoseconds()
    guard now - lastShown >= 100_000_000 else { return }
    show(Self.text(progress, seconds: Double(now - started) / 1e9, style: console.style))
  }

  /// Shows what is waited for, where its progress is not known.
  func show(_ text: String) {
    lastShown = Clock.monotonicNanoseconds()
    // A terminal that went away must not end the job.
    try? console.progress(DisplayText.truncate(text, to: console.style.width - 1))
  }

  /// Takes the line away again.
  func end() {
    if lastShown != 0 { try? console.progress("") }
    lastShown = 0
  }

  static func text(_ progress: Progress, seconds: Double, style: Style) -> String {
    var parts = [progress.stage]
    if let fraction = progress.fraction {
      let share = min(max(fraction, 0), 1)
      let bar = Bar.text(Int64(share * 1000), of: 1000, columns: 20)
      parts.append("▕\(DisplayText.pad(bar, to: 20))▏ \(Wording.percent(share))")
    }
    if progress.count > 0 {
      parts.append(Wording.count(progress.count))
      if seconds > 0.5 { parts.append("\(Wording.count(Int(Double(progress.count) / seconds)))/s") }
    }
    return DisplayText.truncate(parts.joined(separator: "  "), to: style.width - 1)
  }
}
