/// How output for people looks: how wide, in colour or not, with ids masked or not.
struct Style: Sendable {
  /// Columns that a line may take, at least 40.
  var width: Int
  var inColor: Bool
  var unmasked: Bool

  init(width: Int = 100, inColor: Bool = false, unmasked: Bool = false) {
    self.width = max(40, width)
    self.inColor = inColor
    self.unmasked = unmasked
  }

  func paint(_ text: String, _ ink: Ink) -> String { inColor ? ink.paint(text) : text }

  /// A person's outside id as it may be shown.
  func person(_ id: String) -> String { unmasked ? DisplayText.safe(id) : Masking.mask(id) }
}
