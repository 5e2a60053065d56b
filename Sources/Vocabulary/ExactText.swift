/// A text that equals only itself, byte for byte.
///
/// Swift's `==` takes two spellings of "é" for one text; two people, items or tags that differ in their bytes are two.
/// Use it wherever an outside id or a tag is a key.
public struct ExactText: Hashable, Comparable, ExpressibleByStringLiteral, Sendable {
  public let text: String

  public init(_ text: String) { self.text = text }

  public init(stringLiteral text: String) { self.text = text }

  public static func == (a: ExactText, b: ExactText) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

  /// By UTF-8 bytes.
  public static func < (a: ExactText, b: ExactText) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }

  public func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
