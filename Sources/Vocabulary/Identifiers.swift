/// The store's number of a person: dense, in order of first admission, without meaning outside the store.
public struct PersonID: Hashable, Comparable, Sendable {
  public let rawValue: Int64
  public init(_ rawValue: Int64) { self.rawValue = rawValue }
  public static func < (a: PersonID, b: PersonID) -> Bool { a.rawValue < b.rawValue }
}

/// The catalogue's number of an item: dense, in order of first appearance.
public struct ItemNumber: Hashable, Comparable, Sendable {
  public let rawValue: UInt32
  public init(_ rawValue: UInt32) { self.rawValue = rawValue }
  /// The value that stands for no item, as in a search.
  public static let none = ItemNumber(.max)
  public static func < (a: ItemNumber, b: ItemNumber) -> Bool { a.rawValue < b.rawValue }
}

/// A keyed pseudonym of an outside person id: the first 16 bytes of an HMAC-SHA256 under the store's secret.
public struct Pseudonym: Hashable, Sendable {
  public let high, low: UInt64
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }
}

/// A feature tag, `field:value`, such as `brand:acme` or `category:shoes/running`.
public enum Tag {
  /// The tag's text.
  ///
  /// A value that already carries a field keeps it.
  public static func text(field: some StringProtocol, value: some StringProtocol) -> String { "\(field):\(value)" }

  /// The part before the first colon; empty for a tag without one.
  public static func field(of tag: String) -> Substring {
    guard let colon = tag.utf8.firstIndex(of: UInt8(ascii: ":")) else { return "" }
    return tag[..<colon]
  }
}
