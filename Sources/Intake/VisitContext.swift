import Consent
import Vocabulary

/// What is kept of the circumstances of a visit: a campaign, and classes of language, browser and device.
///
/// They are tags of an event, under fields of their own. A device is never described more closely than by its class, so
/// what a browser says of itself can be given as it is and goes no further than the gate.
enum VisitContext {
  private static let prefix = "visit."
  static let fields: [EventField] = [.campaign, .language, .browser, .device]

  /// The tag of a circumstance, reduced to its class; `nil` for what is none.
  static func tag(_ field: EventField, _ text: String) -> String? {
    let value: String? =
      switch field {
      case .campaign: text.isEmpty || text.utf8.count > 100 ? nil : text
      case .language: language(text)
      case .browser: first(of: browsers, in: text)
      case .device: first(of: devices, in: text)
      default: nil
      }
    return value.map { Tag.text(field: prefix + field.rawValue, value: $0) }
  }

  /// Whether a tag stands for a circumstance.
  static func isContext(_ tag: String) -> Bool { tag.utf8.starts(with: prefix.utf8) }

  /// The circumstance that a tag stands for; `nil` for a field that is none.
  static func field(of tag: String) -> (field: EventField, text: String)? {
    let name = Tag.field(of: tag)
    guard let field = fields.first(where: { prefix + $0.rawValue == name }) else { return nil }
    return (field, String(tag.dropFirst(name.count + 1)))
  }

  /// The first language named, without region or script: `zh-CN,en;q=0.8` is `zh`.
  private static func language(_ text: String) -> String? {
    let code = text.lowercased().prefix { $0.isASCII && $0.isLetter }
    return (2...3).contains(code.utf8.count) ? String(code) : nil
  }

  /// Classes with the words by which they are known, in the order in which they are looked for: browsers name those
  /// that they are like.
  private static let browsers: [(name: String, words: [String])] = [
    ("wechat", ["micromessenger", "wechat"]), ("alipay", ["alipay"]), ("qq", ["qqbrowser", "qq"]),
    ("uc", ["ucbrowser", "ucweb"]), ("edge", ["edg/", "edge", "edga/", "edgios/"]), ("opera", ["opr/", "opera"]),
    ("samsung", ["samsung"]), ("firefox", ["firefox", "fxios"]), ("chrome", ["chrome", "crios", "chromium"]),
    ("safari", ["safari"]), ("other", [""]),
  ]
  private static let devices: [(name: String, words: [String])] = [
    ("tablet", ["ipad", "tablet"]), ("television", ["smart-tv", "smarttv", "television", "appletv"]),
    ("phone", ["iphone", "phone", "mobile"]), ("tablet", ["android"]),
    ("computer", ["windows", "macintosh", "x11", "linux", "cros", "desktop", "computer"]), ("other", [""]),
  ]

  private static func first(of classes: [(name: String, words: [String])], in text: String) -> String? {
    let small = Array(text.lowercased().utf8)
    if small.isEmpty { return nil }
    // A class itself stays what it is.
    if let same = classes.first(where: { small.elementsEqual($0.name.utf8) }) { return same.name }
    return classes.first { known in known.words.contains { occurs(Array($0.utf8), in: small) } }?.name
  }

  private static func occurs(_ word: [UInt8], in text: [UInt8]) -> Bool {
    if word.count > text.count { return false }
    return (0...text.count - word.count).contains { text[$0...].starts(with: word) }
  }
}
