/// Hides most of a person's id, so that a screen or a log shows whom a line is about only to those who know.
enum Masking {
  /// The first character and the last two, such as `u…42`; of four characters or fewer only the first, of one or two
  /// none.
  static func mask(_ id: String) -> String {
    let shown = DisplayText.safe(id)
    switch shown.count {
    case ...2: return "…"
    case ...4: return "\(shown.prefix(1))…"
    default: return "\(shown.prefix(1))…\(shown.suffix(2))"
    }
  }
}
