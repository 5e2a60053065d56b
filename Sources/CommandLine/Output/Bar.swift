/// A horizontal bar of block characters, to an eighth of a column.
enum Bar {
  /// The bar of `value` where `greatest` fills `columns` columns; anything above zero shows at least an eighth.
  static func text(_ value: Int64, of greatest: Int64, columns: Int) -> String {
    guard value > 0, greatest > 0, columns > 0 else { return "" }
    let share = min(1, Double(value) / Double(greatest))
    let eighths = max(1, Int((share * Double(columns * 8)).rounded()))
    let full = String(repeating: "█", count: eighths / 8)
    return eighths % 8 == 0 ? full : full + String(parts[eighths % 8])
  }

  private static let parts: [Character] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
}
